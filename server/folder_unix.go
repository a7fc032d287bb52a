//go:build unix

package server

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// ownFolder refuses a data folder that others may enter.
func ownFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return noDataFolder(dir, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("the data folder %s may be entered by others (mode %04o): chmod 700 it", dir, mode)
	}
	return nil
}

// lock takes the folder for this process; the system lets go of it when the process ends, however
// it ends.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another keyturn serves this data folder (%s is locked): stop it, or use another folder", path)
	}
	return func() error { // not by closing alone: a child that is just being started has the file too
		return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close())
	}, nil
}
