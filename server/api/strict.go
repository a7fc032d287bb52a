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

// decode reads a JSON body strictly: an unknown field, a wrong type, null, a field that comes twice or more than one
// value is refused by name. An empty body leaves into as it is, where the contract allows that.
func decode(body []byte, into any, optional bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if optional {
			return nil
		}
		return invalid("the body is empty")
	}
	first, more, err := firstValue(body)
	if err != nil {
		return invalid(decodeTrouble(err))
	}
	r := reading{rest: first}
	err = r.value(reflect.ValueOf(into).Elem(), "the body")
	switch {
	case err != nil:
		return invalid(decodeTrouble(err))
	case r.wrong != nil:
		return invalid(decodeTrouble(r.wrong))
	case more:
		return invalid("the body holds more than one JSON value")
	case r.inexact != "":
		return invalid(r.inexact)
	}
	return nil
}

// firstValue finds the first JSON value of a body, and whether there is more than white space behind it. A body that is
// one value, which nearly all are, is gone through without a copy of it.
func firstValue(body []byte) (first []byte, more bool, err error) {
	if json.Valid(body) {
		return body, false, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&passedOver{}); err != nil {
		return nil, false, err
	}
	return body[:d.InputOffset()], true, nil
}

// passedOver is a JSON value of which nothing is kept.
type passedOver struct{}

// UnmarshalJSON keeps nothing.
func (*passedOver) UnmarshalJSON([]byte) error { return nil }

// decodeTrouble names what is wrong without repeating a value: it may be a secret.
func decodeTrouble(err error) string {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var noTime *time.ParseError
	var much tooMuch
	switch {
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return "the body must be " + inWords(wrongType.Type)
	case errors.As(err, &wrongType):
		return fmt.Sprintf("field %q must be %s", wrongType.Field, inWords(wrongType.Type))
	case errors.As(err, &syntax):
		return fmt.Sprintf("the body is not JSON: at byte %d", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the body is not JSON: it ends too early"
	case errors.As(err, &much):
		return much.Error()
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
