package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"example.com/keyturn/audit/pattern"
)

// templates are the brackets of Helm, Jinja and their like. GitHub's ${{ }} is plain YAML already.
var (
	templateLine = pattern.New(`(?m)^[ \t]*\{\{-?[^\n]*\}\}[ \t\r]*$|^[ \t]*\{%[^\n]*%\}[ \t\r]*$`)
	template     = pattern.New(`\{\{[^\n]*?\}\}|\{%[^\n]*?%\}`)
)

// readYAML reads every document of a text. If it is no YAML as it stands, it is read once more with the
// brackets of templates blotted out.
func readYAML(text []byte) (*tree, error) {
	t, err := parseYAML(text, text)
	if err == nil || !bytes.Contains(text, []byte("{{")) && !bytes.Contains(text, []byte("{%")) {
		return t, err
	}
	blotted := templateComment.ReplaceAllFunc(text, blank)
	blotted = templateLine.ReplaceAllFunc(blotted, func(b []byte) []byte { return bytes.Repeat([]byte{' '}, len(b)) })
	blotted = template.ReplaceAllFunc(blotted, func(b []byte) []byte { return bytes.Repeat([]byte{'x'}, len(b)) })
	if t, again := parseYAML(text, blotted); again == nil {
		return t, nil
	}
	return t, err
}

// blank is as many bytes of space, in as many lines.
func blank(b []byte) []byte {
	empty := bytes.Repeat([]byte{' '}, len(b))
	for i, c := range b {
		if c == '\n' {
			empty[i] = c
		}
	}
	return empty
}

func parseYAML(text, seen []byte) (t *tree, err error) {
	defer func() {
		if p := recover(); p != nil { // the parser has known panics on odd input
			t, err = nil, fmt.Errorf("%v", p)
		}
	}()
	y := yamlReader{text: text, seen: seen, lines: lineStarts(text), anchors: map[*yaml.Node]*node{}}
	t = &tree{}
	for d := yaml.NewDecoder(bytes.NewReader(seen)); ; {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(doc.Content) > 0 {
			t.docs = append(t.docs, y.node(doc.Content[0], nil))
		}
	}
	if len(t.docs) == 0 {
		return nil, errors.New("it holds no document")
	}
	t.finish()
	return t, nil
}

// yamlReader turns the parser's nodes into ours.
type yamlReader struct {
	text, seen []byte
	lines      []int
	anchors    map[*yaml.Node]*node
}

func (y *yamlReader) node(from *yaml.Node, parent *node) *node {
	n := &node{parent: parent}
	y.anchors[from] = n
	switch from.Kind {
	case yaml.MappingNode:
		n.form = mapping
		for i := 0; i+1 < len(from.Content); i += 2 {
			key := from.Content[i]
			c := y.node(from.Content[i+1], n)
			c.key = key.Value
			c.keyAt, _ = y.written(key)
			n.children = append(n.children, c)
		}
	case yaml.SequenceNode:
		n.form = sequence
		for _, item := range from.Content {
			n.children = append(n.children, y.node(item, n))
		}
	case yaml.AliasNode:
		if target := y.anchors[from.Alias]; target != nil {
			n.alias = target
			target.users = append(target.users, n)
		}
	case yaml.ScalarNode:
		n.valueAt, n.block = y.written(from)
		n.text = from.Value
		if !bytes.Equal(y.text, y.seen) {
			n.text = string(y.text[n.valueAt.start:n.valueAt.end])
		}
	}
	return n
}

// properties are what may stand before a scalar: an anchor, a tag.
var properties = pattern.New(`^(?:[&!]\S*[ \t]+)+`)

// written is where a scalar stands, and whether as a block.
func (y *yamlReader) written(n *yaml.Node) (at span, block bool) {
	if n.Kind != yaml.ScalarNode || n.Line == 0 || n.Line > len(y.lines) {
		return span{}, false
	}
	start := y.offset(n.Line, n.Column)
	start += len(properties.Find(y.seen[start:]))
	if start >= len(y.seen) {
		return span{}, false
	}
	switch n.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		return y.inner(start, quote{`"`, `"`, '\\', true}), false
	case yaml.SingleQuotedStyle:
		return y.inner(start, quote{`'`, `'`, 0, true}), false
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return blockAfter(y.seen, lineEnd(y.seen, start)), true
	}
	return span{start: start, end: plainEnd(y.seen, start, n.Value)}, false
}

