package policy_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// Two admins press the same key at the same time, again and again: one of them wins each time, and
// the other is told who did.
func TestTwoAdminsRace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 10 {
		c := w.create(fmt.Sprintf("deploy %d", round))
		admins := []policy.Caller{w.admin, w.admin}
		admins[1].Name = "Grace"
		errs := make([]error, len(admins))
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i, admin := range admins {
			wg.Go(func() {
				<-start
				errs[i] = w.as(admin, func(tx *policy.Tx) error {
					_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: firstUse})
					return err
				})
			})
		}
		close(start)
		wg.Wait()
		winner, loser := 0, 1
		if errs[0] != nil {
			winner, loser = 1, 0
		}
		w.must(errs[winner])
		w.refused(errs[loser], "stale")
		var e *models.Error
		if errors.As(errs[loser], &e); e.ChangedBy != admins[winner].Name || !e.ChangedAt.Equal(newYear) || e.Current == nil || e.Current.OpenRotation() == nil {
			t.Fatalf("the loser learns %+v", e)
		}
		if list, err := w.svc.Rotations(ctx, w.admin, c.ID); err != nil || len(list) != 1 {
			t.Fatalf("%d rotations, %v", len(list), err)
		}
	}
}

// A first use races with the end of patience: whoever comes second is told, nothing is half done.
func TestFirstUseRacesWithCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 10 {
		c := w.create(fmt.Sprintf("deploy %d", round))
		r := w.rotate(c.ID, firstUse)
		fresh := w.read(c.ID, r.NewVersion)
		var refusal models.Refusal
		var cancelled error
		var wg sync.WaitGroup
		wg.Go(func() { refusal = w.activate(policy.Activation{Secret: fresh, CI: true}).Verdict.Refusal })
		wg.Go(func() {
			cancelled = w.as(w.admin, func(tx *policy.Tx) error {
				_, _, err := tx.Step(models.StepRequest{Rotation: r.ID, Step: models.StepCancel, Seen: r.Revision})
				return err
			})
		})
		wg.Wait()
		switch got := w.get(c.ID); {
		case cancelled == nil:
			if refusal != models.RefusedUnknown || got.Rotation.State != models.RotationCancelled {
				t.Fatalf("cancelled, yet the new secret is answered %q and it stands at %s", refusal, got.Rotation.State)
			}
		default:
			w.refused(cancelled, "stale")
			if refusal != "" || got.Rotation.State != models.RotationRetiring {
				t.Fatalf("not cancelled, yet the new secret is answered %q and it stands at %s", refusal, got.Rotation.State)
			}
		}
	}
}

func TestStaleChangesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Rename))
	for name, what := range map[string]func(*policy.Tx, models.ChangeRequest) (models.Credential, error){
		"rename": (*policy.Tx).Rename, "pause": (*policy.Tx).Pause, "resume": (*policy.Tx).Resume, "revoke": (*policy.Tx).Revoke,
	} {
		err := w.as(w.admin, func(tx *policy.Tx) error {
			_, err := what(tx, models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: "x"})
			return err
		})
		w.refused(err, "stale")
		if got := w.get(c.ID); got.Revision != 2 || got.State != models.Active || got.Name != "renamed" {
			t.Errorf("%s: refused, but it is now %+v", name, got)
		}
	}
	// Being used is no decision: what an admin saw is still true afterwards.
	w.accepted(w.read(c.ID, 0))
	if got := w.get(c.ID); got.Revision != 2 {
		t.Errorf("a use moved the revision to %d", got.Revision)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.join("bob@example.com", true)
	made := 0
	ask := func(c policy.Caller, hash byte) (policy.Reply, bool, error) {
		return w.svc.Change(ctx, c, policy.Once{Key: "k", Hash: [32]byte{hash}}, func(tx *policy.Tx) (policy.Reply, error) {
			made++
			return policy.Reply{Status: 201, ETag: `"7"`, Body: fmt.Appendf(nil, "answer %d", made)}, nil
		})
	}
	first, replayed, err := ask(w.admin, 1)
	if err != nil || replayed {
		t.Fatal(err, replayed)
	}
	w.clock.advance(24*time.Hour - time.Millisecond)
	again, replayed, err := ask(w.admin, 1)
	if err != nil || !replayed || made != 1 || string(again.Body) != string(first.Body) || again.Status != 201 || again.ETag != `"7"` {
		t.Errorf("the repeat got %+v, %v, replayed %v", again, err, replayed)
	}
	_, _, err = ask(w.admin, 2)
	w.refused(err, "idempotency-key-reused")
	if _, replayed, err := ask(bob, 2); err != nil || replayed || made != 2 {
		t.Errorf("another member's key is another key: %v, replayed %v", err, replayed)
	}
	w.clock.advance(time.Millisecond)
	if _, replayed, err := ask(w.admin, 2); err != nil || replayed || made != 3 {
		t.Errorf("after a day the key is free: %v, replayed %v", err, replayed)
	}
}

// What failed is not remembered and leaves nothing behind: the same key may try again.
func TestFailedChangeLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := len(w.events(w.admin, ""))
	broken := errors.New("broken pipe")
	fail := true
	try := func() error {
		_, _, err := w.svc.Change(ctx, w.admin, policy.Once{Key: "k"}, func(tx *policy.Tx) (policy.Reply, error) {
			if _, err := tx.CreateCIToken("deploy"); err != nil {
				return policy.Reply{}, err
			}
			if fail {
				return policy.Reply{}, broken
			}
			return policy.Reply{Status: 201}, nil
		})
		return err
	}
	if err := try(); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if after := len(w.events(w.admin, "")); after != before {
		t.Errorf("%d events were left behind", after-before)
	}
	fail = false
	w.must(try()) // the name is still free, and the key too
	w.named(models.CIToken, "deploy")
}
