package policy_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// TestMain bounds the properties, unless somebody has asked for another number: SQLite is slow under the race
// detector.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "25", "rapid.steps": "25"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	os.Exit(storetest.Ended(m.Run()))
}

// TestRotationMachine lets admins, clients and the clock do what they like to one credential, in
// any order, through the real database, and draws what should have come of it.
func TestRotationMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	night.Check(t, func(t *rapid.T) {
		n++
		m := &machine{world: w.in(t), t: t, secrets: map[int]models.Secret{}, drawing: newDrawing(), shown: map[int]bool{}, excused: map[int]bool{}}
		name := fmt.Sprintf("credential %d", n)
		if rapid.Bool().Draw(t, "legacy") {
			m.legacyValue = fmt.Sprintf("legacy%06d", n)
			m.id = m.legacy(models.LegacyCIKey, name, "", m.legacyValue).ID
		} else {
			m.id = m.create(name).ID
		}
		m.secrets[1] = m.read(m.id, 0)
		t.Repeat(map[string]func(*rapid.T){
			"rotate":      m.doRotate,
			"present old": func(t *rapid.T) { m.doPresent(t, rapid.IntRange(1, len(m.secrets)).Draw(t, "version")) },
			"present new": func(t *rapid.T) { m.doPresent(t, len(m.secrets)) },
			"step":        m.doStep,
			"wait":        m.doWait,
			"halt":        m.doHalt,
			"":            m.check,
		})
		m.checkRotations(t)
		m.presentAll(t)
	})
}

