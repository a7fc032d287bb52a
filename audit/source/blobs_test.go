package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestABareRepositoryIsReadAsItsLastCommit(t *testing.T) {
	r := newRepository(t, nil)
	r.commit(map[string]string{"gone": needle, "a": needle, "vendor/x": needle})
	r.git("rm", "-q", "gone")
	symlink(t, "a", filepath.Join(r.dir, "link-"+needle))
	r.commit(map[string]string{".github/x": needle, "binary": needle + "\x00", "new\nline": needle})
	bare := filepath.Join(t.TempDir(), "bare.git")
	r.git("clone", "-q", "--bare", r.dir, bare)
	for _, dir := range []string{bare, filepath.Join(r.dir, ".git")} {
		m := readAll(t, Options{Paths: []string{dir}})
		m.expect(t, "a", ".github/x", "new\nline")
		m.expectSkipped(t, "binary: binary", "vendor/: vendored")
		if f := m.files["a"]; f.NoFix == "" || f.Commit != nil || f.InRepo != "a" {
			t.Errorf("%+v", f)
		}
	}
}

func TestABareRepositoryWithoutALastCommit(t *testing.T) {
	r := newRepository(t, nil)
	empty := filepath.Join(t.TempDir(), "empty.git")
	r.git("init", "-q", "--bare", empty)
	readAll(t, Options{Paths: []string{empty}}).expectSkipped(t)

	r.commit(map[string]string{"a": needle})
	r.git("symbolic-ref", "HEAD", "refs/heads/elsewhere")
	m := readAll(t, Options{Paths: []string{filepath.Join(r.dir, ".git")}})
	if len(m.Skipped) != 1 || !m.Incomplete || !strings.Contains(m.Skipped[0].Reason, "HEAD") {
		t.Errorf("%v", m.Skipped)
	}
}

func TestTheIndexIsWhatACommitWouldChange(t *testing.T) {
	r := newRepository(t, nil)
	old := []string{"same", "changed", "deleted", "renamed"}
	files := map[string]string{}
	for _, name := range old {
		files[name] = needle + " of old in " + name
	}
	r.commit(files)
	folderAt(t, r.dir, map[string]string{"changed": needle + " as staged", "sub/new": needle, "vendor/v": needle, "later": needle, "wish": needle})
	r.git("rm", "-q", "deleted")
	r.git("mv", "renamed", "sub/moved")
	r.git("add", "changed", "sub/new", "vendor/v")
	r.git("add", "-N", "wish")
	folderAt(t, r.dir, map[string]string{"changed": needle + " as it is now", "same": needle + " not staged"})

	m := readAll(t, Options{Paths: []string{r.dir}, Staged: true})
	m.expect(t, "changed", "sub/new", "sub/moved")
	m.expectSkipped(t, "vendor/: vendored")
	if f := m.files["changed"]; string(f.Raw) != needle+" as staged" || !strings.Contains(f.NoFix, "not as it is staged") {
		t.Errorf("%q %q", f.Raw, f.NoFix)
	}
	if f := m.files["sub/new"]; f.NoFix != "" {
		t.Error(f.NoFix)
	}

	m = readAll(t, Options{Paths: []string{filepath.Join(r.dir, "sub")}, Staged: true})
	m.expect(t, "new", "moved")
	if got := m.files["new"].InRepo; got != "sub/new" {
		t.Errorf("in the checkout it is %q", got)
	}
}

func TestTheIndexBeforeTheFirstCommit(t *testing.T) {
	r := newRepository(t, map[string]string{"a": needle, "b": needle})
	r.git("add", "a")
	readAll(t, Options{Paths: []string{r.dir}, Staged: true}).expect(t, "a")
}

