//go:build unix

package durable

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// renamesOpen says that open files can be renamed and removed.
const renamesOpen = true

// SyncDir has the names in a folder on the disk.
func (OS) SyncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the caller's own folder
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Lock takes the file until it is closed. The lock goes with the process, however that ends.
func (f file) Lock() error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			return ErrHeld
		}
		return err
	}
	held, err := f.Stat()
	if err != nil {
		return err
	}
	// Between opening and locking its owner may have removed it, or put it, or another one, elsewhere.
	named, err := os.Lstat(f.Name())
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(held, named) {
		return ErrHeld
	}
	return err
}
