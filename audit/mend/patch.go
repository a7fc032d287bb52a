package mend

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/audit/blot"
)

// Patch is all changes below one root, for git apply in the folder of that root.
type Patch struct {
	Root string
	Text []byte
}

// Patches writes changes down exactly, a patch for every root: each is a repository of its own, and git
// applies nothing outside of the one it stands in.
//
// A patch goes into files, mails and reviews, so it holds no value: unchanged lines with one are left out from
// around a change. A file is refused where that does not do, because a changed line or the one next to it
// holds a value. Write changes such a file where it is.
func Patches(changes []Change) ([]Patch, []Refusal) {
	var patches []Patch
	var refused []Refusal
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path))
	})
	for _, c := range sorted {
		text, err := c.patch()
		if err != nil {
			refused = append(refused, c.refused(err))
			continue
		}
		if n := len(patches); n == 0 || patches[n-1].Root != c.Root {
			patches = append(patches, Patch{Root: c.Root})
		}
		last := &patches[len(patches)-1]
		last.Text = append(last.Text, text...)
	}
	return patches, refused
}

func (c Change) refused(err error) Refusal {
	return Refusal{Root: c.Root, Path: c.Path, Reason: err.Error(), Findings: c.Findings}
}

var errValue = errors.New("a patch of it would hold a credential: let it be written in place")

func (c Change) patch() ([]byte, error) {
	hidden := blot.Of(c.Findings)
	lines, hunks := hunksOf(c, hidden.In)
	var b bytes.Buffer
	from, to := quoted("a/"+c.Path), quoted("b/"+c.Path)
	fmt.Fprintf(&b, "diff --git %s %s\n--- %s\n+++ %s\n", from, to, ending(from), ending(to))
	for _, h := range hunks {
		first, last := h.parts[0], h.parts[len(h.parts)-1]
		if h.from > 0 && h.from == first.from || h.to < len(lines) && h.to == last.to { // git needs a line to hold on to
			return nil, errValue
		}
		b.WriteString(h.head() + "\n")
		clean := true
		h.each(lines, func(s side, line, _ []byte) {
			clean = clean && !hidden.In(line)
			b.WriteByte(byte(s))
			b.Write(line)
			if !ended(line) {
				b.WriteString("\n" + noEnd + "\n")
			}
		})
		if !clean {
			return nil, errValue
		}
	}
	return b.Bytes(), nil
}

// quoted is a name as git writes it: in quotes if something in it would end it or be read otherwise.
func quoted(name string) string {
	plain := utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f })
	if plain {
		return name
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(name) {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ending marks where a name with blanks is over.
func ending(name string) string {
	if strings.Contains(name, " ") && name[0] != '"' {
		return name + "\t"
	}
	return name
}
