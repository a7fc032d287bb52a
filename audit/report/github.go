package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"example.com/keyturn/audit/finding"
)

// What the runner of GitHub Actions takes back when it reads a command from the log.
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes commands that put findings beside the lines of a pull request. GitHub shows the first
// ten of each kind in a step; the log and the other formats have all of them.
func writeGitHub(w io.Writer, r finding.Report, o Options) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		said := []string{f.Message, fixLine(f), commitLine(f)}
		annotate(out, levels[f.Severity], annotation{
			file: o.place(f.Root, f.Path), line: max(f.Line, 1), column: max(f.Column, 1), end: max(f.EndColumn, f.Column, 1),
			title: finding.Prefix + string(f.Code), message: joined(said),
		})
	}
	for _, s := range r.Skipped {
		if s.Failed {
			annotate(out, "error", annotation{file: o.place(s.Root, s.Path), title: "not read", message: s.Reason})
		}
	}
	for _, m := range r.Remarks {
		annotate(out, "notice", annotation{file: o.place(m.Root, m.Path), title: "keyturn audit", message: m.Text})
	}
	fmt.Fprintln(out, "keyturn audit: "+totals(r)+"; "+wasRead(r))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// levels are the severities as GitHub calls them.
var levels = map[finding.Severity]string{finding.Error: "error", finding.Warning: "warning", finding.Note: "notice"}

// annotation is one command; without a line it is about the whole file.
type annotation struct {
	file, title, message string
	line, column, end    int
}

func annotate(w io.Writer, level string, a annotation) {
	at := ""
	if a.line > 0 {
		at = fmt.Sprintf(",line=%d,endLine=%d,col=%d,endColumn=%d", a.line, a.line, a.column, a.end)
	}
	fmt.Fprintf(w, "::%s file=%s%s,title=%s::%s\n", level, escapeProperty.Replace(clean(a.file)), at, escapeProperty.Replace(clean(a.title)), escapeData.Replace(clean(a.message)))
}

// joined makes one text of those that say something.
func joined(parts []string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, "; ")
}
