package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// presenting is a store with a workspace, a token, and a look-up that leads to it.
func presenting(t *testing.T) (s *Store, lookup []byte) {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "workspace.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	lookup = []byte("the keyed hash of a token")
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	err = s.Write(t.Context(), func(w policy.Writes) error {
		c := models.Credential{ID: "c1", Kind: models.CIToken, Name: "deploy", State: models.Active, Revision: 1, CreatedAt: at, ChangedAt: at, ValueKnown: true}
		return errors.Join(
			w.CreateWorkspace(models.Workspace{ID: "w", Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: 1, Now: at}),
			w.InsertCredential(c, nil),
			w.InsertSecret("c1", models.SecretVersion{Version: 1, Kind: models.CIToken, State: models.SecretCurrent, CreatedAt: at, FirstUse: at}, policy.SecretMaterial{Lookup: lookup, Sealed: []byte("x")}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, lookup
}

// change sets the token's state.
func change(t *testing.T, s *Store, state models.SecretState) error {
	return s.Write(t.Context(), func(w policy.Writes) error {
		return w.SaveSecretState("c1", models.SecretVersion{Version: 1, State: state})
	})
}

// While the workspace changes without a pause, nobody who looks is told what had been changed before they asked, nor
// what is earlier than what somebody was told before they asked.
func TestNobodyIsToldWhatWasTrueBeforeAChange(t *testing.T) {
	s, lookup := presenting(t)
	const n = 200
	var ended, told, looks, remembered atomic.Int64 // told is the latest change that anybody saw
	stop := make(chan struct{})
	var lookers sync.WaitGroup
	for range 2 {
		lookers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				least := max(ended.Load(), told.Load())
				if _, ok, _ := s.seen.get(lookup); ok {
					remembered.Add(1)
				}
				p, err := s.Present(t.Context(), lookup)
				if which := int64(p.Workspace); err != nil || which < least {
					t.Errorf("told of change %d after change %d was known, %v", which, least, err)
					return
				}
				for seen := told.Load(); seen < int64(p.Workspace) && !told.CompareAndSwap(seen, int64(p.Workspace)); seen = told.Load() {
				}
				looks.Add(1)
			}
		})
	}
	for i := int64(2); i <= n && !t.Failed(); i++ {
		err := s.Write(t.Context(), func(w policy.Writes) error {
			return w.SaveWorkspace(models.Workspace{Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: models.Revision(i)})
		})
		if err != nil {
			t.Error(err)
		}
		ended.Store(i)
	}
	close(stop)
	lookers.Wait()
	t.Logf("%d looks during %d changes, %d of which found it remembered", looks.Load(), n, remembered.Load())
	if remembered.Load() < n {
		t.Error("hardly ever was it remembered")
	}
}

// What is looked for while a change is being committed is not told to anybody later, whether the look began before it
// or ended after it.
func TestALookBesideAChangeIsNotRemembered(t *testing.T) {
	s, lookup := presenting(t)
	found, err := s.Present(t.Context(), lookup)
	if err != nil {
		t.Fatal(err)
	}
	var r seen
	remembers := func() bool { _, ok, _ := r.get(lookup); return ok }
	_, _, before := r.get(lookup)
	done := r.changing()
	_, _, during := r.get(lookup)
	for what, moment := range map[string]uint64{"before": before, "during": during} {
		if r.put(lookup, found, moment); remembers() {
			t.Errorf("told during a change, looked for from %s", what)
		}
	}
	done()
	for what, moment := range map[string]uint64{"before": before, "during": during} {
		if r.put(lookup, found, moment); remembers() {
			t.Errorf("told after a change, looked for from %s", what)
		}
	}
	_, _, after := r.get(lookup)
	if r.put(lookup, found, after); !remembers() {
		t.Error("a look after the change is not remembered")
	}
	done = r.changing()
	if remembers() {
		t.Error("told during the next change, when others may have seen it already")
	}
	done()
	if remembers() {
		t.Error("told after the next change")
	}
}

// What is remembered is what works, for a second at most, and for no more secrets than there is room for.
func TestOnlyWhatWorksIsRemembered(t *testing.T) {
	s, lookup := presenting(t)
	look := func() (remembered bool) {
		t.Helper()
		if _, err := s.Present(t.Context(), lookup); err != nil {
			t.Fatal(err)
		}
		_, ok, _ := s.seen.get(lookup)
		return ok
	}
	if !look() {
		t.Error("a token that works is looked for each time")
	}
	s.seen.since = time.Now().Add(-seenFor)
	if _, ok, _ := s.seen.get(lookup); ok {
		t.Error("it is remembered for too long")
	}
	for state, want := range map[models.SecretState]bool{models.SecretRevoked: false, models.SecretRetiring: true} {
		if err := change(t, s, state); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := s.seen.get(lookup); ok {
			t.Error("what was found before a change is remembered after it")
		}
		if look() != want {
			t.Errorf("%s: remembered is not %v", state, want)
		}
	}
	if _, err := s.Present(t.Context(), []byte("nobody's")); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.seen.get([]byte("nobody's")); ok {
		t.Error("a guess is remembered")
	}
	p, _, moment := s.seen.get(lookup)
	for i := range maxSeen + 10 {
		s.seen.put(fmt.Appendf(nil, "%d", i), p, moment)
	}
	if len(s.seen.found) > maxSeen {
		t.Errorf("%d are remembered", len(s.seen.found))
	}
}
