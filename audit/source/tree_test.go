package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestACheckoutIsReadAsGitSeesIt(t *testing.T) {
	r := newRepository(t, map[string]string{
		".gitignore": "*.log\nbuild/\n", "tracked": needle, "sub/deep/tracked": needle, "sub/dull": "nothing", ".github/workflows/ci.yml": needle,
		"forced.log": needle, "gone": needle, "new\nline \"quoted\" ä": needle,
	})
	r.commit(nil)
	folderAt(t, r.dir, map[string]string{
		"fresh": needle, "sub/fresh": needle, "noise.log": needle, "build/out": needle, "sub/.gitignore": "secret\n", "sub/secret": needle, "secret": needle,
	})
	if err := os.Remove(filepath.Join(r.dir, "gone")); err != nil {
		t.Fatal(err)
	}
	m := readAll(t, Options{Paths: []string{r.dir}})
	m.expect(t, "tracked", "sub/deep/tracked", ".github/workflows/ci.yml", "forced.log", "new\nline \"quoted\" ä", "fresh", "sub/fresh", "secret")
	m.expectSkipped(t)
	if m.Roots != 1 || m.Files != 11 || m.Bytes == 0 {
		t.Errorf("%d roots, %d files, %d bytes", m.Roots, m.Files, m.Bytes)
	}
}

func TestAFolderOfACheckoutIsReadAlone(t *testing.T) {
	r := newRepository(t, map[string]string{
		".gitignore": "*.log\n/ops/out/\n", "top": needle, "ops/ci/.github/x": needle, "ops/new": needle, "ops/a.log": needle, "ops/out/a": needle, "ops/out/b.log": needle,
	})
	r.git("add", "top", "ops/ci")
	m := readAll(t, Options{Paths: []string{filepath.Join(r.dir, "ops")}})
	m.expect(t, "ci/.github/x", "new")
	if got := m.files["ci/.github/x"].InRepo; got != "ops/ci/.github/x" {
		t.Errorf("in the checkout it is %q", got)
	}

	t.Run("nothing in it but what is ignored", func(t *testing.T) {
		folderAt(t, r.dir, map[string]string{"logs/b.log": needle})
		m := readAll(t, Options{Paths: []string{filepath.Join(r.dir, "logs")}})
		m.expect(t)
		if len(m.Remarks) > 0 {
			t.Errorf("remarks: %v", m.Remarks)
		}
	})
	t.Run("named though it is ignored", func(t *testing.T) {
		m := readAll(t, Options{Paths: []string{filepath.Join(r.dir, "ops", "out")}})
		m.expect(t, "a", "b.log")
		if len(m.Remarks) != 1 || !strings.Contains(m.Remarks[0].Text, "git ignores this folder") {
			t.Errorf("remarks: %v", m.Remarks)
		}
	})
}

func TestCheckoutsInACheckoutAreReadToo(t *testing.T) {
	inner := newRepository(t, map[string]string{".gitignore": "ignored\n"})
	inner.commit(map[string]string{"sub/.github/x": needle})
	r := newRepository(t, map[string]string{"top": needle})
	r.git("submodule", "-q", "add", inner.dir, "mods/one")
	r.git("submodule", "-q", "add", inner.dir, "mods/two")
	r.commit(nil)
	r.git("submodule", "-q", "deinit", "-f", "mods/two")
	r.git("clone", "-q", inner.dir, "clones/three")
	folderAt(t, r.dir, map[string]string{"mods/one/fresh": needle, "mods/one/ignored": needle, "clones/three/ignored": needle})

	m := readAll(t, Options{Paths: []string{r.dir}})
	m.expect(t, "top", "mods/one/sub/.github/x", "mods/one/fresh", "clones/three/sub/.github/x")
	m.expectSkipped(t, "mods/two/: a submodule that is not checked out")
	if got := m.files["mods/one/sub/.github/x"].InRepo; got != "sub/.github/x" {
		t.Errorf("in its checkout it is %q", got)
	}
}

