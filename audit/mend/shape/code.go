package shape

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"

	"mvdan.cc/sh/v3/syntax"
)

func readGo(text []byte) (*node, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var t tree
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			t.leave()
			return true
		}
		t.enter(n, goValue(n), files.Position(n.Pos()).Offset)
		return true
	})
	return t.root()
}

func goValue(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.BasicLit:
		return n.Value
	}
	return ""
}

// mostShell is how long a script may be that is parsed: the parser recurses at every word that opens a
// block, and no script that a person wrote is longer.
const mostShell = 128 << 10

func readShell(text []byte) (*node, error) {
	if len(text) > mostShell || tooDeep(text) {
		return nil, errNotRead
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(text), "")
	if err != nil {
		return nil, err
	}
	var t tree
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			t.leave()
			return true
		}
		at := unknown
		if n.Pos().IsValid() {
			at = int(n.Pos().Offset()) //nolint:gosec // not longer than mostShell
		}
		t.enter(n, shellValue(n), at)
		return true
	})
	return t.root()
}

func shellValue(n syntax.Node) string {
	switch n := n.(type) {
	case *syntax.Lit:
		return n.Value
	case *syntax.SglQuoted:
		return n.Value
	}
	return ""
}

// tree is made while a parser's own tree is walked.
type tree struct{ path []*node }

func (t *tree) enter(n any, value string, at int) {
	made := &node{kind: fmt.Sprintf("%T", n), value: value, at: at}
	if len(t.path) > 0 {
		above := t.path[len(t.path)-1]
		above.below = append(above.below, made)
	}
	t.path = append(t.path, made)
}

// leave goes up, but never out of the root.
func (t *tree) leave() {
	if len(t.path) > 1 {
		t.path = t.path[:len(t.path)-1]
	}
}

func (t *tree) root() (*node, error) {
	if len(t.path) == 0 {
		return nil, errNotRead
	}
	t.path[0].at = unknown
	return t.path[0], nil
}
