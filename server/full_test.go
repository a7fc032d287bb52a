//go:build linux

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// changesOnAFullDisk are what is tried while nothing more can be written.
var changesOnAFullDisk = map[string]func(*policy.Tx, models.Credential) error{
	"create": func(tx *policy.Tx, _ models.Credential) error { _, err := tx.CreateCIToken("another"); return err },
	"rotate": func(tx *policy.Tx, c models.Credential) error {
		_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap})
		return err
	},
	"replace a leaked one": func(tx *policy.Tx, c models.Credential) error {
		_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.Overlap{Mode: models.OverlapNone}, Reason: "leaked"})
		return err
	},
	"revoke": func(tx *policy.Tx, c models.Credential) error {
		_, err := tx.Revoke(models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Reason: "test"})
		return err
	},
	"import": func(tx *policy.Tx, _ models.Credential) error {
		inv := models.Inventory{}
		for i := range 40 {
			inv.CITokens = append(inv.CITokens, models.InventoryCredential{Kind: models.CIToken, Name: fmt.Sprintf("imported-%d", i)})
		}
		_, err := tx.Import(inv, false)
		return err
	},
}

// pageStep is how much more may be written at each attempt: three pages of the write-ahead log and a bit,
// so that writes are refused and cut short; half a page in a long run.
func pageStep() int64 {
	if os.Getenv("KEYTURN_PROOF_SEEDS") != "" {
		return 2060
	}
	return 3*4120 + 700
}

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

// everything is what a workspace holds, as text, without the secrets' values.
func everything(s *Server) (text string, first models.Credential, err error) {
	err = s.store.Read(context.Background(), func(q policy.Queries) error {
		all, err := q.Credentials(models.CredentialFilter{}, "", 1000)
		if err != nil {
			return err
		}
		events, err := q.Events(policy.EventQuery{Limit: 1000})
		if err != nil {
			return err
		}
		position, err := q.Position()
		text = fmt.Sprintln(position)
		for _, c := range all {
			rotations, failed := q.Rotations(c.ID, 100)
			err = errors.Join(err, failed)
			text += fmt.Sprintf("%s %s %s %d %v %v\n", c.ID, c.Name, c.State, c.Revision, c.Secrets, rotations)
			if c.Name == "deploy" {
				first = c
			}
		}
		for _, e := range events {
			text += fmt.Sprintf("%+v\n", e)
		}
		return err
	})
	return text, first, err
}

// fillUp tries every change with room for a little more at each attempt, until it is done, in a folder
// that has a CI token named deploy, with that value.
func fillUp(dir string, value models.Secret, out io.Writer) error {
	signal.Ignore(syscall.SIGXFSZ)
	for name, make := range changesOnAFullDisk {
		h := filepath.Join(dir, "copy")
		for n := 0; ; n++ {
			if err := os.RemoveAll(h); err != nil {
				return err
			}
			if err := copyFolder(filepath.Join(dir, "data"), h); err != nil {
				return err
			}
			done, err := attempt(h, int64(n)*pageStep(), value, make)
			if err != nil {
				return fmt.Errorf("%s, attempt %d: %w", name, n, err)
			}
			if done {
				fmt.Fprintf(out, "reached %s after %d refused attempts\n", name, n)
				break
			}
		}
	}
	return nil
}

func copyFolder(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return errors.Join(os.Chmod(to, 0o700), os.Chmod(filepath.Join(to, keyFile), 0o600))
}

// attempt makes a change with that much room in each file, and checks what is left of it.
func attempt(dir string, room int64, value models.Secret, make func(*policy.Tx, models.Credential) error) (done bool, err error) {
	s, err := Open(context.Background(), Config{Dir: dir, TokenPrefix: "lstest"})
	if err != nil {
		return false, err
	}
	before, c, err := everything(s)
	if err != nil {
		return false, errors.Join(err, s.Close())
	}
	if err := limitFiles(room); err != nil {
		return false, err
	}
	failed := change(s, func(tx *policy.Tx) error { return make(tx, c) })
	reading, _, readErr := everything(s)
	out, useErr := s.service.Activate(context.Background(), policy.Activation{Secret: value, CI: true})
	if err := errors.Join(limitFiles(-1), readErr, useErr); err != nil {
		return false, fmt.Errorf("while nothing can be written, reading and activating: %w", err)
	}
	var said *models.Error
	switch {
	case failed == nil && reading == before:
		return false, errors.New("it is said to be done, and nothing has changed")
	case failed == nil:
		return true, s.Close()
	case !errors.As(failed, &said) || said.Code != "disk-full" || said.Fault != models.FaultUnreachable || said.Fix == "":
		return false, fmt.Errorf("it is refused with: %w", failed)
	case reading != before || !out.Verdict.Accepted():
		return false, fmt.Errorf("half of it is done: %s", cmp.Diff(before, reading))
	}
	return false, afterwards(s, dir, before, make, c)
}

// afterwards reopens the workspace as after a kill, which must find everything as it was; then there is
// room, and the change is made.
func afterwards(s *Server, dir, before string, make func(*policy.Tx, models.Credential) error, c models.Credential) error {
	killed := dir + ".killed"
	defer func() { _ = os.RemoveAll(killed) }()
	if err := copyFolder(dir, killed); err != nil { // with the log as it lies on the disk
		return err
	}
	again, err := Open(context.Background(), Config{Dir: killed, TokenPrefix: "lstest"})
	if err != nil {
		return fmt.Errorf("after a kill: %w", err)
	}
	now, _, err := everything(again)
	if err = errors.Join(err, again.Close()); err != nil {
		return err
	}
	if now != before {
		return fmt.Errorf("after a kill half of it is done: %s", cmp.Diff(before, now))
	}
	if err := change(s, func(tx *policy.Tx) error { return make(tx, c) }); err != nil {
		return fmt.Errorf("when there is room again: %w", err)
	}
	return s.Close()
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
	return dir
}

// Whatever write of a change the disk refuses, nothing of it is done, the refusal says so, reading and
// activating go on, and with room again the same change is made.
func TestAFullDiskChangesNothing(t *testing.T) {
	t.Parallel()
	dir := inMemory(t)
	h := house{t, filepath.Join(dir, "data")}
	h.served(func(*Server) {})
	value := h.create("deploy")[0]
	h.works(value) // its first use is written
	points, _ := apart(t, "", "fill up", dir, value.Reveal())
	refused := 0
	for _, p := range points {
		_, rest, _ := strings.Cut(p, " after ")
		n, err := strconv.Atoi(strings.Fields(rest)[0])
		h.must(err)
		refused += n
	}
	t.Logf("%d refused attempts: %s", refused, strings.Join(points, "; "))
	if len(points) != len(changesOnAFullDisk) || refused < 15 {
		t.Errorf("%d attempts at %d changes were refused", refused, len(points))
	}
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
		cmd.Env = append(os.Environ(), envDo+"="+strings.Join(do, "\n"))
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