type machine struct {
	*world
	t           *rapid.T
	id          models.CredentialID
	legacyValue string
	secrets     map[int]models.Secret
	key         int
	drawing     drawing
	shown       map[int]bool // the versions that a client has shown and that were accepted
	excused     map[int]bool // the versions of which somebody said why they may take over
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
	switch may := m.drawing.rotate(o, len(m.secrets)+1, m.clock.Now()); {
	case m.drawing.revoked:
		m.refused(err, "credential-revoked")
		return
	case !may:
		m.refused(err, "rotation-open")
		return
	case err != nil || replayed:
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

func (m *machine) doPresent(t *rapid.T, version int) {
	before := m.get(m.id)
	s, r := before.Version(version), before.OpenRotation()
	works := m.drawing.present(version, m.clock.Now())
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
	m.shown[version] = true
	if got := after.Version(version); got.Uses != s.Uses+1 || after.Use.Count != before.Use.Count+1 || !got.LastUse.Equal(m.clock.Now()) {
		t.Fatalf("not counted: %+v", got)
	}
	if r != nil && r.NewVersion == version && (after.Rotation.FirstUse.IsZero() || after.Rotation.State != models.RotationRetiring) {
		t.Fatalf("the new secret is in use, but the rotation does not know: %+v", after.Rotation)
	}
}

// doStep takes a step, which is done if the drawing has an arrow for it.
func (m *machine) doStep(t *rapid.T) {
	before := m.get(m.id).Rotation
	if before == nil {
		return // there is nothing to take a step in
	}
	step := rapid.SampledFrom([]models.RotationStep{
		models.StepConfirm, models.StepEnd, models.StepExtend, models.StepCancel, models.StepRollback,
	}).Draw(t, "step")
	reason := rapid.SampledFrom([]string{"", "moved by hand"}).Draw(t, "reason")
	extend := time.Duration(rapid.SampledFrom([]int{0, 1, 100, 700, 721}).Draw(t, "hours")) * time.Hour
	may := m.drawing.step(step, reason, extend, m.clock.Now())
	err := m.step(m.id, step, reason, extend)
	if (err == nil) != may {
		t.Fatalf("%s in %+v: %v, but drawn is %v", step, before, err, may)
	}
	if got := *m.get(m.id).Rotation; err != nil && got != *before {
		t.Fatalf("refused, yet it went from %+v to %+v", before, got)
	}
	if err == nil && reason != "" {
		m.excused[before.NewVersion] = true
	}
}

func (m *machine) doWait(t *rapid.T) {
	m.clock.advance(time.Duration(rapid.SampledFrom([]int{0, 1, 23, 24, 72, 200}).Draw(t, "hours")) * time.Hour)
	if rapid.Bool().Draw(t, "sweep") {
		m.drawing.sweep(m.clock.Now())
		next := m.sweep()
		if !next.IsZero() && !next.After(m.clock.Now()) {
			t.Fatalf("the sweep left a grace that ended %s", next)
		}
	}
}

// doHalt resumes what is paused; else it may pause, or seldom revoke: both would end most schedules early.
func (m *machine) doHalt(t *rapid.T) {
	mood := rapid.IntRange(0, 19).Draw(t, "mood")
	switch {
	case m.drawing.revoked:
		m.refused(m.change(m.admin, m.id, (*policy.Tx).Resume), "credential-revoked")
	case m.drawing.paused:
		m.must(m.change(m.admin, m.id, (*policy.Tx).Resume))
		m.drawing.paused = false
	case mood == 0:
		m.must(m.change(m.admin, m.id, (*policy.Tx).Revoke))
		m.drawing.revoke()
	case mood < 6:
		m.must(m.change(m.admin, m.id, (*policy.Tx).Pause))
		m.drawing.paused = true
	}
}

// check holds what must be true whatever happened.
func (m *machine) check(t *rapid.T) {
	c, now := m.get(m.id), m.clock.Now()
	working := 0
	for version := range m.secrets {
		s := c.Version(version)
		alive := s != nil && s.State.Works()
		if alive != m.drawing.alive[version] {
			t.Fatalf("version %d is %+v, but drawn is %v", version, s, m.drawing.alive[version])
		}
		if s != nil && s.State.Works() != s.EndedAt.IsZero() {
			t.Fatalf("version %d is %s and ended %s", s.Version, s.State, s.EndedAt)
		}
		if m.drawing.works(version, now) {
			working++
		}
	}
	if (working == 0) != (m.drawing.paused || m.drawing.revoked) || working > 2 {
		t.Fatalf("%d secrets work: %+v", working, c)
	}
	if r := c.Rotation; r != nil && (r.State != m.drawing.state || r.State == models.RotationRetiring && !r.GraceEnds.Equal(m.drawing.graceEnds)) {
		t.Fatalf("the rotation is %+v, drawn is %s until %s", r, m.drawing.state, m.drawing.graceEnds)
	}
	if m.drawing.revoked {
		return
	}
	current := currentVersion(c)
	if legacy := m.legacyValue != "" && current.Version == 1 && c.OpenRotation() == nil; (c.Kind == models.LegacyCIKey) != legacy {
		t.Fatalf("it is a %s with version %d", c.Kind, current.Version)
	}
	if !c.HasWorkingLegacy() && current.Kind.Legacy() {
		t.Fatal("a legacy value works, but nothing says so")
	}
}

// presentAll asks in the end, after all that happened, which versions really work.
func (m *machine) presentAll(t *rapid.T) {
	for version := 1; version <= len(m.secrets); version++ {
		want := m.drawing.present(version, m.clock.Now())
		if refusal := m.present(m.secrets[version], true); (refusal == "") != want {
			t.Fatalf("in the end version %d is answered with %q, drawn is %v", version, refusal, want)
		}
	}
}

// checkRotations looks back at all that happened: at most one rotation is open, and no old secret died
// while the new one was never used, unless somebody said why, or wanted it dead at once.
func (m *machine) checkRotations(t *rapid.T) {
	rotations, err := m.svc.Rotations(ctx, m.admin, m.id)
	m.must(err)
	if len(rotations) != min(len(m.secrets)-1, 100) {
		t.Fatalf("%d rotations made %d secrets", len(rotations), len(m.secrets))
	}
	for i, r := range rotations {
		if r.State.Open() && (i > 0 || m.drawing.revoked) {
			t.Fatalf("it is still open: %+v", r)
		}
		wanted := m.excused[r.NewVersion] || r.Overlap.Mode == models.OverlapNone || i == 0 && m.drawing.revoked
		if r.State == models.RotationDone && r.FirstUse.IsZero() && !wanted {
			t.Fatalf("the old secret died, although the new one was never used: %+v", r)
		}
		if !r.FirstUse.IsZero() && !m.shown[r.NewVersion] {
			t.Fatalf("noted is a use that was none: %+v", r)
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
