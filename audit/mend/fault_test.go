package mend

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faulty is a disk with something before every step.
type faulty struct {
	folder
	before func(step string) error
}

func (f faulty) Lstat(name string) (fs.FileInfo, error) {
	if err := f.before("look"); err != nil {
		return nil, err
	}
	return f.folder.Lstat(name)
}

func (f faulty) ReadFile(name string) ([]byte, error) {
	if err := f.before("read"); err != nil {
		return nil, err
	}
	return f.folder.ReadFile(name)
}

func (f faulty) Writable(name string) error {
	return errors.Join(f.before("ask"), f.folder.Writable(name))
}

func (f faulty) Create(name string) (temporary, error) {
	if err := f.before("create"); err != nil {
		return nil, err
	}
	file, err := f.folder.Create(name)
	if err != nil {
		return nil, err
	}
	return faultyFile{file, f.before}, nil
}

func (f faulty) Abandoned(name string) bool {
	return f.before("hold") == nil && f.folder.Abandoned(name)
}

func (f faulty) Dress(name string, like fs.FileInfo) error {
	if err := f.before("dress"); err != nil {
		return err
	}
	return f.folder.Dress(name, like)
}

func (f faulty) Rename(from, to string) error {
	if err := f.before("rename"); err != nil {
		return err
	}
	return f.folder.Rename(from, to)
}

func (f faulty) Remove(name string) error {
	if err := f.before("remove"); err != nil {
		return err
	}
	return f.folder.Remove(name)
}

func (f faulty) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.before("list"); err != nil {
		return nil, err
	}
	return f.folder.ReadDir(name)
}

func (f faulty) SyncDir(name string) error {
	if err := f.before("sync the folder"); err != nil {
		return err
	}
	return f.folder.SyncDir(name)
}

type faultyFile struct {
	temporary
	before func(step string) error
}

func (f faultyFile) Write(p []byte) (int, error) {
	half, err := f.temporary.Write(p[:len(p)/2])
	if err == nil {
		err = f.before("write")
	}
	if err != nil {
		return half, err
	}
	rest, err := f.temporary.Write(p[len(p)/2:])
	return half + rest, err
}

func (f faultyFile) Sync() error {
	if err := f.before("sync"); err != nil {
		return err
	}
	return f.temporary.Sync()
}

func (f faultyFile) Close() error { return errors.Join(f.temporary.Close(), f.before("close")) }

// try writes two files on a disk whose step number fails at fails; all after it do, too, if the process is to
// have died there. It returns the name of that step, or none if there are not so many.
func try(t *testing.T, dir string, fails int, dies bool) (step string, result []string) {
	t.Helper()
	for _, p := range []string{"a.yml", "b.yml"} {
		place(t, dir, p, oldText)
	}
	changes, o := plan(t, dir, "a.yml", "b.yml")
	count := 0
	before := func(name string) error {
		count++
		if count == fails {
			step = name
		}
		if count == fails || dies && count > fails {
			return &fs.PathError{Op: name, Path: "x", Err: errors.New("the disk refuses")}
		}
		return nil
	}
	w := writer{open: func(name string) (disk, error) {
		d, err := openFolder(name)
		if err != nil {
			return nil, err
		}
		return faulty{d.(folder), before}, nil
	}}
	written, refused, err := w.write(t.Context(), changes, o)
	if err != nil {
		t.Fatal(err)
	}
	return step, outcome(written, refused)
}

// Whichever step fails, a file is the old one or the new one and the result says which; the other file is
// written all the same, and nothing is left behind.
func TestADiskThatRefusesOneStep(t *testing.T) {
	steps := map[string]bool{}
	for fails := 1; ; fails++ {
		dir := t.TempDir()
		step, result := try(t, dir, fails, false)
		if step == "" {
			break
		}
		steps[step] = true
		where := fmt.Sprintf("step %d, %s", fails, step)
		refused := 0
		for i, p := range []string{"a.yml", "b.yml"} {
			now := textOf(t, dir, p)
			switch {
			case strings.HasPrefix(result[i], p+" written"):
				if now != newText {
					t.Errorf("%s: %s is said to be written, and is %q", where, p, now)
				}
			case now != oldText:
				t.Errorf("%s: %s is refused, and is %q", where, p, now)
			default:
				refused++
				if !strings.Contains(result[i], "the disk refuses") || strings.Contains(result[i], "\n") {
					t.Errorf("%s: %q does not say it plainly", where, result[i])
				}
			}
		}
		if refused > 1 {
			t.Errorf("%s: both files are refused: %v", where, result)
		}
		if step == "sync the folder" && !strings.Contains(strings.Join(result, " "), "does not confirm") {
			t.Errorf("%s: the result hides it: %v", where, result)
		}
		if left := temporaries(t, dir); len(left) > 0 {
			t.Errorf("%s: left behind: %v", where, left)
		}
	}
	for _, step := range []string{"look", "read", "ask", "create", "write", "dress", "sync", "close", "rename", "sync the folder", "list"} {
		if !steps[step] {
			t.Errorf("no %s ever failed", step)
		}
	}
}

