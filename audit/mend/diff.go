package mend

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"example.com/keyturn/audit/blot"
)

// Part tells what a line of a diff is, so that it can be painted.
type Part int

// The parts.
const (
	Name  Part = iota // of a file
	Place             // where the lines below stand
	Same              // an unchanged line
	Gone              // a line that goes
	Made              // a line that comes
	Hint              // the last line of a file has no end
)

// Line is one line of a diff as a screen shows it.
type Line struct {
	Part Part
	Text string
}

// Paint colours a line. It must not make anything of it but colours.
type Paint func(part Part, text string) string

// Lines is a change as a person may see it: every value is blotted out, nothing in it speaks to the terminal,
// and of a very long line there is what lies around the change. It cannot be applied: Patches are for that.
func Lines(c Change) []Line {
	lines, hunks := hunksOf(c, func([]byte) bool { return false })
	if len(hunks) == 0 {
		return nil
	}
	hidden := blot.Of(c.Findings)
	name := shown([]byte(c.title()))
	out := []Line{{Name, "--- a/" + name}, {Name, "+++ b/" + name}}
	for _, h := range hunks {
		out = append(out, Line{Place, h.head()})
		h.each(lines, func(s side, line, twin []byte) {
			text := clipped(hidden.Line(content(line)), hidden.Line(content(twin)))
			out = append(out, Line{s.part(), string(s) + shown(text)})
			if !ended(line) {
				out = append(out, Line{Hint, noEnd})
			}
		})
	}
	return out
}

// content is a line without its end.
func content(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
}

// title is the name of a file, with its root where there are several.
func (c Change) title() string {
	if c.Root == "" {
		return c.Path
	}
	return strings.TrimSuffix(c.Root, "/") + "/" + c.Path
}

func (s side) part() Part {
	switch s {
	case gone:
		return Gone
	case made:
		return Made
	}
	return Same
}

const noEnd = `\ No newline at end of file`

func (h hunk) head() string {
	oldAt, oldCount, newAt, newCount := h.places()
	return fmt.Sprintf("@@ -%s +%s @@", span(oldAt, oldCount), span(newAt, newCount))
}

func span(at, count int) string {
	if count == 1 {
		return fmt.Sprint(at)
	}
	return fmt.Sprintf("%d,%d", at, count)
}

// Diff writes what a screen shows of the changes. paint may be nil.
func Diff(w io.Writer, changes []Change, paint Paint) error {
	if paint == nil {
		paint = func(_ Part, text string) string { return text }
	}
	var b strings.Builder
	for _, c := range changes {
		for _, line := range Lines(c) {
			b.WriteString(paint(line.Part, line.Text))
			b.WriteByte('\n')
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shown is a text with everything written out that a terminal would obey or not show.
func shown(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case r == '\t' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

const (
	longLine = 500 // bytes that a screen is given of a line
	beside   = 100 // bytes of them around where it differs from the other one
)

// clipped is what of a long line lies around its difference to another one.
func clipped(line, other []byte) []byte {
	if len(line) <= longLine {
		return line
	}
	from, to := 0, 0
	for from < min(len(line), len(other)) && line[from] == other[from] {
		from++
	}
	for to < min(len(line), len(other))-from && line[len(line)-1-to] == other[len(other)-1-to] {
		to++
	}
	from, to = max(from-beside, 0), min(len(line)-to+beside, len(line))
	cut := line[from:to]
	if len(cut) > longLine {
		cut = slices.Concat(cut[:longLine/2], []byte("…"), cut[len(cut)-longLine/2:])
	}
	if from > 0 {
		cut = slices.Concat([]byte("…"), cut)
	}
	if to < len(line) {
		cut = slices.Concat(cut, []byte("…"))
	}
	return bytes.ToValidUTF8(cut, nil)
}
