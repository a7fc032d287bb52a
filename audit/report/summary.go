package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/styles"
)

// mostListed is how many things are listed that only make the list long; the other formats have all of them.
const mostListed = 50

// summary says how much was found, what was read and what was not, and what to do next.
func (p *printer) summary(r finding.Report) {
	tone := styles.OK
	if len(r.Findings) > 0 {
		tone = styles.Title
	}
	p.line(0, tone, totals(r))
	p.line(0, styles.Text, wasRead(r))
	p.skipped(r)
	if text := hidden(r.Stats); text != "" {
		p.line(0, styles.Text, text)
	}
	for i, m := range r.Remarks {
		if i == mostListed {
			p.line(0, styles.Muted, fmt.Sprintf("and %d more remarks", len(r.Remarks)-i))
			break
		}
		p.line(0, styles.Muted, "remark: "+clean(p.within(m.Root, m.Path)+": "+m.Text))
	}
	for _, step := range p.next(r) {
		p.line(0, styles.Text, step)
	}
}

// within is a path with its root before it where there are several.
func (p *printer) within(root, file string) string {
	if root == "" {
		return file
	}
	return strings.TrimSuffix(root, "/") + "/" + file
}

// skipped says what was not read: how much for which reason, and each that should have been.
func (p *printer) skipped(r finding.Report) {
	why := map[string]int{}
	var failed []finding.Skipped
	for _, s := range r.Skipped {
		if s.Failed {
			failed = append(failed, s)
		} else {
			why[s.Reason]++
		}
	}
	if len(why) > 0 {
		var parts []string
		for _, reason := range slices.Sorted(maps.Keys(why)) {
			parts = append(parts, fmt.Sprintf("%s (%d)", clean(reason), why[reason]))
		}
		p.line(0, styles.Text, "skipped: "+strings.Join(parts, ", "))
	}
	if len(failed) == 0 {
		return
	}
	p.line(0, styles.Danger, fmt.Sprintf("this report is not whole (%d):", len(failed)))
	for i, s := range failed {
		if i == mostListed {
			p.line(indent, styles.Text, fmt.Sprintf("and %d more", len(failed)-i))
			break
		}
		p.line(indent, styles.Text, clean(p.within(s.Root, s.Path)+": "+s.Reason))
	}
}

// next says what to do: the dangerous first.
func (p *printer) next(r finding.Report) []string {
	var literals, fixable, manual, withheld int
	for _, f := range r.Findings {
		if f.Code == finding.HardcodedAuthToken || f.Code == finding.LegacyKeyLiteral {
			literals++
		}
		switch {
		case f.Fix.Kind.Fixable():
			fixable++
		case f.Fix.Kind == finding.Withheld:
			withheld++
		default:
			manual++
		}
	}
	var steps []string
	if literals > 0 {
		steps = append(steps, "next: "+count(literals, "value stands in the open: rotate it", "values stand in the open: rotate them")+" first, as in keyturn rotate NAME --overlap none")
	}
	if fixable > 0 && p.Fix != "" {
		steps = append(steps, fmt.Sprintf("next: %d can be fixed: %s", fixable, p.Fix))
	}
	if withheld > 0 {
		steps = append(steps, fmt.Sprintf("next: %d would break something: the reason says what to do first", withheld))
	}
	if manual > literals {
		steps = append(steps, "next: "+count(manual-literals, "is left to a person", "are left to a person"))
	}
	return steps
}

// totals counts the findings.
func totals(r finding.Report) string {
	if len(r.Findings) == 0 {
		return "nothing found"
	}
	by := map[finding.Severity]int{}
	for _, f := range r.Findings {
		by[f.Severity]++
	}
	var parts []string
	for _, s := range []finding.Severity{finding.Error, finding.Warning, finding.Note} {
		if by[s] > 0 {
			parts = append(parts, count(by[s], string(s), string(s)+"s"))
		}
	}
	return count(len(r.Findings), "finding", "findings") + ": " + strings.Join(parts, ", ")
}

// wasRead says what was gone through.
func wasRead(r finding.Report) string {
	s := r.Stats
	text := fmt.Sprintf("read %s, %s", count(s.Files, "file", "files"), size(s.Bytes))
	if s.Roots > 1 {
		text += fmt.Sprintf(" in %d roots", s.Roots)
	}
	if s.Candidates > 0 {
		text += fmt.Sprintf("; LocalStack is named in %d", s.Candidates)
	}
	return text
}

// hidden says how much is not shown because somebody knows of it; empty if nothing is.
func hidden(s finding.Stats) string {
	var parts []string
	if s.Ignored > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored by marks in their lines", s.Ignored))
	}
	if s.Baselined > 0 {
		parts = append(parts, fmt.Sprintf("%d known to the baseline", s.Baselined))
	}
	if len(parts) == 0 {
		return ""
	}
	return "not shown: " + strings.Join(parts, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// size is a number of bytes for people.
func size(n int64) string {
	const kib = 1 << 10
	switch {
	case n < kib:
		return count(int(n), "byte", "bytes")
	case n < kib*kib:
		return fmt.Sprintf("%d KiB", n/kib)
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(kib*kib))
}
