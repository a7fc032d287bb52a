// Package finding holds the words of an audit: what was found where, how bad it is, and what would mend
// it. It is a leaf: whoever looks, mends, reports or shows speaks of these.
package finding

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"time"

	"example.com/keyturn/models"
)

// Severity ranks a finding.
type Severity string

// The severities, the worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Rank is 0 for the worst severity, and grows.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	}
	return 2
}

// FixKind says what would mend a finding.
type FixKind string

// The kinds of fix.
const (
	Rename   FixKind = "rename"   // the name is replaced, nothing else
	Rewrite  FixKind = "rewrite"  // a few more characters change
	Delete   FixKind = "delete"   // the line goes: the new name stands beside it
	Manual   FixKind = "manual"   // a person has to do it
	Withheld FixKind = "withheld" // it would be a rename, and would break something: see the reason
)

// Fixable reports whether keyturn can do it.
func (k FixKind) Fixable() bool { return k == Rename || k == Rewrite || k == Delete }

// Edit replaces the bytes [Start, End) of a file by Text.
type Edit struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Fix is what would mend a finding. Edits are in the order of the file and do not overlap; a fix that is
// not fixable has none.
type Fix struct {
	Kind   FixKind `json:"kind"`
	Reason string  `json:"reason,omitempty"` // what to do, or why it is withheld
	Edits  []Edit  `json:"edits"`

	// Optional are edits that need something done first, outside of the file: they are made on request only.
	Optional []Edit `json:"optional,omitempty"`

	// Of is the content that the edits are for. No content, no edits: see SumOf.
	Of Sum `json:"-"`

	// Beside are the literals that stand anywhere in that content: whoever shows what the edits change must
	// show none of them, whether their own findings are told or not.
	Beside []models.Secret `json:"-"`
}

// Sum identifies the content of a file. It is never shown: what a short file holds can be guessed from it.
type Sum [sha256.Size]byte

// String returns a stub.
func (Sum) String() string { return "‹sum›" }

// SumOf is the sum of a file's bytes as they are on disk.
func SumOf(raw []byte) Sum { return sha256.Sum256(raw) }

// Commit is the first commit of a history that holds a content.
type Commit struct {
	Hash   string    `json:"hash"`
	Author string    `json:"author"`
	When   time.Time `json:"when"`
	Blob   string    `json:"blob"`
}

// Identity is the credential of a workspace that a literal in a file was proven to be.
type Identity struct {
	Credential models.CredentialID `json:"credential"`
	Kind       models.Kind         `json:"kind"`
	Name       string              `json:"name"`
	Owner      string              `json:"owner,omitempty"`
	State      string              `json:"state,omitempty"` // of the secret: current, pending, retiring, paused or revoked; not every source tells
}

// Finding is one thing to mend in one line of one file.
type Finding struct {
	Root      string    `json:"root,omitempty"` // the checkout, as it was named; left out where there is one only
	Path      string    `json:"path"`           // from the root, with slashes
	Line      int       `json:"line"`           // from 1
	Column    int       `json:"column"`         // from 1, in characters
	EndColumn int       `json:"endColumn"`      // behind the last character, in the same line
	Code      Code      `json:"code"`
	Severity  Severity  `json:"severity"`
	Message   string    `json:"message"` // never holds a value
	Fix       Fix       `json:"fix"`
	Subject   string    `json:"subject,omitempty"` // what it hangs on: the variable, the secret's name, the image; never a value
	Excerpt   string    `json:"excerpt,omitempty"` // the line, every value in it blotted out
	Commit    *Commit   `json:"commit,omitempty"`
	Proven    *Identity `json:"proven,omitempty"`

	// EnvFile is set for an image whose service takes its variables from a file.
	EnvFile bool `json:"-"`

	// Value is the literal itself, for asking the workspace whose it is.
	Value models.Secret `json:"-"`

	// CI is whether a CI system reads the file.
	CI bool `json:"-"`

	// Takes is whether the line takes the variable from the environment, and Tool whether it names the
	// variable of a tool: other files say then what is in it.
	Takes, Tool bool `json:"-"`
}

// Skipped is what was not read, and why.
type Skipped struct {
	Root   string `json:"root,omitempty"`
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Failed bool   `json:"failed"` // it should have been read, and could not be
}

// Remark is something to know of a file that was read: it was read line by line because it does not parse,
// or it is too large to be changed.
type Remark struct {
	Root string `json:"root,omitempty"`
	Path string `json:"path"`
	Text string `json:"text"`
}

// Stats counts what an audit went through.
type Stats struct {
	Roots      int              `json:"roots"`
	Files      int              `json:"files"`      // read
	Bytes      int64            `json:"bytes"`      // read
	Candidates int              `json:"candidates"` // files that name LocalStack or hold a token at all
	Skipped    int              `json:"skipped"`
	Failed     int              `json:"failed"`    // of the skipped: could not be read
	Ignored    int              `json:"ignored"`   // findings in lines that say so
	Baselined  int              `json:"baselined"` // findings that the baseline knows
	Findings   map[Severity]int `json:"findings"`
	Millis     int64            `json:"millis"`
}

// Report is the outcome of an audit. Everything in it is in the order of roots, paths and lines, so that
// two audits of the same files are the same to the byte, but for Stats.Millis.
type Report struct {
	Version  int       `json:"version"` // 1
	Findings []Finding `json:"findings"`
	Skipped  []Skipped `json:"skipped"`
	Remarks  []Remark  `json:"remarks"`
	Stats    Stats     `json:"stats"`
}

// Sort puts findings in the order of a report.
func Sort(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code), cmp.Compare(commitOf(a), commitOf(b)),
		)
	})
}

// SortRemarks puts remarks in the order of a report, each once.
func SortRemarks(list []Remark) []Remark {
	slices.SortFunc(list, func(a, b Remark) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text))
	})
	return slices.Compact(list)
}

func commitOf(f Finding) string {
	if f.Commit == nil {
		return ""
	}
	return f.Commit.Hash
}

// SortSkipped puts what was skipped in the order of a report.
func SortSkipped(list []Skipped) []Skipped {
	slices.SortFunc(list, func(a, b Skipped) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
