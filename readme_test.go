package main

import (
	"flag"
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/keyturn/actions"
)

var update = flag.Bool("update", false, "write the generated parts of README.md")

// keyTable writes the table of keys from the one list of actions.
func keyTable() string {
	var b strings.Builder
	for _, scope := range actions.Scopes {
		if len(actions.For(scope)) == 0 {
			continue
		}
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

var (
	namedTest = regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	namedPath = regexp.MustCompile("(?m)^\\| (`[^|]+`) \\| |\\]\\(([^)]+)\\)")
)

// A promise that no test proves is none, and a folder that is not there leads nowhere.
func TestReadmeAndEvidenceNameWhatIsThere(t *testing.T) {
	for _, name := range []string{"README.md", "EVIDENCE.md"} {
		t.Run(name, func(t *testing.T) { namesWhatIsThere(t, name) })
	}
}

func namesWhatIsThere(t *testing.T, document string) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, f := range sources(t) {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && f.test {
				tests[fn.Name.Name] = true
			}
		}
	}
	promises := namedTest.FindAllStringSubmatch(string(text), -1)
	if len(promises) < 10 {
		t.Errorf("only %d tests are named", len(promises))
	}
	for _, m := range promises {
		if !tests[m[1]] {
			t.Errorf("%s names %s, which is not there", document, m[1])
		}
	}
	paths := 0
	for _, m := range namedPath.FindAllStringSubmatch(string(text), -1) {
		for _, name := range strings.Split(m[1]+m[2], ", ") {
			name = strings.Trim(name, "`")
			if !strings.HasSuffix(name, "/") && !strings.Contains(name, ".") {
				continue // a key of the key table
			}
			paths++
			if _, err := os.Stat(name); err != nil {
				t.Errorf("%s leads to %s: %v", document, name, err)
			}
		}
	}
	if document == "README.md" && paths < 15 {
		t.Errorf("only %d paths found", paths)
	}
}
