package policy_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// TestMain bounds the properties, unless somebody has asked for another number: SQLite is slow under the race
// detector.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "15", "rapid.steps": "20"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestRotationMachine lets admins, clients and the clock do what they like to one credential, in
// any order, through the real database.
func TestRotationMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		m := &machine{world: w.in(t), t: t, secrets: map[int]models.Secret{}}
		name := fmt.Sprintf("credential %d", n)
		if rapid.Bool().Draw(t, "legacy") {
			m.legacyValue = fmt.Sprintf("legacy%06d", n)
			m.id = m.legacy(models.LegacyCIKey, name, "", m.legacyValue).ID
		} else {
			m.id = m.create(name).ID
		}
		m.secrets[1] = m.read(m.id, 0)
		t.Repeat(map[string]func(*rapid.T){
			"rotate":   m.doRotate,
			"present":  m.doPresent,
			"confirm":  m.doStep(models.StepConfirm),
			"end":      m.doStep(models.StepEnd),
			"extend":   m.doStep(models.StepExtend),
			"cancel":   m.doStep(models.StepCancel),
			"rollback": m.doStep(models.StepRollback),
			"wait":     m.doWait,
			"pause":    m.doPause,
			"":         m.check,
		})
		m.checkRotations(t)
	})
}

type machine struct {
	*world
	t           *rapid.T
	id          models.CredentialID
	legacyValue string
	secrets     map[int]models.Secret
	key         int
}

func (m *machine) doRotate(t *rapid.T) {
	before := m.get(m.id)
	o := rapid.SampledFrom([]models.Overlap{
		firstUse, {Mode: models.OverlapFirstUse}, {Mode: models.OverlapFixed, Grace: 72 * time.Hour}, noGrace,
	}).Draw(t, "overlap")
	m.key++
	once := policy.Once{Key: fmt.Sprintf("%s-%d", m.id, m.key), Hash: [32]byte{1}}
	ask := func() (policy.Reply, bool, error) {
		return m.svc.Change(ctx, m.admin, once, func(tx *policy.Tx) (policy.Reply, error) {
			r, _, err := tx.Rotate(models.RotateRequest{Credential: m.id, Seen: before.Revision, Overlap: o})
			return policy.Reply{Status: 201, ETag: `"1"`, Body: []byte(r.ID)}, err
		})
	}
	reply, replayed, err := ask()
	if before.OpenRotation() != nil {
		m.refused(err, "rotation-open")
		return
	}
	if err != nil || replayed {
		t.Fatalf("rotate: %v, replayed %v", err, replayed)
	}
	again, replayed, err := ask()
	if err != nil || !replayed || string(again.Body) != string(reply.Body) || again.Status != reply.Status || again.ETag != reply.ETag {
		t.Fatalf("asked again with the same key: %+v instead of %+v, %v", again, reply, err)
	}
	after := m.get(m.id)
	if string(after.Rotation.ID) != string(reply.Body) {
		t.Fatal("the same key rotated twice")
	}
	m.secrets[after.Rotation.NewVersion] = m.read(m.id, after.Rotation.NewVersion)
}

func (m *machine) doPresent(t *rapid.T) {
	version := rapid.IntRange(1, len(m.secrets)).Draw(t, "version")
	before := m.get(m.id)
	s, r := before.Version(version), before.OpenRotation()
	works := before.State == models.Active && s != nil && s.State.Works()
	if works && s.State == models.SecretRetiring && !m.clock.Now().Before(r.GraceEnds) {
		works = false
	}
	refusal := m.present(m.secrets[version], true)
	if (refusal == "") != works {
		t.Fatalf("version %d (%+v) of a %s credential: %q", version, s, before.State, refusal)
	}
	after := m.get(m.id)
	if !works {
		if after.Use != before.Use {
			t.Fatal("a refused activation counts as use")
		}
		return
	}
	if got := after.Version(version); got.Uses != s.Uses+1 || after.Use.Count != before.Use.Count+1 || !got.LastUse.Equal(m.clock.Now()) {
		t.Fatalf("not counted: %+v", got)
	}
	if r != nil && r.NewVersion == version && (after.Rotation.FirstUse.IsZero() || after.Rotation.State != models.RotationRetiring) {
		t.Fatalf("the new secret is in use, but the rotation does not know: %+v", after.Rotation)
	}
}

