package apiclient

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// decoders lists every decoder of an answer with the sample that it reads.
func decoders() map[string]func([]byte) (any, error) {
	return map[string]func([]byte) (any, error){
		"workspace": whole(workspace), "members": whole(memberPage), "member": whole(member), "credentials": whole(credentialPage),
		"credential": whole(credential), "usage": whole(usageAnswer), "rotations": whole(rotationList), "rotation": whole(replacementAnswer),
		"events": whole(eventPage), "changes": whole(changes), "secret": whole(secretValue), "import": whole(importReport),
		"inventory": whole(inventory), "problem": whole(problem), "health": whole(health), "identifications": whole(identifications),
	}
}

func whole[T any](decode func(*reader) T) func([]byte) (any, error) {
	return func(body []byte) (any, error) { return decodeBody(body, decode) }
}

// mutate returns every variant of a JSON value in which one part was replaced, with the place of it.
func mutate(value any, path string, with func(path string, part any) []any) map[string]any {
	out := map[string]any{}
	for i, part := range with(path, value) {
		out[path+"#"+strconv.Itoa(i)] = part
	}
	switch v := value.(type) {
	case map[string]any:
		for key, part := range v {
			for place, changed := range mutate(part, path+"."+key, with) {
				clone := maps.Clone(v)
				clone[key] = changed
				out[place] = clone
			}
		}
	case []any:
		for i, part := range v {
			for place, changed := range mutate(part, path+"["+strconv.Itoa(i)+"]", with) {
				clone := slices.Clone(v)
				clone[i] = changed
				out[place] = clone
			}
		}
	}
	return out
}

