package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/keyturn/models"
)

// bodies are those of every kind that is decoded.
var bodies = []func() any{
	func() any { return &importRequest{} },
	func() any { return &nameBody{} },
	func() any {
		return &struct {
			Overlap *overlapDTO    `json:"overlap"`
			Reason  string         `json:"reason"`
			Reveal  *models.Reveal `json:"personal_token_reveal"`
			CI      *bool          `json:"members_use_ci"`
			By      *int64         `json:"by_seconds"`
			Values  []string       `json:"values"`
		}{}
	},
}

// entryOf is the number of an entry in a place.
var entryOf = regexp.MustCompile(`\[\d+\]`)

// agrees fails if decode says something of a body that is none of the troubles that it has as a whole, or reads something else.
func agrees(t rapid.TB, kind int, body string) {
	t.Helper()
	got := bodies[kind]()
	want := reflect.New(atOnce(reflect.TypeOf(got).Elem()))
	err := decode([]byte(body), got, false)
	troubles, late := decodeAtOnce([]byte(body), want.Interface())
	if err != nil {
		said := err.(*models.Error).Detail
		known := func(trouble string) bool {
			return entryOf.ReplaceAllString(said, "") == entryOf.ReplaceAllString(trouble, "") || late && strings.HasSuffix(said, trouble)
		}
		if len(troubles) == 0 && strings.Contains(said, "must be a time") && strings.ContainsAny(body, "+-") {
			return // which encoding/json can read, but not write in UTC
		}
		if len(troubles) == 0 || !late && !slices.ContainsFunc(troubles, known) {
			t.Fatalf("%q: it says\n%s, want one of\n%q", body, said, troubles)
		}
		return
	}
	if len(troubles) > 0 {
		t.Fatalf("%q: nothing is wrong, want one of %q", body, troubles)
	}
	read := reflect.New(want.Type().Elem())
	asGo(read.Elem(), reflect.ValueOf(got).Elem())
	a, err := json.Marshal(read.Interface())
	b, err2 := json.Marshal(want.Interface())
	if err = errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(b), "[]", "null"), strings.ReplaceAll(string(a), "[]", "null")); diff != "" {
		t.Fatalf("%q was read otherwise: %s", body, diff)
	}
}

// wordsOfJSON are what bodies are made of, right and wrong.
var wordsOfJSON = []string{
	`{`, `}`, `[`, `]`, `,`, `:`, ` `, "\n", `{}`, `[]`, `null`, `true`, `false`, `1`, `-0`, `1.5`, `1e3`, `9223372036854775808`, `"`, `""`, `"a"`, `"\u0041"`, `"\ud800"`,
	"\"\xff\"", `"2027-01-31T12:00:00Z"`, `"soon"`, `"inventory":`, `"Inventory":`, `"dry_run":`, `"members":`, `"MEMBERS":`, `"member\u0073":`, `"memberſ":`, `"email":`, `"name":`,
	`"role":`, `"seat":`, `"created_at":`, `"use":`, `"count":`, `"last":`, `"refused_ci":`, `"sunset":`, `"downtimes":`, `"start":`, `"ci_tokens":`, `"legacy_keys":`, `"kind":`,
	`"workspace":`, `"personal_token_reveal":`, `"members_use_ci":`, `"values":`, `"overlap":`, `"mode":`, `"by_seconds":`, `"nick":`, `tru`, "\x00",
}

// inventories draws bodies that are nearly right: so that most are wrong in one or two places, however deep.
func inventories(t *rapid.T) string {
	var value func(typ reflect.Type) string
	odd := func() bool { return rapid.IntRange(0, 40).Draw(t, "odd") == 0 }
	value = func(typ reflect.Type) string {
		l, lists := reflect.New(typ).Interface().(byEntry)
		switch {
		case odd():
			return rapid.SampledFrom([]string{`null`, `"x"`, `1`, `true`, `{}`, `[]`, `[{}]`, `{"a":[{}, "]"]}`, `""`, `1.5`, `"\ud83d\ude00"`}).Draw(t, "odd value")
		case lists, typ.Kind() == reflect.Slice:
			elem := typ
			if lists {
				elem = l.entry().Type()
			} else {
				elem = typ.Elem()
			}
			var all []string
			for range rapid.IntRange(0, 3).Draw(t, "n") {
				all = append(all, value(elem))
			}
			return `[` + strings.Join(all, rapid.SampledFrom([]string{`,`, ` , `, ",\n\t"}).Draw(t, "comma")) + ` ]`
		case typ == reflect.TypeFor[time.Time]():
			return rapid.SampledFrom([]string{`"2027-01-31T12:00:00Z"`, `"2027-01-31T12:00:00.5+01:00"`, `"2027-01-31T12:00:00Z"`, `"soon"`}).Draw(t, "time")
		case typ.Kind() == reflect.Pointer:
			return value(typ.Elem())
		case typ.Kind() == reflect.Struct:
			var all []string
			for i, name := range fieldsOf(typ) {
				if rapid.Bool().Draw(t, "left out") {
					continue
				}
				if odd() {
					name = rapid.SampledFrom([]string{strings.ToUpper(name), `\u006e` + strings.TrimPrefix(name, "n"), name + `","` + name, "x", ""}).Draw(t, "name")
				}
				all = append(all, `"`+strings.ReplaceAll(name, `","`, `":1,"`)+`": `+value(typ.Field(i).Type))
			}
			return `{` + strings.Join(all, `,`) + `}`
		case typ.Kind() == reflect.Bool:
			return rapid.SampledFrom([]string{`true`, `false`}).Draw(t, "bool")
		case typ.Kind() == reflect.Int64:
			return fmt.Sprint(rapid.Int64().Draw(t, "number"))
		}
		return rapid.SampledFrom([]string{`"a"`, `"é "`, `"\n\"\\"`, "\"\xff\"", `"\ud800x"`, `"member"`}).Draw(t, "text")
	}
	kind := reflect.TypeOf(bodies[0]()).Elem()
	return value(kind) + rapid.SampledFrom([]string{"", " ", "\n", "", "", "x", "{}", "\x00"}).Draw(t, "behind")
}

