package ignore

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no []string // a slash at the end means a folder
	}{
		{"*.log", []string{"a.log", "x/a.log", "x.log/"}, []string{"a.logs", "log"}},
		{"/a", []string{"a", "a/"}, []string{"x/a"}},
		{"a/b", []string{"a/b"}, []string{"x/a/b", "a/x/b"}},
		{"out/", []string{"out/", "x/out/"}, []string{"out"}},
		{"a/**", []string{"a/b", "a/b/c"}, []string{"a", "a/"}},
		{"**/a", []string{"a", "x/a", "x/y/a"}, []string{"ab"}},
		{"a/**/b", []string{"a/b", "a/x/b", "a/x/y/b"}, []string{"ab", "b"}},
		{"{a,b}", []string{"{a,b}"}, []string{"a", "b"}},
		{"[!a]x", []string{"bx"}, []string{"ax"}},
		{`\!a`, []string{"!a"}, []string{"a"}},
		{`\#a`, []string{"#a"}, []string{"a"}},
		{`a\ `, []string{"a "}, []string{"a"}},
		{"a  \r", []string{"a"}, []string{"a  "}},
		{"# a", nil, []string{"a", "# a"}},
		{"", nil, []string{"a"}},
		{"[", nil, []string{"[", "a"}},
	} {
		l := List{}.With("", []byte("\ufeff"+c.pattern+"\n"))
		for _, p := range c.yes {
			if !l.Ignores(strings.TrimSuffix(p, "/"), strings.HasSuffix(p, "/")) {
				t.Errorf("%q does not ignore %q", c.pattern, p)
			}
		}
		for _, p := range c.no {
			if l.Ignores(strings.TrimSuffix(p, "/"), strings.HasSuffix(p, "/")) {
				t.Errorf("%q ignores %q", c.pattern, p)
			}
		}
	}
}

// drawPattern leaves out two stars beside something else: gits before 2.40 did not always agree with
// themselves on those.
func drawPattern(t *rapid.T) string {
	part := rapid.SampledFrom([]string{"a", "b", "ab", "*", "a*", "*b", "?", "[ab]", "[!a]", "[^b]", "[a-b]", "**", `\a`, "{a,b}", "a.b"})
	parts := rapid.SliceOfN(part, 1, 4).Draw(t, "parts")
	return rapid.SampledFrom([]string{"", "", "!"}).Draw(t, "keep") + rapid.SampledFrom([]string{"", "", "/"}).Draw(t, "from the top") +
		strings.Join(parts, "/") + rapid.SampledFrom([]string{"", "", "/", " "}).Draw(t, "end")
}

// TestAsGitDoes asks git the same.
func TestAsGitDoes(t *testing.T) {
	dir := t.TempDir()
	git := func(in string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "core.excludesFile=" + os.DevNull}, args...)...)
		cmd.Stdin = strings.NewReader(in)
		out, err := cmd.Output()
		if err != nil && cmd.ProcessState.ExitCode() != 1 {
			t.Fatal(err)
		}
		return string(out)
	}
	git("", "init", "-q")
	var paths []string
	for _, a := range []string{"a", "b", "ab", "{a,b}", "a.b"} {
		for _, b := range []string{"", "a", "b", "ab"} {
			for _, c := range []string{"", "a", "b"} {
				if b != "" || c == "" {
					paths = append(paths, path.Join(a, b, c))
				}
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		top := strings.Join(rapid.SliceOfN(rapid.Custom(drawPattern), 1, 4).Draw(rt, "top"), "\n")
		sub := strings.Join(rapid.SliceOfN(rapid.Custom(drawPattern), 0, 3).Draw(rt, "sub"), "\n")
		for name, text := range map[string]string{".gitignore": top, "a/.gitignore": sub} {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
				rt.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				rt.Fatal(err)
			}
		}
		ignored := map[string]bool{}
		for line := range strings.SplitSeq(git(strings.Join(paths, "\x00")+"\x00", "check-ignore", "--no-index", "-z", "--stdin"), "\x00") {
			ignored[line] = true
		}
		above := List{}.With("", []byte(top))
		for _, p := range paths {
			if got := ours(above, sub, p); got != ignored[p] {
				rt.Fatalf("%q is ignored: %v, by git: %v", p, got, ignored[p])
			}
		}
	})
}

// ours goes down to a path as a walk does: what lies in an ignored folder is never met.
func ours(rules List, sub, full string) bool {
	parts := strings.Split(full, "/")
	for i := range parts {
		if i == 1 && parts[0] == "a" {
			rules = rules.With("a", []byte(sub))
		}
		// on disk only "a" is a folder: git asks the disk
		here := strings.Join(parts[:i+1], "/")
		if rules.Ignores(here, i < len(parts)-1 || here == "a") {
			return true
		}
	}
	return false
}
