package source

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/keyturn/audit/finding"
)

// needle is what the tests look for: a text without it is not worth anything.
const needle = "needle"

func worth(text []byte) bool { return bytes.Contains(text, []byte(needle)) }

// folderAt makes files in a folder. A name that ends with a slash is a folder.
func folderAt(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(full, 0o755)
		} else {
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// repository is a git repository that a test makes.
type repository struct {
	t    *testing.T
	dir  string
	tick int
}

func newRepository(t *testing.T, files map[string]string) *repository {
	t.Helper()
	r := &repository{t: t, dir: t.TempDir()}
	r.git("init", "-q", "-b", "trunk")
	folderAt(t, r.dir, files)
	return r
}

// git runs git as people do, without their configuration. Each command is a minute after the one before.
func (r *repository) git(args ...string) string {
	r.t.Helper()
	out, err := r.run(args...)
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

// try runs git where it may fail.
func (r *repository) try(args ...string) error {
	_, err := r.run(args...)
	return err
}

func (r *repository) run(args ...string) (string, error) {
	r.tick++
	when := fmt.Sprintf("%d +0200", 1700000000+60*r.tick)
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "GIT_") }),
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Maya Lindt", "GIT_AUTHOR_EMAIL=maya@example.com", "GIT_AUTHOR_DATE="+when,
		"GIT_COMMITTER_NAME=Ben", "GIT_COMMITTER_EMAIL=ben@example.com", "GIT_COMMITTER_DATE="+when,
	)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// commit writes files and commits everything. It returns the hash.
func (r *repository) commit(files map[string]string) string {
	r.t.Helper()
	folderAt(r.t, r.dir, files)
	r.git("add", "-A", "-f")
	r.git("commit", "-q", "--allow-empty", "-m", "change")
	return r.git("rev-parse", "HEAD")
}

// met is what Each came across.
type met struct {
	Outcome
	files map[string]File // by root and path, with a colon between if there is a root; Raw is a copy
	times map[string]int
}

// readAll reads everything, and fails if that is an error.
func readAll(t *testing.T, o Options) met {
	t.Helper()
	m, err := tryAll(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tryAll(ctx context.Context, o Options) (met, error) {
	if o.Worth == nil {
		o.Worth = worth
	}
	var mu sync.Mutex
	m := met{files: map[string]File{}, times: map[string]int{}}
	var err error
	m.Outcome, err = Each(ctx, o, func(f File) error {
		mu.Lock()
		defer mu.Unlock()
		f.Raw = bytes.Clone(f.Raw)
		name := f.Path
		if f.Root != "" {
			name = f.Root + ":" + f.Path
		}
		m.files[name] = f
		m.times[name]++
		return nil
	})
	return m, err
}

// expect holds what was read to a list of paths.
func (m met) expect(t *testing.T, paths ...string) {
	t.Helper()
	var got []string
	for name, times := range m.times {
		got = append(got, name)
		if times > 1 && !m.files[name].Part {
			t.Errorf("%q is given %d times", name, times)
		}
	}
	slices.Sort(got)
	slices.Sort(paths)
	if !slices.Equal(got, paths) {
		t.Errorf("read are %q\nnot      %q\n(skipped: %v)", got, paths, m.Skipped)
	}
}

// expectSkipped holds what was not read to a list of "path: reason", with "!" before what failed.
func (m met) expectSkipped(t *testing.T, list ...string) {
	t.Helper()
	var got []string
	for _, s := range m.Skipped {
		got = append(got, lineOf(s))
	}
	slices.Sort(list)
	slices.Sort(got)
	if !slices.Equal(got, list) {
		t.Errorf("skipped are %q\nnot         %q", got, list)
	}
	if m.Incomplete != slices.ContainsFunc(m.Skipped, func(s finding.Skipped) bool { return s.Failed }) {
		t.Errorf("incomplete is %v", m.Incomplete)
	}
}

func lineOf(s finding.Skipped) string {
	line := s.Path + ": " + s.Reason
	if s.Root != "" {
		line = s.Root + ":" + line
	}
	if s.Failed {
		line = "!" + line
	}
	return line
}

func symlink(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