// Entry by entry, a body is refused with the words, and read as the values, with which encoding/json has it as a whole.
func TestReadingAgreesWithEncodingJSON(t *testing.T) {
	t.Parallel()
	t.Run("nearly right", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) { agrees(t, 0, inventories(t)) })
	})
	t.Run("cut off", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			body := inventories(t)
			agrees(t, 0, body[:rapid.IntRange(0, len(body)).Draw(t, "end")])
		})
	})
	t.Run("words", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			body := strings.Join(rapid.SliceOfN(rapid.SampledFrom(wordsOfJSON), 0, 12).Draw(t, "words"), "")
			agrees(t, rapid.IntRange(0, len(bodies)-1).Draw(t, "kind"), body)
		})
	})
	for _, body := range []string{
		strings.Repeat("[", 10001), `{"inventory":{"members":` + strings.Repeat("[", 9997) + strings.Repeat("]", 9997) + `}}`,
		`{"inventory":` + strings.Repeat(`{"a":`, 10000) + `1` + strings.Repeat("}", 10000) + `}`, "\ufeff{}", "12x", "tru", "{}\n\n", `"` + strings.Repeat("a", 1<<20) + `"`, `{"name":"a"}x`,
		`{"inventory":{"members":[{"role":7}]}}`, `{"inventory":{"members":{}}}`, `{"inventory":{"Members":[{"seat":7}]},"x":1} x`, `{"inventory":{"x":[{"y":"]"}],"ci_tokens":7}}`,
	} {
		for kind := range bodies {
			agrees(t, kind, body)
		}
	}
}

// FuzzReading is the same of whatever comes.
func FuzzReading(f *testing.F) {
	for _, body := range []string{
		`{"inventory":{"members":[{"email":"a@b","use":[{"last":"2027-01-31T12:00:00Z","count":1}]},{"seat":1,"x":2}],"ci_tokens":[{"state":""}]}}`,
		`{"dry_run":true,"inventory":{"sunset":{"start":"soon","downtimes":[{"id":"a"}]},"Members":[null]}} x`,
		`{"inventory":{"legacy_keys":[{"kind":"a","Kind":"b","value":"\ud83d\ude00"}],"workspace":{"members_use_ci":true,"personal_token_reveal":7}}}`,
		`{"name":"a","name":"b"}`, `{"values":["a",1,null]}`, `{"overlap":{"mode":"none","grace_seconds":1.5},"by_seconds":1e3}`, `null`, `"`, `[1`,
	} {
		for kind := range bodies {
			f.Add(uint8(kind), body)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, body string) { agrees(t, int(kind)%len(bodies), body) })
}

// many is a body with a list of that many entries, alike.
func many(begin, entry string, n int, end string) []byte {
	return []byte(begin + strings.Repeat(entry+",", n-1) + entry + end)
}

