package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"example.com/keyturn/actions"
)

var update = flag.Bool("update", false, "write the generated parts of README.md")

// keyTable writes the table of keys from the one list of actions.
func keyTable() string {
	var b strings.Builder
	for _, scope := range actions.Scopes {
		fmt.Fprintf(&b, "**%s**\n\n| key | action | what it does | asks |\n|---|---|---|---|\n", scope)
		for _, s := range actions.For(scope) {
			keys := make([]string, len(s.Keys))
			for i, k := range s.Keys {
				if k == " " {
					k = "space"
				}
				keys[i] = "`" + k + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.Join(keys, " "), s.Label, s.Tooltip, s.Danger)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestReadmeShowsTheKeysAsTheyAre(t *testing.T) {
	const begin, end = "<!-- keys -->\n", "<!-- /keys -->"
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatal("README.md has no place for the keys")
	}
	want := head + begin + keyTable() + end + tail
	if string(text) == want {
		return
	}
	if !*update {
		t.Fatal("the key table of README.md is not that of the actions: run go test . -update")
	}
	if err := os.WriteFile("README.md", []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}
