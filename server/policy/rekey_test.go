package policy_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

var errCut = errors.New("cut")

// cutting is a store in which one write of a change fails.
type cutting struct {
	policy.Store
	left int // how many writes are done first
}

func (c *cutting) Write(ctx context.Context, fn func(policy.Writes) error) error {
	return c.Store.Write(ctx, func(w policy.Writes) error { return fn(cutWrites{w, c}) })
}

type cutWrites struct {
	policy.Writes
	c *cutting
}

func (w cutWrites) count() error {
	if w.c.left--; w.c.left < 0 {
		return errCut
	}
	return nil
}

func (w cutWrites) Reseal(s policy.SealedSecret) error {
	return errors.Join(w.count(), w.Writes.Reseal(s))
}

func (w cutWrites) AddEvent(e models.Event) error {
	return errors.Join(w.count(), w.Writes.AddEvent(e))
}

// keys are what a workspace is sealed with, and what it will be.
func (w *world) keys() (from, to *vault.Vault) {
	w.Helper()
	from, err := vault.Load(filepath.Join(w.dir, "workspace.key"))
	w.must(err)
	to, err = vault.Next(filepath.Join(w.dir, "workspace.key"))
	w.must(err)
	return from, to
}

func (w *world) opensWith(v *vault.Vault) (n int) {
	w.Helper()
	w.must(w.store.Read(ctx, func(q policy.Queries) (err error) {
		n, err = policy.CheckSecrets(q, v)
		return err
	}))
	return n
}

// A change of the key that fails at any write changes nothing; the next one goes through. Every secret
// works as before then, under every version, and none opens with the old key.
func TestRekeyIsWholeOrNothing(t *testing.T) {
	w := newWorld(t)
	c := w.create("deploy")
	w.rotate(c.ID, firstUse)
	w.legacy(models.LegacyCIKey, "old", "", "q7z4k2m9x1")
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "without its value"}}})
	old, next, admin := w.read(c.ID, 1), w.read(c.ID, 2), w.token
	from, to := w.keys()
	all := w.opensWith(from)
	if all != 4 {
		t.Fatalf("%d secrets rest sealed", all)
	}
	failed := 0
	for n := 0; ; n++ {
		resealed, err := policy.Rekey(ctx, &cutting{w.store, n}, from, to, newYear, func(int) {})
		if err == nil {
			if resealed != all {
				t.Errorf("%d secrets of %d were sealed anew", resealed, all)
			}
			break
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		failed++
		w.opensWith(from)
		w.accepted(old)
	}
	if failed != all+1 {
		t.Errorf("it was cut at %d writes of %d", failed, all+1)
	}
	if again, err := policy.Rekey(ctx, w.store, from, to, newYear, func(int) {}); err != nil || again != 0 {
		t.Errorf("doing it again: %d, %v", again, err)
	}
	if n := w.opensWith(to); n != all {
		t.Errorf("%d secrets open with the new key", n)
	}
	err := w.store.Read(ctx, func(q policy.Queries) error { return policy.KeyFits(q, from) })
	if !errors.Is(err, policy.ErrWrongKey) {
		t.Errorf("the old key still fits: %v", err)
	}
	w.must(vault.Promote(filepath.Join(w.dir, "workspace.key")))
	w.must(w.store.Close())
	w.open(t)
	w.admin = w.signIn(admin)
	for _, s := range []models.Secret{old, next, models.NewSecret("q7z4k2m9x1")} {
		w.accepted(s)
	}
	if got := w.read(c.ID, 2); !got.Equal(next) {
		t.Error("the secret reads differently")
	}
	events, err := w.svc.Events(ctx, w.admin, models.EventFilter{}, models.Page{Limit: 50})
	w.must(err)
	told := 0
	for _, e := range events.Items {
		if e.Action == models.EventRekeyed {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the log tells of it %d times", told)
	}
}

// A secret that nobody would find again, or that another key sealed, stops it: it would be lost for good.
func TestRekeyRefusesWhatIsNotWhole(t *testing.T) {
	w := newWorld(t)
	w.create("deploy")
	from, to := w.keys()
	var last policy.SealedSecret
	w.must(w.store.Read(ctx, func(q policy.Queries) error {
		all, err := q.SealedSecrets(policy.SecretPlace{}, 10)
		last = all[len(all)-1]
		return err
	}))
	for name, spoilt := range map[string]policy.SealedSecret{
		"look-up": {SecretPlace: last.SecretPlace, SecretMaterial: policy.SecretMaterial{Lookup: []byte("nobody"), Sealed: last.Sealed}},
		"seal":    {SecretPlace: last.SecretPlace, SecretMaterial: policy.SecretMaterial{Lookup: last.Lookup, Sealed: []byte("nothing")}},
	} {
		w.must(w.store.Write(ctx, func(q policy.Writes) error { return q.Reseal(spoilt) }))
		if _, err := policy.Rekey(ctx, w.store, from, to, newYear, func(int) {}); err == nil {
			t.Errorf("a wrong %s is passed over", name)
		}
		w.must(w.store.Read(ctx, func(q policy.Queries) error { return policy.KeyFits(q, from) }))
	}
	w.must(w.store.Write(ctx, func(q policy.Writes) error { return q.Reseal(last) }))
	w.opensWith(from)
}

// The bytes of the old seals are gone from the file too: whoever has the old key finds nothing in it.
func TestTheOldSealsLeaveTheFile(t *testing.T) {
	storetest.OnSQLite(t)
	w := newWorld(t)
	for i := range 50 {
		w.create(fmt.Sprintf("deploy-%d", i))
	}
	var seals [][]byte
	w.must(w.store.Read(ctx, func(q policy.Queries) error {
		all, err := q.SealedSecrets(policy.SecretPlace{}, 100)
		for _, s := range all {
			seals = append(seals, s.Sealed, s.Lookup)
		}
		return err
	}))
	from, to := w.keys()
	_, err := policy.Rekey(ctx, w.store, from, to, newYear, func(int) {})
	w.must(err)
	w.must(w.store.Close())
	w.must(sqlite.Scrub(ctx, w.database()))
	files, err := filepath.Glob(w.database() + "*")
	w.must(err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		w.must(err)
		for _, seal := range seals {
			if bytes.Contains(text, seal) {
				t.Fatalf("%s still holds what the old key sealed", filepath.Base(name))
			}
		}
	}
	if len(seals) != 102 || len(files) != 1 {
		t.Errorf("%d seals, files %v", len(seals), files)
	}
	w.open(t)
	w.opensWith(to)
}
