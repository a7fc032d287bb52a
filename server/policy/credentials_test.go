package policy_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

func TestNames(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, code, kept string
	}{
		{name: "  deploy  ", kept: "deploy"},
		{name: strings.Repeat("界", 200), kept: strings.Repeat("界", 200)},
		{name: "evil\x1b[2Jname\u202e", kept: "evil\x1b[2Jname\u202e"}, // cleaning is the client's job
		{name: "", code: "name-refused"},
		{name: " \t\n", code: "name-refused"},
		{name: strings.Repeat("界", 201), code: "name-refused"},
		{name: "a\x00b", code: "name-refused"},
		{name: "a\xffb", code: "name-refused"},
		{name: "taken", code: "name-taken"},
		{name: "old", code: "name-taken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.create("taken")
			w.legacy(models.LegacyCIKey, "old", "", "legacy1234")
			other := w.create("other")
			create := w.as(w.admin, func(tx *policy.Tx) error {
				_, err := tx.CreateCIToken(tt.name)
				return err
			})
			rename := w.as(w.admin, func(tx *policy.Tx) error {
				_, err := tx.Rename(models.ChangeRequest{Credential: other.ID, Seen: 1, Name: tt.name})
				return err
			})
			if tt.code != "" {
				w.refused(create, tt.code)
				w.refused(rename, tt.code)
				return
			}
			w.must(create)
			w.named(models.CIToken, tt.kept)
			w.refused(rename, "name-taken") // the one that was just made has it
		})
	}
}

func TestRevokedNamesAreFreeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.create("deploy")
	w.must(w.change(w.admin, first.ID, (*policy.Tx).Revoke))
	if second := w.create("deploy"); second.ID == first.ID {
		t.Error("the revoked one came back")
	}
}

func TestUnknownThings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.svc.Credential(ctx, w.admin, "nope")
	w.refused(err, "not-found")
	_, err = w.svc.Member(ctx, w.admin, "nope")
	w.refused(err, "not-found")
	_, _, err = w.svc.Rotation(ctx, w.admin, "nope")
	w.refused(err, "not-found")
	_, err = w.svc.Rotations(ctx, w.admin, "nope")
	w.refused(err, "not-found")
	_, _, err = w.svc.Usage(ctx, w.admin, "nope")
	w.refused(err, "not-found")
	_, _, err = w.svc.ReadSecret(ctx, w.admin, "nope", 0)
	w.refused(err, "not-found")
	_, _, err = w.svc.ReadSecret(ctx, w.admin, w.create("deploy").ID, 7)
	w.refused(err, "not-found")
	w.refused(w.as(w.admin, func(tx *policy.Tx) error {
		_, err := tx.Revoke(models.ChangeRequest{Credential: "nope"})
		return err
	}), "not-found")
}

func TestOverlapsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	for _, o := range []models.Overlap{{}, {Mode: models.OverlapFixed}, {Mode: models.OverlapFirstUse, Grace: models.MaxGrace + 1}} {
		_, err := w.tryRotate(w.admin, c.ID, o)
		w.refused(err, "overlap-refused")
	}
	if got := w.get(c.ID); got.Rotation != nil || got.Revision != 1 {
		t.Errorf("it is now %+v", got)
	}
}

func TestReadingVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	first := w.read(c.ID, 0)
	w.rotate(c.ID, firstUse)
	second := w.read(c.ID, 0)
	if first.Equal(second) || !w.read(c.ID, 1).Equal(first) || !w.read(c.ID, 2).Equal(second) {
		t.Error("the versions are mixed up")
	}
	got := w.get(c.ID)
	if got.Version(1).Fingerprint == got.Version(2).Fingerprint {
		t.Error("two secrets have one fingerprint")
	}
	w.accepted(second)
	w.must(w.step(c.ID, models.StepEnd, "", 0))
	_, _, err := w.svc.ReadSecret(ctx, w.admin, c.ID, 1)
	w.refused(err, "credential-revoked")
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Revoke))
	_, _, err = w.svc.ReadSecret(ctx, w.admin, c.ID, 0)
	w.refused(err, "credential-revoked")
}

