package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// decode reads a JSON body strictly: an unknown field, a wrong type or more than one value is
// refused by name. An empty body leaves into as it is, where the contract allows that.
func decode(body []byte, into any, optional bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if optional {
			return nil
		}
		return invalid("the body is empty")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return invalid(decodeTrouble(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid("the body holds more than one JSON value")
	}
	x := exact{json.NewDecoder(bytes.NewReader(body)), map[reflect.Type]map[string]field{}}
	return x.value(reflect.TypeOf(into), "the body")
}

// decodeTrouble names what is wrong without repeating a value: it may be a secret.
func decodeTrouble(err error) string {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var noTime *time.ParseError
	switch {
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return "the body must be " + inWords(wrongType.Type)
	case errors.As(err, &wrongType):
		return fmt.Sprintf("field %q must be %s", wrongType.Field, inWords(wrongType.Type))
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON: at byte %d", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body is not JSON: it ends too early"
	case errors.Is(err, errEmptyChoice):
		return errEmptyChoice.Error()
	case errors.As(err, &noTime):
		return "a field that must be a time is not RFC 3339, such as 2027-01-31T12:00:00Z"
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return "unknown field " + strings.TrimPrefix(err.Error(), "json: unknown field ")
	}
	return "the body is not the JSON that the contract asks for"
}

// inWords names a type as somebody who writes JSON knows it.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}

// exact goes through a body that encoding/json has accepted and refuses what that lets through: a
// field in other letters than the contract's, a field that comes twice, and null.
type exact struct {
	*json.Decoder
	known map[reflect.Type]map[string]field
}

// field is one field of an object, with the bit that says that it has come.
type field struct {
	of  reflect.Type
	bit uint64
}

func (x exact) value(t reflect.Type, name string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	token, err := x.Token()
	switch {
	case err != nil:
		return invalid(decodeTrouble(err))
	case token == nil && name == "the body":
		return invalid("the body must be an object, not null")
	case token == nil:
		return invalid(fmt.Sprintf("field %q must not be null: leave it out", name))
	case token == json.Delim('{'):
		return x.object(t)
	case token == json.Delim('['):
		return x.list(t.Elem(), name)
	}
	return nil
}

func (x exact) list(t reflect.Type, name string) error {
	for x.More() {
		if err := x.value(t, name); err != nil {
			return err
		}
	}
	return x.close()
}

func (x exact) object(t reflect.Type) error {
	fields := x.fields(t)
	var come uint64
	for x.More() {
		token, err := x.Token()
		if err != nil {
			return invalid(decodeTrouble(err))
		}
		name, _ := token.(string)
		f, ok := fields[name]
		switch {
		case !ok:
			return invalid(fmt.Sprintf("unknown field %q", name))
		case come&f.bit != 0:
			return invalid(fmt.Sprintf("field %q comes twice", name))
		}
		come |= f.bit
		if err := x.value(f.of, name); err != nil {
			return err
		}
	}
	return x.close()
}

// close takes the bracket at the end.
func (x exact) close() error {
	if _, err := x.Token(); err != nil {
		return invalid(decodeTrouble(err))
	}
	return nil
}

func (x exact) fields(t reflect.Type) map[string]field {
	if known, ok := x.known[t]; ok {
		return known
	}
	known := map[string]field{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		known[name] = field{t.Field(i).Type, 1 << i}
	}
	x.known[t] = known
	return known
}
