package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"
)

// What a path can be other than a file that is read.
var (
	errLink   = errors.New("a symbolic link")
	errFolder = errors.New("a folder")
	errOdd    = errors.New("a pipe, a socket or a device")
)

// below opens files below a folder: whatever their paths say, and whoever swaps a folder for a link
// meanwhile, nothing outside of it is opened.
type below struct {
	root *os.Root
	fast fast
	slow bool
	held atomic.Int32 // by whoever may still open something
}

// openFolder opens a folder. slowly is for tests: as where the system cannot open a file in one go.
func openFolder(dir string, slowly bool) (*below, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	b := &below{root: root, fast: openFast(root), slow: slowly}
	b.held.Store(1)
	return b, nil
}

func (b *below) hold() *below {
	b.held.Add(1)
	return b
}

func (b *below) release() {
	if b.held.Add(-1) == 0 {
		b.fast.close()
		_ = b.root.Close()
	}
}

// open returns a file and its size. reuse may become the file: it is not used for anything else until that
// is closed.
func (b *below) open(path string, reuse *quick) (io.ReadCloser, int64, error) {
	if b.fast.usable() && !b.slow {
		return b.fast.open(path, reuse)
	}
	info, err := b.root.Lstat(path)
	if err == nil {
		err = readable(info.Mode())
	}
	if err != nil {
		return nil, 0, err
	}
	f, err := b.root.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err == nil {
		err = readable(info.Mode())
	}
	if err != nil {
		_ = f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// readable says what else than a regular file has a mode.
func readable(m fs.FileMode) error {
	switch {
	case m.IsRegular():
		return nil
	case m&fs.ModeSymlink != 0:
		return errLink
	case m.IsDir():
		return errFolder
	}
	return errOdd
}

// gone reports whether a file is not there: deleted but not from the index, or since the list was made.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) }
