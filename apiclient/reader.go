package apiclient

import (
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep the values of an answer may be nested.
const maxDepth = 32

// shapeError says where an answer does not keep to the contract. It never repeats a value, nor a name
// that the contract does not know: either may be a secret.
type shapeError struct {
	path    string
	what    string
	unnamed bool // the next field to be named is not one of the contract's
}

// Error names the place and what is wrong there.
func (e *shapeError) Error() string {
	if e.path == "" {
		return "the answer " + e.what
	}
	return e.path + " " + e.what
}

func (e *shapeError) within(step string) {
	switch {
	case e.path == "":
		e.path = step
	case e.path[0] == '[':
		e.path = step + e.path
	default:
		e.path = step + "." + e.path
	}
}

// reader walks through one JSON text, strictly: no wrong type, no missing field, no null, no text
// that is not Unicode. The first trouble stays; from then on every read gives the zero value.
type reader struct {
	data  []byte
	pos   int
	depth int
	err   *shapeError
	texts map[string]string // from a text as it came to the clean one, so that both exist once
}

// decodeBody decodes a whole answer.
func decodeBody[T any](body []byte, decode func(*reader) T) (T, error) {
	r := &reader{data: body, texts: map[string]string{}}
	if !utf8.Valid(body) {
		r.fail("is not Unicode")
	}
	value := decode(r)
	if r.err == nil && r.peek() != 0 {
		r.fail("goes on after its end")
	}
	if r.err != nil {
		var none T
		return none, r.err
	}
	return value, nil
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = &shapeError{what: what}
	}
}

// peek returns the next byte that is not blank, 0 at the end or after trouble.
func (r *reader) peek() byte {
	if r.err != nil {
		return 0
	}
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; c {
		case ' ', '\n', '\t', '\r':
			r.pos++
		case 0:
			r.fail("is not JSON")
			return 0
		default:
			return c
		}
	}
	return 0
}

func (r *reader) expect(c byte, what string) {
	if r.peek() != c {
		r.fail(what)
		return
	}
	r.pos++
}

func (r *reader) enter(open byte, what string) {
	r.expect(open, what)
	if r.depth++; r.depth > maxDepth {
		r.fail("is nested too deep")
	}
}

// fields is one object while it is read.
type fields struct {
	required []string
	seen     uint64 // bit by bit, which of the required
	key      []byte // of the value to be read now
	begun    bool
}

func (r *reader) object(required []string) fields {
	r.enter('{', "must be an object")
	return fields{required: required}
}

// next goes to the next field: its name is in key, and its value must be read or skipped before the
// following next. At the end of the object it checks that nothing is missing.
func (r *reader) next(f *fields) bool {
	if r.err != nil {
		r.blame(f)
		return false
	}
	c := r.peek()
	if c == '}' {
		r.pos++
		r.depth--
		r.complete(f)
		return false
	}
	if f.begun {
		r.expect(',', "is not JSON: a comma is missing")
	}
	f.begun = true
	f.key = r.quoted()
	r.expect(':', "is not JSON: a colon is missing")
	for i, name := range f.required {
		if string(f.key) != name {
			continue
		}
		if f.seen&(1<<i) != 0 {
			r.fail("holds a field twice")
		}
		f.seen |= 1 << i
	}
	if r.err != nil {
		f.key = nil
	}
	return r.err == nil
}

// blame adds the field that was being read to the place of the trouble.
func (r *reader) blame(f *fields) {
	switch {
	case f.key == nil:
	case r.err.unnamed:
		r.err.unnamed = false
		r.err.within("(unknown field)")
	default:
		r.err.within(string(f.key))
	}
	f.key = nil
}

func (r *reader) complete(f *fields) {
	for i, name := range f.required {
		if f.seen&(1<<i) == 0 {
			r.fail("has no " + name)
			return
		}
	}
}

// listOf reads an array, each item with the same function.
func listOf[T any](r *reader, item func(*reader) T) []T {
	r.enter('[', "must be an array")
	if r.peek() == ']' {
		r.pos++
		r.depth--
		return nil
	}
	var list []T
	for r.err == nil {
		list = append(list, item(r))
		if r.err != nil {
			r.err.within("[" + strconv.Itoa(len(list)-1) + "]")
			return nil
		}
		if r.peek() == ']' {
			r.pos++
			r.depth--
			return list
		}
		r.expect(',', "is not JSON: a comma is missing")
	}
	return nil
}

// skip passes over a value that the contract does not know: more may be added to it.
func (r *reader) skip() {
	r.skipValue()
	if r.err != nil {
		r.err.path, r.err.unnamed = "", true
	}
}

func (r *reader) skipValue() {
	switch c := r.peek(); {
	case c == '"':
		r.quoted()
	case c == '{':
		f := r.object(nil)
		for r.next(&f) {
			r.skipValue()
		}
	case c == '[':
		listOf(r, func(r *reader) struct{} { r.skipValue(); return struct{}{} })
	case c == '-' || c >= '0' && c <= '9':
		r.number()
	case !r.word("true") && !r.word("false") && !r.word("null"):
		r.fail("is not JSON")
	}
}

func (r *reader) word(w string) bool {
	r.peek()
	if r.err != nil || len(r.data)-r.pos < len(w) || string(r.data[r.pos:r.pos+len(w)]) != w {
		return false
	}
	r.pos += len(w)
	return true
}