// A commit of some files only has an index of its own, which git names to the hook.
func TestTheIndexThatAHookIsGiven(t *testing.T) {
	r := newRepository(t, nil)
	r.commit(map[string]string{"a": "", "b": ""})
	folderAt(t, r.dir, map[string]string{"a": needle, "b": needle})
	r.git("add", "a")
	index := filepath.Join(r.dir, ".git", "index")
	text, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(r.dir, ".git", "next-index-7.lock")
	if err := os.WriteFile(other, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r.git("add", "b")
	t.Chdir(r.dir)
	readAll(t, Options{Staged: true}).expect(t, "a", "b")
	t.Setenv("GIT_INDEX_FILE", ".git/next-index-7.lock")
	readAll(t, Options{Staged: true}).expect(t, "a")
	t.Setenv("GIT_INDEX_FILE", filepath.Join(t.TempDir(), "of-another-repository"))
	readAll(t, Options{Staged: true}).expect(t, "a", "b")
}

func TestAHistoryIsReadOnceWithItsFirstCommits(t *testing.T) {
	r := newRepository(t, nil)
	first := r.commit(map[string]string{"config": needle + " 1", "dull": "nothing"})
	second := r.commit(map[string]string{"config": needle + " 2", "copy": needle + " 1"})
	r.git("mv", "config", "moved")
	r.commit(nil)
	r.git("rm", "-q", "moved")
	r.commit(nil)
	r.git("checkout", "-q", "-b", "side", second)
	side := r.commit(map[string]string{"ops/side": needle + " of a branch"})
	r.git("checkout", "-q", "trunk")
	r.git("merge", "-q", "--no-commit", "side")
	merge := r.commit(map[string]string{"evil": needle + " only in the merge"})
	folderAt(t, r.dir, map[string]string{"evil": needle + " of a stash"})
	r.git("stash", "-q")
	folderAt(t, r.dir, map[string]string{"uncommitted": needle, "staged": needle})
	r.git("add", "staged")

	m := readAll(t, Options{Paths: []string{r.dir}, History: true})
	if got := fmt.Sprint(m.times); got != "map[config:2 evil:2 ops/side:1]" {
		t.Errorf("read are %s", got)
	}
	m.expectSkipped(t)
	if c := m.files["ops/side"].Commit; c == nil || c.Hash != side || c.Author != "Maya Lindt" || c.Blob == "" || !c.When.After(time.Unix(1700000000, 0)) {
		t.Errorf("%+v", c)
	}
	byHash := historyOf(t, r.dir)
	for text, hash := range map[string]string{needle + " 1": first, needle + " 2": second, needle + " only in the merge": merge} {
		if byHash[text] != hash {
			t.Errorf("%q is of %s, not %s", text, byHash[text], hash)
		}
	}
	sub := readAll(t, Options{Paths: []string{filepath.Join(r.dir, "ops")}, History: true})
	if f := sub.files["side"]; len(sub.times) != 1 || f.InRepo != "ops/side" || f.Commit == nil || f.Commit.Hash != side || f.NoFix == "" {
		t.Errorf("of the folder: %v %+v", sub.times, f)
	}
	bare := filepath.Join(t.TempDir(), "bare.git")
	r.git("clone", "-q", "--bare", r.dir, bare)
	if got := fmt.Sprint(readAll(t, Options{Paths: []string{bare}, History: true}).times); got != "map[config:2 evil:1 ops/side:1]" {
		t.Errorf("bare: %s", got)
	}
}

// historyOf is the commit of each text of a history.
func historyOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	_, err := Each(t.Context(), Options{Paths: []string{dir}, History: true, Worth: worth, Workers: 1}, func(f File) error {
		found[string(f.Raw)] = f.Commit.Hash
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAHistoryThatIsNotThereIsNotClean(t *testing.T) {
	r := newRepository(t, nil)
	r.commit(map[string]string{"a": needle + " 1"})
	r.commit(map[string]string{"a": needle + " 2", "b": "x"})
	r.commit(map[string]string{"a": "nothing"})
	r.git("config", "uploadpack.allowFilter", "true")

	t.Run("empty", func(t *testing.T) {
		m := readAll(t, Options{Paths: []string{newRepository(t, nil).dir}, History: true})
		m.expectSkipped(t)
	})
	t.Run("shallow", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "clone")
		r.git("clone", "-q", "--depth", "2", "file://"+r.dir, dir)
		m := readAll(t, Options{Paths: []string{dir}, History: true})
		m.expect(t, "a")
		if !m.Incomplete || len(m.Skipped) != 1 || !strings.Contains(m.Skipped[0].Reason, "history is incomplete: the repository is shallow") {
			t.Errorf("%v", m.Skipped)
		}
	})
	t.Run("partial", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "clone")
		r.git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+r.dir, dir)
		m := readAll(t, Options{Paths: []string{dir}, History: true})
		m.expect(t)
		if !m.Incomplete || len(m.Skipped) != 1 || !strings.Contains(m.Skipped[0].Reason, "history is incomplete: 4 objects") {
			t.Errorf("%v", m.Skipped)
		}
	})
	for _, kind := range []string{"blob", "tree", "commit"} {
		t.Run("broken "+kind, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "clone")
			r.git("clone", "-q", "--no-hardlinks", r.dir, dir)
			at := map[string]string{"blob": "HEAD~1:a", "tree": "HEAD~1^{tree}", "commit": "HEAD~1"}[kind]
			hash := r.git("rev-parse", at)
			if err := os.Remove(filepath.Join(dir, ".git", "objects", hash[:2], hash[2:])); err != nil {
				t.Fatal(err)
			}
			m := readAll(t, Options{Paths: []string{dir}, History: true})
			if !m.Incomplete || len(m.Skipped) != 1 || !strings.Contains(m.Skipped[0].Reason, "history is incomplete") {
				t.Errorf("%v", m.Skipped)
			}
		})
	}
}

// A repository of many and of large contents: nobody waits for anybody for ever.
func TestALongHistory(t *testing.T) {
	r := newRepository(t, nil)
	files := map[string]string{}
	for i := range 1200 {
		files[fmt.Sprintf("d%d/f%d", i%40, i)] = fmt.Sprintf("%d %s", i, needle)
	}
	files["large"] = strings.Repeat("all work and no play\n", 1<<19) + needle
	r.commit(files)
	m := readAll(t, Options{Paths: []string{r.dir}, History: true})
	if len(m.files) != 1201 || m.Files != 1201 {
		t.Errorf("%d of %d files", len(m.files), m.Files)
	}
	if f := m.files["large"]; !f.Part || f.Line == 0 {
		t.Errorf("the large file is given whole, or from line %d", f.Line)
	}
}
