package policy_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/vault"
)

// till is a store with one CI token that everybody presents, which takes down the use that is written.
type till struct {
	policy.Store
	mu     sync.Mutex
	fresh  bool
	down   bool
	writes int
	taken  []policy.Uses
}

func (s *till) Present(context.Context, []byte) (policy.Presented, error) {
	return policy.Presented{
		Workspace: 1, Credential: "c1", State: models.Active, Fresh: s.fresh,
		Secret: models.SecretVersion{Version: 1, Kind: models.CIToken, State: models.SecretCurrent},
	}, nil
}

func (s *till) Read(_ context.Context, fn func(policy.Queries) error) error { return fn(desk{s: s}) }

func (s *till) Write(_ context.Context, fn func(policy.Writes) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	if s.down {
		return errors.New("the disk is full")
	}
	return fn(desk{s: s})
}

type desk struct {
	policy.Writes
	s *till
}

func (d desk) Workspace() (models.Workspace, error) {
	return models.Workspace{ID: "w", Name: "Acme", Revision: 1}, nil
}

func (d desk) Presented([]byte) (policy.Presented, error) {
	return d.s.Present(context.Background(), nil)
}

func (d desk) AddUse(u policy.Uses) error {
	d.s.taken = append(d.s.taken, u)
	d.s.fresh = false
	return nil
}

// written is what has been written, its sum, and in how many goes.
func (s *till) written() (taken []policy.Uses, sum int64, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.taken {
		sum += u.Count
	}
	return slices.Clone(s.taken), sum, s.writes
}

func (s *till) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
}

func at(t *testing.T, s *till) *policy.Service {
	t.Helper()
	secrets, err := vault.LoadOrCreate(filepath.Join(t.TempDir(), "workspace.key"))
	if err != nil {
		t.Fatal(err)
	}
	svc, err := policy.New(policy.Config{Store: s, Keys: policy.OneKey(secrets), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

func use(t *testing.T, svc *policy.Service, host string) {
	t.Helper()
	out, err := svc.Activate(t.Context(), policy.Activation{Client: "localstack", Host: host, CI: true})
	if err != nil || !out.Verdict.Accepted() {
		t.Fatalf("%+v, %v", out.Verdict, err)
	}
}

func TestAThousandActivationsAreOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &till{}
		svc := at(t, s)
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { svc.WriteUses(ctx, func(err error) { t.Error(err) }) })
		time.Sleep(time.Hour)
		if _, _, writes := s.written(); writes != 0 {
			t.Errorf("nobody activated, and there were %d writes", writes)
		}
		began := time.Now()
		for range 1000 {
			use(t, svc, "build-1")
			time.Sleep(time.Millisecond)
		}
		last := time.Now().Add(-time.Millisecond).UTC()
		if _, _, writes := s.written(); writes != 0 {
			t.Errorf("activations waited for %d writes", writes)
		}
		time.Sleep(policy.UseDelay)
		synctest.Wait()
		taken, sum, writes := s.written()
		if writes != 1 || len(taken) != 1 || sum != 1000 || !taken[0].First.Equal(began) || !taken[0].At.Equal(last) {
			t.Errorf("%d writes of %+v, want one of 1000 uses from %s to %s", writes, taken, began, last)
		}
		stop()
		done.Wait()
	})
}

func TestUseOutlivesAStoreThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &till{down: true}
		svc := at(t, s)
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		failures := 0
		done.Go(func() { svc.WriteUses(ctx, func(error) { failures++ }) })
		for i := range 450 {
			use(t, svc, fmt.Sprintf("build-%d", i))
			use(t, svc, "build-0")
		}
		time.Sleep(10 * policy.UseDelay)
		synctest.Wait()
		if taken, _, _ := s.written(); failures < 5 || len(taken) != 0 {
			t.Fatalf("%d failures, %d written", failures, len(taken))
		}
		s.open()
		time.Sleep(2 * policy.UseDelay)
		synctest.Wait()
		if taken, sum, _ := s.written(); len(taken) != 450 || sum != 900 {
			t.Errorf("%d of 450 callers and %d of 900 uses are left", len(taken), sum)
		}
		stop()
		done.Wait()
	})
}

func TestFirstUseIsNeverLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &till{fresh: true}
		svc := at(t, s)
		use(t, svc, "build-1")
		if len(s.taken) != 1 || s.taken[0].Count != 1 || !s.taken[0].First.Equal(time.Now()) {
			t.Errorf("of the first use is written %+v", s.taken)
		}
	})
}

func TestAFirstUseThatCannotBeWrittenIsNoActivation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := at(t, &till{fresh: true, down: true})
		if out, err := svc.Activate(t.Context(), policy.Activation{}); err == nil {
			t.Errorf("answered %+v", out.Verdict)
		}
	})
}

func TestDaysAreCountedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &till{}
		svc := at(t, s)
		for range 3 {
			use(t, svc, "build-1")
			time.Sleep(24 * time.Hour)
		}
		if err := svc.FlushUses(t.Context()); err != nil || len(s.taken) != 3 {
			t.Errorf("three days are written as %+v, %v", s.taken, err)
		}
	})
}

// Agents with random names must not fill the memory while the database is away.
func TestWhatIsNotWrittenIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &till{}
		svc := at(t, s)
		const agents = 25_000
		for i := range agents {
			use(t, svc, fmt.Sprintf("agent-%d", i))
		}
		if err := svc.FlushUses(t.Context()); err != nil {
			t.Fatal(err)
		}
		if taken, sum, _ := s.written(); len(taken) > 20_001 || sum != agents {
			t.Errorf("%d callers with %d uses are kept", len(taken), sum)
		}
	})
}

func TestNoUseIsLostOrCountedTwiceBetweenWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	secret := w.read(c.ID, 0)
	const clients, each = 6, 50
	var clientsDone, writers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for range 2 {
		writers.Go(func() {
			for ctx.Err() == nil {
				if err := w.svc.FlushUses(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range clients {
		clientsDone.Go(func() {
			for range each {
				out, err := w.svc.Activate(t.Context(), policy.Activation{Secret: secret, CI: true, Host: fmt.Sprintf("build-%d", i%3)})
				if err != nil || !out.Verdict.Accepted() {
					t.Errorf("%+v, %v", out.Verdict, err)
				}
			}
		})
	}
	clientsDone.Wait()
	stop()
	writers.Wait()
	w.must(w.svc.FlushUses(t.Context()))
	got := w.get(c.ID)
	callers, _, err := w.svc.Usage(t.Context(), w.admin, c.ID)
	w.must(err)
	var sum int64
	for _, u := range callers {
		sum += u.Count
	}
	if got.Use.Count != clients*each || got.Newest().Uses != clients*each || sum != clients*each || len(callers) != 3 {
		t.Errorf("%d uses are counted as %d of the credential, %d of the version, %d of %d callers", clients*each, got.Use.Count, got.Newest().Uses, sum, len(callers))
	}
}

// What is judged is never as late as what is counted.
func TestARevokedSecretIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	secret := w.read(c.ID, 0)
	ask := func() models.Refusal {
		out, err := w.svc.Activate(t.Context(), policy.Activation{Secret: secret, CI: true})
		w.must(err)
		return out.Verdict.Refusal
	}
	for _, want := range []models.Refusal{"", ""} {
		if got := ask(); got != want {
			t.Fatalf("answered %q", got)
		}
	}
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Pause))
	if got := ask(); got != models.RefusedPaused {
		t.Errorf("a paused one is answered %q", got)
	}
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Resume))
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Revoke))
	if got := ask(); got != models.RefusedUnknown {
		t.Errorf("a revoked one is answered %q", got)
	}
	w.must(w.svc.FlushUses(t.Context()))
	if got := w.get(c.ID).Use.Count; got != 2 {
		t.Errorf("what was accepted before is counted as %d", got)
	}
}

// The calendar is kept in memory, and never an old one.
func TestANewCalendarHoldsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "old", Value: models.NewSecret("legacy1234")}}})
	w.accepted(models.NewSecret("legacy1234"))
	w.load(models.Inventory{Sunset: &models.Sunset{Downtimes: []models.Downtime{{ID: "d1", Start: newYear.Add(-time.Hour), End: newYear.Add(time.Hour)}}, End: newYear.AddDate(1, 0, 0)}})
	w.rejected(models.NewSecret("legacy1234"), models.RefusedDowntime)
}
