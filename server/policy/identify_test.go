package policy_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/policy"
)

// purse is an allowance of so many values.
type purse int

func (p *purse) Take(values int) int {
	granted := min(values, int(*p))
	*p -= purse(granted)
	return granted
}

func (p *purse) GiveBack(values int) { *p += purse(values) }

func allowed(n int) *purse { p := purse(n); return &p }

func (w *world) identify(values ...models.Secret) []*models.Identified {
	w.Helper()
	found, err := w.svc.Identify(ctx, w.admin, values, allowed(len(values)))
	w.must(err)
	if len(found) != len(values) {
		w.Fatalf("%d answers to %d values", len(found), len(values))
	}
	return found
}

// is fails unless the value is that credential's, of that kind, version and state.
func (w *world) is(value models.Secret, id models.CredentialID, kind models.Kind, version int, state models.SecretState) {
	w.Helper()
	got := w.identify(value)[0]
	if got == nil {
		w.Fatalf("unknown, want version %d of %s", version, id)
	}
	c := w.get(id)
	if got.Credential != id || got.Kind != kind || got.Version != version || got.State != state || got.Name != c.Name || got.Paused != (c.State == models.Paused) {
		w.Errorf("it is %+v, want version %d of %s, a %s that is %s", *got, version, c.Name, kind, state)
	}
	if (got.Owner == nil) != (c.Owner == nil) || got.Owner != nil && *got.Owner != *c.Owner {
		w.Errorf("it is %+v's, want %+v", got.Owner, c.Owner)
	}
}

// Every secret is known for what it is through its whole life, and after it.
func TestAValueIsKnownForWhatItIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.join("bob@example.com", true)
	bob, token := w.memberOf("bob@example.com"), w.tokenOf("bob@example.com")
	w.is(token, bob.Token.ID, models.PersonalToken, 1, models.SecretCurrent)
	_, err := w.tryRotate(w.admin, bob.Token.ID, noGrace)
	w.must(err)
	w.is(token, bob.Token.ID, models.PersonalToken, 1, models.SecretRevoked)
	w.is(w.tokenOf("bob@example.com"), bob.Token.ID, models.PersonalToken, 2, models.SecretCurrent)

	value := models.NewSecret("legacy5678")
	old := w.legacy(models.LegacyCIKey, "old", "", "legacy5678")
	w.is(value, old.ID, models.LegacyCIKey, 1, models.SecretCurrent)
	w.rotate(old.ID, firstUse)
	next := w.read(old.ID, 2)
	w.is(next, old.ID, models.CIToken, 2, models.SecretPending)
	w.accepted(next)
	w.is(value, old.ID, models.LegacyCIKey, 1, models.SecretRetiring)
	w.clock.advance(models.DefaultGrace) // no sweep comes by
	w.is(value, old.ID, models.LegacyCIKey, 1, models.SecretRevoked)
	w.sweep()
	w.must(w.change(w.admin, old.ID, (*policy.Tx).Pause))
	w.is(next, old.ID, models.CIToken, 2, models.SecretCurrent)
	w.must(w.change(w.admin, old.ID, (*policy.Tx).Revoke))
	w.is(next, old.ID, models.CIToken, 2, models.SecretRevoked)
}

// Answers come in the order of the values, also where one comes twice.
func TestAnswersKeepTheOrderOfTheValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"alpha", "beta"} {
		w.legacy(models.LegacyCIKey, name, "", "value-of-"+name)
	}
	night.Check(t, func(t *rapid.T) {
		asked := rapid.SliceOfN(rapid.SampledFrom([]string{"alpha", "beta", "gamma", ""}), 1, 20).Draw(t, "asked")
		var values []models.Secret
		for _, name := range asked {
			values = append(values, models.NewSecret("value-of-"+name))
		}
		for i, got := range w.in(t).identify(values...) {
			if known := asked[i] == "alpha" || asked[i] == "beta"; (got != nil) != known || known && got.Name != asked[i] {
				t.Fatalf("the value of %q is %+v", asked[i], got)
			}
		}
	})
}

// Whoever only asks uses nothing: no count moves, no grace begins, and one event tells numbers alone.
func TestAskingIsNoUse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.create("deploy").ID
	w.rotate(id, firstUse)
	first, next := w.read(id, 1), w.read(id, 2)
	before, told := w.get(id), len(w.events(w.admin, ""))
	w.identify(next, first, models.NewSecret("nobody-has-this"), next)
	w.must(w.svc.FlushUses(ctx))
	after := w.get(id)
	if after.Use != before.Use || after.Revision != before.Revision || after.Rotation.State != models.RotationPending || !after.Rotation.FirstUse.IsZero() {
		t.Errorf("asking changed %+v to %+v", before, after)
	}
	for _, s := range after.Secrets {
		if s.Uses > 0 || !s.FirstUse.IsZero() || !s.LastUse.IsZero() {
			t.Errorf("version %d counts as used: %+v", s.Version, s)
		}
	}
	events := w.events(w.admin, "")
	if len(events) != told+1 {
		t.Fatalf("%d events, want one", len(events)-told)
	}
	e := events[0]
	if e.Action != models.EventIdentified || e.Name != "Acme" || e.Detail != "values asked about: 4, known: 3" || e.From != "192.0.2.7" || e.ActorID != w.admin.ID || e.Credential != "" {
		t.Errorf("it tells %+v", e)
	}
	if all := e.Detail + e.Name + e.Actor; strings.Contains(all, first.Reveal()) || strings.Contains(all, next.Reveal()) {
		t.Error("the event holds a value")
	}
}

// What there is no allowance for is not looked for, known or not; what is known costs nothing in the end.
func TestTheAllowanceBoundsWhatIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.legacy(models.LegacyCIKey, "old", "", "legacy5678")
	known, unknown := models.NewSecret("legacy5678"), models.NewSecret("legacy0000")
	for _, tt := range []struct {
		name       string
		values     []models.Secret
		have       int
		told, left int
		events     int
	}{
		{"nothing left tells nothing of a known value", []models.Secret{known}, 0, 0, 0, 0},
		{"known values are free", []models.Secret{known, known, known, known, known}, 2, 5, 2, 1},
		{"unknown ones are not", []models.Secret{unknown, unknown, unknown}, 2, 2, 0, 1},
		{"a known one behind them is not told", []models.Secret{unknown, unknown, known}, 2, 2, 0, 1},
		{"a known one between them helps nobody", []models.Secret{unknown, known, unknown, unknown}, 2, 3, 0, 1},
	} {
		before := len(w.events(w.admin, ""))
		p := allowed(tt.have)
		found, err := w.svc.Identify(ctx, w.admin, tt.values, p)
		w.must(err)
		if len(found) != tt.told || int(*p) != tt.left {
			t.Errorf("%s: %d told and %d left, want %d and %d", tt.name, len(found), *p, tt.told, tt.left)
		}
		if events := len(w.events(w.admin, "")) - before; events != tt.events {
			t.Errorf("%s: %d events", tt.name, events)
		}
	}
}

// Without its event there is no answer.
func TestNoEventNoAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone, cancel := context.WithCancel(ctx)
	found, err := w.svc.Identify(gone, w.admin, []models.Secret{w.token}, cutter{allowed(1), cancel})
	if err == nil || len(found) > 0 {
		t.Errorf("told %d values without an event: %v", len(found), err)
	}
}

// cutter gives up as soon as the values are looked for.
type cutter struct {
	*purse
	cut func()
}

func (c cutter) GiveBack(values int) {
	c.purse.GiveBack(values)
	c.cut()
}
