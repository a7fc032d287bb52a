package kit

import (
	"context"
	"time"

	"example.com/keyturn/audit/finding"
)

// Auditor finds what is left of legacy credentials in checkouts of this machine, and mends it.
type Auditor interface {
	// Known is what was scanned before, and where the console was started.
	Known(ctx context.Context) (KnownRepos, error)
	// Remember keeps a checkout, and what its latest scan counted, for the next session.
	Remember(ctx context.Context, s Scanned) error
	// Forget takes a checkout off the list that is kept.
	Forget(ctx context.Context, root string) error

	// Folder makes a root of what somebody typed. The error says what is wrong with it.
	Folder(ctx context.Context, typed string) (root string, err error)
	// Complete returns the folders that what was typed may become, written as it was begun.
	Complete(ctx context.Context, typed string) ([]string, error)

	// Scan reads a checkout, and tells how far it is: from any goroutine, as often as it likes, until it
	// returns. When ctx ends, the report has what was found until then, beside the error of ctx. Every finding
	// bears the root.
	Scan(ctx context.Context, root string, tell func(Progress)) (finding.Report, error)
	// Preview works out what mends findings, and changes nothing.
	Preview(ctx context.Context, picked []finding.Finding) (Mending, error)
}

// KnownRepos is where scanning can begin.
type KnownRepos struct {
	Scanned []Scanned // the newest first
	Here    string    // the checkout in which the console was started; empty: it was started in none
	Home    string    // of the user, for showing paths short
}

// Progress is how far a scan is.
type Progress struct {
	Files    int
	Bytes    int64
	Findings int
}

// Scanned is what is kept of a scan: how much there was, nothing of what is in the files.
type Scanned struct {
	Root    string
	At      time.Time // zero: it was put on the list only
	Counts  FindingCounts
	Partial bool // it was stopped
}

// FindingCounts counts findings.
type FindingCounts struct{ Errors, Warnings, Notes, Fixable int }

// All is how many findings there are.
func (c FindingCounts) All() int { return c.Errors + c.Warnings + c.Notes }

// Add counts one more.
func (c *FindingCounts) Add(f *finding.Finding) {
	switch f.Severity {
	case finding.Error:
		c.Errors++
	case finding.Warning:
		c.Warnings++
	default:
		c.Notes++
	}
	if Fixable(f) {
		c.Fixable++
	}
}

// CountFindings counts findings.
func CountFindings(list []finding.Finding) FindingCounts {
	var c FindingCounts
	for i := range list {
		c.Add(&list[i])
	}
	return c
}

// Fixable reports whether keyturn can mend a finding: what stands in the history cannot be changed.
func Fixable(f *finding.Finding) bool { return f.Fix.Kind.Fixable() && f.Commit == nil }

// DiffPart tells what a line of a diff is.
type DiffPart int

// The parts of a diff.
const (
	DiffFile  DiffPart = iota // the name of a file
	DiffPlace                 // where the lines below stand
	DiffSame                  // an unchanged line
	DiffGone                  // a line that goes
	DiffMade                  // a line that comes
	DiffHint                  // the file has no line end at its end
)

// DiffLine is a line of a diff, with its sign before it. It holds no value.
type DiffLine struct {
	Part DiffPart
	Text string
}

// FileDiff is what would change in one file.
type FileDiff struct {
	Root, Path string
	Lines      []DiffLine
	Findings   int // that are mended by it
}

// FileOutcome is what became of one file.
type FileOutcome struct {
	Root, Path string
	Refused    string // why it is left as it is; empty: it was written
	Note       string // what else is to be known of it
	Findings   int
}

// Mending is what mends some findings.
type Mending struct {
	Files   []FileDiff
	Refused []FileOutcome // files that nothing would be written to
	// Write writes what Files shows, and nothing if a file is not any more what it was.
	Write func(ctx context.Context) ([]FileOutcome, error)
}