func TestALinkedWorkTreeIsACheckout(t *testing.T) {
	r := newRepository(t, map[string]string{".gitignore": "*.log\n"})
	r.commit(map[string]string{"a": needle})
	linked := filepath.Join(t.TempDir(), "linked")
	r.git("worktree", "add", "-q", linked)
	folderAt(t, linked, map[string]string{"b": needle, "c.log": needle})
	readAll(t, Options{Paths: []string{linked}}).expect(t, "a", "b")
}

func TestAnUnmergedFileIsReadOnce(t *testing.T) {
	r := newRepository(t, nil)
	r.commit(map[string]string{"a": "base"})
	r.git("checkout", "-q", "-b", "other")
	r.commit(map[string]string{"a": "other"})
	r.git("checkout", "-q", "trunk")
	r.commit(map[string]string{"a": "ours"})
	if err := r.try("merge", "-q", "other"); err == nil {
		t.Fatal("the merge should not work")
	}
	folderAt(t, r.dir, map[string]string{"a": needle})
	readAll(t, Options{Paths: []string{r.dir}}).expect(t, "a")
}

func TestAPlainFolderObeysItsIgnoreFiles(t *testing.T) {
	files := map[string]string{
		".gitignore": "*.log\nout/\n!keep.log\n", "a": needle, "x.log": needle, "keep.log": needle, "out/a": needle,
		"sub/.gitignore": "/only-here\ndeep/**/tmp\n", "sub/only-here": needle, "sub/more/only-here": needle, "sub/deep/er/tmp": needle, "sub/deep/er/kept": needle,
	}
	dir := folderAt(t, t.TempDir(), files)
	inner := newRepository(t, map[string]string{"y.log": needle, ".gitignore": "z\n", "z": needle})
	if err := os.Rename(inner.dir, filepath.Join(dir, "clone")); err != nil {
		t.Fatal(err)
	}
	m := readAll(t, Options{Paths: []string{dir}})
	m.expect(t, "a", "keep.log", "sub/more/only-here", "sub/deep/er/kept", "clone/y.log")
	m.expectSkipped(t)
	if exists(filepath.Join(dir, ".git")) {
		t.Error("a repository was made in the folder")
	}
}

func TestOthersWorkIsCountedNotRead(t *testing.T) {
	files := map[string]string{
		"web/node_modules/a/index.js": needle, "web/node_modules/b/index.js": needle, "vendor/x.go": needle, "go.sum": needle, "web/yarn.lock": needle,
		"py/x.dist-info/RECORD": needle, "app.min.js": needle, "dist/index.js": needle, "dist/run.sh": needle, "src/vendor.go": needle,
		"gen.go": "// Copyright\n\n// Code generated by x. DO NOT EDIT.\n" + needle, "gen.py": "# @generated by y\n" + needle,
		"about.md": "We mark files with @generated.\n" + needle, "dull.go": "// Code generated by x. DO NOT EDIT.\n",
	}
	dir := folderAt(t, t.TempDir(), files)
	m := readAll(t, Options{Paths: []string{dir}})
	m.expect(t, "dist/run.sh", "src/vendor.go", "about.md")
	m.expectSkipped(t,
		"web/node_modules/: vendored", "vendor/: vendored", "go.sum: a lock file", "web/yarn.lock: a lock file", "py/x.dist-info/: vendored",
		"app.min.js: generated", "dist/index.js: generated", "gen.go: generated", "gen.py: generated",
	)

	m = readAll(t, Options{Paths: []string{dir}, IncludeVendored: true})
	m.expectSkipped(t)
	if len(m.files) != len(files)-1 {
		t.Errorf("with everything %d files are read", len(m.files))
	}
	readAll(t, Options{Paths: []string{filepath.Join(dir, "vendor")}}).expect(t, "x.go")
}

func TestNamedFilesAreReadWhateverTheyAre(t *testing.T) {
	r := newRepository(t, map[string]string{
		".gitignore": "*.log\n", "a.log": needle, "node_modules/x": needle, "ci/.github/workflows/b.yml": needle, "go.sum": needle, "gen": "// @generated\n" + needle,
	})
	t.Chdir(filepath.Join(r.dir, "ci"))
	symlink(t, "../a.log", "link")
	m := readAll(t, Options{Paths: []string{"link", "../node_modules/x", "./.github/workflows/b.yml", "../go.sum", "../gen", "../gen"}})
	m.expect(t, "link", "../node_modules/x", ".github/workflows/b.yml", "../go.sum", "../gen")
	if got := m.files[".github/workflows/b.yml"].InRepo; got != "ci/.github/workflows/b.yml" {
		t.Errorf("in the checkout it is %q", got)
	}
	if m.Roots != 1 {
		t.Errorf("%d roots", m.Roots)
	}
}

