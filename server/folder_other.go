//go:build !unix

package server

import (
	"fmt"
	"os"
)

// ownFolder trusts the access rights that the system gives to a folder in the user's profile.
func ownFolder(string) error { return nil }

// lock takes the folder for this process: a file that is open cannot be removed here.
func lock(path string) (unlock func() error, err error) {
	_ = os.Remove(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("another keyturn serves this data folder (%s is in use): stop it, or use another folder", path)
	}
	return f.Close, nil
}