func parseSample(t *testing.T, name string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(sample(t, name), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func encode(t rapid.TB, value any) []byte {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestAWrongTypeIsRefusedWhereverItStands(t *testing.T) {
	for name, decode := range decoders() {
		variants := mutate(parseSample(t, name), "", func(path string, part any) []any {
			wrong := []any{nil, []any{1, "x"}, 1.5, "\x00 not this", true, -1}
			if !slices.Contains(nothingRequired, name+path) {
				wrong = append(wrong, map[string]any{"surprise": 1})
			}
			return slices.DeleteFunc(wrong, func(w any) bool { return fits(part, w) })
		})
		for place, variant := range variants {
			_, err := decode(encode(t, variant))
			if err == nil {
				t.Errorf("%s accepts a wrong %s", name, place)
				continue
			}
			step := strings.TrimPrefix(place[:strings.IndexByte(place, '#')], ".")
			if !strings.HasPrefix(err.Error(), step) {
				t.Errorf("%s: the error %q does not name %s", name, err, step)
			}
		}
	}
}

// fits reports whether wrong is not wrong in the place of part.
func fits(part, wrong any) bool {
	switch part.(type) {
	case string:
		_, text := wrong.(string)
		return text
	case bool:
		_, flag := wrong.(bool)
		return flag
	}
	return false
}

// nothingRequired lists the objects in which the contract requires no field.
var nothingRequired = []string{"inventory", "inventory.workspace", "inventory.ci_tokens[0]", "inventory.legacy_keys[0]"}

// free matches the places where any text is right: it is only shown.
var free = regexp.MustCompile(`(\.(name|email|masked|client|client_version|host|version|note|source|reason|started_by|started_from|ended_by|changed_by|changed_from` +
	`|actor|from|detail|what|title|fix|request_id|action|owner)|permissions\[\d\]|downtimes\[0\]\.id|^events\.items\[0\]\.kind)$`)

func TestAWordThatMeansSomethingMustBeKnown(t *testing.T) {
	for name, decode := range decoders() {
		variants := mutate(parseSample(t, name), name, func(_ string, part any) []any {
			if _, text := part.(string); text {
				return []any{"sömething new"}
			}
			return nil
		})
		for place, variant := range variants {
			place = place[:strings.IndexByte(place, '#')]
			if _, err := decode(encode(t, variant)); (err == nil) != free.MatchString(place) {
				t.Errorf("%s: %v", place, err)
			}
		}
	}
}

func TestAMissingFieldIsNamed(t *testing.T) {
	required := map[string][]string{
		"workspace": workspaceFields, "members": pageFields, "member": memberFields, "credential": credentialFields, "usage": usageFields,
		"rotations": itemsField, "rotation": replaceFields, "events": pageFields, "changes": changesFields, "secret": secretFields,
		"import": reportFields, "problem": problemFields, "health": healthFields,
	}
	for name, list := range required {
		for _, field := range list {
			value, ok := parseSample(t, name).(map[string]any)
			if !ok {
				t.Fatalf("%s is no object", name)
			}
			delete(value, field)
			if _, err := decoders()[name](encode(t, value)); err == nil || !strings.HasSuffix(err.Error(), "has no "+field) {
				t.Errorf("%s without %s: %v", name, field, err)
			}
		}
	}
}

func TestTheRequiredFieldsAreThoseOfTheContract(t *testing.T) {
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	schemas := doc.Components.Schemas
	for schema, ours := range map[string][]string{
		"Workspace": workspaceFields, "Sunset": sunsetFields, "Member": memberFields, "Credential": credentialFields,
		"SecretVersion": versionFields, "Use": useFields, "Caller": callerFields, "Overlap": overlapFields, "Rotation": rotationFields,
		"Event": eventFields, "EventHead": headFields, "InventoryUse": inventoryUseFields, "Problem": problemFields,
	} {
		want, got := slices.Sorted(slices.Values(schemas[schema].Value.Required)), slices.Sorted(slices.Values(ours))
		if !slices.Equal(want, got) {
			t.Errorf("%s: the contract requires %v, the client %v", schema, want, got)
		}
	}
}

func TestMoreThanTheContractSaysIsPassedOver(t *testing.T) {
	for name, decode := range decoders() {
		value, ok := parseSample(t, name).(map[string]any)
		if !ok {
			t.Fatalf("%s is no object", name)
		}
		want, err := decode(encode(t, value))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		value["a_new_field"] = []any{map[string]any{"deep": []any{nil, true, false, -1.5e7, "x\\", ""}}, map[string]any{}, []any{}}
		got, err := decode(encode(t, value))
		if err != nil || !reflect.DeepEqual(want, got) {
			t.Errorf("%s with a new field: %v", name, err)
		}
	}
}

func TestWhatIsNotJSONIsRefused(t *testing.T) {
	good := string(sample(t, "secret"))
	value := "lsdemo-ABCD1234-efgh-5678-IJKL-mnop90123456"
	for name, body := range map[string]string{
		"nothing": "", "a blank": " ", "not an object": "[]", "cut": good[:40], "more after it": good + "{}", "a zero byte": "\x00" + good,
		"a zero byte after it": good + "\x00", "not UTF-8": strings.Replace(good, "lsdemo", "\xff", 1), "twice": strings.Replace(good, "{", `{"version":2,`, 1),
		"half a pair":      strings.Replace(good, "{", `{"x":"\ud800",`, 1),
		"half a pair more": strings.Replace(good, "{", `{"x":"\ud800\u0041",`, 1), "a bad escape": strings.Replace(good, "{", `{"x":"\q",`, 1),
		"a short escape": `{"x":"\u12`, "no hex": strings.Replace(good, "{", `{"x":"\u12g4",`, 1), "an open escape": `{"x":"\`, "a control": strings.Replace(good, "{", "{\"x\":\"a\nb\",", 1),
		"a control after an escape": strings.Replace(good, "{", "{\"x\":\"\\ta\nb\",", 1), "no end": `{"x":"\t`, "a bad word": strings.Replace(good, "{", `{"x":nul,`, 1),
		"no comma": strings.Replace(good, ",", " ", 1), "no colon": strings.Replace(good, ":", " ", 1), "a comma too many": strings.Replace(good, "}", ",}", 1),
		"a leading zero": strings.Replace(good, "{", `{"x":01,`, 1), "a bare minus": strings.Replace(good, "{", `{"x":-,`, 1), "a bare point": strings.Replace(good, "{", `{"x":1.,`, 1),
		"a bare exponent": strings.Replace(good, "{", `{"x":1e+,`, 1), "no value": strings.Replace(good, "{", `{"x":,`, 1), "an open list": strings.Replace(good, "{", `{"x":[1,`, 1),
		"a list without commas": strings.Replace(good, "{", `{"x":[1 2],`, 1), "too deep": strings.Replace(good, "{", `{"x":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`,`, 1),
		"a value with a line break": strings.Replace(good, value, value+`\n`, 1), "a value with a blank": strings.Replace(good, value, "rm -rf", 1),
		"an empty value": strings.Replace(good, value, "", 1), "an endless value": strings.Replace(good, value, strings.Repeat("x", 1000), 1),
		"a value as a name": strings.Replace(good, "{", `{"`+value+`":?,`, 1), "a value where a number stands": strings.Replace(good, "2", `"`+value+`"`, 1),
	} {
		if got, err := decoders()["secret"]([]byte(body)); err == nil {
			t.Errorf("%s: accepted as %v", name, got)
		} else if strings.Contains(err.Error(), "lsdemo") || !utf8.ValidString(err.Error()) {
			t.Errorf("%s: the error repeats what came: %v", name, err)
		}
	}
}

func TestStringsAndNumbersAreReadAsTheStandardLibraryReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		if utf8.ValidString(want) {
			got, err := decodeBody(encode(t, want), func(r *reader) string { return string(r.quoted()) })
			if err != nil || got != want {
				t.Fatalf("%q became %q, %v", want, got, err)
			}
		}
		n := rapid.Int64Min(0).Draw(t, "number")
		got, err := decodeBody(encode(t, n), func(r *reader) int64 { return r.count(0, math.MaxInt64) })
		if err != nil || got != n {
			t.Fatalf("%d became %d, %v", n, got, err)
		}
	})
}

func TestEveryEscapeIsRead(t *testing.T) {
	got, err := decodeBody([]byte(` "\"\\\/\b\f\n\r\t\u0041\ud83d\ude80z" `), func(r *reader) string { return string(r.quoted()) })
	if want := "\"\\/\b\f\n\r\tA🚀z"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
}
