package report

import (
	"fmt"
	"strings"

	"example.com/keyturn/styles"
)

// mended says what the fixes did or would do, what they left, and what has to be made first.
func (p *printer) mended() {
	m := p.Mended
	if m == nil {
		return
	}
	findings := 0
	for _, f := range m.Files {
		findings += f.Findings
	}
	verb := "would mend"
	if m.Written {
		verb = "mended"
	}
	p.line(0, styles.Title, fmt.Sprintf("%s %s in %s", verb, count(findings, "finding", "findings"), count(len(m.Files), "file", "files")))
	for _, f := range m.Files {
		if f.Remark != "" {
			p.line(indent, styles.Warning, clean(p.within(f.Root, f.Path)+": "+f.Remark))
		}
	}
	for _, f := range m.Refused {
		p.line(indent, styles.Warning, clean("left as it is: "+p.within(f.Root, f.Path)+": "+f.Reason))
	}
	for _, n := range m.Needs {
		what := "secret"
		if n.Variable {
			what = "variable"
		}
		p.line(indent, styles.Warning, clean(fmt.Sprintf("to make first: the %s %s, with what %s holds; for %s", what, p.within(n.Root, n.Name), n.Was, strings.Join(n.Paths, ", "))))
	}
}
