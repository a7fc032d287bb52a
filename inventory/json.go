package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// maxDepth is how deep a JSON file may nest; a workspace file needs six levels.
const maxDepth = 64

// jsonParser takes JSON (RFC 8259) apart and knows on which line it is.
type jsonParser struct {
	text   []byte
	d      *json.Decoder
	line   int // of offset
	offset int
}

func parseJSON(text []byte) (*node, error) {
	p := &jsonParser{text: text, d: json.NewDecoder(bytes.NewReader(text)), line: 1}
	p.d.UseNumber()
	root, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.d.Token(); !errors.Is(err, io.EOF) {
		return nil, &syntaxError{line: p.here(), message: "something stands after the end of the workspace"}
	}
	return root, nil
}

// here is the line of the next token.
func (p *jsonParser) here() int {
	at := int(p.d.InputOffset())
	for at < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[at]) >= 0 {
		at++
	}
	p.line += bytes.Count(p.text[p.offset:at], []byte("\n"))
	p.offset = at
	return p.line
}

func (p *jsonParser) token() (json.Token, int, error) {
	line := p.here()
	token, err := p.d.Token()
	if err == nil {
		return token, line, nil
	}
	var bad *json.SyntaxError
	if errors.As(err, &bad) {
		line = lineAt(p.text, min(int(max(bad.Offset-1, 0)), len(p.text)))
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, 0, &syntaxError{line: lineAt(p.text, len(bytes.TrimRight(p.text, " \t\r\n"))), message: "the file ends too early: a bracket or a quote is not closed"}
	}
	return nil, 0, &syntaxError{line: line, message: "this is not JSON here: look at the commas, the quotes and the brackets"}
}

func (p *jsonParser) value(depth int) (*node, error) {
	token, line, err := p.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: line}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, &syntaxError{line: line, message: "this is nested too deep"}
		}
		if t == '{' {
			return p.object(n, depth)
		}
		return p.array(n, depth)
	case string:
		n.text, n.quoted = t, true
	case json.Number:
		n.text = t.String()
	case bool:
		n.text = "false"
		if t {
			n.text = "true"
		}
	case nil:
		n.null = true
	}
	return n, nil
}

func (p *jsonParser) object(n *node, depth int) (*node, error) {
	n.kind = mapping
	for p.d.More() {
		name, line, err := p.token()
		if err != nil {
			return nil, err
		}
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string)
		n.fields = append(n.fields, field{name: text, line: line, value: value})
	}
	_, _, err := p.token()
	return n, err
}

func (p *jsonParser) array(n *node, depth int) (*node, error) {
	n.kind = sequence
	for p.d.More() {
		value, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, value)
	}
	_, _, err := p.token()
	return n, err
}
