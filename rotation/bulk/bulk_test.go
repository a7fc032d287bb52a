package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/owner"
)

var at = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

var ada = owner.Owner{Endpoint: "https://keys.example.com", Workspace: "w1", Member: "mem_ada", MemberName: "Ada Admin"}

// fleet is a service with many credentials: each is rotated once for each key.
type fleet struct {
	mu    sync.Mutex
	made  map[models.CredentialID]int
	keys  map[string]bool
	most  int // at a time
	now   int
	calls int
	fate  func(call int, req models.RotateRequest) error // before it is done
	lose  func(call int) bool
	slow  time.Duration
}

func newFleet() *fleet {
	return &fleet{made: map[models.CredentialID]int{}, keys: map[string]bool{}}
}

func (f *fleet) Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	f.mu.Lock()
	f.calls++
	call := f.calls
	f.now++
	f.most = max(f.most, f.now)
	f.mu.Unlock()
	if f.slow > 0 {
		select {
		case <-time.After(f.slow):
		case <-ctx.Done():
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now--
	if f.fate != nil {
		if err := f.fate(call, req); err != nil {
			return models.Rotation{}, models.Credential{}, err
		}
	}
	if !f.keys[req.Key] {
		f.keys[req.Key] = true
		f.made[req.Credential]++
	}
	if f.lose != nil && f.lose(call) {
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnknown, Title: "no answer"}
	}
	return models.Rotation{ID: models.RotationID("rot_" + req.Credential)}, models.Credential{ID: req.Credential}, nil
}

func (f *fleet) once(t *testing.T, n int) {
	t.Helper()
	for id, times := range f.made {
		if times != 1 {
			t.Errorf("%s was rotated %d times", id, times)
		}
	}
	if len(f.made) != n {
		t.Errorf("%d of %d rotated", len(f.made), n)
	}
}

func planOf(n int) bulk.Plan {
	p := bulk.Plan{At: at, Owner: ada, Happens: []string{"Both work."}}
	for i := range n {
		id := models.CredentialID(fmt.Sprintf("crd_%03d", i))
		p.Items = append(p.Items, bulk.Item{
			Credential: id, Name: fmt.Sprintf("old-%d", i), Kind: models.LegacyCIKey, Changes: "a new version", Breaks: []string{"nobody"},
			Request: models.RotateRequest{Credential: id, Seen: 1, Overlap: models.DefaultOverlap, Key: fmt.Sprintf("KEY%03d", i)},
		})
	}
	return p
}

func made(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plans", "a.plan")
	if err := bulk.Write(durable.OS{}, path, planOf(n)); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, disk durable.Disk, path string) *bulk.Run {
	t.Helper()
	r, err := bulk.Open(disk, path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func options(parallel int) bulk.Options {
	return bulk.Options{Parallel: parallel, Now: func() time.Time { return at }}
}

func run(t *testing.T, path string, f *fleet, parallel int) (bulk.Ended, map[bulk.State]int) {
	t.Helper()
	r := open(t, durable.OS{}, path)
	ended := r.Do(t.Context(), f, options(parallel))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return ended, states(t, path)
}

// states is what the file says.
func states(t *testing.T, path string) map[bulk.State]int {
	t.Helper()
	r := open(t, durable.OS{}, path)
	count := map[bulk.State]int{}
	for _, one := range r.Results() {
		count[one.State]++
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return count
}

func TestAPlanRunsAFewAtATimeAndNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, f := made(t, 50), newFleet()
		f.slow = time.Second
		ended, count := run(t, path, f, 4)
		if ended != (bulk.Ended{}) || count[bulk.Done] != 50 || f.most != 4 {
			t.Errorf("%+v %v, %d at a time", ended, count, f.most)
		}
		ended, count = run(t, path, f, 4)
		if ended != (bulk.Ended{}) || count[bulk.Done] != 50 || f.calls != 50 {
			t.Errorf("again: %+v %v after %d calls", ended, count, f.calls)
		}
		f.once(t, 50)
	})
}

