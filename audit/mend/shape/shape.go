// Package shape tells whether a changed file is still the same file but for what was meant to change. It
// reads the old and the new text into trees and compares them: the same nodes in the same places, the same
// values but for what the edits replaced. It is pure, and what it says never holds a value.
package shape

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"example.com/keyturn/audit/finding"
)

// node is a part of a text that means something: a name with its value below it, an item, an instruction.
// Comments and blanks are no nodes.
type node struct {
	kind  string
	value string
	at    int  // where it starts; unknown if that is of no use
	pairs bool // what lies below are names, and a name stands there once
	below []*node
}

const unknown = -1

// reader makes a tree of a text, or says that the text is not of its format.
type reader func(text []byte) (*node, error)

var errNotRead = errors.New("not read")

// mostNested is how deep brackets may lie in each other: the readers recurse.
const mostNested = 1000

// Check compares a text with what the edits made of it. The edits are in order and do not overlap. nil means
// that the new text parses wherever the old one did, and that nothing but what the edits touch is different.
// A text without a reader for its path, or one that did not parse before, is not held to anything.
func Check(path string, before, after []byte, edits []finding.Edit) error {
	format := of(path, before)
	if format.read == nil {
		return nil
	}
	if bytes.HasPrefix(before, mark) {
		if !bytes.HasPrefix(after, mark) || len(edits) > 0 && edits[0].Start < len(mark) {
			return errors.New("the mark at its beginning would change")
		}
		before, after, edits = before[len(mark):], after[len(mark):], moved(edits, -len(mark))
	}
	old, err := safely(format.read, before)
	if err != nil {
		return nil //nolint:nilerr // it was broken before
	}
	made, err := safely(format.read, after)
	if err != nil {
		return fmt.Errorf("it would no longer be valid %s", format.name)
	}
	return compare(old, made, before, edits)
}

// mark is the byte order mark of UTF-8.
var mark = []byte("\xef\xbb\xbf")

func moved(edits []finding.Edit, by int) []finding.Edit {
	out := slices.Clone(edits)
	for i := range out {
		out[i].Start += by
		out[i].End += by
	}
	return out
}

// safely reads with a parser that is not ours: a fault of it makes the text unreadable, and no more.
func safely(read reader, text []byte) (tree *node, err error) {
	defer func() {
		if recover() != nil {
			err = errNotRead
		}
	}()
	return read(text)
}

// tooDeep reports whether more brackets lie in each other than the readers are given. It does not know
// strings and comments, so it may see more than there are.
func tooDeep(text []byte) bool {
	depth := 0
	for _, c := range text {
		switch c {
		case '(', '[', '{':
			if depth++; depth > mostNested {
				return true
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return false
}
