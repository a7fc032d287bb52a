package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// reading goes once through a JSON value that is known to be well-formed, and says of it what encoding/json would that
// knows no other fields, and what that lets through: a field in other letters than the contract's, a field that comes
// twice, and null. It differs in what it holds: of a list that comes entry by entry no more than one.
type reading struct {
	rest    []byte   // what has not been read yet
	path    []string // the fields around it
	wrong   error    // the first wrong type or unknown field
	inexact string   // the first thing that encoding/json lets through
}

// maxText is how long a text, a number or the name of a field may be in bytes: only a large body can hold a longer one.
const maxText = maxBody

// tooMuch is what is more than a body may hold, though it is not too long.
type tooMuch string

func (t tooMuch) Error() string { return string(t) }

// value reads one value into v, whose field in the words of the contract is name. An error ends the reading; it is told before whatever was wrong until then.
func (r *reading) value(v reflect.Value, name string) error {
	for r.peek() != 'n' && v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	into := v.Addr().Interface()
	l, comes := into.(byEntry)
	_, alone := into.(json.Unmarshaler)
	switch begins := r.peek(); {
	case begins == 'n':
		r.notExact(nullTrouble(name))
		r.raw()
		return nil
	case comes && begins == '[':
		return r.listed(l, name)
	case begins == '[' && v.Kind() == reflect.Slice && !alone:
		return r.slice(v, name)
	case begins == '{' && v.Kind() == reflect.Struct && !alone && !comes:
		return r.object(v)
	case comes:
		into = l.whole()
	}
	return r.single(into)
}

func nullTrouble(name string) string {
	if name == "the body" {
		return "the body must be an object, not null"
	}
	return fmt.Sprintf("field %q must not be null: leave it out", name)
}

func (r *reading) notExact(what string) {
	if r.inexact == "" {
		r.inexact = what
	}
}

func (r *reading) isWrong(err error) {
	if r.wrong == nil {
		r.wrong = err
	}
}

// single leaves to encoding/json what is no list and no object, or should be none.
func (r *reading) single(into any) error {
	raw := r.raw()
	switch {
	case len(raw) <= maxText || raw[0] == '{' || raw[0] == '[':
	case len(r.path) == 0: // where an object should be
		r.isWrong(&json.UnmarshalTypeError{Type: reflect.TypeOf(into).Elem()})
		return nil
	default:
		return tooMuch(fmt.Sprintf("field %q is longer than %d bytes", r.where(), maxText))
	}
	if s, ok := into.(*string); ok && raw[0] == '"' {
		*s = textOf(raw)
		return nil
	}
	err := json.Unmarshal(raw, into)
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		wrongType.Field = r.where()
		if wrongType.Type.Kind() == reflect.Pointer { // to where a text of its own kind goes
			wrongType.Type = wrongType.Type.Elem()
		}
		r.isWrong(wrongType)
		return nil
	}
	return err
}

func (r *reading) where() string { return strings.Join(r.path, ".") }

func (r *reading) object(v reflect.Value) error {
	fields := fieldsOf(v.Type())
	var come uint64
	r.rest = r.rest[1:]
	for r.next('}') {
		raw := r.raw()
		if len(raw) > maxText {
			return tooMuch(fmt.Sprintf("the name of a field is longer than %d bytes", maxText))
		}
		name := textOf(raw)
		r.peek() // the colon
		r.rest = r.rest[1:]
		i, exact := find(fields, name)
		switch {
		case i < 0:
			r.isWrong(fmt.Errorf("json: unknown field %q", name))
			r.peek()
			r.raw()
			continue
		case !exact:
			r.notExact(fmt.Sprintf("unknown field %q", name))
		case come&(1<<i) != 0:
			r.notExact(fmt.Sprintf("field %q comes twice", name))
		}
		come |= 1 << i
		r.path = append(r.path, fields[i])
		if err := r.value(v.Field(i), name); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

func (r *reading) slice(v reflect.Value, name string) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	r.rest = r.rest[1:]
	for r.next(']') {
		v.Grow(1)
		v.SetLen(v.Len() + 1)
		if err := r.value(v.Index(v.Len()-1), name); err != nil {
			return err
		}
	}
	return nil
}

// listed reads the entries of a list one by one into the same place, and keeps where they are.
func (r *reading) listed(l byEntry, name string) error {
	from, n := r.rest, 0
	entry := l.entry()
	r.rest = r.rest[1:]
	for r.next(']') {
		if n++; n > l.most() {
			return tooMuch(fmt.Sprintf("field %q has more than %d entries", r.where(), l.most()))
		}
		if err := r.value(entry, name); err != nil {
			return err
		}
	}
	l.keep(from[:len(from)-len(r.rest)], n)
	return nil
}

// next goes on to the next entry or field, or behind the bracket that ends them all.
func (r *reading) next(end byte) bool {
	c := r.peek()
	if c == ',' {
		r.rest = r.rest[1:]
		c = r.peek()
	}
	if c == end {
		r.rest = r.rest[1:]
		return false
	}
	return true
}

// peek goes to the next byte that is no white space.
func (r *reading) peek() byte {
	for r.rest[0] == ' ' || r.rest[0] == '\t' || r.rest[0] == '\n' || r.rest[0] == '\r' {
		r.rest = r.rest[1:]
	}
	return r.rest[0]
}

// raw takes the value that begins here as it is.
func (r *reading) raw() []byte {
	from, open := r.rest, 0
	for i := 0; ; i++ {
		switch from[i] {
		case '"':
			i += textEnd(from[i:])
		case '{', '[':
			open++
			continue
		case '}', ']':
			open--
		default:
			if open == 0 {
				i += literalEnd(from[i:]) - 1
			}
		}
		if open == 0 {
			r.rest = from[i+1:]
			return from[:i+1]
		}
	}
}

// textEnd is where the quotation mark is that ends a text.
func textEnd(text []byte) int {
	for i := 1; ; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
}

// literalEnd is where a number or a word ends.
func literalEnd(literal []byte) int {
	if end := bytes.IndexAny(literal, ",]} \t\r\n"); end >= 0 {
		return end
	}
	return len(literal)
}

func textOf(raw []byte) string {
	text := string(raw[1 : len(raw)-1])
	if !plain(text) {
		_ = json.Unmarshal(raw, &text) // which is well-formed
	}
	return text
}

// shapes has the names of the fields of every type that has been read.
var shapes sync.Map

func fieldsOf(t reflect.Type) []string {
	if known, ok := shapes.Load(t); ok {
		return known.([]string)
	}
	fields := make([]string, t.NumField())
	for i := range fields {
		fields[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	shapes.Store(t, fields)
	return fields
}

// find returns the field of that name, or else the first one that has it in other letters, as encoding/json does.
func find(fields []string, name string) (i int, exact bool) {
	if i = slices.Index(fields, name); i >= 0 {
		return i, true
	}
	return slices.IndexFunc(fields, func(f string) bool { return strings.EqualFold(f, name) }), false
}