func TestWhatIsUnknownIsAskedForAgainAndWhatFailedIsNot(t *testing.T) {
	path, f := made(t, 10), newFleet()
	f.lose = func(call int) bool { return call == 3 }
	f.fate = func(_ int, req models.RotateRequest) error {
		if req.Credential == "crd_005" {
			return &models.Error{Fault: models.FaultStale, Title: "changed since", Fix: "look again"}
		}
		return nil
	}
	ended, count := run(t, path, f, 1)
	if ended != (bulk.Ended{}) || count[bulk.Done] != 8 || count[bulk.Failed] != 1 || count[bulk.Unknown] != 1 {
		t.Fatalf("%+v %v", ended, count)
	}
	_, count = run(t, path, f, 1)
	if count[bulk.Done] != 9 || count[bulk.Failed] != 1 || f.calls != 11 {
		t.Fatalf("%v after %d calls", count, f.calls)
	}
	f.once(t, 9)
	if one := open(t, durable.OS{}, path).Results()[5]; one.Why != "changed since" || one.Fix != "look again" {
		t.Errorf("%+v", one)
	}
}

func TestTheServiceSetsThePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, f := made(t, 20), newFleet()
		f.fate = func(call int, _ models.RotateRequest) error {
			if call%3 == 0 {
				return &models.Error{Fault: models.FaultRateLimited, Title: "too often", RetryAfter: 30 * time.Second}
			}
			return nil
		}
		began := time.Now()
		ended, count := run(t, path, f, 4)
		if ended != (bulk.Ended{}) || count[bulk.Done] != 20 || time.Since(began) < time.Minute {
			t.Errorf("%+v %v after %s", ended, count, time.Since(began))
		}
		f.once(t, 20)
		path, f = made(t, 20), newFleet()
		f.fate = func(int, models.RotateRequest) error {
			return &models.Error{Fault: models.FaultRateLimited, Title: "too often", RetryAfter: time.Hour}
		}
		if ended, count = run(t, path, f, 4); models.FaultOf(ended.Err) != models.FaultRateLimited || count[bulk.Left] != 20 || f.calls > 4 {
			t.Errorf("%+v %v after %d calls", ended, count, f.calls)
		}
	})
}

func TestARunStopsWhereGoingOnIsNoUse(t *testing.T) {
	for _, fault := range []models.Fault{models.FaultUnauthorized, models.FaultForbidden, models.FaultUnreachable} {
		path, f := made(t, 20), newFleet()
		f.fate = func(call int, _ models.RotateRequest) error {
			if call > 5 {
				return &models.Error{Fault: fault, Title: "no"}
			}
			return nil
		}
		ended, count := run(t, path, f, 2)
		if models.FaultOf(ended.Err) != fault || ended.Paused || count[bulk.Done] != 5 || count[bulk.Left] != 15 || f.calls > 7 {
			t.Errorf("%s: %+v %v after %d calls", fault, ended, count, f.calls)
		}
	}
	path, f := made(t, 20), newFleet()
	f.lose = func(int) bool { return true }
	if ended, count := run(t, path, f, 3); models.FaultOf(ended.Err) != models.FaultUnknown || count[bulk.Unknown] > 5 {
		t.Errorf("a service that never answers: %+v %v", ended, count)
	}
	f.lose = nil
	if ended, count := run(t, path, f, 3); ended != (bulk.Ended{}) || count[bulk.Done] != 20 {
		t.Errorf("%+v %v", ended, count)
	}
	f.once(t, 20)
}

func TestAPauseLetsFinishWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, f := made(t, 20), newFleet()
		f.slow = time.Second
		ctx, pause := context.WithCancel(t.Context())
		time.AfterFunc(2500*time.Millisecond, pause)
		r := open(t, durable.OS{}, path)
		ended := r.Do(ctx, f, options(2))
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if count := states(t, path); !ended.Paused || ended.Err != nil || count[bulk.Done] != 6 || count[bulk.Left] != 14 {
			t.Errorf("%+v %v", ended, count)
		}
		if _, count := run(t, path, f, 2); count[bulk.Done] != 20 || f.calls != 20 {
			t.Errorf("%v after %d calls", count, f.calls)
		}
		f.once(t, 20)
	})
}