func TestSeveralRootsKeepTheirNames(t *testing.T) {
	dir := folderAt(t, t.TempDir(), map[string]string{"one/a": needle, "two/a": needle, "single": needle})
	t.Chdir(dir)
	o := Options{Paths: []string{"one", "./two/", "single", "one"}, Repos: []string{"two"}}
	m := readAll(t, o)
	m.expect(t, "one:a", "./two/:a", ".:single")
	roots, err := Roots(o)
	if err != nil || len(roots) != 3 || m.Roots != 3 {
		t.Fatal(roots, err)
	}
	for _, root := range roots {
		name := "a"
		if root.Name == "." {
			name = "single"
		}
		if !exists(filepath.Join(root.Folder, name)) {
			t.Errorf("%s does not lie in %s", name, root.Folder)
		}
	}
}

func TestWhatIsNotThereIsSaidAtOnce(t *testing.T) {
	dir := folderAt(t, t.TempDir(), map[string]string{"plain/a": needle})
	bare := filepath.Join(dir, "bare.git")
	(&repository{t: t, dir: dir}).git("init", "-q", "--bare", bare)
	plain := filepath.Join(dir, "plain")
	for _, c := range []struct {
		o    Options
		said string
	}{
		{Options{Paths: []string{plain, filepath.Join(dir, "no")}}, "no: there is no such file or folder"},
		{Options{Paths: []string{plain}, Staged: true}, "the index cannot be read: " + plain + " is not in a git repository"},
		{Options{Paths: []string{plain}, History: true}, "is not in a git repository"},
		{Options{Paths: []string{filepath.Join(plain, "a")}, History: true}, "name the one that"},
		{Options{Paths: []string{bare}, Staged: true}, "it has no index"},
		{Options{Paths: []string{"-"}, Stdin: strings.NewReader(""), Staged: true}, "from standard input"},
		{Options{Paths: []string{plain}, Staged: true, History: true}, "at once"},
	} {
		if m, err := tryAll(t.Context(), c.o); err == nil || !strings.Contains(err.Error(), c.said) || len(m.files) > 0 {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
}

// One of many checkouts is gone: it is counted, and the others are read.
func TestARepositoryOfAListIsGone(t *testing.T) {
	here := newRepository(t, map[string]string{"a": needle})
	gone := filepath.Join(t.TempDir(), "gone")
	m := readAll(t, Options{Repos: []string{gone, here.dir}})
	if len(m.files) != 1 || !m.Outcome.Incomplete || m.Outcome.Roots != 2 {
		t.Errorf("read %v, %+v", m.files, m.Outcome)
	}
	if len(m.Outcome.Skipped) != 1 || m.Outcome.Skipped[0].Root != gone || !m.Outcome.Skipped[0].Failed || !strings.Contains(m.Outcome.Skipped[0].Reason, "no such") {
		t.Errorf("skipped %+v", m.Outcome.Skipped)
	}
}

func TestAListOfRepositories(t *testing.T) {
	dir := folderAt(t, t.TempDir(), map[string]string{"one/": "", "two words/": "", "file": ""})
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	list, err := ReadList("repos.txt", strings.NewReader("\ufeff# ours\none\r\n\n   two words  \n# theirs\n~/one"))
	if err != nil || strings.Join(list, "|") != "one|two words|"+dir+"/one" {
		t.Errorf("%q, %v", list, err)
	}
	for text, said := range map[string]string{
		"# x\n\nfile\n": "repos.txt, line 3: file is a file", "-": "standard input",
		"https://maya:hidden@example.com/x.git": "an address is no folder", strings.Repeat("x", 1<<17): "read repos.txt",
	} {
		if _, err := ReadList("repos.txt", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), said) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}