// doStep takes a step and compares with the pure rule.
func (m *machine) doStep(step models.RotationStep) func(*rapid.T) {
	return func(t *rapid.T) {
		r := m.get(m.id).Rotation
		if r == nil {
			return // there is nothing to take a step in
		}
		reason := rapid.SampledFrom([]string{"", "moved by hand"}).Draw(t, "reason")
		extend := time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour
		want, refusal := r.Advance(step, models.StepInput{At: m.clock.Now(), By: "ada", Reason: reason, Extend: extend})
		err := m.step(m.id, step, reason, extend)
		if (err == nil) != (refusal == nil) {
			t.Fatalf("%s: %v, but the rule says %v", step, err, refusal)
		}
		got := *m.get(m.id).Rotation
		if want.Revision = got.Revision; got != want {
			t.Fatalf("after %s it is\n%+v, want\n%+v", step, got, want)
		}
	}
}

func (m *machine) doWait(t *rapid.T) {
	m.clock.advance(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * time.Hour)
	if rapid.Bool().Draw(t, "sweep") {
		next := m.sweep()
		if !next.IsZero() && !next.After(m.clock.Now()) {
			t.Fatalf("the sweep left a grace that ended %s", next)
		}
	}
}

func (m *machine) doPause(*rapid.T) {
	change := (*policy.Tx).Pause
	if m.get(m.id).State == models.Paused {
		change = (*policy.Tx).Resume
	}
	m.must(m.change(m.admin, m.id, change))
}

// check holds what must be true whatever happened.
func (m *machine) check(t *rapid.T) {
	c := m.get(m.id)
	working := 0
	for _, s := range c.Secrets {
		if s.State.Works() {
			working++
		}
		if s.State.Works() != s.EndedAt.IsZero() {
			t.Fatalf("version %d is %s and ended %s", s.Version, s.State, s.EndedAt)
		}
	}
	if c.Newest() == nil || working < 1 || working > 2 {
		t.Fatalf("%d secrets work: %+v", working, c.Secrets)
	}
	if (c.OpenRotation() != nil) != (working == 2) {
		t.Fatalf("the rotation is %+v and %d secrets work", c.Rotation, working)
	}
	current := currentVersion(c)
	legacy := m.legacyValue != "" && current.Version == 1 && c.OpenRotation() == nil
	if (c.Kind == models.LegacyCIKey) != legacy {
		t.Fatalf("it is a %s with version %d", c.Kind, current.Version)
	}
	if !c.HasWorkingLegacy() && current.Kind.Legacy() {
		t.Fatal("a legacy value works, but nothing says so")
	}
}

// checkRotations looks back at all that happened.
func (m *machine) checkRotations(t *rapid.T) {
	rotations, err := m.svc.Rotations(ctx, m.admin, m.id)
	m.must(err)
	if len(rotations) != min(len(m.secrets)-1, 100) {
		t.Fatalf("%d rotations made %d secrets", len(rotations), len(m.secrets))
	}
	for i, r := range rotations {
		if r.State.Open() && i > 0 {
			t.Fatalf("an older rotation is still open: %+v", r)
		}
		if r.State == models.RotationDone && r.FirstUse.IsZero() && r.Reason == "" && r.Overlap.Mode != models.OverlapNone {
			t.Fatalf("the old secret died unused: %+v", r)
		}
	}
}

func currentVersion(c models.Credential) models.SecretVersion {
	for _, s := range c.Secrets {
		if s.State == models.SecretCurrent {
			return s
		}
	}
	return models.SecretVersion{}
}
