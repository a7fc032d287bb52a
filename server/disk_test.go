//go:build linux

package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// onAFaultyDisk are what is tried while the disk fails.
var onAFaultyDisk = map[string]func(*Server, models.Credential) error{
	"create": func(s *Server, _ models.Credential) error { return changeAs(s, createAnother) },
	"rotate": func(s *Server, c models.Credential) error {
		return changeAs(s, func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.DefaultOverlap})
			return err
		})
	},
	"replace a leaked one": func(s *Server, c models.Credential) error {
		return changeAs(s, func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: models.Overlap{Mode: models.OverlapNone}, Reason: "leaked"})
			return err
		})
	},
	"revoke": func(s *Server, c models.Credential) error {
		return changeAs(s, func(tx *policy.Tx) error {
			_, err := tx.Revoke(models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Reason: "test"})
			return err
		})
	},
	"import": func(s *Server, _ models.Credential) error {
		inv := models.Inventory{}
		for i := range 8 {
			inv.CITokens = append(inv.CITokens, models.InventoryCredential{Kind: models.CIToken, Name: fmt.Sprintf("imported-%d", i)})
		}
		return changeAs(s, func(tx *policy.Tx) error { _, err := tx.Import(inv, false); return err })
	},
	readASecret: func(s *Server, c models.Credential) error {
		_, _, err := s.service.ReadSecret(context.Background(), operator, c.ID, 1)
		return err
	},
	// Its log is long, so that it is moved into the database at the end of this change.
	"create" + withALongLog: func(s *Server, _ models.Credential) error { return changeAs(s, createAnother) },
}

// readASecret is no change that could be repeated with its key: each reading is another event.
const readASecret = "read a secret"

// withALongLog ends the names of what is tried in a workspace whose log is about to be moved.
const withALongLog = ", and the log is moved"

var operator = policy.Caller{Principal: models.Principal{Name: "ada", Permissions: []models.Permission{
	models.MayManageCredentials, models.MayImport, models.MaySeeAllEvents, models.MayReadCISecrets,
}}}

func createAnother(tx *policy.Tx) error { _, err := tx.CreateCIToken("another"); return err }

