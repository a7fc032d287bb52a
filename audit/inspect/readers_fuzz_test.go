package inspect

import (
	"os"
	"path/filepath"
	"testing"
)

// seed gives a fuzz target the files of the corpus that match a pattern.
func seed(f *testing.F, patterns ...string) {
	f.Helper()
	some := false
	for _, p := range patterns {
		for _, dir := range []string{"*", "*/*", "*/*/*"} {
			names, err := filepath.Glob(filepath.Join("../testdata/corpus", dir, p))
			if err != nil {
				f.Fatal(err)
			}
			for _, name := range names {
				if text, err := os.ReadFile(name); err == nil && len(text) < 4000 {
					f.Add(text)
					some = true
				}
			}
		}
	}
	if !some {
		f.Fatal("no seed matches")
	}
}

// checkTree: what is said to be written somewhere lies in the text, in order and apart.
func checkTree(t *testing.T, text []byte, tr *tree) {
	t.Helper()
	end := 0
	for _, l := range tr.leaves {
		if l.at.start < 0 || l.at.end > len(text) || l.at.start > l.at.end {
			t.Fatalf("a leaf at %d to %d of %d bytes", l.at.start, l.at.end, len(text))
		}
		if l.at.start < end && !l.node.block {
			t.Fatalf("two leaves at %d", l.at.start)
		}
		end = max(end, l.at.end)
	}
}

func checkSpans(t *testing.T, text []byte, spans []span) {
	t.Helper()
	end := 0
	for _, s := range spans {
		if s.start < end || s.end <= s.start || s.end > len(text) {
			t.Fatalf("a span at %d to %d behind %d, of %d bytes", s.start, s.end, end, len(text))
		}
		end = s.end
	}
}

func FuzzReadYAML(f *testing.F) {
	seed(f, "*.yml", "*.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		tr, err := readYAML(text)
		if err != nil {
			return
		}
		for _, l := range tr.leaves {
			if l.at.start < 0 || l.at.end > len(text) || l.at.start > l.at.end {
				t.Fatalf("a leaf at %d to %d of %d bytes", l.at.start, l.at.end, len(text))
			}
		}
		checkSpans(t, text, yamlSpans(text, tr))
	})
}

func FuzzReadJSON(f *testing.F) {
	seed(f, "*.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		spans := lex(text, syntaxes[jsonText])
		checkSpans(t, text, spans)
		if tr, err := readJSON(text, spans); err == nil {
			checkTree(t, text, tr)
		}
	})
}

func FuzzLex(f *testing.F) {
	seed(f, "*.sh", "*.py", "*.java", "*.go", "*.kt", "*.tf", "*.nix", "*.ps1", "Makefile", "Dockerfile*", "*.toml")
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range syntaxes {
			checkSpans(t, text, lex(text, s))
		}
	})
}

func FuzzExamples(f *testing.F) {
	seed(f, "*.md", "*.rst", "*.adoc", "*.org", "*.txt")
	f.Fuzz(func(t *testing.T, text []byte) {
		for l := markdownText; l <= proseText; l++ {
			end := 0
			for _, b := range examples(text, l) {
				if b.start < end || b.end < b.start || b.end > len(text) {
					t.Fatalf("an example at %d to %d behind %d, of %d bytes", b.start, b.end, end, len(text))
				}
				end = b.end
			}
			d := &document{path: "a", text: text, kind: kind{language: l, docs: true}, syntax: syntaxes[l], starts: lineStarts(text)}
			d.blocks = examples(text, l)
			checkSpans(t, text, d.proseSpans())
		}
	})
}
