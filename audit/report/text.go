package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/styles"
)

// printer writes for people.
type printer struct {
	Options
	out *bufio.Writer
}

func writeText(w io.Writer, r finding.Report, o Options) error {
	p := &printer{Options: o, out: bufio.NewWriter(w)}
	if p.Styles == nil {
		p.Styles = &styles.Styles{}
	}
	if !p.Brief {
		p.findings(r)
	}
	p.mended()
	p.summary(r)
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// findings lists them under their root, where there are several, and their file.
func (p *printer) findings(r finding.Report) {
	root, file := "", ""
	for i, f := range r.Findings {
		if f.Root != root {
			p.line(0, styles.Title, "in "+clean(f.Root)+":")
			p.out.WriteByte('\n')
		}
		if i == 0 || f.Root != root || f.Path != file {
			p.line(0, styles.Accent, clean(f.Path))
		}
		root, file = f.Root, f.Path
		p.finding(f)
		if i+1 == len(r.Findings) || r.Findings[i+1].Root != root || r.Findings[i+1].Path != file {
			p.out.WriteByte('\n')
		}
	}
}

// How far a finding and what is said about it are indented.
const (
	indent = 2
	inner  = 8
)

func (p *printer) finding(f finding.Finding) {
	at := fmt.Sprintf("%d:%d", f.Line, f.Column)
	fmt.Fprintf(p.out, "%*s%s  %s  %s\n", indent, "", at, p.Styles.Render(styles.Legacy, string(f.Code)), p.Styles.Render(tones[f.Severity], string(f.Severity)))
	if excerpt := strings.TrimSpace(clean(f.Excerpt)); excerpt != "" {
		p.out.WriteString(strings.Repeat(" ", inner) + p.Styles.Render(styles.Muted, p.cut(excerpt)) + "\n")
	}
	p.line(inner, styles.Text, clean(f.Message))
	tone := styles.Muted
	if f.Fix.Kind.Fixable() {
		tone = styles.OK
	}
	p.line(inner, tone, clean(fixLine(f)))
	if commit := commitLine(f); commit != "" {
		p.line(inner, styles.Muted, clean(commit))
	}
}

var tones = map[finding.Severity]styles.Tone{finding.Error: styles.Danger, finding.Warning: styles.Warning, finding.Note: styles.Muted}

// line prints a text, in as many lines as it takes, all of them indented.
func (p *printer) line(left int, tone styles.Tone, text string) {
	for _, part := range wrap(text, p.Width-left) {
		p.out.WriteString(strings.Repeat(" ", left))
		p.out.WriteString(p.Styles.Render(tone, part))
		p.out.WriteByte('\n')
	}
}

// cut shortens a line of a file to the width: it is there to be recognised, not to be read whole.
func (p *printer) cut(excerpt string) string {
	if p.Width <= inner {
		return excerpt
	}
	return ansi.Truncate(excerpt, p.Width-inner, "…")
}

// wrap breaks a text at its blanks; a word that is too long has a line of its own. No width, no breaks.
func wrap(text string, width int) []string {
	if width <= 0 || ansi.StringWidth(text) <= width {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		wide := ansi.StringWidth(word)
		if used > 0 && used+1+wide > width {
			lines, line, used = append(lines, line), "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+wide
	}
	return append(lines, line)
}
