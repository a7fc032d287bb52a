package shape

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// readYAML reads every document of a stream.
func readYAML(text []byte) (*node, error) {
	r := yamlReader{text: text, lines: yamlLines(text)}
	d := yaml.NewDecoder(bytes.NewReader(text))
	root := &node{kind: "stream", at: unknown}
	for {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		root.below = append(root.below, r.node(&doc))
	}
}

type yamlReader struct {
	text  []byte
	lines []int

	line, column, at int // the place found last: long lines are walked once
}

func (r *yamlReader) node(n *yaml.Node) *node {
	out := &node{kind: fmt.Sprint(n.Kind, n.Style, n.Tag, n.Anchor), value: n.Value, at: r.place(n)}
	switch n.Kind {
	case yaml.DocumentNode:
		out.at = unknown
		out.value = ""
	case yaml.MappingNode:
		out.pairs = true
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := r.node(n.Content[i])
			name.below = append(name.below, r.node(n.Content[i+1]))
			out.below = append(out.below, name)
		}
		return out
	}
	for _, c := range n.Content {
		out.below = append(out.below, r.node(c))
	}
	return out
}

// place turns a line and a column, which counts characters, into an offset.
func (r *yamlReader) place(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(r.lines) {
		return unknown
	}
	if n.Line != r.line || n.Column < r.column {
		r.line, r.column, r.at = n.Line, 1, r.lines[n.Line-1]
	}
	for ; r.column < n.Column && r.at < len(r.text); r.column++ {
		_, size := utf8.DecodeRune(r.text[r.at:])
		r.at += size
	}
	return r.at
}

// yamlLines returns where lines start, as YAML 1.1 counts them: it knows more line ends than others.
func yamlLines(text []byte) []int {
	starts := []int{0}
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		i += size
		switch c {
		case '\r':
			if i < len(text) && text[i] == '\n' {
				i++
			}
		case '\n', '\u0085', '\u2028', '\u2029':
		default:
			continue
		}
		starts = append(starts, i)
	}
	return starts
}
