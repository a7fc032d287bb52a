//go:build unix

package vault_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"example.com/keyturn/server/vault"
)

// A key that root makes for a service is the service's to read.
func TestAKeyBelongsToWhoeverHasItsFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes files for others")
	}
	const somebody = 4242
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, somebody, somebody); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "key")
	for _, step := range []func() error{
		func() error { _, err := vault.LoadOrCreate(path); return err },
		func() error { _, err := vault.Next(path); return err },
		func() error { return vault.Keep(path) },
		func() error {
			next, err := vault.PendingNext(path)
			if err != nil {
				return err
			}
			return vault.Settle(path, next.ID())
		},
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			if owner, _ := info.Sys().(*syscall.Stat_t); owner.Uid != somebody || owner.Gid != somebody || info.Mode().Perm() != 0o600 {
				t.Errorf("%s belongs to %d, mode %v", e.Name(), owner.Uid, info.Mode())
			}
		}
	}
}
