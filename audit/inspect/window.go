package inspect

import (
	"bytes"
	"slices"

	"example.com/keyturn/audit/pattern"
)

// reach is how far a line is looked at around a mention, where it is longer than that: a program wrote it.
const reach = 8 << 10

// margin is how many lines around a mention of LocalStack can have to do with it.
const margin = 3

// windows are the lines of a text that name LocalStack, in any case of letters and with a slip, and those
// around them: nothing else in a file is looked at with patterns.
func windows(text []byte, starts []int) []span {
	var list []span
	note := func(at int) {
		i, found := slices.BinarySearch(starts, at)
		if !found {
			i--
		}
		w := span{start: starts[max(0, i-margin)], end: len(text)}
		if i+margin+1 < len(starts) {
			w.end = starts[i+margin+1]
		}
		w.start, w.end = max(w.start, at-reach), min(w.end, at+reach)
		if last := len(list) - 1; last >= 0 && list[last].end >= w.start {
			list[last].end = w.end
			return
		}
		list = append(list, w)
	}
	for from := 0; from < len(text); {
		i := indexMention(text[from:])
		if i < 0 {
			break
		}
		note(from + i)
		from += i + 1
		if last := list[len(list)-1]; from < last.end {
			from = max(from, last.end-1) // what lies in the window is seen with it
		}
	}
	return list
}

// indexMention is where "stack" or LOC… stands that may be a mention; -1 if nowhere.
func indexMention(text []byte) int {
	first := -1
	for _, word := range [][]byte{[]byte("stack"), []byte("STACK"), []byte("Stack"), []byte("LOC")} {
		limit := text
		if first >= 0 {
			limit = text[:min(len(text), first+len(word))]
		}
		if i := bytes.Index(limit, word); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	return first
}

// findAll is FindAllSubmatchIndex in the windows of a document.
func (d *document) findAll(form *pattern.Pattern) [][]int {
	var list [][]int
	for _, w := range d.windows {
		for _, m := range form.FindAllSubmatchIndex(d.text[w.start:w.end], -1) {
			for i := range m {
				if m[i] >= 0 {
					m[i] += w.start
				}
			}
			list = append(list, m)
		}
	}
	return list
}
