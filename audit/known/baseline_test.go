package known

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

func env(path string, line int, excerpt string) finding.Finding {
	return finding.Finding{Path: path, Line: line, Column: 3, Code: finding.LegacyEnvVar, Excerpt: excerpt}
}

func parsed(t interface {
	Helper()
	Fatal(...any)
}, text []byte,
) *Baseline {
	t.Helper()
	b, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABaselineIsReadableAndSorted(t *testing.T) {
	list := []finding.Finding{
		env("b.yml", 9, "  LOCALSTACK_API_KEY: ****"), env("b.yml", 4, "LOCALSTACK_API_KEY:  ****"), env("a b\n.yml", 1, "x"),
		{Root: "api/", Path: "c", Code: finding.HardcodedAuthToken, Excerpt: "t: ****"},
	}
	text := string(Format(list))
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 5 || lines[0] != header {
		t.Fatalf("%q", text)
	}
	if !slices.IsSorted(lines[1:]) {
		t.Errorf("not sorted:\n%s", text)
	}
	for i, begin := range []string{"hardcoded-auth-token\tapi/c\t", "legacy-env-var\ta b\\n.yml\t", "legacy-env-var\tb.yml\t", "legacy-env-var\tb.yml\t"} {
		if !strings.HasPrefix(lines[i+1], begin) {
			t.Errorf("line %d is %q", i+1, lines[i+1])
		}
	}
	if !strings.HasSuffix(lines[3], "\t1") || !strings.HasSuffix(lines[4], "\t2") {
		t.Errorf("equal lines are not told apart:\n%s", text)
	}
}

// Lines that move or are indented stay known; one more equal line is news, one less is told.
func TestABaselineFollowsTheContent(t *testing.T) {
	b := parsed(t, Format([]finding.Finding{env("f", 3, "A=1"), env("f", 5, "B=1"), env("f", 9, "B=1")}))
	fresh, old := b.Split([]finding.Finding{env("f", 30, "\tA=1"), env("f", 40, "B=1"), env("f", 41, "C=1")})
	if len(fresh) != 1 || fresh[0].Line != 41 || len(old) != 2 {
		t.Errorf("new are %v", fresh)
	}
	if gone := b.Gone(); len(gone) != 1 || gone[0].Ordinal != 2 {
		t.Errorf("gone are %v", gone)
	}
	fresh, _ = b.Split([]finding.Finding{env("f", 1, "B=1"), env("f", 2, "B=1"), env("f", 3, "B=1"), env("g", 1, "A=1")})
	if len(fresh) != 2 || fresh[0].Line != 3 || fresh[1].Path != "g" {
		t.Errorf("new are %v", fresh)
	}
}

// A line that stays through a history is one finding, in however many contents of the file.
func TestALineOfAHistoryIsKnownOnce(t *testing.T) {
	var list []finding.Finding
	for blob := range 3 {
		f := env("f", blob+1, "A=1")
		f.Commit = &finding.Commit{Hash: fmt.Sprint("c", blob), Blob: fmt.Sprint("b", blob)}
		list = append(list, f)
	}
	text := Format(list[:1])
	if got := Format(list); !bytes.Equal(got, text) {
		t.Errorf("the baseline grows with the history:\n%s", got)
	}
	if fresh, _ := parsed(t, text).Split(list); len(fresh) > 0 {
		t.Errorf("new are %v", fresh)
	}
}

func TestABrokenBaselineSaysWhere(t *testing.T) {
	good := strings.TrimPrefix(string(Format([]finding.Finding{env("f", 1, "x")})), header+"\n")
	for _, c := range []struct{ name, text, want string }{
		{"prose", "hunter2hunter2", "line 1: not 4 fields"},
		{"a conflict", good + "<<<<<<< ours\n", "line 2: not 4 fields"},
		{"an unknown code", strings.Replace(good, "legacy-env-var", "hunter2", 1), "line 1: the first field is no code"},
		{"no path", strings.Replace(good, "\tf\t", "\t\t", 1), "line 1: the second field is no path"},
		{"a path out of quotes", strings.Replace(good, "\tf\t", "\tf\"x\t", 1), "line 1: the second field is no path"},
		{"no hash", strings.Replace(good, "\tf\t", "\tf\tz", 1), "line 1: the third field is no hash"},
		{"no number", strings.TrimSpace(good) + "x", "line 1: the fourth field is no number"},
		{"nought", strings.Replace(good, "\t1\n", "\t0\n", 1), "line 1: the fourth field is no number"},
		{"a later form", "# keyturn baseline 2: x\n", "line 1: this is a baseline of a later keyturn"},
	} {
		_, err := Parse([]byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if b, err := Parse([]byte("\ufeff" + header)); err == nil {
		t.Errorf("a byte order mark is taken for a comment: %v", b)
	}
	if b, err := Parse([]byte(strings.ReplaceAll("\n# mine\n"+good, "\n", "\r\n"))); err != nil || len(b.met) != 1 {
		t.Errorf("a baseline with the line ends of Windows: %v, %v", b, err)
	}
}

func findings() *rapid.Generator[[]finding.Finding] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) finding.Finding {
		f := finding.Finding{
			Root: rapid.SampledFrom([]string{"", "api", "../x/"}).Draw(t, "root"), Path: rapid.StringN(1, 12, -1).Draw(t, "path"),
			Line: rapid.IntRange(1, 9).Draw(t, "line"), Column: rapid.IntRange(1, 4).Draw(t, "column"),
			Code: rapid.SampledFrom([]finding.Code{finding.LegacyEnvVar, finding.HardcodedAuthToken}).Draw(t, "code"), Excerpt: rapid.SampledFrom([]string{"", "a", " a", "b = ****"}).Draw(t, "excerpt"),
		}
		f.Value = models.NewSecret("canary" + rapid.StringMatching(`[a-z]{8}`).Draw(t, "value"))
		return f
	}), 0, 20)
}

