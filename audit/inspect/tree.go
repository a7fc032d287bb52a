package inspect

import (
	"cmp"
	"slices"
	"strings"
)

// form is what a node is made of.
type form int

const (
	scalar form = iota
	mapping
	sequence
)

// node is a value in a structured text, and where it is written.
type node struct {
	parent   *node
	form     form
	key      string // under which it stands in a mapping
	keyAt    span   // the key without its quotes; of class 0
	valueAt  span   // a scalar without its quotes or its block indicator
	text     string // a scalar's meaning
	block    bool   // a scalar of several lines that is written as a block
	children []*node
	alias    *node   // the value is written elsewhere: there
	users    []*node // aliases of this one
}

// tree is a structured text: its documents, and its scalars and keys in the order in which they are written.
type tree struct {
	docs   []*node
	leaves []leaf
}

// leaf is a place where a key or a scalar is written.
type leaf struct {
	at    span
	node  *node
	isKey bool
}

func (t *tree) finish() {
	for _, d := range t.docs {
		t.collect(d)
	}
	slices.SortFunc(t.leaves, func(a, b leaf) int { return cmp.Compare(a.at.start, b.at.start) })
}

func (t *tree) collect(n *node) {
	if n.keyAt.end > n.keyAt.start {
		t.leaves = append(t.leaves, leaf{n.keyAt, n, true})
	}
	if n.form == scalar && n.valueAt.end > n.valueAt.start {
		t.leaves = append(t.leaves, leaf{n.valueAt, n, false})
	}
	for _, c := range n.children {
		t.collect(c)
	}
}

// leafAt returns the key or scalar in which a place lies; false if it lies in none, as in a comment.
func (t *tree) leafAt(at int) (leaf, bool) {
	i, _ := slices.BinarySearchFunc(t.leaves, at, func(l leaf, at int) int { return cmp.Compare(l.at.start, at+1) })
	if i == 0 || !t.leaves[i-1].at.holds(at) {
		return leaf{}, false
	}
	return t.leaves[i-1], true
}

// child returns the value of a key in a mapping, through an alias if need be; nil if there is none. Keys
// are compared without regard to case.
func (n *node) child(key string) *node { return n.childOr(key, mostMerges) }

const mostMerges = 8 // a mapping may merge one that merges another; a circle of them ends here

func (n *node) childOr(key string, merges int) *node {
	n = n.real()
	if n == nil || n.form != mapping {
		return nil
	}
	for _, c := range n.children {
		if strings.EqualFold(c.key, key) {
			return c
		}
	}
	for _, c := range n.children {
		if c.key == "<<" && c.alias != nil && merges > 0 {
			if found := c.alias.childOr(key, merges-1); found != nil {
				return found
			}
		}
	}
	return nil
}

// real is the node itself, or what it is an alias of.
func (n *node) real() *node {
	if n != nil && n.alias != nil {
		return n.alias
	}
	return n
}

// value is the text of a key's scalar; empty if there is none.
func (n *node) value(key string) string {
	if c := n.child(key).real(); c != nil && c.form == scalar {
		return c.text
	}
	return ""
}

// names reports whether a scalar, or an item of a list of them, is that text.
func (n *node) names(text string) bool {
	if n.form == sequence {
		return slices.ContainsFunc(n.children, func(c *node) bool { return c.real().text == text })
	}
	return n.text == text
}

func (n *node) root() *node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// under returns the nearest ancestor, or the node itself, that stands under that key; nil if none does.
func (n *node) under(keys ...string) *node {
	for ; n != nil; n = n.parent {
		for _, k := range keys {
			if strings.EqualFold(n.key, k) {
				return n
			}
		}
	}
	return nil
}

// depth is how many nodes are above it.
func (n *node) depth() int {
	d := 0
	for ; n.parent != nil; n = n.parent {
		d++
	}
	return d
}

// ancestor returns the ancestor at that depth, perhaps the node itself; nil if it is less deep.
func (n *node) ancestor(depth int) *node {
	for have := n.depth(); have > depth; have-- {
		n = n.parent
	}
	if n.depth() != depth {
		return nil
	}
	return n
}

// walk visits the node and all below it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		c.walk(visit)
	}
}

// related reports whether one of two nodes is the other, or above it.
func related(a, b *node) bool {
	for n := a; n != nil; n = n.parent {
		if n == b {
			return true
		}
	}
	for n := b; n != nil; n = n.parent {
		if n == a {
			return true
		}
	}
	return false
}
