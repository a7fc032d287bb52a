package apiclient

import (
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
)

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", " a  b ", "e\u0301", "👩‍👩‍👧 1️⃣", "\x1b[2J\u202e", "‹U+202E›‹x9B›", "\xff\xe2\x80", "\u1112\u1161\u11ab", strings.Repeat("x", maxRunes+1)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := Clean(s)
		mustBeClean(t, clean)
		if back := restore(clean); back != s && len([]rune(s)) <= maxRunes {
			t.Errorf("Clean(%+q) = %+q, which stands for %+q", s, clean, back)
		}
	})
}

// place is all that an error may say of what came: fields of the contract and positions.
var place = regexp.MustCompile(`^((\(unknown field\)|[a-z_]+|\[\d+\])[.]?)*`)

// fuzzAnswer holds a decoder to its promises for any bytes.
func fuzzAnswer[T any](f *testing.F, name string, decode func(*reader) T) {
	good := sample(f, name)
	f.Add(good)
	for _, seed := range []string{"", "{}", "[]", "null", `{"x":[{}]}`, strings.ToUpper(string(good)), string(good[:len(good)/2])} {
		f.Add([]byte(seed))
	}
	doc, err := contract()
	if err != nil {
		f.Fatal(err)
	}
	words := map[string]bool{"items": true, "next": true, "callers": true, "truncated": true, "rotation": true, "credential": true}
	for _, schema := range doc.Components.Schemas {
		for field, inner := range schema.Value.Properties {
			words[field] = true
			for deeper := range inner.Value.Properties {
				words[deeper] = true
			}
			if inner.Value.Items != nil {
				for deeper := range inner.Value.Items.Value.Properties {
					words[deeper] = true
				}
			}
		}
	}
	for _, field := range append(append(append(changesFields, secretFields...), append(reportFields, changeFields...)...), "detail") {
		words[field] = true
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := decodeBody(body, decode)
		if err == nil {
			mustShowClean(t, reflect.ValueOf(value))
			return
		}
		var shape *shapeError
		if !errors.As(err, &shape) {
			t.Fatalf("a %T", err)
		}
		if place.FindString(shape.path) != shape.path {
			t.Fatalf("the place %q is not of the contract", shape.path)
		}
		for _, step := range regexp.MustCompile(`[a-z_]+`).FindAllString(strings.ReplaceAll(shape.path, "(unknown field)", ""), -1) {
			if !words[step] {
				t.Fatalf("the place %q repeats what came", shape.path)
			}
		}
	})
}

// mustShowClean walks through a decoded answer: whatever may be shown is clean.
func mustShowClean(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		mustBeClean(t, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			mustShowClean(t, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			mustShowClean(t, v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[models.Secret]() || v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			mustShowClean(t, v.Field(i))
		}
	}
}

func FuzzWorkspace(f *testing.F)    { fuzzAnswer(f, "workspace", workspace) }
func FuzzMembers(f *testing.F)      { fuzzAnswer(f, "members", memberPage) }
func FuzzCredentials(f *testing.F)  { fuzzAnswer(f, "credentials", credentialPage) }
func FuzzRotation(f *testing.F)     { fuzzAnswer(f, "rotation", replacementAnswer) }
func FuzzRotations(f *testing.F)    { fuzzAnswer(f, "rotations", rotationList) }
func FuzzEvents(f *testing.F)       { fuzzAnswer(f, "events", eventPage) }
func FuzzChanges(f *testing.F)      { fuzzAnswer(f, "changes", changes) }
func FuzzProblem(f *testing.F)      { fuzzAnswer(f, "problem", problem) }
func FuzzUsage(f *testing.F)        { fuzzAnswer(f, "usage", usageAnswer) }
func FuzzSecret(f *testing.F)       { fuzzAnswer(f, "secret", secretValue) }
func FuzzImportReport(f *testing.F) { fuzzAnswer(f, "import", importReport) }
func FuzzInventory(f *testing.F)    { fuzzAnswer(f, "inventory", inventory) }
func FuzzHealth(f *testing.F)       { fuzzAnswer(f, "health", health) }
