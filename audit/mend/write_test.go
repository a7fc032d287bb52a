package mend

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/audit/finding"
)

const oldText, newText = "x: LOCALSTACK_API_KEY\n", "x: LOCALSTACK_AUTH_TOKEN\n"

// plan plans for files of a folder.
func plan(t *testing.T, folder string, paths ...string) ([]Change, Options) {
	t.Helper()
	o := Options{Force: true, Folder: func(string) string { return folder }}
	var found []finding.Finding
	for _, p := range paths {
		found = append(found, scan(p, []byte(textOf(t, folder, p)))...)
	}
	changes, refused, err := Plan(found, Read(o), o)
	if err != nil || len(refused) > 0 || len(changes) != len(paths) {
		t.Fatal(len(changes), refused, err)
	}
	return changes, o
}

func outcome(written []Written, refused []Refusal) []string {
	list := []string{}
	for _, w := range written {
		list = append(list, strings.TrimSuffix(w.Path+" written "+w.Unsure, " "))
	}
	for _, r := range refused {
		list = append(list, r.Path+": "+r.Reason)
	}
	slices.Sort(list)
	return list
}

func TestWriting(t *testing.T) {
	folder := t.TempDir()
	paths := []string{"a.yml", "b/c.yml", "b/run.sh", strings.Repeat("n", 250) + ".yml"}
	for _, p := range paths {
		place(t, folder, p, oldText)
	}
	for name, mode := range map[string]fs.FileMode{"a.yml": 0o640, "b/c.yml": 0o604, "b/run.sh": 0o755 | fs.ModeSetgid} {
		if err := os.Chmod(filepath.Join(folder, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	modes := modesOf(t, folder, paths)
	changes, o := plan(t, folder, paths...)
	written, refused, err := Write(t.Context(), changes, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a.yml written", "b/c.yml written", "b/run.sh written", paths[3] + " written"}, outcome(written, refused)); diff != "" {
		t.Error(diff)
	}
	for _, p := range paths {
		if got := textOf(t, folder, p); got != newText {
			t.Errorf("%s is %q", p, got)
		}
	}
	if diff := cmp.Diff(modes, modesOf(t, folder, paths)); diff != "" {
		t.Error(diff)
	}
	if left := temporaries(t, folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	written, refused, err = Write(t.Context(), changes, o)
	if err != nil || len(written) > 0 || len(refused) != len(paths) || refused[0].Reason != errStale.Error() {
		t.Errorf("a second time: %v", outcome(written, refused))
	}
}

func modesOf(t *testing.T, folder string, paths []string) map[string]fs.FileMode {
	t.Helper()
	modes := map[string]fs.FileMode{}
	for _, p := range paths {
		info, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(p)))
		if err != nil {
			t.Fatal(err)
		}
		modes[p] = info.Mode()
	}
	return modes
}

// temporaries lists what is in a folder and below it that was never completed.
func temporaries(t *testing.T, folder string) []string {
	t.Helper()
	var left []string
	err := filepath.WalkDir(folder, func(p string, _ fs.DirEntry, err error) error {
		if Temporary(p) {
			left = append(left, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return left
}

func TestWhatIsNeverWritten(t *testing.T) {
	folder, outside := t.TempDir(), t.TempDir()
	place(t, outside, "a.yml", oldText)
	place(t, folder, "real/a.yml", oldText)
	place(t, folder, "two.yml", oldText)
	place(t, folder, "stays.yml", oldText)
	place(t, folder, "changed.yml", oldText+"y: 1\n")
	place(t, folder, ".git/a.yml", oldText)
	place(t, folder, "sealed.yml", oldText)
	for _, step := range []error{
		os.Symlink("stays.yml", filepath.Join(folder, "link.yml")),
		os.Symlink("real", filepath.Join(folder, "dir")),
		os.Symlink(outside, filepath.Join(folder, "out")),
		os.Link(filepath.Join(folder, "two.yml"), filepath.Join(folder, "one.yml")),
		os.Chmod(filepath.Join(folder, "sealed.yml"), 0o444),
	} {
		if step != nil {
			t.Skip(step)
		}
	}
	var changes []Change
	for _, p := range []string{
		"link.yml", "dir/a.yml", "out/a.yml", "../a.yml", "/a.yml", "./stays.yml", "real/../stays.yml", "", ".", "real", "two.yml", "changed.yml",
		".git/a.yml", "sealed.yml", "none.yml", "none/a.yml", "stays.yml/a",
	} {
		changes = append(changes, Change{Path: p, Before: []byte(oldText), After: []byte(newText)})
	}
	o := Options{Force: true, Folder: func(string) string { return folder }}
	written, refused, err := Write(t.Context(), changes, o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		".git/a.yml: " + errInGit.Error(),
		"../a.yml: " + errNotLocal.Error(), "./stays.yml: " + errNotLocal.Error(), ".: " + errNotLocal.Error(), "/a.yml: " + errNotLocal.Error(),
		": " + errNotLocal.Error(), "changed.yml: " + errStale.Error(), "dir/a.yml: " + errLink.Error(), "link.yml: " + errLink.Error(),
		"none.yml: statat: no such file or directory", "none/a.yml: statat: no such file or directory",
		"out/a.yml: " + errLink.Error(), "real/../stays.yml: " + errNotLocal.Error(), "real: " + errOdd.Error(), "sealed.yml: " + errReadOnly.Error(),
		"stays.yml/a: statat: not a directory", "two.yml: " + errLinked.Error(),
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, outcome(written, refused)); diff != "" {
		t.Error(diff)
	}
	for _, p := range []string{"stays.yml", "real/a.yml", "two.yml", "sealed.yml"} {
		if textOf(t, folder, p) != oldText {
			t.Errorf("%s was written", p)
		}
	}
	if textOf(t, outside, "a.yml") != oldText {
		t.Error("a file outside was written")
	}
	read := Read(o)
	for _, r := range refused {
		if r.Path == "changed.yml" {
			continue
		}
		if _, err := read("", r.Path); err == nil || err.Error() != r.Reason {
			t.Errorf("%s is refused with %q, and reading it says %v", r.Path, r.Reason, err)
		}
	}
	if written, refused, err := Write(t.Context(), changes[:1], Options{Folder: func(string) string { return filepath.Join(folder, "no") }}); err != nil || len(written) > 0 || len(refused) != 1 {
		t.Errorf("a folder that is not there: %v, %v", outcome(written, refused), err)
	}
}

func TestWritingStopsWhenNobodyWaits(t *testing.T) {
	folder := t.TempDir()
	place(t, folder, "a.yml", oldText)
	changes, o := plan(t, folder, "a.yml")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	written, refused, err := Write(ctx, changes, o)
	if !errors.Is(err, context.Canceled) || len(written)+len(refused) > 0 || textOf(t, folder, "a.yml") != oldText {
		t.Errorf("%v, %v", outcome(written, refused), err)
	}
}

func TestNamesOfTemporaryFiles(t *testing.T) {
	for name, want := range map[string]bool{
		temporaryName("a.yml"): true, "x/" + temporaryName(""): true, ".keyturn-0123456789abcdef.new": true,
		".keyturn-0123456789abcdef.new2": false, "keyturn-0123456789abcdef.new": false, ".keyturn-.new": false, "a.new": false, "": false,
	} {
		if Temporary(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

// The owner stays where the system lets us, and whoever gets the file instead does not see more of it.
func TestTheOwnerStays(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	folder := t.TempDir()
	place(t, folder, "a.yml", oldText)
	name := filepath.Join(folder, "a.yml")
	if err := errors.Join(os.Chown(name, 12345, 23456), os.Chmod(name, 0o660|fs.ModeSetuid)); err != nil {
		t.Skip(err)
	}
	changes, o := plan(t, folder, "a.yml")
	if _, refused, err := Write(t.Context(), changes, o); err != nil || len(refused) > 0 {
		t.Fatal(refused, err)
	}
	info, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	if uid, gid, _ := owner(info); uid != 12345 || gid != 23456 || info.Mode() != 0o660|fs.ModeSetuid {
		t.Errorf("it belongs to %d:%d with %v", uid, gid, info.Mode())
	}
}
