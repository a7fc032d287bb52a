package words

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/term"
)

// Found says how many findings there are, the worst first.
func Found(c kit.FindingCounts) string {
	var parts []string
	for _, one := range []struct {
		n    int
		noun string
	}{{c.Errors, "error"}, {c.Warnings, "warning"}, {c.Notes, "note"}} {
		if one.n > 0 {
			parts = append(parts, cells.Plural(int64(one.n), one.noun))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// Mendable says how many of some findings keyturn can mend.
func Mendable(c kit.FindingCounts) string {
	switch {
	case c.All() == 0:
		return ""
	case c.Fixable == 0:
		return "none can be fixed from here"
	case c.Fixable == c.All():
		return "all can be fixed"
	}
	return cells.Count(int64(c.Fixable)) + " can be fixed"
}

// Worst is the tone of the worst of some findings.
func Worst(c kit.FindingCounts) styles.Tone {
	switch {
	case c.Errors > 0:
		return styles.Danger
	case c.Warnings > 0:
		return styles.Warning
	case c.Notes > 0:
		return styles.Text
	}
	return styles.OK
}

// Severity is the tone of a severity.
func Severity(s finding.Severity) styles.Tone {
	switch s {
	case finding.Error:
		return styles.Danger
	case finding.Warning:
		return styles.Warning
	}
	return styles.Muted
}

// Repositories counts repositories.
func Repositories(n int) string {
	if n == 1 {
		return "1 repository"
	}
	return cells.Count(int64(n)) + " repositories"
}

// Reading says how far a scan is.
func Reading(p kit.Progress, elapsed time.Duration) string {
	return fmt.Sprintf("%s, %s, %s, %s", cells.Plural(int64(p.Files), "file"), megabytes(p.Bytes),
		cells.Plural(int64(p.Findings), "finding"), seconds(elapsed))
}

func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
}

func megabytes(n int64) string {
	if n < 10<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return cells.Count(n>>20) + " MB"
}

// NotFixable says why keyturn does not mend a finding; "" if it can.
func NotFixable(f *finding.Finding) string {
	switch {
	case kit.Fixable(f):
		return ""
	case f.Commit != nil:
		return "it stands in the history, and a commit is not changed"
	case f.Fix.Kind == finding.Withheld:
		return "withheld: " + term.Clean(f.Fix.Reason)
	case f.Fix.Reason == "":
		return "a person has to do it"
	}
	return "a person has to do it: " + term.Clean(f.Fix.Reason)
}

// FixKind is a kind of fix in a few words.
func FixKind(f *finding.Finding) string {
	if f.Commit != nil {
		return "in history"
	}
	switch f.Fix.Kind {
	case finding.Rename:
		return "rename"
	case finding.Rewrite:
		return "rewrite"
	case finding.Delete:
		return "delete line"
	case finding.Withheld:
		return "withheld"
	}
	return "by hand"
}

// Rule is what a finding is an example of.
func Rule(f *finding.Finding) finding.Rule {
	rule, ok := finding.Find(f.Code)
	if !ok {
		rule.Title = string(f.Code)
	}
	return rule
}

// HangsOn is what has to change for a finding to go away: the credential that it was proven to be, or else
// the secret, the variable, the image.
func HangsOn(f *finding.Finding) string {
	switch {
	case f.Proven != nil:
		return term.Clean(cmp.Or(f.Proven.Name, f.Proven.Owner)) + ", " + f.Proven.Kind.Label() // a personal token has no name
	case f.Subject != "":
		return term.Clean(f.Subject)
	}
	return Rule(f).Title
}

// FilePlace is where a finding stands in its checkout.
func FilePlace(f *finding.Finding) string {
	text := fmt.Sprintf("%s:%d", term.Clean(f.Path), f.Line)
	if f.Commit != nil {
		text += " in " + f.Commit.Hash[:min(len(f.Commit.Hash), 9)]
	}
	return text
}

// SpotPlace is a place with the name of its checkout.
func SpotPlace(s kit.Spot) string { return term.Clean(s.Repo.Name()) + "/" + FilePlace(s.Finding) }

// Wrote says what became of the files that were to be mended.
func Wrote(files []kit.FileOutcome) (text string, all bool) {
	written, mended := 0, 0
	for _, f := range files {
		if f.Refused == "" {
			written++
			mended += f.Findings
		}
	}
	text = fmt.Sprintf("fixed %s in %s", cells.Plural(int64(mended), "finding"), cells.Plural(int64(written), "file"))
	if left := len(files) - written; left > 0 {
		return text + fmt.Sprintf("; %s left as it is", cells.Plural(int64(left), "file")), false
	}
	return text, true
}

// Outcome says what became of one file.
func Outcome(f kit.FileOutcome) string {
	if f.Refused != "" {
		return "left as it is: " + term.Clean(f.Path) + ": " + term.Clean(f.Refused)
	}
	text := "written: " + term.Clean(f.Path) + ", " + cells.Plural(int64(f.Findings), "finding")
	if f.Note != "" {
		text += "; " + term.Clean(f.Note)
	}
	return text
}

// maxSpots is how many places are named one by one.
const maxSpots = 20

// Traced says where a credential stands in the checkouts that were scanned: what is proven, and what only
// seems so, with the reason. press says how to get there.
func Traced(t kit.Trace, press string) []string {
	if t.Scanned == 0 {
		return []string{"not scanned yet: " + press}
	}
	if len(t.Proven)+len(t.Secret)+len(t.Folder) == 0 {
		return []string{"nowhere that is known, in " + Repositories(t.Scanned)}
	}
	lines := spots("proven: ", t.Proven)
	lines = append(lines, spots("probably, by the name of the secret: ", t.Secret)...)
	return append(lines, spots("probably, by the name of the repository: ", t.Folder)...)
}

func spots(how string, list []kit.Spot) []string {
	var lines []string
	for i, s := range list {
		if i == maxSpots {
			return append(lines, how+cells.Count(int64(len(list)-i))+" more")
		}
		lines = append(lines, how+SpotPlace(s))
	}
	return lines
}
