package mend

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/audit/finding"
)

// settle puts edits in the order of the file, each once, and leaves out what changes nothing and what lies in
// a text that goes anyway. It fails if an edit makes no sense, or if two want different things.
func settle(text []byte, edits []finding.Edit) ([]finding.Edit, error) {
	for _, e := range edits {
		if err := sound(text, e); err != nil {
			return nil, err
		}
	}
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b finding.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.Text, b.Text))
	})
	var out []finding.Edit
	for _, e := range edits {
		if n := len(out); n > 0 {
			last := out[n-1]
			if e == last || within(last, e) {
				continue
			}
			if e.Start < last.End || e.Start == last.Start {
				return nil, fmt.Errorf("two findings want different changes in line %d", lineOf(text, e.Start))
			}
		}
		out = append(out, e)
	}
	return slices.DeleteFunc(out, func(e finding.Edit) bool { return e.Text == string(text[e.Start:e.End]) }), nil
}

// within reports whether an edit replaces what another one takes away.
func within(removal, e finding.Edit) bool {
	return removal.Text == "" && removal.Start <= e.Start && e.Start < e.End && e.End <= removal.End
}

var errOutside = errors.New("a change lies outside of the file")

// sound tells what is wrong with an edit by itself.
func sound(text []byte, e finding.Edit) error {
	if e.Start < 0 || e.End < e.Start || e.End > len(text) {
		return errOutside
	}
	problem := ""
	switch {
	case splits(text, e.Start) || splits(text, e.End) || !utf8.ValidString(e.Text):
		problem = "cut a character in two"
	case strings.ContainsFunc(e.Text, isControl):
		problem = "put a control character there"
	case !endsAlike(text, e):
		problem = "bring another kind of line end"
	default:
		return nil
	}
	return fmt.Errorf("a change in line %d would %s", lineOf(text, e.Start), problem)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f }

// endsAlike reports whether the lines of an edit end as the line ends into which it goes.
func endsAlike(text []byte, e finding.Edit) bool {
	if !strings.ContainsAny(e.Text, "\r\n") {
		return true
	}
	if lineEnd(text, e.Start) == "\n" {
		return !strings.Contains(e.Text, "\r")
	}
	return !strings.ContainsAny(strings.ReplaceAll(e.Text, "\r\n", ""), "\r\n")
}

// splits reports whether a place lies within a character, a line end or the mark at the beginning.
func splits(text []byte, at int) bool {
	if at == 0 || at == len(text) {
		return at == 0 && bytes.HasPrefix(text, byteOrderMark)
	}
	if text[at-1] == '\r' && text[at] == '\n' {
		return true
	}
	for start := max(at-utf8.UTFMax+1, 0); start < at; start++ {
		if c, size := utf8.DecodeRune(text[start:]); c != utf8.RuneError && start+size > at {
			return true
		}
	}
	return false
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// lineEnd is how the line of a place ends. The last line of a file ends as the one before it.
func lineEnd(text []byte, at int) string {
	i := bytes.IndexByte(text[at:], '\n') + at
	if i < at {
		i = bytes.LastIndexByte(text[:at], '\n')
	}
	if i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

func lineOf(text []byte, at int) int { return bytes.Count(text[:at], []byte{'\n'}) + 1 }

// apply makes the new text. The edits are settled.
func apply(text []byte, edits []finding.Edit) []byte {
	size := len(text)
	for _, e := range edits {
		size += len(e.Text) - (e.End - e.Start)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range edits {
		out = append(append(out, text[at:e.Start]...), e.Text...)
		at = e.End
	}
	return append(out, text[at:]...)
}
