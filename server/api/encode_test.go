package api

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/proof/night"
)

// FuzzAppendText holds the own way of writing a string to that of encoding/json.
func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "Ada", `"`, `\`, "a\nb", "\x00\x1f\x7f", "Боб 界 👩‍👩‍👧", "\u2028\u202e", "\xff", "half \xe7\x95", "\ufffd", "</script>"} {
		f.Add(s)
	}
	f.Fuzz(sameText)
}

func TestTextIsWrittenAsJSON(t *testing.T) {
	t.Parallel()
	night.Check(t, func(rt *rapid.T) { sameText(t, rapid.String().Draw(rt, "text")) })
}

func sameText(t *testing.T, s string) {
	t.Helper()
	theirs, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var got, want string
	if err := json.Unmarshal(theirs, &want); err != nil {
		t.Fatal(err)
	}
	ours := appendText([]byte("["), s)[1:]
	if err := json.Unmarshal(ours, &got); err != nil || got != want {
		t.Fatalf("%q is written as %s, which is read as %q: %v", s, ours, got, err)
	}
}

// An object is the same whatever stands before it, and a list grows past its first guess.
func TestObjectsFollowEachOther(t *testing.T) {
	t.Parallel()
	list := make([]int, 40)
	for i := range list {
		list[i] = i * i * i
	}
	body := appendList([]byte(`{"items":`), list, func(b []byte, n *int) []byte {
		o := begin(b)
		o.number("n", int64(*n))
		o.textIf("none", "")
		o.flag("odd", *n%2 == 1)
		return o.end()
	})
	var got struct {
		Items []struct {
			N   int
			Odd bool
		}
	}
	if err := json.Unmarshal(append(body, '}'), &got); err != nil || len(got.Items) != len(list) {
		t.Fatalf("%s: %v", body, err)
	}
	for i, item := range got.Items {
		if item.N != list[i] || item.Odd != (list[i]%2 == 1) {
			t.Errorf("the object %d is %+v", i, item)
		}
	}
	if empty := appendList(nil, []int(nil), nil); string(empty) != "[]" {
		t.Errorf("an empty list is %s", empty)
	}
}
