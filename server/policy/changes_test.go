package policy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// long is a wait that no passing test sits out.
const long = time.Minute

func (w *world) changesAfter(position int64) models.Changes {
	w.Helper()
	got, err := w.svc.Changes(ctx, w.admin, position, 0)
	w.must(err)
	return got
}

func TestChangesCarryWholeObjects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	here := w.changesAfter(-1)
	if len(here.Credentials) != 0 || here.Workspace || here.More {
		t.Errorf("asked only for the position, got %+v", here)
	}
	if got := w.changesAfter(here.Position); got.Position != here.Position || got.Workspace {
		t.Errorf("nothing has changed, got %+v", got)
	}
	w.accepted(w.read(c.ID, 0))
	got := w.changesAfter(here.Position)
	if len(got.Credentials) != 1 || got.Credentials[0].Use.Count != 1 || got.Credentials[0].Newest() == nil || got.Position <= here.Position {
		t.Errorf("after a use: %+v", got)
	}
	w.load(models.Inventory{Members: []models.InventoryMember{{Email: "bob@example.com", Role: models.RoleMember}}})
	got = w.changesAfter(got.Position)
	if len(got.Members) != 1 || got.Members[0].Email != "bob@example.com" || got.Members[0].Token.ID == "" || !got.Workspace {
		t.Errorf("after somebody joined: %+v", got)
	}
}

// Whoever follows the positions misses nothing, however much changed at once.
func TestChangesInParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var inv models.Inventory
	for i := range 1050 {
		inv.CITokens = append(inv.CITokens, models.InventoryCredential{Name: fmt.Sprintf("token %04d", i)})
	}
	for i := range 1020 {
		inv.Members = append(inv.Members, models.InventoryMember{Email: fmt.Sprintf("m%d@example.com", i), Role: models.RoleMember})
	}
	from := w.changesAfter(-1).Position
	w.load(inv)
	credentials, members, parts := map[models.CredentialID]bool{}, map[models.MemberID]bool{}, 0
	for more := true; more; parts++ {
		got := w.changesAfter(from)
		if len(got.Credentials) > models.MaxPage || len(got.Members) > models.MaxPage || got.Position <= from {
			t.Fatalf("a part with %d credentials and %d members, from %d to %d", len(got.Credentials), len(got.Members), from, got.Position)
		}
		for _, c := range got.Credentials {
			credentials[c.ID] = true
		}
		for _, m := range got.Members {
			members[m.ID] = true
		}
		from, more = got.Position, got.More
	}
	if len(credentials) != 1050+1020 || len(members) != 1020 || parts < 3 {
		t.Errorf("got %d credentials and %d members in %d parts", len(credentials), len(members), parts)
	}
}

// waiting starts a wait for changes and returns where its answer will come out.
func (w *world) waiting(c context.Context, position int64) <-chan error {
	done := make(chan error, 1)
	go func() {
		got, err := w.svc.Changes(c, w.admin, position, long)
		if err == nil && got.Position == position {
			err = errors.New("nothing new")
		}
		done <- err
	}()
	return done
}

func arrives(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(long / 2):
		t.Fatal("still waiting")
		return nil
	}
}

func TestChangesWaitForNews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	s := w.read(c.ID, 0)
	for name, act := range map[string]func(){
		"a use":      func() { w.accepted(s) },
		"a decision": func() { w.must(w.change(w.admin, c.ID, (*policy.Tx).Rename)) },
		"a reading":  func() { w.read(c.ID, 0) },
	} {
		done := w.waiting(ctx, w.changesAfter(-1).Position)
		act()
		if err := arrives(t, done); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Another process may write to the same file: the wait notices that too.
func TestChangesSeeOtherProcesses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	other := w.reopened()
	done := w.waiting(ctx, w.changesAfter(-1).Position)
	w.must(other.change(w.admin, c.ID, (*policy.Tx).Rename))
	if err := arrives(t, done); err != nil {
		t.Error(err)
	}
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here := w.changesAfter(-1).Position
	gone, leave := context.WithCancel(ctx)
	done := w.waiting(gone, here)
	leave()
	if err := arrives(t, done); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever leaves gets %v", err)
	}
	if got, err := w.svc.Changes(ctx, w.admin, here, time.Millisecond); err != nil || got.Position != here {
		t.Errorf("when the time is up: %+v, %v", got, err)
	}
	done = w.waiting(ctx, here)
	w.svc.Release()
	w.svc.Release()
	if err := arrives(t, done); err == nil || err.Error() != "nothing new" {
		t.Errorf("when the service stops: %v", err)
	}
	if err := arrives(t, w.waiting(ctx, here)); err == nil || err.Error() != "nothing new" {
		t.Errorf("after the service stopped: %v", err)
	}
}