// Wherever the process dies, each file is the old one or the new one; what is left beside them is known by
// its name, and the next time takes it away.
func TestAProcessThatDies(t *testing.T) {
	strays := 0
	for fails := 1; ; fails++ {
		dir := t.TempDir()
		step, result := try(t, dir, fails, true)
		if step == "" {
			break
		}
		if said := strings.Contains(strings.Join(result, " "), " is left beside it"); said != (len(temporaries(t, dir)) > 0) {
			t.Errorf("dead at step %d, %s: there is %v, and the result is %v", fails, step, temporaries(t, dir), result)
		}
		var again []string
		for _, p := range []string{"a.yml", "b.yml"} {
			switch now := textOf(t, dir, p); now {
			case oldText:
				again = append(again, p)
			case newText:
			default:
				t.Errorf("dead at step %d, %s: %s is %q", fails, step, p, now)
			}
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		left := temporaries(t, dir)
		strays += len(left)
		if len(entries) != 2+len(left) {
			t.Errorf("dead at step %d, %s: there is %v", fails, step, entries)
		}
		if len(again) == 0 {
			continue
		}
		changes, o := plan(t, dir, again...)
		if written, refused, err := Write(t.Context(), changes, o); err != nil || len(refused) > 0 || len(written) != len(again) {
			t.Errorf("dead at step %d, %s: the next time says %v, %v", fails, step, outcome(written, refused), err)
		}
		if left := temporaries(t, dir); len(left) > 0 {
			t.Errorf("dead at step %d, %s: the next time leaves %v", fails, step, left)
		}
	}
	if strays == 0 {
		t.Error("no death left anything: the test says nothing")
	}
}

// A file that changes while its new text is being written is left as it is.
func TestAFileThatChangesMeanwhile(t *testing.T) {
	for name, meddle := range map[string]func(dir string) error{
		"its text": func(dir string) error { return os.WriteFile(filepath.Join(dir, "a.yml"), []byte("mine\n"), 0o600) },
		"its mode": func(dir string) error { return os.Chmod(filepath.Join(dir, "a.yml"), 0o600) },
		"another file in its place": func(dir string) error {
			other := filepath.Join(dir, "other")
			return errors.Join(os.WriteFile(other, []byte(oldText), 0o644), os.Rename(other, filepath.Join(dir, "a.yml")))
		},
		"gone": func(dir string) error { return os.Remove(filepath.Join(dir, "a.yml")) },
		"a link": func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "a.yml")), os.Symlink("/etc/hostname", filepath.Join(dir, "a.yml")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, "a.yml", oldText)
			changes, o := plan(t, dir, "a.yml")
			before := func(step string) error {
				if step == "close" {
					return meddle(dir)
				}
				return nil
			}
			w := writer{open: func(name string) (disk, error) {
				d, err := openFolder(name)
				return faulty{d.(folder), before}, err
			}}
			written, refused, err := w.write(t.Context(), changes, o)
			if err != nil || len(written) > 0 || len(refused) != 1 {
				t.Fatalf("%v, %v", outcome(written, refused), err)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "a.yml")); err == nil && strings.Contains(string(text), modern) {
				t.Error("it was written over")
			}
			if left := temporaries(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A temporary file that another process works on is left alone, and so is the file it is for.
func TestAnotherProcessAtWork(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "a.yml", oldText)
	changes, o := plan(t, dir, "a.yml")
	d, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	other, err := d.Create(temporaryName("a.yml"))
	if err != nil {
		t.Fatal(err)
	}
	written, refused, err := Write(t.Context(), changes, o)
	if diff := cmp.Diff([]string{"a.yml: " + errBusy.Error()}, outcome(written, refused)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if err := errors.Join(other.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	written, refused, err = Write(t.Context(), changes, o)
	if diff := cmp.Diff([]string{"a.yml written"}, outcome(written, refused)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
