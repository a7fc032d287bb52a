package shape

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"example.com/keyturn/audit/finding"
)

// comparison walks two trees side by side.
type comparison struct {
	text   []byte
	edits  []finding.Edit
	placed []int // where the text of each edit starts in the new text
	starts []int // of all nodes of the old tree, in order
	names  *strings.Replacer
}

func compare(old, made *node, text []byte, edits []finding.Edit) error {
	c := comparison{text: text, edits: edits, names: namesOf(text, edits)}
	shift := 0
	for _, e := range edits {
		c.placed = append(c.placed, e.Start+shift)
		shift += len(e.Text) - (e.End - e.Start)
	}
	c.starts = startsOf(old, nil)
	slices.Sort(c.starts)
	return c.same(old, made)
}

func startsOf(n *node, list []int) []int {
	if n.at != unknown {
		list = append(list, n.at)
	}
	for _, b := range n.below {
		list = startsOf(b, list)
	}
	return list
}

// same compares two nodes that stand for each other.
func (c comparison) same(old, made *node) error {
	if old.kind != made.kind {
		return c.differs(old)
	}
	if old.value != made.value && !(c.touched(old) && c.blunt(old.value) == c.blunt(made.value)) {
		return c.differs(old)
	}
	if old.pairs && repeats(made) > repeats(old) {
		return fmt.Errorf("a name would stand twice beside itself near line %d", c.line(old))
	}
	next := 0
	for _, b := range old.below {
		switch {
		case next < len(made.below) && c.standsFor(b, made.below[next]):
			if err := c.same(b, made.below[next]); err != nil {
				return err
			}
			next++
		case !c.gone(b):
			return c.differs(b)
		}
	}
	if next < len(made.below) {
		return c.differs(old)
	}
	return nil
}

func (c comparison) differs(n *node) error {
	return fmt.Errorf("more than the names concerned would change near line %d", c.line(n))
}

func (c comparison) line(n *node) int {
	return bytes.Count(c.text[:min(max(n.at, 0), len(c.text))], []byte{'\n'}) + 1
}

// standsFor reports whether a node of the new tree is where the old one went.
func (c comparison) standsFor(old, made *node) bool {
	if old.at == unknown || made.at == unknown {
		return true
	}
	i, in := c.editAt(old.at)
	if !in {
		return made.at == old.at+c.shiftBefore(i)
	}
	e := c.edits[i]
	if len(old.below) > 0 && !c.gone(old) { // a block starts where its first entry does, and that one goes
		return true
	}
	return e.Text != "" && c.placed[i] <= made.at && made.at <= c.placed[i]+len(e.Text)
}

// gone reports whether a node and all below it start in what the edits take away.
func (c comparison) gone(n *node) bool {
	if n.at != unknown {
		if _, in := c.editAt(n.at); !in {
			return false
		}
	} else if len(n.below) == 0 {
		return false
	}
	return !slices.ContainsFunc(n.below, func(b *node) bool { return !c.gone(b) })
}

// editAt returns the edit that covers a place, or the first one behind it. An insertion covers its place.
func (c comparison) editAt(at int) (i int, in bool) {
	i = sort.Search(len(c.edits), func(i int) bool { return at < c.edits[i].End || at == c.edits[i].Start })
	return i, i < len(c.edits) && c.edits[i].Start <= at
}

// shiftBefore is how far the edits before the i-th move what follows them.
func (c comparison) shiftBefore(i int) int {
	if i == 0 {
		return 0
	}
	e := c.edits[i-1]
	return c.placed[i-1] + len(e.Text) - e.End
}

// touched reports whether an edit reaches into a node: into what lies between it and the next one.
func (c comparison) touched(n *node) bool {
	if n.at == unknown {
		return true
	}
	end := len(c.text)
	if i := sort.SearchInts(c.starts, n.at+1); i < len(c.starts) {
		end = c.starts[i]
	}
	i := sort.Search(len(c.edits), func(i int) bool { return c.edits[i].End >= n.at })
	return i < len(c.edits) && c.edits[i].Start <= end
}

// repeats counts the names that stand there for a second time.
func repeats(n *node) int {
	seen, count := map[string]bool{}, 0
	for _, b := range n.below {
		if seen[b.value] {
			count++
		}
		seen[b.value] = true
	}
	return count
}

// blunt is a value without what a format adds to it, in which what an edit replaces and what it puts there
// are one.
func (c comparison) blunt(value string) string { return c.names.Replace(bare(value)) }

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '"', '\'', '\\', '`':
			return -1
		}
		return r
	}, s)
}

// namesOf gives both sides of each edit one name, and none to what only comes or only goes. Edits that share
// a side share the name. The longest is found first.
func namesOf(text []byte, edits []finding.Edit) *strings.Replacer {
	names := map[string]string{}
	for i, e := range edits {
		was, is := bare(string(text[e.Start:e.End])), bare(e.Text)
		name := fmt.Sprintf("\x00%d\x00", i)
		if was == "" || is == "" {
			name = ""
		}
		for _, word := range []string{was, is} {
			if old, known := names[word]; known && old != "" {
				rename(names, old, name)
			}
			names[word] = name
		}
	}
	delete(names, "")
	words := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	var pairs []string
	for _, w := range words {
		pairs = append(pairs, w, names[w])
	}
	return strings.NewReplacer(pairs...)
}

func rename(names map[string]string, old, name string) {
	for word, n := range names {
		if n == old {
			names[word] = name
		}
	}
}