func (y *yamlReader) inner(start int, q quote) span {
	from := start + 1
	for rest := from; rest < len(y.seen); {
		length, ok := closing(y.seen[rest:], q)
		if !ok {
			break
		}
		end := rest + length
		if q.escape == 0 && end < len(y.seen) && y.seen[end] == '\'' { // '' is an apostrophe
			rest = end + 1
			continue
		}
		return span{start: from, end: end - 1}
	}
	return span{start: from, end: from}
}

func (y *yamlReader) offset(line, column int) int {
	at := y.lines[line-1]
	for range column - 1 {
		if at >= len(y.seen) {
			break
		}
		_, size := utf8.DecodeRune(y.seen[at:])
		at += size
	}
	return at
}

// blockAfter is the block of text behind a line: it ends before the first line that is less indented than
// its first one.
func blockAfter(text []byte, header int) span {
	start := min(header+1, len(text))
	indent, end := -1, start
	for at := start; at < len(text); {
		stop := lineEnd(text, at)
		line := text[at:stop]
		if blank := bytes.TrimLeft(line, " "); len(bytes.TrimSpace(blank)) > 0 {
			have := len(line) - len(blank)
			if indent < 0 {
				indent = have
			}
			if have < indent {
				break
			}
			end = stop
		}
		at = stop + 1
	}
	return span{start: start, end: max(start, end)}
}

// plainEnd is where an unquoted scalar ends: its words stand in the text with any white space between them.
func plainEnd(text []byte, start int, value string) int {
	at := start
	for i, word := range strings.Fields(value) {
		if i > 0 {
			at += len(text[at:]) - len(bytes.TrimLeft(text[at:], " \t\r\n"))
		}
		if !bytes.HasPrefix(text[at:], []byte(word)) {
			return at
		}
		at += len(word)
	}
	return at
}

// lineStarts is where each line begins.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, c := range text {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// yamlSpans are the comments of a text: whatever follows a # between two scalars. What is written as a block,
// or is a script on a line, is read as a shell would.
func yamlSpans(text []byte, t *tree) []span {
	var spans []span
	from := 0
	for _, l := range append(t.leaves, leaf{at: span{start: len(text), end: len(text)}}) {
		if l.at.start > from {
			spans = append(spans, gapComments(text, from, l.at.start)...)
		}
		if !l.isKey && l.node != nil && l.node.block {
			for _, s := range lex(text[l.at.start:l.at.end], scriptSyntax(l.node)) {
				spans = append(spans, span{s.start + l.at.start, s.end + l.at.start, s.class})
			}
		}
		from = max(from, l.at.end)
	}
	return inOrder(append(spans, templateComments(text)...))
}

func templateComments(text []byte) []span {
	var spans []span
	for _, m := range templateComment.FindAllIndex(text, -1) {
		spans = append(spans, span{m[0], m[1], comment})
	}
	return spans
}

var templateComment = pattern.New(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}|\{#.*?#\}`)

func scriptSyntax(n *node) syntax {
	if n.parent != nil && n.parent.parent != nil && strings.Contains(n.parent.parent.value("uses"), "github-script") {
		return syntaxes[curlyText]
	}
	if strings.HasSuffix(n.key, ".json") {
		return syntaxes[jsonText]
	}
	return syntaxes[shellText]
}

func gapComments(text []byte, from, to int) []span {
	var spans []span
	for at := from; at < to; at++ {
		if text[at] != '#' || at > 0 && bytes.IndexByte([]byte(" \t\n\r"), text[at-1]) < 0 {
			continue
		}
		end := min(lineEnd(text, at), to)
		spans = append(spans, span{at, end, comment})
		at = end
	}
	return spans
}
