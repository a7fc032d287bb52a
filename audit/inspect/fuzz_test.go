package inspect

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/keyturn/audit/finding"
)

// names are paths of every language that is read in a way of its own.
var names = []string{
	".github/workflows/a.yml", ".gitlab-ci.yml", "docker-compose.yml", "values.yaml", "a.json", "devcontainer.json", "a.toml", "main.tf", "Dockerfile", ".env",
	"a.sh", "Makefile", "shell.nix", "a.ps1", "a.bat", "A.java", "a.php", "Jenkinsfile", "a.py", "a.rb", "a.ini", "pom.xml", "a.sql", "README.md", "a.rst", "a.adoc", "a.txt",
	"CHANGELOG.md", "requirements.txt", "a.ipynb", "a.diff", "no-ending", "environment.yml",
}

// FuzzLook: whatever a file holds, looking at it does not panic, every edit lies in the file and replaces a
// name, no excerpt or message holds what was taken for a value, and looking twice says the same.
func FuzzLook(f *testing.F) {
	seeds, err := filepath.Glob("../testdata/corpus/*/*")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for i, name := range seeds {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(uint8(i), text)
		}
	}
	f.Add(uint8(3), []byte("a: &x {<<: *x}\nb: {LOCALSTACK_API_KEY: *x}\n"))
	f.Add(uint8(1), []byte("x: |\n  LOCALSTACK_API_KEY=a\n \n- ? LOCALSTACK_API_KEY\n"))
	f.Fuzz(func(t *testing.T, kind uint8, text []byte) {
		if len(text) > 20_000 {
			return
		}
		name := names[int(kind)%len(names)]
		result := Look(name, text)
		for _, one := range result.Findings {
			checkFinding(t, name, text, one)
		}
		if again := Look(name, text); len(again.Findings) != len(result.Findings) || again.Remark != result.Remark {
			t.Error("a second look says something else")
		}
	})
}

func checkFinding(t *testing.T, name string, text []byte, f finding.Finding) {
	t.Helper()
	if lines := bytes.Count(text, []byte{'\n'}) + 1; f.Line < 1 || f.Line > lines || f.Column < 1 || f.Path != name {
		t.Errorf("%s: a place outside of the file: %d:%d", f.Code, f.Line, f.Column)
	}
	if _, known := finding.Find(f.Code); !known || f.Message == "" || f.Fix.Kind == "" {
		t.Errorf("half a finding: %+v", f)
	}
	if f.Fix.Kind.Fixable() != (len(f.Fix.Edits) > 0) {
		t.Errorf("%s: %s with %d edits", f.Code, f.Fix.Kind, len(f.Fix.Edits))
	}
	last := 0
	for _, e := range f.Fix.Edits {
		if e.Start < last || e.End < e.Start || e.End > len(text) {
			t.Errorf("%s: an edit outside of the file, or not in order: %+v", f.Code, f.Fix.Edits)
			return
		}
		last = e.End
	}
	if v := f.Value.Reveal(); v != "" && (strings.Contains(f.Excerpt, v) || strings.Contains(f.Message, v) || strings.Contains(f.Subject, v)) {
		t.Errorf("%s: what is said of it holds the value", f.Code)
	}
	if !utf8.ValidString(f.Excerpt) {
		t.Errorf("%s: the excerpt is no text", f.Code)
	}
}
