package shape

import (
	"bytes"
	"encoding/json"
)

// readJSON reads JSON, and what is written by hand as JSON: with comments and with commas behind the last
// entry. What was strict stays strict.
func readJSON(text []byte) (*node, error) {
	r := jsonReader{text: text}
	root := &node{kind: "loose", at: unknown}
	if json.Valid(text) {
		root.kind = "strict"
	}
	value, ok := r.value()
	if !ok || r.peek() != 0 || r.broken {
		return nil, errNotRead
	}
	root.below = []*node{value}
	return root, nil
}

type jsonReader struct {
	text   []byte
	at     int
	depth  int
	broken bool // a comment without an end
}

// peek returns the next byte that means something, and 0 at the end.
func (r *jsonReader) peek() byte {
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		switch {
		case rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\n':
			r.at++
		case bytes.HasPrefix(rest, []byte("//")):
			r.at = skipTo(r.text, r.at, "\n")
		case bytes.HasPrefix(rest, []byte("/*")):
			end := skipPast(r.text, r.at+2, "*/")
			if end < 0 {
				r.broken, r.at = true, len(r.text)
				return 0
			}
			r.at = end
		default:
			return rest[0]
		}
	}
	return 0
}

func (r *jsonReader) value() (*node, bool) {
	switch c := r.peek(); {
	case c == '{':
		return r.list('}', true)
	case c == '[':
		return r.list(']', false)
	case c == '"':
		return r.quoted()
	}
	start := r.at
	for r.at < len(r.text) && isWord(r.text[r.at]) {
		r.at++
	}
	word := r.text[start:r.at]
	return &node{kind: "word", value: string(word), at: start}, json.Valid(word)
}

// quoted reads a string. Its value is what is written, escapes and all.
func (r *jsonReader) quoted() (*node, bool) {
	start := r.at
	for r.at++; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '"':
			r.at++
			word := r.text[start:r.at]
			return &node{kind: "string", value: string(word), at: start}, json.Valid(word)
		}
	}
	return nil, false
}

// list reads an object or an array.
func (r *jsonReader) list(end byte, pairs bool) (*node, bool) {
	if r.depth++; r.depth > mostNested {
		return nil, false
	}
	defer func() { r.depth-- }()
	out := &node{kind: string(end), at: r.at, pairs: pairs}
	for r.at++; r.peek() != end; {
		entry, ok := r.entry(pairs)
		if !ok {
			return nil, false
		}
		out.below = append(out.below, entry)
		if r.peek() == ',' {
			r.at++
			continue
		}
		if r.peek() != end {
			return nil, false
		}
	}
	r.at++
	return out, true
}

func (r *jsonReader) entry(pairs bool) (*node, bool) {
	if !pairs {
		return r.value()
	}
	if r.peek() != '"' {
		return nil, false
	}
	name, ok := r.quoted()
	if !ok || r.peek() != ':' {
		return nil, false
	}
	r.at++
	value, ok := r.value()
	if !ok {
		return nil, false
	}
	name.below = []*node{value}
	return name, true
}

// skipTo returns where an ending begins, skipPast where it is over: at the end of the text, and -1, if there
// is none.
func skipTo(text []byte, from int, ending string) int {
	if i := bytes.Index(text[from:], []byte(ending)); i >= 0 {
		return from + i
	}
	return len(text)
}

func skipPast(text []byte, from int, ending string) int {
	if from > len(text) {
		return -1
	}
	i := bytes.Index(text[from:], []byte(ending))
	if i < 0 {
		return -1
	}
	return from + i + len(ending)
}

// isWord reports whether a byte belongs to a name or a number in most languages. What is not ASCII does.
func isWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '+' || c >= 0x80
}