func changeAs(s *Server, fn func(*policy.Tx) error) error {
	_, _, err := s.service.Change(context.Background(), operator, policy.Once{Key: "once"}, func(tx *policy.Tx) (policy.Reply, error) {
		return policy.Reply{Status: 200, Body: []byte("{}")}, fn(tx)
	})
	return err
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

// trial is one thing that is tried while the disk fails at its n-th step, for every n and in every way.
type trial struct {
	name   string
	folder string // as it was before, with nobody in it
	work   string
	value  models.Secret // of a token that works throughout
	do     func(*Server, models.Credential) error

	server         *Server
	token          models.Credential
	before         string
	steps, refused int
	logged, moved  int // how many of the steps were writes of the log, and of the database
}

// failEverywhere is the whole of block E in a folder: data holds a workspace, and long one with a long log.
func failEverywhere(dir string, value models.Secret, out io.Writer) error {
	if err := disk.insert(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(onAFaultyDisk)) {
		folder := "data"
		if strings.HasSuffix(name, withALongLog) {
			folder = "long"
		}
		t := &trial{name: name, folder: filepath.Join(dir, folder), work: filepath.Join(dir, "work"), value: value, do: onAFaultyDisk[name]}
		if err := t.run(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(out, "reached %s: %d steps, %d of them writes of the log and %d of the database, failed in %d ways\n", name, t.steps, t.logged, t.moved, t.refused)
	}
	t := &trial{name: "stop", folder: filepath.Join(dir, "long"), work: filepath.Join(dir, "work"), value: value}
	if err := t.stop(); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	fmt.Fprintf(out, "reached %s: %d steps, %d of them writes of the log and %d of the database, failed in %d ways\n", t.name, t.steps, t.logged, t.moved, t.refused)
	return nil
}

// stop closes the workspace, which moves its log, while the first step fails in every way, then the second, and so
// on. Whatever closing says, the next start finds everything.
func (t *trial) stop() error {
	for n := 1; ; n++ {
		for _, how := range []fault{diskFull, halfDone, onceOnly} {
			if err := t.begin(); err != nil {
				return err
			}
			disk.arm(n, how)
			closing := t.server.Close()
			steps := disk.disarm()
			if len(steps) < n {
				return closing
			}
			if how == diskFull {
				t.steps++
				if steps[n-1] == (step{"write", false}) {
					t.moved++
				}
			}
			t.refused++
			found, _, err := t.killed(func(*Server, models.Credential) error { return nil })
			if err == nil && found != t.before {
				err = fmt.Errorf("it is not as it was: %s", cmp.Diff(t.before, found))
			}
			if err != nil {
				return fmt.Errorf("after step %d, %+v, failed in way %d, at the next start: %w", n, steps[n-1], how, err)
			}
		}
	}
}

// run fails the first step in every way, then the second, and so on, until there is none more.
func (t *trial) run() error {
	plan, err := t.rehearse()
	if err != nil {
		return err
	}
	if err := t.begin(); err != nil {
		return err
	}
	end := lastOfTheChange(plan)
	for n := 1; n <= len(plan); n++ {
		ways := []fault{diskFull, halfDone}
		switch {
		case plan[n-1].what != "write":
			ways = []fault{onceOnly}
		case plan[n-1].log:
			t.logged++
		default:
			t.moved++
		}
		for _, how := range ways {
			if err := t.fail(n, how, plan[n-1], n > end); err != nil {
				return fmt.Errorf("step %d of %d, %+v, fails in way %d: %w", n, len(plan), plan[n-1], how, err)
			}
			t.refused++
		}
		t.steps++
	}
	err = t.do(t.server, t.token)
	after, _, readErr := everything(t.server)
	if err = errors.Join(err, readErr); err == nil && after == t.before {
		err = errors.New("it is said to be done, and nothing has changed")
	}
	return errors.Join(err, t.server.Close())
}

// lastOfTheChange is the number of the step after which the change is done. What follows moves the log: it begins
// with another sync of it.
func lastOfTheChange(plan []step) int {
	first := slices.IndexFunc(plan, func(s step) bool { return !s.log })
	if first < 0 {
		return len(plan)
	}
	return first - 1
}

// rehearse does it on a disk without faults, and returns the steps.
func (t *trial) rehearse() ([]step, error) {
	if err := t.begin(); err != nil {
		return nil, err
	}
	disk.arm(0, diskFull)
	err := t.do(t.server, t.token)
	return disk.disarm(), errors.Join(err, t.server.Close())
}

// begin opens the workspace as it was before.
func (t *trial) begin() (err error) {
	if err := errors.Join(os.RemoveAll(t.work), copyFolder(t.folder, t.work)); err != nil {
		return err
	}
	if t.server, err = Open(context.Background(), Config{Dir: t.work, TokenPrefix: "lstest"}); err != nil {
		return err
	}
	t.before, t.token, err = everything(t.server)
	return err
}

// fail does it while that step fails, and looks at what is left: at once, after a kill, and after trying again.
func (t *trial) fail(n int, how fault, planned step, moving bool) error {
	disk.arm(n, how)
	failed := t.do(t.server, t.token)
	reading, _, readErr := everything(t.server)
	out, useErr := t.server.service.Activate(context.Background(), policy.Activation{Secret: t.value, CI: true})
	steps := disk.disarm()
	if err := errors.Join(readErr, useErr); err != nil || !out.Verdict.Accepted() {
		return fmt.Errorf("meanwhile, reading and activating: %w", err)
	}
	if len(steps) < n || steps[n-1] != planned {
		return errors.New("it takes another way than before")
	}
	if moving {
		return t.survived(failed, reading)
	}
	unsure := planned.what == "sync"
	if err := refusedRightly(failed, unsure); err != nil {
		return err
	}
	if reading != t.before {
		return fmt.Errorf("half of it is done: %s", cmp.Diff(t.before, reading))
	}
	if how == diskFull {
		return nil // what lies on the disk is less than after halfDone
	}
	return t.afterAKill(unsure)
}

// survived wants it to be done: what failed is the moving of the log, which will be tried again. Then it begins
// anew, because the next failure is to hit the same.
func (t *trial) survived(failed error, reading string) error {
	if failed != nil || reading == t.before {
		return fmt.Errorf("moving the log failed, and so did the change: %w", failed)
	}
	done, _, err := t.killed(func(*Server, models.Credential) error { return nil })
	if err == nil && done != reading {
		err = fmt.Errorf("after a kill it is not as it was: %s", cmp.Diff(reading, done))
	}
	return errors.Join(err, t.server.Close(), t.begin())
}

// refusedRightly wants the error to say whether it was done: surely not, or not known.
func refusedRightly(failed error, unsure bool) error {
	code, fault := "disk-full", models.FaultUnreachable
	if unsure {
		code, fault = "outcome-unknown", models.FaultUnknown
	}
	var said *models.Error
	if !errors.As(failed, &said) || said.Code != code || said.Fault != fault || said.Fix == "" {
		return fmt.Errorf("it is told as: %w", failed)
	}
	return nil
}

// afterAKill looks at the files as they lie on the disk: nothing of it is done, or all of it if that is not
// known. Doing it again does it, or finds it done.
func (t *trial) afterAKill(unsure bool) error {
	found, moved, err := t.killed(t.do)
	switch {
	case err != nil:
		return fmt.Errorf("after a kill, again: %w", err)
	case found == t.before && moved == 0:
		return errors.New("after a kill it is said to be done, and nothing has changed")
	case found != t.before && !unsure:
		return fmt.Errorf("after a kill half of it is done: %s", cmp.Diff(t.before, found))
	case found != t.before && moved != 0 && t.name != readASecret:
		return fmt.Errorf("after a kill half of it is done, or all and then again: %s", cmp.Diff(t.before, found))
	}
	return nil
}

// killed opens a copy of the files, does something there, and returns what it found before that, and by how much
// that has moved the workspace's position.
func (t *trial) killed(do func(*Server, models.Credential) error) (found string, moved int64, err error) {
	dir := t.work + ".killed"
	defer func() { _ = os.RemoveAll(dir) }()
	if err := copyFolder(t.work, dir); err != nil {
		return "", 0, err
	}
	s, err := Open(context.Background(), Config{Dir: dir, TokenPrefix: "lstest"})
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	found, token, err := everything(s)
	if err != nil {
		return "", 0, err
	}
	start, startErr := s.service.Changes(context.Background(), operator, -1, 0)
	doErr := do(s, token)
	end, endErr := s.service.Changes(context.Background(), operator, -1, 0)
	return found, end.Position - start.Position, errors.Join(startErr, doErr, endErr)
}

// Whatever step of a change the disk refuses, wholly or in the middle, once or from then on: nothing of it is done,
// the refusal says so, reading and activating go on, a kill finds the same, and the change can be made again. Where
// only the last sync fails, nobody can know, and that is what is said.
func TestTheDiskFailsAtEveryStep(t *testing.T) {
	t.Parallel()
	dir := inMemory(t)
	h := house{t, filepath.Join(dir, "data")}
	h.served(func(*Server) {})
	value := h.create("deploy")[0]
	h.works(value) // its first use is written
	h.withALongLog(filepath.Join(dir, "long"))
	points, _ := apart(t, "", "fail everywhere", dir, value.Reveal())
	if len(points) != len(onAFaultyDisk)+1 {
		t.Errorf("%d of %d were tried", len(points), len(onAFaultyDisk)+1)
	}
	total, moved := 0, 0
	for _, p := range points {
		var steps, logged, database, ways int
		_, counts, _ := strings.Cut(p, ": ")
		if _, err := fmt.Sscanf(counts, "%d steps, %d of them writes of the log and %d of the database, failed in %d ways", &steps, &logged, &database, &ways); err != nil || logged+database < 5 {
			t.Errorf("%s: %v", p, err)
		}
		total, moved = total+ways, moved+database
	}
	t.Logf("%d failures:\n%s", total, strings.Join(points, "\n"))
	if moved < 12 {
		t.Errorf("only %d writes of the database failed", moved)
	}
}

// withALongLog makes a copy of the workspace whose log the next change will make long enough to be moved.
func (h house) withALongLog(dir string) {
	h.Helper()
	const moveAt = 1000 * 4120 // pages with their headers: SQLite's own bound
	h.served(func(s *Server) {
		for i := range 12 {
			h.change(s, func(tx *policy.Tx) error { _, err := tx.CreateCIToken(fmt.Sprintf("earlier-%d", i)); return err })
		}
		for {
			n, err := size(h.place().database() + "-wal")
			h.must(err)
			if n > moveAt-12*4120 {
				break
			}
			h.must(s.store.Touch(context.Background()))
		}
		h.must(copyFolder(h.dir, dir))
	})
}
