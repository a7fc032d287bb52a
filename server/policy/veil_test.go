package policy_test

import (
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// From where somebody has rotated is told in the history, and to nobody who may not see it there, whatever they
// ask for.
func TestOnlyWhoSeesTheHistoryIsToldFromWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bob := w.join("bob@example.com", true)
	ci := w.rotate(w.create("deploy").ID, firstUse)
	for _, c := range []policy.Caller{w.admin, bob} {
		_, err := w.tryRotate(c, c.Token, noGrace)
		w.must(err)
	}
	ofAda, ofBob := w.rotations(w.admin.Token)[0].ID, w.rotations(bob.Token)[0].ID
	told := map[string][]models.RotationID{"Ada": {ci.ID, ofAda, ofBob}, "Bob": {ofBob}}
	for name, c := range map[string]policy.Caller{"Ada": w.admin, "Bob": bob} {
		for way, list := range w.everyRotation(c, ci.Credential, w.admin.Token, bob.Token) {
			for id, from := range list {
				want := ""
				for _, one := range told[name] {
					if one == id {
						want = "192.0.2.7"
					}
				}
				if from != want {
					t.Errorf("%s is told in %s that %s was started from %q, want %q", name, way, id, from, want)
				}
			}
			if len(list) == 0 {
				t.Errorf("%s is told of no rotation in %s", name, way)
			}
		}
	}
}

// everyRotation is from where a caller is told that each rotation of these credentials was started, by what was
// asked for.
func (w *world) everyRotation(c policy.Caller, ids ...models.CredentialID) map[string]map[models.RotationID]string {
	w.Helper()
	ways := map[string]map[models.RotationID]string{}
	see := func(way string, r *models.Rotation) {
		if ways[way] == nil {
			ways[way] = map[models.RotationID]string{}
		}
		if r != nil {
			ways[way][r.ID] = r.StartedFrom
		}
	}
	for _, id := range ids {
		one, err := w.svc.Credential(ctx, c, id)
		w.must(err)
		see("a credential", one.Rotation)
		list, err := w.svc.Rotations(ctx, c, id)
		w.must(err)
		see("rotations", &list[0])
		r, of, err := w.svc.Rotation(ctx, c, list[0].ID)
		w.must(err)
		see("a rotation", &r)
		see("the credential of a rotation", of.Rotation)
	}
	page, err := w.svc.Credentials(ctx, c, models.CredentialFilter{}, models.Page{})
	w.must(err)
	for _, one := range page.Items {
		see("credentials", one.Rotation)
	}
	changes, err := w.svc.Changes(ctx, c, 0, 0)
	w.must(err)
	for _, one := range changes.Credentials {
		see("changes", one.Rotation)
	}
	people, err := w.svc.Members(ctx, c, models.Page{})
	w.must(err)
	for _, m := range append(people.Items, changes.Members...) {
		see("members and changes", m.Token.Rotation)
		alone, err := w.svc.Member(ctx, c, m.ID)
		w.must(err)
		see("members and changes", alone.Token.Rotation)
	}
	return ways
}