// What a baseline was written of it knows, whole, and nothing else; and it says nothing of the values.
func TestABaselineKnowsWhatItWasWrittenOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := findings().Draw(t, "findings")
		finding.Sort(list)
		text := Format(list)
		if bytes.Contains(text, []byte("canary")) {
			t.Fatalf("a value is in it:\n%s", text)
		}
		b := parsed(t, text)
		fresh, old := b.Split(list)
		if len(fresh) > 0 || len(old) != len(list) || len(b.Gone()) > 0 {
			t.Fatalf("%d of %d are new, %d gone, in\n%s", len(fresh), len(list), len(b.Gone()), text)
		}
		for i := range list { // another value in the same line is the same finding: of it there is no trace
			list[i].Value, list[i].Line = models.NewSecret("other"), list[i].Line+7
		}
		if again := Format(list); !bytes.Equal(again, text) {
			t.Fatalf("values or lines matter:\n%s%s", text, again)
		}
	})
}

// Whatever a baseline holds: it is read, or it is refused in one line; what is read is written the same.
func FuzzParse(f *testing.F) {
	f.Add(Format([]finding.Finding{env("a b", 1, "x"), env("\xff\n", 1, "x")}))
	f.Add([]byte("# keyturn baseline 2:\n"))
	f.Add([]byte("legacy-env-var\tf\t0123456789abcdef\t1\r\n\n#\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := Parse(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("the error is %q", err)
			}
			return
		}
		var again []byte
		for _, e := range b.Gone() {
			again = fmt.Appendf(again, "%s\n", e)
		}
		second := parsed(t, again)
		if !slices.Equal(second.Gone(), b.Gone()) {
			t.Errorf("%q is read as %v, and then as %v", text, b.Gone(), second.Gone())
		}
	})
}

func TestSaveReplacesTheWholeFileOrNothing(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "baseline")
	list := []finding.Finding{env("f", 1, "x")}
	if err := Save(name, list); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(name, link); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	if err := Save(link, append(list, env("g", 1, "x"))); err != nil {
		t.Fatal(err)
	}
	b, err := Load(name)
	if err != nil || len(b.met) != 2 {
		t.Errorf("%v, %v", b, err)
	}
	if info, err := os.Lstat(name); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := Save(dir, list); err == nil {
		t.Error("a folder was replaced")
	}
	if err := Save(filepath.Join(dir, "none", "b"), list); err == nil {
		t.Error("a folder was made up")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("%v stand beside it, %v", left, err)
	}
	if err := os.WriteFile(name, []byte("broken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(name); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
}
