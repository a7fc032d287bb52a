package mend

import (
	"bytes"
	"cmp"

	"example.com/keyturn/audit/finding"
)

// around is how many unchanged lines stand around a change.
const around = 3

// hunk is a run of lines of the old text, [from, to), and what becomes of it. The edits tell where the texts
// differ, so nothing has to be searched.
type hunk struct {
	from, to int // lines, from 0
	shift    int // how many lines the new text has more before it
	parts    []part
}

// part is a run of lines of the old text that is replaced by new ones.
type part struct {
	from, to int
	made     [][]byte
}

// hunksOf puts the changes together that are near to each other. Lines around them that closed names are not
// shown, nor what lies behind these.
func hunksOf(c Change, closed func(line []byte) bool) (lines [][]byte, hunks []hunk) {
	lines = linesOf(c.Before)
	parts := partsOf(c, lines)
	shift := 0
	for i, p := range parts {
		before, after := 0, len(lines)
		if i > 0 {
			before = parts[i-1].to
		}
		if i+1 < len(parts) {
			after = parts[i+1].from
		}
		from, to := p.from, p.to
		for from > before && from > p.from-around && !closed(lines[from-1]) {
			from--
		}
		for to < after && to < p.to+around && !closed(lines[to]) {
			to++
		}
		if n := len(hunks); n > 0 && hunks[n-1].to >= from {
			hunks[n-1].to = to
			hunks[n-1].parts = append(hunks[n-1].parts, p)
		} else {
			hunks = append(hunks, hunk{from: from, to: to, shift: shift, parts: []part{p}})
		}
		shift += len(p.made) - (p.to - p.from)
	}
	return lines, hunks
}

// partsOf widens the edits to whole lines.
func partsOf(c Change, lines [][]byte) []part {
	var parts []part
	line, start := 0, 0 // the line that the next edit begins in, and where it starts
	for i := 0; i < len(c.edits); {
		for line < len(lines) && start+len(lines[line]) <= c.edits[i].Start && ended(lines[line]) {
			start += len(lines[line])
			line++
		}
		p := part{from: line, to: line}
		end, first := start, i
		for i < len(c.edits) && (i == first || c.edits[i].Start < end) {
			for p.to < len(lines) && !covered(c.edits[i], start, end) {
				end += len(lines[p.to])
				p.to++
			}
			i++
		}
		p.made = linesOf(apply(c.Before[start:end], moved(c.edits[first:i], -start)))
		parts = append(parts, p)
		line, start = p.to, end
	}
	return parts
}

// covered reports whether the lines up to end hold an edit and all that it changes of them: one that takes the
// end of a line away without another one changes the next line too.
func covered(e finding.Edit, start, end int) bool {
	if e.End < end {
		return true
	}
	if e.End > end {
		return false
	}
	wholeLines := e.Text == "" && e.Start == start || len(e.Text) > 0 && e.Text[len(e.Text)-1] == '\n'
	return wholeLines && (e.End > start || e.Start == start && e.Text != "")
}

func ended(line []byte) bool { return line[len(line)-1] == '\n' }

// linesOf cuts a text behind every line end.
func linesOf(text []byte) [][]byte {
	if len(text) == 0 {
		return nil
	}
	lines := bytes.SplitAfter(text, []byte{'\n'})
	if last := len(lines) - 1; len(lines[last]) == 0 {
		lines = lines[:last]
	}
	return lines
}

func moved(edits []finding.Edit, by int) []finding.Edit {
	var out []finding.Edit
	for _, e := range edits {
		out = append(out, finding.Edit{Start: e.Start + by, End: e.End + by, Text: e.Text})
	}
	return out
}

// side tells what a line of a hunk is.
type side byte

const (
	same side = ' '
	gone side = '-'
	made side = '+'
)

// each visits the lines of a hunk as a diff shows them. A line that became another one comes with it.
func (h hunk) each(lines [][]byte, visit func(s side, line, twin []byte)) {
	at := h.from
	for _, p := range h.parts {
		for ; at < p.from; at++ {
			visit(same, lines[at], nil)
		}
		old := lines[p.from:p.to]
		paired := len(old) == len(p.made)
		for i, line := range old {
			if paired {
				visit(gone, line, p.made[i])
			} else {
				visit(gone, line, nil)
			}
		}
		for i, line := range p.made {
			if paired {
				visit(made, line, old[i])
			} else {
				visit(made, line, nil)
			}
		}
		at = p.to
	}
	for ; at < h.to; at++ {
		visit(same, lines[at], nil)
	}
}

// places returns where a hunk begins in both texts and how many lines it has there, as a diff counts them.
func (h hunk) places() (oldAt, oldCount, newAt, newCount int) {
	oldCount = h.to - h.from
	newCount = oldCount
	for _, p := range h.parts {
		newCount += len(p.made) - (p.to - p.from)
	}
	return h.from + cmp.Compare(oldCount, 0), oldCount, h.from + h.shift + cmp.Compare(newCount, 0), newCount
}
