package inspect

import (
	"slices"

	"example.com/keyturn/audit/finding"
)

// fed tells which secrets LocalStack's variables are fed from in CI, as the findings that they would be if
// their names were people's: whose names there are no file tells.
func (d *document) fed() []finding.Finding {
	if !d.kind.ci || d.kind.log || d.isCrowded() {
		return nil
	}
	var list []finding.Finding
	told := map[int]bool{}
	note := func(s span) {
		if told[s.start] {
			return
		}
		told[s.start] = true
		f := d.at(s, finding.PersonalTokenInCI)
		f.Subject = d.slice(s)
		f.Fix = manual("create a CI token in the workspace, store it for this pipeline, and use it here")
		list = append(list, f)
	}
	for _, r := range d.refs {
		if r.feeds != feedsOther || setToken.MatchString(d.slice(span{start: d.line(r.start).start, end: r.start})) {
			note(r.span)
		}
	}
	if !d.kind.github {
		d.settings(note)
	}
	slices.SortFunc(list, func(a, b finding.Finding) int { return a.Line - b.Line })
	return list
}

// settings notes what a pipeline hands to LocalStack's variables from the settings of its project, where the
// secrets of most systems are kept.
func (d *document) settings(note func(span)) {
	for _, m := range setting.FindAllSubmatchIndex(d.text, -1) {
		s := span{start: m[2], end: m[3]}
		if d.classAt(s.start) == comment {
			continue
		}
		if _, own := d.occurrenceIn(s); own {
			continue
		}
		l, tied := d.leafAt(s.start)
		feeds, _ := d.feeds(s)
		if feeds == feedsNew && !d.setHere(d.slice(s), l.node) || feeds == feedsLegacy && tied && !l.isKey && d.isWhole(l.node, s) {
			note(s)
		}
	}
}
