package mend

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Why a file is not written.
var (
	errNotLocal = errors.New("it lies outside of the folder")
	errInGit    = errors.New("it is one of git's own files")
	errLink     = errors.New("it is a symbolic link, or lies behind one: name the place itself")
	errOdd      = errors.New("it is not a plain file")
	errLinked   = errors.New("it has more than one name: only one of them would be changed")
	errBusy     = errors.New("another process is writing it")
	errReadOnly = errors.New("it is read-only")
)

// Read returns a reader for Plan that reads what Write would write to, and refuses what Write would refuse.
func Read(o Options) func(root, path string) ([]byte, error) {
	return func(root, name string) ([]byte, error) {
		d, err := openFolder(o.folder(root))
		if err != nil {
			return nil, plainly(err)
		}
		defer func() { _ = d.Close() }() // nothing was written
		if _, err := target(d, name); err != nil {
			return nil, err
		}
		text, err := d.ReadFile(filepath.FromSlash(name))
		return text, plainly(err)
	}
}

// target is the file that a path leads to, if it is one that may be replaced.
func target(d disk, name string) (fs.FileInfo, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) != name || name == "." {
		return nil, errNotLocal
	}
	var info fs.FileInfo
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		step := name[:i]
		if strings.EqualFold(path.Base(step), ".git") {
			return nil, errInGit
		}
		var err error
		if info, err = d.Lstat(filepath.FromSlash(step)); err != nil {
			return nil, plainly(err)
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return nil, errLink
		}
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errOdd
	case names(info) > 1:
		return nil, errLinked
	case info.Mode().Perm()&0o200 == 0:
		return nil, errReadOnly
	}
	return info, nil
}

// plainly leaves the path out of an error: whoever shows it names the file.
func plainly(err error) error {
	var of *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &of):
		return fmt.Errorf("%s: %w", of.Op, of.Err)
	case errors.As(err, &link):
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}

// replace puts the new text in the place of a file that is still the old one. At any moment the file is the
// old or the new one. unsure is set if it is the new one and the disk does not say whether that will last.
func replace(d disk, c Change) (unsure, err error) {
	name := filepath.FromSlash(c.Path)
	was, err := target(d, c.Path)
	if err != nil {
		return nil, err
	}
	if err := d.Writable(name); err != nil {
		return nil, plainly(err)
	}
	if err := unchanged(d, name, c.Before); err != nil {
		return nil, err
	}
	temp := filepath.FromSlash(path.Join(path.Dir(c.Path), temporaryName(path.Base(c.Path))))
	if err := prepare(d, temp, was, c.After); err != nil {
		return nil, err
	}
	if err := swap(d, temp, c, was); err != nil {
		return nil, aside(err, d, temp)
	}
	return plainly(d.SyncDir(filepath.Dir(name))), nil
}

// prepare writes a temporary file until it could take the place of the other one.
func prepare(d disk, temp string, like fs.FileInfo, text []byte) error {
	f, err := d.Create(temp)
	if errors.Is(err, fs.ErrExist) {
		return errBusy
	}
	if err != nil {
		return plainly(err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = d.Dress(temp, like)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return aside(err, d, temp)
	}
	return nil
}

// swap looks once more whether the file is still the old one: writing may have taken its time.
func swap(d disk, temp string, c Change, was fs.FileInfo) error {
	now, err := target(d, c.Path)
	if err != nil {
		return err
	}
	if !os.SameFile(was, now) || now.Mode() != was.Mode() {
		return errStale
	}
	name := filepath.FromSlash(c.Path)
	if err := unchanged(d, name, c.Before); err != nil {
		return err
	}
	return d.Rename(temp, name)
}

func unchanged(d disk, name string, before []byte) error {
	now, err := d.ReadFile(name)
	if err != nil {
		return plainly(err)
	}
	if !bytes.Equal(now, before) {
		return errStale
	}
	return nil
}

// aside removes a temporary file that is of no use after an error, and tells if it stays there.
func aside(err error, d disk, temp string) error {
	if left := d.Remove(temp); left != nil && !errors.Is(left, fs.ErrNotExist) {
		return fmt.Errorf("%w; %s is left beside it", plainly(err), filepath.Base(temp))
	}
	return plainly(err)
}

var temporaryNames = regexp.MustCompile(`^\.keyturn-[0-9a-f]{16}\.new$`)

// Temporary reports whether a file name is that of a file which Write had not completed when its process
// ended. The next Write in the same folder removes it.
func Temporary(name string) bool {
	return temporaryNames.MatchString(path.Base(filepath.ToSlash(name)))
}

// temporaryName is short whatever the name is, and the same for the same name.
func temporaryName(base string) string {
	sum := sha256.Sum256([]byte(base))
	return ".keyturn-" + hex.EncodeToString(sum[:8]) + ".new"
}

// sweep removes temporary files of processes that are gone. What cannot be removed is in nobody's way but of
// the file it was for, and that one is refused then.
func sweep(d disk, dir string) {
	entries, err := d.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := filepath.FromSlash(path.Join(dir, e.Name())); Temporary(e.Name()) && e.Type().IsRegular() && d.Abandoned(name) {
			_ = d.Remove(name) // see above
		}
	}
}