// What an import may hold is bounded, and the bound is told with the place where it is passed.
func TestAnImportHasBounds(t *testing.T) {
	t.Parallel()
	const use = `{"last":"2027-01-31T12:00:00Z","count":1}`
	text := func(n int) string { return strings.Repeat("a", n-2) } // and two quotation marks
	for _, tt := range []struct {
		name  string
		body  func(n int) []byte
		most  int
		wants string
	}{
		{"members", func(n int) []byte { return many(`{"inventory":{"members":[`, `{}`, n, `]}}`) }, 1_000_000, `field "inventory.members" has more than 1000000 entries`},
		{"CI tokens", func(n int) []byte { return many(`{"inventory":{"ci_tokens":[`, `{}`, n, `]}}`) }, 1_000_000, `field "inventory.ci_tokens" has more than 1000000 entries`},
		{"legacy keys", func(n int) []byte { return many(`{"inventory":{"legacy_keys":[`, `{}`, n, `]}}`) }, 1_000_000, `field "inventory.legacy_keys" has more than 1000000 entries`},
		{"use", func(n int) []byte { return many(`{"inventory":{"members":[{"use":[`, use, n, `]}]}}`) }, 100_000, `field "inventory.members[0].use" has more than 100000 entries`},
		{"downtimes", func(n int) []byte { return many(`{"inventory":{"sunset":{"downtimes":[`, `{}`, n, `]}}}`) }, 10_000, `field "inventory.sunset.downtimes" has more than 10000 entries`},
		{"a text", func(n int) []byte { return []byte(`{"inventory":{"workspace":{"name":"` + text(n) + `"}}}`) }, 1 << 20, `field "inventory.workspace.name" is longer than 1048576 bytes`},
		{"a number", func(n int) []byte {
			return []byte(`{"inventory":{"members":[{"refused_ci":` + strings.Repeat("1", n) + `}]}}`)
		}, 1 << 20, `field "inventory.members[0].refused_ci" is longer than 1048576 bytes`},
		{"the name of a field", func(n int) []byte { return []byte(`{"inventory":{"` + text(n) + `":1}}`) }, 1 << 20, "the name of a field is longer than 1048576 bytes"},
	} {
		within, beyond := decode(tt.body(tt.most), &importRequest{}, false), decode(tt.body(tt.most+1), &importRequest{}, false)
		if within != nil && strings.Contains(within.Error(), "than") {
			t.Errorf("%s: as much as may be is refused: %.200v", tt.name, within)
		}
		if beyond == nil || !strings.Contains(beyond.Error(), tt.wants) {
			t.Errorf("%s: one more is answered with %.200v, want %s", tt.name, beyond, tt.wants)
		}
	}
}

// The bound of members, CI tokens and legacy keys is that of all of them.
func TestTheListsOfAnImportShareABound(t *testing.T) {
	t.Parallel()
	for n, wants := range map[int]string{0: "", 1: "inventory has more than 1000000 members, CI tokens and legacy keys"} {
		var in importRequest
		body := string(many(`{"inventory":{"members":[`, `{}`, 400_000, `],`)) + string(many(`"ci_tokens":[`, `{}`, 400_000, `],`)) + string(many(`"legacy_keys":[`, `{}`, 200_000+n, `]}}`))
		if err := decode([]byte(body), &in, false); err != nil {
			t.Fatal(err)
		}
		if _, err := inventoryIn(*in.Inventory); (err != nil) != (wants != "") || err != nil && !strings.Contains(err.Error(), wants) {
			t.Errorf("%d too many are answered with %v", n, err)
		}
	}
}

// An import is held as it came, and its entries one at a time: what a body of empty objects costs is its own size.
func TestAnImportIsHeldAsItCame(t *testing.T) { // beside no other test, which would need memory too
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for _, body := range [][]byte{
		many(`{"inventory":{"members":[`, `{}`, 900_000, `]}}`),
		many(`{"inventory":{"ci_tokens":[`, `{"use":[{},{}]}`, 200_000, `]}}`),
		many(`{"inventory":{"members":[{"use":[`, `{}`, 90_000, `]}]}}`),
		many(`{"inventory":{"sunset":{"downtimes":[`, `{}`, 9_000, `]}}}`),
	} {
		var in importRequest
		before := live()
		if err := decode(body, &in, false); err != nil {
			t.Fatal(err)
		}
		after := live()
		if took := after - min(before, after); took > 64<<10 {
			t.Errorf("%.60s…: %d bytes are held beside a body of %d", body, took, len(body))
		}
		runtime.KeepAlive(in)
		runtime.KeepAlive(body)
	}
}

// What is wrong with a body is found without a copy of it: a file that was cut off is as long as any.
func TestABrokenImportIsNotCopied(t *testing.T) { // beside no other test, which would allocate too
	whole := many(`{"inventory":{"members":[`, `{"email":"a@b"}`, 500_000, `]}}`)
	for says, body := range map[string][]byte{
		"it ends too early": whole[:len(whole)-1], "more than one JSON value": append(slices.Clone(whole), "{}"...), "at byte": append(slices.Clone(whole[:len(whole)-1]), "x}"...),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := decode(body, &importRequest{}, false)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("it says %v, want %s", err, says)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 64<<10 {
			t.Errorf("%s: %d bytes were taken for a body of %d", says, took, len(body))
		}
	}
}