// A grace that is over by the clock is over for readers too, whether or not the sweep has been here.
func TestReadingAfterTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.rotate(c.ID, firstUse)
	w.accepted(w.read(c.ID, 2))
	w.clock.advance(24 * time.Hour)
	_, _, err := w.svc.ReadSecret(ctx, w.admin, c.ID, 1)
	w.refused(err, "credential-revoked")
}

func TestMaskGivesNothingAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.legacy(models.LegacyCIKey, "old", "", "ls-legacy1234")
	key, token := w.named(models.LegacyCIKey, "old"), w.get(w.create("deploy").ID)
	if got := key.Newest().Masked; got != "legacy key ••••••••" {
		t.Errorf("a legacy key is shown as %q", got)
	}
	if got := token.Newest().Masked; got != "lstest-••••••••" {
		t.Errorf("a token is shown as %q", got)
	}
}

// resting is every place in which a workspace rests: the files of its folder, the write-ahead log among
// them while the database is open, and what a PostgreSQL database holds.
func (w *world) resting() map[string][]byte {
	w.Helper()
	places := map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	w.must(err)
	for _, name := range files {
		places[filepath.Base(name)], err = os.ReadFile(name)
		w.must(err)
	}
	if !w.place.Empty() {
		places["the database"], err = storetest.Dump(ctx, w.place)
		w.must(err)
	}
	return places
}

func TestSecretsRestEncrypted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy-marker")
	w.rotate(c.ID, firstUse)
	w.legacy(models.LegacyCIKey, "old", "", "legacy-value-1234")
	values := []models.Secret{w.token, w.read(c.ID, 1), w.read(c.ID, 2), models.NewSecret("legacy-value-1234")}
	w.accepted(values[2])
	marker := false
	places := w.resting()
	for name, text := range places {
		marker = marker || bytes.Contains(text, []byte("deploy-marker"))
		for i, v := range values {
			inHex := hex.EncodeToString([]byte(v.Reveal())) // as a database writes bytes
			if bytes.Contains(text, []byte(v.Reveal())) || bytes.Contains(text, []byte(inHex)) || bytes.Contains(text, []byte(v.Digest())) {
				t.Errorf("value %d stands in %s", i, name)
			}
		}
	}
	if !marker || len(places) < 2 {
		t.Errorf("this test looks at the wrong places: %v", slices.Collect(maps.Keys(places)))
	}
}

// No event, error or listing carries a value.
func TestSecretsStayOutOfTheHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.create("deploy")
	w.rotate(c.ID, firstUse)
	values := []string{w.token.Reveal(), w.read(c.ID, 1).Reveal(), w.read(c.ID, 2).Reveal()}
	w.accepted(w.read(c.ID, 2))
	w.must(w.change(w.admin, c.ID, (*policy.Tx).Revoke))
	for _, e := range w.events(w.admin, "") {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(e.Detail+e.Name+e.Actor, v) }) {
			t.Errorf("the event %s carries a value", e.Action)
		}
		if e.Action == models.EventSecretRead && (e.Actor != "ada" || e.ActorID != w.admin.ID || e.From != "192.0.2.7" || e.Credential == "") {
			t.Errorf("a reading without who and where: %+v", e)
		}
	}
}

// A key that was imported without its value can be rotated; taking that back makes it what it was.
func TestRotatingAnUnknownValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.legacy(models.LegacyCIKey, "listed only", "", "")
	c := w.named(models.LegacyCIKey, "listed only")
	w.rotate(c.ID, firstUse)
	if got := w.get(c.ID); !got.ValueKnown || got.Kind != models.CIToken {
		t.Errorf("rotated, it is %+v", got)
	}
	w.must(w.step(c.ID, models.StepCancel, "", 0))
	if got := w.get(c.ID); got.ValueKnown || got.Kind != models.LegacyCIKey {
		t.Errorf("cancelled, it is %+v", got)
	}
	_, _, err := w.svc.ReadSecret(ctx, w.admin, c.ID, 0)
	w.refused(err, "value-unknown")
}
