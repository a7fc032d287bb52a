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
	"time"
)

// reading goes once through a JSON value that is known to be well-formed, and refuses what encoding/json would that
// knows no other fields, and what that lets through: a field in other letters than the contract's, a field that comes
// twice, and null. It differs in what it holds: of a list that comes entry by entry no more than one; and it knows the
// place of what it refuses.
type reading struct {
	rest []byte // what has not been read yet
	path []step // to where it is
}

// step is a field, and at which entry of it, if it is a list: from 1 on, 0 at none.
type step struct {
	field string
	entry int
}

// maxText is how long a text, a number or the name of a field may be in bytes: only a large body can hold a longer one.
const maxText = maxBody

// value reads one value into v.
func (r *reading) value(v reflect.Value) error {
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
	case begins == 'n' && len(r.path) == 0:
		return invalid("the body must be an object, not null")
	case begins == 'n':
		return invalid(fmt.Sprintf("field %q must not be null: leave it out", r.where()))
	case comes && begins == '[':
		return r.listed(l)
	case begins == '[' && v.Kind() == reflect.Slice && !alone:
		return r.slice(v)
	case begins == '{' && v.Kind() == reflect.Struct && !alone && !comes:
		return r.object(v)
	case comes:
		into = l.whole()
	}
	return r.single(into)
}

// single leaves to encoding/json what is no list and no object, or should be none.
func (r *reading) single(into any) error {
	raw := r.raw()
	if s, ok := into.(*string); ok && raw[0] == '"' && len(raw) <= maxText {
		*s = textOf(raw)
		return nil
	}
	switch {
	case len(r.path) == 0: // where an object should be
		return invalid("the body must be " + inWords(reflect.TypeOf(into).Elem()))
	case len(raw) > maxText && raw[0] != '{' && raw[0] != '[':
		return invalid(fmt.Sprintf("field %q is longer than %d bytes", r.where(), maxText))
	}
	err := json.Unmarshal(raw, into)
	if t, ok := into.(*time.Time); ok && err == nil {
		_, err = t.UTC().MarshalText() // else it could be kept, but never told: in UTC there may be no such year
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errEmptyChoice):
		return invalid(fmt.Sprintf("field %q is empty: leave it out", r.where()))
	}
	return invalid(fmt.Sprintf("field %q must be %s", r.where(), inWords(reflect.TypeOf(into).Elem())))
}

// where is the place of what is read.
func (r *reading) where() string {
	var b strings.Builder
	for i, s := range r.path {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.field)
		if s.entry > 0 {
			fmt.Fprintf(&b, "[%d]", s.entry-1)
		}
	}
	return b.String()
}

// entry goes to an entry of the list that is read, or to none.
func (r *reading) entry(n int) { r.path[len(r.path)-1].entry = n }

func (r *reading) object(v reflect.Value) error {
	fields := fieldsOf(v.Type())
	var come uint64
	r.rest = r.rest[1:]
	for r.next('}') {
		raw := r.raw()
		if len(raw) > maxText {
			return invalid(fmt.Sprintf("the name of a field is longer than %d bytes", maxText))
		}
		name := textOf(raw)
		r.path = append(r.path, step{field: name})
		i := slices.Index(fields, name)
		switch {
		case i < 0:
			return invalid(fmt.Sprintf("unknown field %q", r.where()))
		case come&(1<<i) != 0:
			return invalid(fmt.Sprintf("field %q comes twice", r.where()))
		}
		come |= 1 << i
		r.peek() // the colon
		r.rest = r.rest[1:]
		if err := r.value(v.Field(i)); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
	}
	return nil
}

func (r *reading) slice(v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	r.rest = r.rest[1:]
	for r.next(']') {
		v.Grow(1)
		v.SetLen(v.Len() + 1)
		r.entry(v.Len())
		if err := r.value(v.Index(v.Len() - 1)); err != nil {
			return err
		}
	}
	return nil
}

// listed reads the entries of a list one by one into the same place, and keeps where they are.
func (r *reading) listed(l byEntry) error {
	from, n := r.rest, 0
	entry := l.entry()
	r.rest = r.rest[1:]
	for r.next(']') {
		if n++; n > l.most() {
			r.entry(0)
			return invalid(fmt.Sprintf("field %q has more than %d entries", r.where(), l.most()))
		}
		r.entry(n)
		if err := r.value(entry); err != nil {
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
