package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// readJSON reads JSON as people write it: with comments, and with a comma too many. spans are the comments
// of the text.
func readJSON(text []byte, spans []span) (*tree, error) {
	j := jsonReader{text: text, spans: spans}
	doc, err := j.value(nil, 0)
	if err != nil {
		return nil, err
	}
	t := &tree{docs: []*node{doc}}
	t.finish()
	return t, nil
}

const deepest = 200 // JSON that is nested deeper is none that people write

type jsonReader struct {
	text  []byte
	spans []span
	at    int
}

func (j *jsonReader) fail(what string) error {
	return errors.New("line " + strconv.Itoa(bytes.Count(j.text[:min(j.at, len(j.text))], []byte{'\n'})+1) + ": " + what)
}

// next skips white space, comments and a byte order mark, and returns the byte that follows; 0 at the end.
func (j *jsonReader) next() byte {
	for j.at < len(j.text) {
		if s, ok := spanAt(j.spans, j.at); ok && s.class == comment {
			j.at = s.end
			continue
		}
		if c := j.text[j.at]; c != ' ' && c != '\t' && c != '\r' && c != '\n' && c < 0xBB {
			return c
		}
		j.at++
	}
	return 0
}

func (j *jsonReader) value(parent *node, depth int) (*node, error) {
	if depth > deepest {
		return nil, j.fail("nested too deeply")
	}
	n := &node{parent: parent}
	switch c := j.next(); c {
	case 0:
		return nil, j.fail("it ends too early")
	case '{':
		n.form = mapping
		return n, j.members(n, '}', depth)
	case '[':
		n.form = sequence
		return n, j.members(n, ']', depth)
	case '"':
		var err error
		n.valueAt, n.text, err = j.str()
		return n, err
	}
	start := j.at
	for j.at < len(j.text) && bytes.IndexByte([]byte(",]}: \t\r\n\"/"), j.text[j.at]) < 0 {
		j.at++
	}
	if j.at == start {
		return nil, j.fail("a value was expected")
	}
	n.valueAt = span{start: start, end: j.at}
	n.text = string(j.text[start:j.at])
	return n, nil
}

func (j *jsonReader) str() (span, string, error) {
	s := span{start: j.at + 1}
	length, ok := closing(j.text[s.start:], quote{`"`, `"`, '\\', false})
	if !ok {
		return s, "", j.fail("a string is not closed")
	}
	s.end = s.start + length - 1
	j.at = s.end + 1
	var text string
	if json.Unmarshal(j.text[s.start-1:j.at], &text) != nil {
		text = string(j.text[s.start:s.end])
	}
	return s, text, nil
}

func (j *jsonReader) members(n *node, closer byte, depth int) error {
	for j.at++; ; {
		switch c := j.next(); {
		case c == closer:
			j.at++
			return nil
		case c == ',':
			j.at++
			continue
		case c == 0:
			return j.fail("a bracket is not closed")
		}
		if err := j.member(n, depth); err != nil {
			return err
		}
	}
}

func (j *jsonReader) member(n *node, depth int) error {
	var at span
	var key string
	if n.form == mapping {
		if j.next() != '"' {
			return j.fail("a name in quotes was expected")
		}
		var err error
		if at, key, err = j.str(); err != nil {
			return err
		}
		if j.next() != ':' {
			return j.fail("a colon was expected")
		}
		j.at++
	}
	c, err := j.value(n, depth+1)
	if err != nil {
		return err
	}
	c.key, c.keyAt = key, at
	n.children = append(n.children, c)
	return nil
}
