package policy_test

import (
	"errors"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

func (w *world) supersede(c policy.Caller, seen models.Credential, open models.RotationID, o models.Overlap) (r models.Rotation, err error) {
	w.Helper()
	err = w.as(c, func(tx *policy.Tx) error {
		r, _, err = tx.Rotate(models.RotateRequest{Credential: seen.ID, Seen: seen.Revision, Overlap: o, Supersedes: open, Reason: "wrong pipeline"})
		return err
	})
	return r, err
}

// Grace started a rotation and put its secret into the wrong pipeline; Ada starts another one in its place.
func TestARotationThatWaitsIsSuperseded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	first := w.rotate(c.ID, firstUse)
	old, wrong := w.read(c.ID, 1), w.read(c.ID, 2)
	next, err := w.supersede(w.admin, w.get(c.ID), first.ID, firstUse)
	w.must(err)
	if next.OldVersion != 1 || next.NewVersion != 3 || next.State != models.RotationPending {
		t.Errorf("the next rotation is %+v", next)
	}
	w.accepted(old)
	w.rejected(wrong, models.RefusedUnknown)
	w.accepted(w.read(c.ID, 3))
	list, err := w.svc.Rotations(ctx, w.admin, c.ID)
	w.must(err)
	if len(list) != 2 || list[1].State != models.RotationCancelled || list[1].EndedBy == "" {
		t.Errorf("the rotations are %+v", list)
	}
	const want = "credential.created rotation.started secret.read secret.read rotation.cancelled rotation.started secret.read secret.first_use"
	if got := w.actions(c.ID); got != want {
		t.Errorf("the history says %s, want %s", got, want)
	}
}

// The new secret leaked while the old one was still in its grace: both end, at once.
func TestARotationInItsGraceIsSupersededByALeak(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	first := w.rotate(c.ID, firstUse)
	old, leaked := w.read(c.ID, 1), w.read(c.ID, 2)
	w.accepted(leaked)
	_, err := w.supersede(w.admin, w.get(c.ID), first.ID, noGrace)
	w.must(err)
	w.rejected(old, models.RefusedUnknown)
	w.rejected(leaked, models.RefusedUnknown)
	w.accepted(w.read(c.ID, 3))
	if got := w.get(c.ID); got.OpenRotation() != nil {
		t.Errorf("a rotation is left open: %+v", got.Rotation)
	}
}

func TestWhatCannotBeSupersededIsRefusedAndStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	first := w.rotate(c.ID, firstUse)
	open := w.get(c.ID)
	_, err := w.supersede(w.admin, open, "another", firstUse)
	w.refused(err, "rotation-open")
	_, err = w.supersede(w.admin, open, first.ID, models.Overlap{Mode: models.OverlapFixed})
	w.refused(err, "overlap-refused")
	_, err = w.supersede(w.admin, c, first.ID, firstUse)
	w.refused(err, "stale")
	_, err = w.supersede(w.join("bob@example.com", true), open, first.ID, firstUse)
	w.refused(err, "not-allowed")
	if got := w.get(c.ID); got.Revision != open.Revision || *got.Rotation != *open.Rotation || len(got.Secrets) != 2 {
		t.Errorf("refused, yet it is now %+v", got)
	}
	w.must(w.step(c.ID, models.StepCancel, "", 0))
	_, err = w.supersede(w.admin, w.get(c.ID), first.ID, firstUse)
	w.refused(err, "rotation-over")
}

func TestTheLoserLearnsWhoWonWhenAndFromWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	grace := w.admin
	grace.Name, grace.From = "Grace", "198.51.100.7"
	w.clock.advance(time.Hour)
	_, err := w.tryRotate(grace, c.ID, firstUse)
	w.must(err)
	w.activate(policy.Activation{Secret: w.read(c.ID, 1), CI: true, From: "192.0.2.1"})
	namesake := w.admin
	namesake.Name, namesake.From = "Grace", "203.0.113.9"
	w.clock.advance(time.Minute)
	_, _, err = w.svc.ReadSecret(ctx, namesake, c.ID, 1)
	w.must(err)
	for name, seen := range map[string]models.Credential{"stale": c, "rotation-open": w.get(c.ID)} {
		_, err := w.supersede(w.admin, seen, "", firstUse)
		w.refused(err, name)
		var e *models.Error
		if errors.As(err, &e); e.ChangedBy != "Grace" || !e.ChangedAt.Equal(newYear.Add(time.Hour)) || e.ChangedFrom != "198.51.100.7" || e.Current.OpenRotation() == nil {
			t.Errorf("%s: the loser learns %+v", name, e)
		}
	}
	for _, r := range []*models.Rotation{w.get(c.ID).Rotation, &w.rotations(c.ID)[0]} {
		if r.StartedBy != "Grace" || r.StartedByID != grace.ID || r.StartedFrom != "198.51.100.7" || !r.StartedAt.Equal(newYear.Add(time.Hour)) {
			t.Errorf("before they ask, they see %+v", r)
		}
	}
}

func (w *world) rotations(id models.CredentialID) []models.Rotation {
	w.Helper()
	list, err := w.svc.Rotations(ctx, w.admin, id)
	w.must(err)
	return list
}