func TestAPlanIsRunByOneProcessOfItsOwner(t *testing.T) {
	path := made(t, 2)
	r := open(t, durable.OS{}, path)
	if _, err := bulk.Open(durable.OS{}, path); !errors.Is(err, durable.ErrHeld) || !strings.Contains(err.Error(), "another keyturn") {
		t.Error(err)
	}
	if err := r.Belongs(ada); err != nil {
		t.Error(err)
	}
	for _, err := range []error{r.Belongs(owner.Owner{Endpoint: "https://other.example.com", Member: "mem_ada"}), r.Belongs(owner.Owner{Endpoint: ada.Endpoint, Member: "mem_bob"})} {
		if models.FaultOf(err) != models.FaultForbidden || !strings.Contains(err.Error(), "Ada Admin at https://keys.example.com") {
			t.Error(err)
		}
	}
	if err := bulk.Write(durable.OS{}, path, planOf(3)); models.FaultOf(err) != models.FaultConflict {
		t.Error(err)
	}
}

func TestADamagedPlanIsNotRun(t *testing.T) {
	whole, err := os.ReadFile(made(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, text := range map[string]string{
		"empty": "", "no plan": "{}\n", "newer": strings.Replace(string(whole), `"keyturn_plan":1`, `"keyturn_plan":2`, 1),
		"an item is missing": lines[0] + lines[1] + lines[3], "cut in an item": string(whole[:len(whole)-9]), "a line is damaged": string(whole) + "{\n" + `{"result":{"item":0,"state":"done"}}` + "\n",
		"no such item": string(whole) + `{"result":{"item":7,"state":"done"}}` + "\n", "no key": strings.Replace(string(whole), "KEY001", "", 1),
		"another credential": strings.Replace(string(whole), `"Credential":"crd_001"`, `"Credential":"crd_000"`, 1),
	} {
		path := filepath.Join(t.TempDir(), "b.plan")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := bulk.Open(durable.OS{}, path); models.FaultOf(err) != models.FaultInvalid || models.FixOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// Whatever step the disk refuses, first while the plan is made and then while it runs: nothing is
// sent without a plan, nothing is done twice, and in the end everything is done.
func TestTheDiskRefusesAtAnyStep(t *testing.T) {
	for n := 1; n < 60; n++ {
		step := 0
		disk := &durabletest.Disk{Before: func(string) error {
			if step++; step >= n {
				return syscall.ENOSPC
			}
			return nil
		}}
		path, f := filepath.Join(t.TempDir(), "a.plan"), newFleet()
		if err := bulk.Write(disk, path, planOf(5)); err != nil {
			if !strings.Contains(err.Error(), "nothing was sent") && models.FaultOf(err) != models.FaultConflict {
				t.Fatalf("step %d: %v", n, err)
			}
			continue
		}
		r, err := bulk.Open(disk, path)
		if err == nil {
			ended := r.Do(t.Context(), f, options(2))
			if ended.Err == nil && step >= n {
				t.Fatalf("step %d: it ran on without writing", n)
			}
			disk.Die()
		}
		if ended, count := run(t, path, f, 2); ended != (bulk.Ended{}) || count[bulk.Done] != 5 {
			t.Fatalf("step %d: %+v %v", n, ended, count)
		}
		f.once(t, 5)
	}
}

// A disk that refuses one half of a line and then takes others must not get them behind it: the plan
// could not be read again.
func TestNothingIsWrittenBehindATornLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, f, failed := made(t, 8), newFleet(), false
		f.slow = time.Second
		r := open(t, &durabletest.Disk{Before: func(step string) error {
			if step == durabletest.Rest && !failed {
				failed = true
				return syscall.ENOSPC
			}
			return nil
		}}, path)
		if ended := r.Do(t.Context(), f, options(4)); ended.Err == nil || !failed {
			t.Errorf("%+v", ended)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if _, count := run(t, path, f, 4); count[bulk.Done] != 8 {
			t.Errorf("%v", count)
		}
		f.once(t, 8)
	})
}
