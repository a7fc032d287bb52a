// Package report writes what an audit found: for people, for programs, and for the services that show
// findings beside code. It knows no disk and no network, and no value ever reaches it: findings hold lines
// in which values are blotted out.
package report

import (
	"io"
	"path"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/styles"
)

// Format is a way to write a report.
type Format string

// The formats.
const (
	Text   Format = "text"
	JSON   Format = "json"
	SARIF  Format = "sarif"
	GitHub Format = "github"
	JUnit  Format = "junit"
)

// Formats lists the formats.
var Formats = []Format{Text, JSON, SARIF, GitHub, JUnit}

// Never is the threshold that no finding reaches.
const Never finding.Severity = "never"

// Options say how a report is written, and what is known beside it.
type Options struct {
	FailOn  finding.Severity // findings from here on are failures
	Version string           // of keyturn
	Roots   []string         // everything that was looked at, as it was named
	Fix     string           // the command that shows what can be fixed; empty: nothing here can be
	Styles  *styles.Styles   // of text; nil: no colours
	Width   int              // of text in columns; 0: lines are as long as they are
	Brief   bool             // of text: no findings, what is said of them is enough
	Mended  *Mended          // what became of the fixes; nil: nobody asked for them
}

// Mended is what became of the fixes of an audit: the findings of the report are those of before, unless the
// files are written.
type Mended struct {
	Written bool      `json:"written"` // to the files; else it is what would be
	Files   []Changed `json:"files"`
	Refused []Refused `json:"refused"`
	Needs   []Need    `json:"needs"`
}

// Changed is a file with how many findings are mended in it.
type Changed struct {
	Root     string `json:"root,omitempty"`
	Path     string `json:"path"`
	Findings int    `json:"findings"`
	Remark   string `json:"remark,omitempty"`
}

// Refused is a file that is left as it is, though something in it could be fixed.
type Refused struct {
	Root     string `json:"root,omitempty"`
	Path     string `json:"path"`
	Findings int    `json:"findings"`
	Reason   string `json:"reason"`
}

// Need is something that must be there before the changed files are used.
type Need struct {
	Root     string   `json:"root,omitempty"`
	Name     string   `json:"name"`
	Was      string   `json:"was"`
	Variable bool     `json:"variable"` // a plain variable of the CI system, not a secret
	Paths    []string `json:"paths"`
}

// Fails reports whether a severity reaches a threshold.
func Fails(s, threshold finding.Severity) bool {
	return threshold != Never && s.Rank() <= threshold.Rank()
}

// Write writes a report in a format. A format that is none is a mistake in the program.
func Write(w io.Writer, format Format, r finding.Report, o Options) error {
	switch format {
	case Text:
		return writeText(w, r, o)
	case JSON:
		return writeJSON(w, r, o.Mended)
	case SARIF:
		return writeSARIF(w, r, o)
	case GitHub:
		return writeGitHub(w, r, o)
	case JUnit:
		return writeJUnit(w, r, o)
	}
	panic("report: no format " + string(format))
}

// roots lists the roots that a report speaks of: the named ones, and others that something was found in. It
// is the empty one if findings name none.
func (o Options) roots(r finding.Report) []string {
	var list []string
	add := func(root string) {
		if !slices.Contains(list, root) {
			list = append(list, root)
		}
	}
	if len(o.Roots) > 1 {
		for _, root := range o.Roots {
			add(root)
		}
	}
	for _, f := range r.Findings {
		add(f.Root)
	}
	for _, s := range r.Skipped {
		add(s.Root)
	}
	for _, m := range r.Remarks {
		add(m.Root)
	}
	if len(list) == 0 {
		list = []string{""}
	}
	slices.Sort(list)
	return list
}

// named is the name of a root, also where findings leave it out because there is one only.
func (o Options) named(root string) string {
	if root == "" && len(o.Roots) == 1 {
		return o.Roots[0]
	}
	return root
}

// place is a path as the working directory sees it, where its root lies below; else from its root.
func (o Options) place(root, file string) string {
	root = strings.ReplaceAll(o.named(root), `\`, "/")
	root = path.Clean(root)
	if root == "." || root == ".." || path.IsAbs(root) || strings.HasPrefix(root, "../") || strings.Contains(root, ":") {
		return file
	}
	return root + "/" + file
}

// fixLine says in one line how a finding is mended.
func fixLine(f finding.Finding) string {
	switch f.Fix.Kind {
	case finding.Rename:
		return "fix: rename" + to(f.Fix) + because(f.Fix)
	case finding.Rewrite:
		return "fix: rewrite" + to(f.Fix) + because(f.Fix)
	case finding.Delete:
		return "fix: delete the line" + because(f.Fix)
	case finding.Withheld:
		return "fix withheld" + because(f.Fix)
	}
	if f.Fix.Reason != "" {
		return "by hand: " + f.Fix.Reason + onRequest(f.Fix)
	}
	rule, known := finding.Find(f.Code)
	if !known {
		return "by hand"
	}
	todo := strings.TrimSuffix(rule.ToDo, ".")
	return "by hand: " + strings.ToLower(todo[:1]) + todo[1:] + onRequest(f.Fix)
}

// onRequest says how to have the part of a fix that needs something to be made first.
func onRequest(fix finding.Fix) string {
	if len(fix.Optional) == 0 {
		return ""
	}
	return "; --fix --rename-secrets names it"
}

// to names what is written, if it is the same everywhere.
func to(fix finding.Fix) string {
	if len(fix.Edits) == 0 || fix.Edits[0].Text == "" || strings.ContainsAny(fix.Edits[0].Text, "\r\n") {
		return ""
	}
	for _, e := range fix.Edits {
		if e.Text != fix.Edits[0].Text {
			return ""
		}
	}
	return " to " + fix.Edits[0].Text
}

func because(fix finding.Fix) string {
	if fix.Reason == "" {
		return ""
	}
	return ": " + fix.Reason
}

// commitLine says which commit of a history brought a finding; empty outside of a history.
func commitLine(f finding.Finding) string {
	c := f.Commit
	if c == nil {
		return ""
	}
	text := "commit " + shortHash(c.Hash)
	if !c.When.IsZero() {
		text += " of " + c.When.UTC().Format("2006-01-02")
	}
	if c.Author != "" {
		text += " by " + c.Author
	}
	return text
}

const shownHash = 12 // characters of a commit's hash

func shortHash(hash string) string { return hash[:min(len(hash), shownHash)] }
