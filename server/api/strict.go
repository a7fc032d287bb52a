package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// decode reads a JSON body strictly: an unknown field, a wrong type, null, a field that comes twice or more than one
// value is refused by name, but without repeating a value: it may be a secret. What comes first is told. An empty body
// leaves into as it is, where the contract allows that.
func decode(body []byte, into any, optional bool) error {
	if len(bytes.TrimSpace(body)) == 0 {
		if optional {
			return nil
		}
		return invalid("the body is empty")
	}
	if !json.Valid(body) {
		return invalid(malformed(body))
	}
	r := reading{rest: body}
	return r.value(reflect.ValueOf(into).Elem())
}

// malformed says what is wrong with a body that is not one JSON value, without a copy of it: it may be large.
func malformed(body []byte) string {
	var syntax *json.SyntaxError
	errors.As(json.Unmarshal(body, new(any)), &syntax) // which makes nothing of it
	last := syntax.Offset == int64(len(body))
	switch why := syntax.Error(); {
	case strings.HasSuffix(why, " after top-level value"):
		return "the body holds more than one JSON value"
	case last && (why == "unexpected end of JSON input" || strings.HasPrefix(why, "invalid character ' ' ") && body[len(body)-1] != ' '): // which nobody has sent
		return "the body is not JSON: it ends too early"
	}
	return fmt.Sprintf("the body is not JSON: at byte %d", syntax.Offset)
}

// inWords names a type as somebody who writes JSON knows it.
func inWords(t reflect.Type) string {
	if t == reflect.TypeFor[time.Time]() {
		return "a time as in RFC 3339, such as 2027-01-31T12:00:00Z"
	}
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
