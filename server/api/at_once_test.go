package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"
)

func (e *entries[T]) list() any { return slices.Collect(e.all()) }

type listing interface{ list() any }

// atOnce is a type whose lists are those of Go.
func atOnce(t reflect.Type) reflect.Type {
	switch l, ok := reflect.New(t).Interface().(byEntry); {
	case ok:
		return reflect.SliceOf(atOnce(l.entry().Type()))
	case t == reflect.TypeFor[time.Time]():
		return t
	case t.Kind() == reflect.Pointer:
		return reflect.PointerTo(atOnce(t.Elem()))
	case t.Kind() == reflect.Struct:
		fields := make([]reflect.StructField, t.NumField())
		for i := range fields {
			f := t.Field(i)
			fields[i] = reflect.StructField{Name: f.Name, Type: atOnce(f.Type), Tag: f.Tag}
		}
		return reflect.StructOf(fields)
	}
	return t
}

// asGo puts what from holds into a place of the type that atOnce makes.
func asGo(to, from reflect.Value) {
	if l, ok := from.Addr().Interface().(listing); ok {
		list := reflect.ValueOf(l.list())
		for i := range list.Len() {
			to.Set(reflect.Append(to, reflect.Zero(to.Type().Elem())))
			one := reflect.New(list.Index(i).Type()).Elem()
			one.Set(list.Index(i))
			asGo(to.Index(i), one)
		}
		return
	}
	switch {
	case to.Type() == from.Type():
		to.Set(from)
	case from.Kind() == reflect.Pointer && !from.IsNil():
		to.Set(reflect.New(to.Type().Elem()))
		asGo(to.Elem(), from.Elem())
	case from.Kind() == reflect.Struct:
		for i := range from.NumField() {
			asGo(to.Field(i), from.Field(i))
		}
	}
}

// decodeAtOnce decodes a body as a whole with encoding/json, and returns what is wrong with it in the words of decode, but
// for the entries: the first that encoding/json refuses, and the first that it lets through. late is true if
// encoding/json may have passed over something before the former.
func decodeAtOnce(body []byte, into any) (troubles []string, late bool) {
	if len(bytes.TrimSpace(body)) == 0 {
		return []string{"the body is empty"}, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return []string{fmt.Sprintf("the body is not JSON: at byte %d", syntax.Offset)}, false
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		return []string{"the body is not JSON: it ends too early"}, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return []string{"the body holds more than one JSON value"}, false
	}
	var wrongType *json.UnmarshalTypeError
	switch {
	case err == nil:
	case errors.As(err, &wrongType) && wrongType.Field == "":
		troubles = append(troubles, "the body must be "+inWords(wrongType.Type))
	case errors.As(err, &wrongType):
		for wrongType.Type.Kind() == reflect.Pointer { // to where a text of its own kind goes
			wrongType.Type = wrongType.Type.Elem()
		}
		troubles = append(troubles, fmt.Sprintf("field %q must be %s", wrongType.Field, inWords(wrongType.Type)))
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		troubles = append(troubles, "unknown field "+strings.TrimPrefix(err.Error(), "json: unknown field "))
	case errors.Is(err, errEmptyChoice):
		troubles, late = append(troubles, "is empty: leave it out"), true
	default:
		troubles, late = append(troubles, "must be a time as in RFC 3339, such as 2027-01-31T12:00:00Z"), true
	}
	x := exact{Decoder: json.NewDecoder(bytes.NewReader(body))}
	if through := x.value(reflect.TypeOf(into), ""); through != "" {
		troubles = append(troubles, through)
	}
	return troubles, late
}

// exact goes through a body token by token, and refuses what encoding/json lets through.
type exact struct{ *json.Decoder }

func (x exact) value(t reflect.Type, place string) (trouble string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch token, _ := x.Token(); {
	case token == nil && place == "":
		return "the body must be an object, not null"
	case token == nil:
		return fmt.Sprintf("field %q must not be null: leave it out", place)
	case token == json.Delim('[') && t.Kind() == reflect.Slice:
		for x.More() {
			if trouble := x.value(t.Elem(), place); trouble != "" {
				return trouble
			}
		}
		_, _ = x.Token()
	case token == json.Delim('{') && t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]():
		return x.object(t, place)
	case token == json.Delim('['), token == json.Delim('{'): // which encoding/json refuses
		for open := 1; open > 0; {
			switch token, _ := x.Token(); token {
			case json.Delim('['), json.Delim('{'):
				open++
			case json.Delim(']'), json.Delim('}'):
				open--
			}
		}
	}
	return ""
}

func (x exact) object(t reflect.Type, place string) (trouble string) {
	come := map[string]bool{}
	for x.More() {
		token, _ := x.Token()
		name := token.(string)
		in := name
		if place != "" {
			in = place + "." + name
		}
		i := slices.Index(fieldsOf(t), name)
		switch {
		case i < 0:
			return fmt.Sprintf("unknown field %q", in)
		case come[name]:
			return fmt.Sprintf("field %q comes twice", in)
		}
		come[name] = true
		if trouble := x.value(t.Field(i).Type, in); trouble != "" {
			return trouble
		}
	}
	_, _ = x.Token()
	return ""
}
