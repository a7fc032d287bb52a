package mend

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository is a work tree with one commit of some files.
func repository(t *testing.T, paths ...string) string {
	t.Helper()
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		t.Setenv(name, os.DevNull)
	}
	folder := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(folder))
	run(t, folder, "init", "-q")
	for _, p := range paths {
		place(t, folder, p, oldText)
	}
	run(t, folder, "add", "-A", "-f")
	run(t, folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a")
	return folder
}

func TestOnlyWhatGitCanGiveBackIsWritten(t *testing.T) {
	top := repository(t, "clean.yml", "dirty.yml", "staged.yml", "both.yml", "moved.yml", "hidden.yml", "skipped.yml", "sub/clean.yml", "sub/a b\n\"é.yml", "sub/*.yml", "forced.log")
	place(t, top, ".gitignore", "*.log\nout/\n")
	for _, p := range []string{"untracked.yml", "ignored.log", "out/ignored.yml", "sub/new.yml", "added.yml", "renamed.yml"} {
		place(t, top, p, oldText)
	}
	for _, p := range []string{"dirty.yml", "staged.yml", "both.yml", "hidden.yml", "skipped.yml"} {
		place(t, top, p, "# mine\n"+oldText)
	}
	run(t, top, "add", "staged.yml", "both.yml", "added.yml")
	place(t, top, "both.yml", "# mine, too\n"+oldText)
	run(t, top, "rm", "-q", "moved.yml")
	run(t, top, "add", "renamed.yml")
	run(t, top, "update-index", "--assume-unchanged", "hidden.yml")
	run(t, top, "update-index", "--skip-worktree", "skipped.yml")
	inner := filepath.Join(top, "inner")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, inner, "init", "-q")
	place(t, inner, "a.yml", oldText)

	fine := []string{"clean.yml", "sub/clean.yml", "sub/a b\n\"é.yml", "sub/*.yml", "forced.log"}
	unsaved := []string{"dirty.yml", "staged.yml", "both.yml", "added.yml", "renamed.yml"}
	unknown := []string{"untracked.yml", "ignored.log", "out/ignored.yml", "sub/new.yml", "hidden.yml", "skipped.yml", "inner/a.yml"}
	var want []string
	for _, p := range fine {
		want = append(want, p+" written")
	}
	for _, p := range unsaved {
		want = append(want, p+": "+errUnsaved.Error())
	}
	for _, p := range unknown {
		want = append(want, p+": "+errUnknown.Error())
	}
	slices.Sort(want)
	all := slices.Concat(fine, unsaved, unknown)
	changes, o := plan(t, top, all...)
	o.Force = false
	written, refused, err := Write(t.Context(), changes, o)
	if diff := cmp.Diff(want, outcome(written, refused)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, p := range all {
		if got := strings.Contains(textOf(t, top, p), modern); got != slices.Contains(fine, p) {
			t.Errorf("%q written: %v", p, got)
		}
	}
	changes, o = plan(t, top, slices.Concat(unsaved, unknown)...)
	if written, refused, err = Write(t.Context(), changes, o); err != nil || len(refused) > 0 {
		t.Errorf("forced: %v, %v", outcome(written, refused), err)
	}
}

// A root may be a folder within a work tree: git names files from the top.
func TestARootBelowTheTop(t *testing.T) {
	top := repository(t, "a.yml", "sub/a.yml", "sub/b.yml")
	place(t, top, "a.yml", "# mine\n"+oldText)
	place(t, top, "sub/b.yml", "# mine\n"+oldText)
	changes, o := plan(t, filepath.Join(top, "sub"), "a.yml", "b.yml")
	o.Force = false
	written, refused, err := Write(t.Context(), changes, o)
	if diff := cmp.Diff([]string{"a.yml written", "b.yml: " + errUnsaved.Error()}, outcome(written, refused)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestWhereThereIsNoGit(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(folder))
	place(t, folder, "a.yml", oldText)
	changes, o := plan(t, folder, "a.yml")
	o.Force = false
	if got := told(t, changes, o); got != "a.yml: "+errNoGit.Error() {
		t.Errorf("no work tree: %s", got)
	}
	t.Setenv("PATH", t.TempDir())
	if got := told(t, changes, o); !strings.HasPrefix(got, "a.yml: git does not say whether it could be given back") {
		t.Errorf("no program: %s", got)
	}
}

// A repository without a commit, and a git that was called by another one's hook.
func TestOtherRepositories(t *testing.T) {
	other := repository(t, "a.yml")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_INDEX_FILE", filepath.Join(other, ".git", "index"))
	t.Setenv("GIT_WORK_TREE", other)
	folder := t.TempDir()
	place(t, folder, "a.yml", oldText)
	changes, o := plan(t, folder, "a.yml")
	o.Force = false
	if got := told(t, changes, o); got != "a.yml: "+errNoGit.Error() {
		t.Errorf("beside another one: %s", got)
	}
	for _, name := range []string{"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"} {
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	run(t, folder, "init", "-q")
	run(t, folder, "add", "a.yml")
	if got := told(t, changes, o); got != "a.yml: "+errUnsaved.Error() {
		t.Errorf("without a commit: %s", got)
	}
}

func told(t *testing.T, changes []Change, o Options) string {
	t.Helper()
	written, refused, err := Write(t.Context(), changes, o)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(outcome(written, refused), ", ")
}

// Git sees no token of ours, and is not told to run what a repository names.
func TestWhatGitIsGiven(t *testing.T) {
	top := repository(t, "a.yml")
	bin := t.TempDir()
	script := "#!/bin/sh\n{ env; echo \"args: $*\"; } >>'" + filepath.Join(bin, "seen") + "'\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	changes, o := plan(t, top, "a.yml")
	o.Force = false
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("LOCALSTACK_AUTH_TOKEN", "not-for-git")
	if _, refused, _ := Write(t.Context(), changes, o); len(refused) != 1 {
		t.Error("git fails, and the file is written")
	}
	seen := textOf(t, bin, "seen")
	if strings.Contains(seen, "not-for-git") || !strings.Contains(seen, "GIT_OPTIONAL_LOCKS=0") || !strings.Contains(seen, "core.fsmonitor=false") {
		t.Errorf("git was given:\n%s", seen)
	}
}
