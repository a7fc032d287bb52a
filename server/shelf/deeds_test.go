package shelf_test

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
)

// deeds are what can happen between two looks.
func (w *world) deeds() map[string]func(*rapid.T) {
	by := func(do func(t *rapid.T, o *office)) func(*rapid.T) {
		return func(t *rapid.T) { do(t, w.offices[rapid.IntRange(0, len(w.offices)-1).Draw(t, "by")]) }
	}
	return map[string]func(*rapid.T){
		"look": w.compare,
		"make ready": by(func(t *rapid.T, o *office) {
			limit := rapid.SampledFrom([]int{2, 5, 100}).Draw(t, "limit")
			w.must(shelf.MakeReady(context.Background(), o.shelf, limit, shelf.Credentials(filters[0], credentialText), shelf.Members(memberText)))
		}),
		"join":   by(func(t *rapid.T, o *office) { w.load(o, rapid.IntRange(0, 2).Draw(t, "members"), 0) }),
		"import": by(func(_ *rapid.T, o *office) { w.load(o, 0, 1) }),
		"create": by(func(_ *rapid.T, o *office) {
			w.made++
			name := fmt.Sprint("made ", w.made)
			w.change(o, func(tx *policy.Tx) error { _, err := tx.CreateCIToken(name); return err })
		}),
		"member":   by(w.changeMember),
		"decide":   by(w.decide),
		"rotate":   by(w.rotate),
		"step":     by(w.step),
		"use":      by(w.use),
		"settings": by(w.settings),
		"wait":     by(w.wait),
		"touch": by(func(t *rapid.T, o *office) {
			w.must(o.store.Write(context.Background(), func(tx policy.Writes) error { return tx.TouchAll(rapid.Int64Range(0, 50).Draw(t, "behind")) }))
		}),
		"rekey": by(func(_ *rapid.T, o *office) {
			from, to := w.keys[0], w.keys[1]
			w.must(o.store.Read(context.Background(), func(q policy.Queries) error {
				if policy.KeyFits(q, from) != nil {
					from, to = to, from
				}
				return nil
			}))
			_, err := policy.Rekey(context.Background(), o.store, from, to, w.clock.Now(), func(int) {})
			w.must(err)
		}),
	}
}

// any draws one of the credentials.
func (w *world) any(t *rapid.T, o *office) (c models.Credential) {
	var all []models.Credential
	w.must(o.View(context.Background(), func(q policy.Queries) (err error) {
		all, err = q.Credentials(models.CredentialFilter{}, "", 100_000)
		return err
	}))
	return all[rapid.IntRange(0, len(all)-1).Draw(t, "which")]
}

func (w *world) changeMember(t *rapid.T, o *office) {
	all, err := o.Members(context.Background(), w.admin, models.Page{Limit: models.MaxPage})
	w.must(err)
	m := all.Items[rapid.IntRange(0, len(all.Items)-1).Draw(t, "whom")]
	want := models.InventoryMember{Email: m.Email, Name: m.Name, Role: m.Role, Seat: rapid.Bool().Draw(t, "seat")}
	if rapid.Bool().Draw(t, "rename") {
		w.made++
		want.Name = fmt.Sprint("Renamed ", w.made)
	}
	w.change(o, func(tx *policy.Tx) error {
		_, err := tx.Import(models.Inventory{Members: []models.InventoryMember{want}}, false)
		return err
	})
}

func (w *world) decide(t *rapid.T, o *office) {
	c := w.any(t, o)
	what := rapid.SampledFrom([]func(*policy.Tx, models.ChangeRequest) (models.Credential, error){
		(*policy.Tx).Rename, (*policy.Tx).Pause, (*policy.Tx).Resume, (*policy.Tx).Pause, (*policy.Tx).Revoke,
	}).Draw(t, "what")
	w.made++
	name := fmt.Sprint("named ", w.made)
	w.change(o, func(tx *policy.Tx) error {
		_, err := what(tx, models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: name, Reason: "it must be"})
		return err
	})
}

func (w *world) rotate(t *rapid.T, o *office) {
	c := w.any(t, o)
	overlap := rapid.SampledFrom([]models.Overlap{models.DefaultOverlap, {Mode: models.OverlapNone}}).Draw(t, "overlap")
	w.change(o, func(tx *policy.Tx) error {
		_, _, err := tx.Rotate(models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: overlap})
		return err
	})
}

func (w *world) step(t *rapid.T, o *office) {
	c := w.any(t, o)
	if c.Rotation == nil {
		return
	}
	step := rapid.SampledFrom([]models.RotationStep{models.StepConfirm, models.StepEnd, models.StepCancel, models.StepRollback}).Draw(t, "step")
	w.change(o, func(tx *policy.Tx) error {
		_, _, err := tx.Step(models.StepRequest{Rotation: c.Rotation.ID, Step: step, Seen: c.Rotation.Revision, Reason: "it must be"})
		return err
	})
}

// use presents a secret, in CI or not.
func (w *world) use(t *rapid.T, o *office) {
	c := w.any(t, o)
	if c.Newest() == nil || !c.ValueKnown {
		return
	}
	var value models.Secret
	w.must(o.View(context.Background(), func(q policy.Queries) error {
		sealed, err := q.Sealed(c.ID, c.Newest().Version)
		if err != nil || sealed == nil {
			return err
		}
		id, err := q.KeyID()
		if err != nil {
			return err
		}
		key, err := w.keys.Named(id)
		if err == nil {
			value, err = key.Open(sealed, c.ID, c.Newest().Version)
		}
		return err
	}))
	if value.Empty() {
		return
	}
	for range rapid.IntRange(1, 3).Draw(t, "times") {
		_, err := o.Activate(context.Background(), policy.Activation{Secret: value, CI: rapid.Bool().Draw(t, "ci"), Client: "localstack", Host: "b1"})
		w.must(err)
	}
	if rapid.Bool().Draw(t, "written") {
		w.must(o.FlushUses(context.Background()))
	}
}

func (w *world) settings(_ *rapid.T, o *office) {
	w.made++
	name := fmt.Sprint("Acme ", w.made)
	w.change(o, func(tx *policy.Tx) error {
		_, err := tx.Import(models.Inventory{Workspace: models.InventoryWorkspace{Name: name}}, false)
		return err
	})
}

func (w *world) wait(t *rapid.T, o *office) {
	w.clock.advance(time.Duration(rapid.SampledFrom([]int{1, 10, 24, 40 * 24}).Draw(t, "hours")) * time.Hour)
	_, err := o.Sweep(context.Background())
	w.must(err)
}
