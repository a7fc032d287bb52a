//go:build unix

package vault

import (
	"fmt"
	"os"
	"syscall"
)

// give makes a file that root has written belong to whoever has the folder: it is the service that must read it.
func give(file, dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder of the key file: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		return os.Chown(file, int(owner.Uid), int(owner.Gid))
	}
	return nil
}
