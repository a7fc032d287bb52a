package source

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A checkout can name programs in its own configuration, wherever git would ask for one. None may run.
func TestNoProgramOfARepositoryRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script")
	}
	r := newRepository(t, nil)
	r.commit(map[string]string{"a.txt": needle, ".gitattributes": "* diff=bad filter=bad merge=bad textconv=bad\n"})
	r.commit(map[string]string{"a.txt": needle + " 2"})
	missing := r.git("rev-parse", "HEAD~1:a.txt")
	ran := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >> "+ran+"\ncat\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	hooks := filepath.Join(r.dir, ".git", "hooks")
	for _, hook := range []string{"post-index-change", "fsmonitor-watchman", "pre-auto-gc", "reference-transaction", "post-checkout"} {
		folderAt(t, hooks, map[string]string{hook: "#!/bin/sh\n" + program + " hook\n"})
		if err := os.Chmod(filepath.Join(hooks, hook), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	bad := "!" + program
	for name, value := range map[string]string{
		"core.fsmonitor": program, "core.hooksPath": hooks, "core.pager": program, "pager.ls-files": program, "pager.log": program, "pager.diff": program, "core.editor": program,
		"core.sshCommand": program, "core.askPass": program, "core.gitProxy": program, "core.alternateRefsCommand": program, "credential.helper": bad,
		"diff.external": program, "diff.bad.command": program, "diff.bad.textconv": program, "filter.bad.clean": program, "filter.bad.smudge": program,
		"filter.bad.process": program, "log.showSignature": "true", "gpg.program": program, "gpg.ssh.program": program, "gpg.format": "openpgp",
		"alias.ls-files": bad, "alias.cat-file": bad, "alias.rev-list": bad, "interactive.diffFilter": program,
		"remote.origin.url": "ext::" + program + " %S", "remote.origin.promisor": "true", "extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
		"remote.origin.partialclonefilter": "blob:none", "remote.origin.uploadpack": program, "protocol.ext.allow": "always", "protocol.allow": "always",
		"trace2.eventTarget": ran, "core.untrackedCache": "true",
	} {
		if err := r.try("config", name, value); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := os.Remove(ran); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", missing[:2], missing[2:])); err != nil {
		t.Fatal(err)
	}
	folderAt(t, r.dir, map[string]string{"b.txt": needle})
	before := snapshot(t, r.dir)

	readAll(t, Options{Paths: []string{r.dir}}).expect(t, "a.txt", "b.txt")
	readAll(t, Options{Paths: []string{r.dir}, Staged: true}).expect(t)
	if m := readAll(t, Options{Paths: []string{r.dir}, History: true}); len(m.files) != 1 || !m.Incomplete {
		t.Errorf("%v %v", m.times, m.Skipped)
	}
	if bare := readAll(t, Options{Paths: []string{filepath.Join(r.dir, ".git")}}); len(bare.files) != 1 {
		t.Errorf("%v %v", bare.times, bare.Skipped)
	}
	if text, err := os.ReadFile(ran); err == nil {
		t.Errorf("programs ran:\n%s", text)
	}
	if after := snapshot(t, r.dir); after != before {
		t.Errorf("the repository was changed:\n%s\n%s", before, after)
	}
	if err := r.try("status"); err != nil && !exists(ran) {
		t.Error("the trap does not work: git status should have run a program")
	}
}

// snapshot is everything in a folder with size and time.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err == nil {
			fmt.Fprintln(&all, name, info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// Where a repository claims to have its work tree does not matter: neither is anything else read, nor nothing.
func TestAWorkTreeElsewhereIsNotRead(t *testing.T) {
	outside := folderAt(t, t.TempDir(), map[string]string{"secret": needle})
	for name, value := range map[string]string{"core.worktree": outside, "core.bare": "true"} {
		r := newRepository(t, map[string]string{"a": needle, "sub/b": needle})
		r.git("add", "a")
		r.git("config", name, value)
		m := readAll(t, Options{Paths: []string{r.dir}})
		m.expect(t, "a", "sub/b")
		m.expectSkipped(t)
		readAll(t, Options{Paths: []string{filepath.Join(r.dir, "sub")}}).expect(t, "b")
		readAll(t, Options{Paths: []string{r.dir}, Staged: true}).expect(t, "a")
	}
}

func TestABrokenRepositoryIsReadAllTheSame(t *testing.T) {
	for name, spoil := range map[string]map[string]string{
		"no HEAD":     {".git/HEAD": ""},
		"bad index":   {".git/index": "DIRC nonsense"},
		"bad config":  {".git/config": "[core\n"},
		"gone module": {"mods/one/.git": "gitdir: ../../.git/modules/gone\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t, map[string]string{"a": needle, "mods/one/x": needle, ".gitignore": "*.log\n", "b.log": needle})
			if name != "gone module" {
				r.commit(nil)
			}
			folderAt(t, r.dir, spoil)
			m := readAll(t, Options{Paths: []string{r.dir}})
			if m.times["a"] != 1 || m.times["mods/one/x"] != 1 {
				t.Errorf("read are %v", m.times)
			}
			if m.Incomplete != (name != "gone module") {
				t.Errorf("skipped are %v", m.Skipped)
			}
		})
	}
}

// Whose a checkout is does not matter: nothing of it is run.
func TestACheckoutOfSomebodyElseIsRead(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give things away")
	}
	r := newRepository(t, nil)
	r.commit(map[string]string{"a": needle})
	err := filepath.Walk(r.dir, func(name string, _ os.FileInfo, err error) error {
		if err == nil {
			err = os.Lchown(name, 65534, 65534)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m := readAll(t, Options{Paths: []string{r.dir}})
	m.expect(t, "a")
	m.expectSkipped(t)
}

// withoutGitEnv says to a copy of this test that there is no git.
const withoutGitEnv = "KEYTURN_TEST_WITHOUT_GIT"

func TestWithoutGit(t *testing.T) {
	if os.Getenv(withoutGitEnv) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWithoutGit$", "-test.v")
		cmd.Env = append(os.Environ(), withoutGitEnv+"=1", "PATH="+t.TempDir(), "HOME="+t.TempDir())
		if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "no tests to run") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	dir := folderAt(t, t.TempDir(), map[string]string{
		"a": needle, "x.log": needle, ".gitignore": "*.log\nout/\n!keep.log\n", "keep.log": needle, "out/a": needle, "sub/out/a": needle, "sub/.gitignore": "/b\n", "sub/b": needle,
		"sub/c/b": needle, "clone/.git/HEAD": needle, "clone/y.log": needle, "node_modules/a/b": needle, "go.sum": needle,
	})
	m := readAll(t, Options{Paths: []string{dir}})
	m.expect(t, "a", "keep.log", "sub/c/b", "clone/y.log")
	m.expectSkipped(t, "node_modules/: vendored", "go.sum: a lock file")
	if len(m.Remarks) != 1 || m.Remarks[0].Text != withoutGit {
		t.Errorf("remarks: %v", m.Remarks)
	}
	for _, o := range []Options{{Paths: []string{dir}, Staged: true}, {Paths: []string{dir}, History: true}, {Paths: []string{filepath.Join(dir, "bare")}}} {
		folderAt(t, dir, map[string]string{"bare/HEAD": "", "bare/objects/": "", "bare/refs/": ""})
		if _, err := tryAll(t.Context(), o); err == nil || !strings.Contains(err.Error(), "the git program is not installed") {
			t.Error(err)
		}
	}
}

// The order in which workers come to things is not to be seen.
func TestTheOutcomeIsTheSameWithAnyNumberOfWorkers(t *testing.T) {
	files := map[string]string{}
	for i := range 200 {
		files[fmt.Sprintf("d%d/e%d/f%d", i%7, i%13, i)] = needle
		files[fmt.Sprintf("d%d/node_modules/f%d", i%7, i)] = needle
		files[fmt.Sprintf("d%d/b%d", i%7, i)] = "\x00"
	}
	dir := folderAt(t, t.TempDir(), files)
	var first string
	for _, workers := range []int{1, 2, 3, 16} {
		m := readAll(t, Options{Paths: []string{dir}, Workers: workers})
		said := fmt.Sprint(m.Outcome, len(m.files))
		if first == "" {
			first = said
		}
		if said != first {
			t.Errorf("with %d workers: %.300s\nwith one: %.300s", workers, said, first)
		}
	}
}
