//go:build linux

package server

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// limitFiles lets no file grow beyond that; negative: as before.
func limitFiles(most int64) error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	now.Cur = now.Max
	if most >= 0 {
		now.Cur = uint64(most)
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now)
}

func copyFolder(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return errors.Join(os.Chmod(to, 0o700), os.Chmod(filepath.Join(to, keyFile), 0o600))
}

// inMemory is a folder that does not wait for a disk, where the system has one.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "keyturn-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	storetest.Hunt(t).Folder(t, dir)
	return dir
}

// A backup onto a full disk, and a new key on one, leave everything as it was: on a real file system that
// has no room left.
func TestKeepingOnAFullDiskLeavesEverything(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.served(func(s *Server) {
		h.change(s, func(tx *policy.Tx) error {
			for i := range 300 {
				if _, err := tx.CreateCIToken(fmt.Sprintf("deploy-%d", i)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	value := h.create("deploy")[0]
	small := filepath.Join(t.TempDir(), "small")
	h.must(os.Mkdir(small, 0o700))
	run := func(size string, do ...string) string {
		t.Helper()
		script := `mount -t tmpfs -o mode=0700,size=` + size + ` none "$1" && cp -a "$2"/. "$1" && { "$3" >"$4" 2>&1; code=$?; cp -a "$1" "$5"; exit $code; }`
		kept := filepath.Join(t.TempDir(), "kept")
		log := filepath.Join(t.TempDir(), "log")
		cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", script, "sh", small, h.dir, os.Args[0], log, kept)
		cmd.Stdin = strings.NewReader(strings.Join(do, "\n"))
		cmd.Env = append(os.Environ(), envDo+"=1")
		storetest.Hunt(t).Process(t, cmd)
		out, err := cmd.CombinedOutput()
		text, missing := os.ReadFile(log)
		if missing != nil {
			t.Skipf("no small file system can be made here: %v %s", err, out)
		}
		if err == nil {
			t.Fatalf("%s in %s: it went through", do[0], size)
		}
		if !strings.Contains(string(text), "disk") {
			t.Errorf("%s in %s: %s", do[0], size, text)
		}
		return kept
	}
	info, err := os.Stat(h.place().database())
	h.must(err)
	for _, room := range []int64{8, 100, 200} {
		size := fmt.Sprintf("%dk", info.Size()/1024+40+room) // the database, its index of the log, and this
		kept := house{t, run(size, "rekey", small)}
		if !allTrue(kept.works(value)) {
			t.Error("after a failed change of the key a token does not work")
		}
		_, err := Rekey(t.Context(), kept.place(), func(int) {})
		h.must(err)
		if !allTrue(kept.works(value)) {
			t.Error("after the next one a token does not work")
		}
		kept = house{t, run(size, "back up", small, filepath.Join(small, "backup.db"))}
		if names := kept.files(); len(names) != 4 {
			t.Errorf("a failed backup leaves %v", names)
		}
	}
}
