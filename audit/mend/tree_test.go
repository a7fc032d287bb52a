package mend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
)

// aTree draws what a configuration may hold, with the legacy variable in names and in values.
func aTree(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case depth > 0 && kind <= 2:
		tree := map[string]any{}
		for range rapid.IntRange(1, 4).Draw(t, "entries") {
			name := rapid.SampledFrom([]string{legacy, "X_" + legacy, "env", "a b", "é", "n:x", "#c"}).Draw(t, "name")
			tree[name] = aTree(t, depth-1)
		}
		return tree
	case depth > 0 && kind == 3:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, aTree(t, depth-1))
		}
		return list
	}
	return rapid.SampledFrom([]any{
		legacy, legacy + "=1", "${" + legacy + ":-}", "export " + legacy + "=x\necho \"$" + legacy + "\"\n", "'\"\\ " + legacy, " " + legacy + " # c",
		1, true, nil, "", "true", "1", "é\u2028 " + legacy, "- x", "{{ " + legacy + " }}",
	}).Draw(t, "value")
}

// written draws one of the ways to write a tree down.
func written(t *rapid.T, tree any) (name, text string) {
	var raw []byte
	var err error
	name = "a.yml"
	switch rapid.IntRange(0, 3).Draw(t, "way") {
	case 0:
		name = "a.json"
		raw, err = json.MarshalIndent(tree, "", rapid.SampledFrom([]string{"", "\t"}).Draw(t, "indent"))
	case 1:
		raw, err = json.Marshal(tree) // JSON is YAML
	default:
		raw, err = yaml.Marshal(tree)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	text = string(raw)
	if name == "a.yml" && rapid.Bool().Draw(t, "CRLF") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return name, text
}

// renamed is the tree that is to come out, made without any text.
func renamed(tree any) any {
	switch v := tree.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			if name == legacy {
				name = modern
			}
			out[name] = renamed(value)
		}
		return out
	case []any:
		out := []any{}
		for _, item := range v {
			out = append(out, renamed(item))
		}
		return out
	case string:
		return strings.ReplaceAll(v, legacy, modern)
	}
	return tree
}

func parsed(t *rapid.T, text []byte) any {
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return tree
}

// A file that parses is never refused for a plain renaming, and says the same afterwards but for the names.
func TestTheMeaningStays(t *testing.T) {
	manyFiles(t, 10, func(t *rapid.T) {
		tree := aTree(t, 4)
		name, text := written(t, tree)
		found := scan(name, []byte(text))
		if len(found) == 0 {
			return
		}
		c, err := planned(name, text, found, Options{})
		if err != nil {
			t.Fatalf("%q is refused: %v", text, err)
		}
		if diff := cmp.Diff(renamed(parsed(t, c.Before)), parsed(t, c.After)); diff != "" {
			t.Fatalf("%q became %q:\n%s", text, c.After, diff)
		}
	})
}

// A line that goes takes its entry with it, and nothing else.
func TestALineThatGoes(t *testing.T) {
	manyFiles(t, 10, func(t *rapid.T) {
		var lines []string
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z]{1,8}`), 1, 6, rapid.ID[string]).Draw(t, "names")
		for i, n := range names {
			lines = append(lines, fmt.Sprintf("  %s: %q\n", n, fmt.Sprint("v", i)))
		}
		at := rapid.IntRange(0, len(lines)-1).Draw(t, "at")
		text := "env:\n" + strings.Join(lines, "") + "end: 1\n"
		start := len("env:\n" + strings.Join(lines[:at], ""))
		f := renaming("a.yml", []byte(text), put(start, start+len(lines[at]), ""))
		c, err := planned("a.yml", text, []finding.Finding{f}, Options{})
		if len(names) == 1 {
			if err == nil {
				t.Fatalf("%q became %q, which is no block any more", text, c.After)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := parsed(t, []byte(text)).(map[string]any)
		delete(want["env"].(map[string]any), names[at])
		if diff := cmp.Diff(any(want), parsed(t, c.After)); diff != "" {
			t.Fatalf("%q became %q:\n%s", text, c.After, diff)
		}
	})
}
