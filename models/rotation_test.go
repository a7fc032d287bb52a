package models

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const hour = time.Hour

// started is a rotation that began at noon with the default overlap.
func started() Rotation {
	return Rotation{ID: "r", State: RotationPending, OldVersion: 1, NewVersion: 2, Overlap: DefaultOverlap, StartedAt: noon, StartedBy: "ada"}
}

// retiring is the same rotation after its new secret was used an hour later.
func retiring() Rotation {
	r := started()
	r.State, r.FirstUse, r.GraceEnds = RotationRetiring, noon.Add(hour), noon.Add(25*hour)
	return r
}

func with(r Rotation, change func(*Rotation)) Rotation {
	change(&r)
	return r
}

func TestAdvance(t *testing.T) {
	confirmed := with(retiring(), func(r *Rotation) { r.FirstUse, r.ConfirmedAt, r.Reason = time.Time{}, noon.Add(hour), "moved by hand" })
	tests := []struct {
		name string
		from Rotation
		step RotationStep
		in   StepInput
		want Rotation
		err  error
	}{
		{"first use starts the grace", started(), StepFirstUse, StepInput{At: noon.Add(hour)}, retiring(), nil},
		{"a first use after a confirmation is noted", confirmed, StepFirstUse, StepInput{At: noon.Add(2 * hour)},
			with(confirmed, func(r *Rotation) { r.FirstUse = noon.Add(2 * hour) }), nil},
		{"a second use changes nothing", retiring(), StepFirstUse, StepInput{At: noon.Add(3 * hour)}, retiring(), nil},
		{"nobody confirms an unused secret without a reason", started(), StepConfirm, StepInput{At: noon, By: "ada", Reason: "  "}, started(), ErrNeedsReason},
		{"a reason confirms it", started(), StepConfirm, StepInput{At: noon.Add(hour), By: "ada", Reason: "moved by hand"}, confirmed, nil},
		{"confirming what is in use changes nothing", retiring(), StepConfirm, StepInput{At: noon.Add(5 * hour), By: "ada"}, retiring(), nil},
		{"the grace runs", retiring(), StepGraceOver, StepInput{At: noon.Add(25*hour - 1)}, retiring(), ErrGraceRuns},
		{"the grace is over", retiring(), StepGraceOver, StepInput{At: noon.Add(25 * hour)},
			with(retiring(), func(r *Rotation) { r.State, r.EndedAt = RotationDone, noon.Add(25*hour) }), nil},
		{"no grace runs while the new one waits", started(), StepGraceOver, StepInput{At: noon.AddDate(10, 0, 0)}, started(), ErrGraceRuns},
		{"nobody ends the old one of an unused secret without a reason", started(), StepEnd, StepInput{At: noon, By: "ada"}, started(), ErrNeedsReason},
		{"a reason ends it", started(), StepEnd, StepInput{At: noon.Add(hour), By: "ada", Reason: "leak"},
			with(started(), func(r *Rotation) {
				r.State, r.EndedAt, r.GraceEnds, r.EndedBy, r.Reason = RotationDone, noon.Add(hour), noon.Add(hour), "ada", "leak"
			}), nil},
		{"the old one can be ended early", retiring(), StepEnd, StepInput{At: noon.Add(2 * hour), By: "ada"},
			with(retiring(), func(r *Rotation) {
				r.State, r.EndedAt, r.GraceEnds, r.EndedBy = RotationDone, noon.Add(2*hour), noon.Add(2*hour), "ada"
			}), nil},
		{"more time", retiring(), StepExtend, StepInput{At: noon.Add(2 * hour), Extend: 2 * hour},
			with(retiring(), func(r *Rotation) { r.GraceEnds = noon.Add(27 * hour) }), nil},
		{"no time to extend yet", started(), StepExtend, StepInput{At: noon, Extend: hour}, started(), ErrNoGraceYet},
		{"cancel what waits", started(), StepCancel, StepInput{At: noon.Add(hour), By: "ada"},
			with(started(), func(r *Rotation) { r.State, r.EndedAt, r.EndedBy = RotationCancelled, noon.Add(hour), "ada" }), nil},
		{"no cancelling what is in use", retiring(), StepCancel, StepInput{At: noon.Add(2 * hour)}, retiring(), ErrTakenOver},
		{"roll back what is in use", retiring(), StepRollback, StepInput{At: noon.Add(2 * hour), By: "ada"},
			with(retiring(), func(r *Rotation) { r.State, r.EndedAt, r.EndedBy = RotationRolledBack, noon.Add(2*hour), "ada" }), nil},
		{"nothing to roll back yet", started(), StepRollback, StepInput{At: noon}, started(), ErrNotTakenOver},
		{"too late to extend", retiring(), StepExtend, StepInput{At: noon.Add(25 * hour), Extend: hour}, retiring(), ErrRotationOver},
		{"too late to roll back", retiring(), StepRollback, StepInput{At: noon.Add(25 * hour)}, retiring(), ErrRotationOver},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.from.Advance(tt.step, tt.in)
			if !errors.Is(err, tt.err) || got != tt.want {
				t.Errorf("got  %+v, %v\nwant %+v, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

func TestAdvanceRefusesNonsense(t *testing.T) {
	if _, err := started().Advance("explode", StepInput{At: noon}); err == nil {
		t.Error("an unknown step was taken")
	}
	for _, by := range []time.Duration{0, -hour, MaxGrace, 1<<63 - 1} {
		if got, err := retiring().Advance(StepExtend, StepInput{At: noon.Add(2 * hour), Extend: by}); err == nil {
			t.Errorf("extended by %s to %s", by, got.GraceEnds)
		}
	}
	for _, state := range []RotationState{RotationDone, RotationCancelled, RotationRolledBack} {
		over := with(retiring(), func(r *Rotation) { r.State = state })
		for _, step := range []RotationStep{StepFirstUse, StepConfirm, StepGraceOver, StepEnd, StepExtend, StepCancel, StepRollback} {
			if got, err := over.Advance(step, StepInput{At: noon.AddDate(1, 0, 0), Reason: "why", Extend: hour}); !errors.Is(err, ErrRotationOver) || got != over {
				t.Errorf("%s after %s: %v", step, state, err)
			}
		}
	}
}

func TestAReasonIsNeededOnlyWhereNobodyUsedTheNewSecret(t *testing.T) {
	fresh, used := Rotation{}, Rotation{FirstUse: time.Now()}
	if !fresh.NeedsReason(StepEnd) || !fresh.NeedsReason(StepConfirm) || fresh.NeedsReason(StepCancel) || used.NeedsReason(StepEnd) {
		t.Error("it asks for a reason where none is needed, or not where one is")
	}
}

func TestFixedOverlapCountsFromTheStart(t *testing.T) {
	fixed := with(started(), func(r *Rotation) { r.Overlap = Overlap{Mode: OverlapFixed, Grace: 72 * hour} })
	for used, ends := range map[time.Duration]time.Duration{hour: 72 * hour, 71 * hour: 72 * hour, 100 * hour: 100 * hour} {
		got, err := fixed.Advance(StepFirstUse, StepInput{At: noon.Add(used)})
		if err != nil || !got.GraceEnds.Equal(noon.Add(ends)) {
			t.Errorf("used after %s, the old one ends %s (%v), want %s", used, got.GraceEnds, err, noon.Add(ends))
		}
	}
}

// TestOldSecretNeverDiesUnused walks through random steps. As long as nobody gave a reason, the old
// secret works until the new one was used.
func TestOldSecretNeverDiesUnused(t *testing.T) {
	steps := []RotationStep{StepFirstUse, StepConfirm, StepGraceOver, StepEnd, StepExtend, StepCancel, StepRollback}
	rapid.Check(t, func(t *rapid.T) {
		r := started()
		if rapid.Bool().Draw(t, "fixed") {
			r.Overlap = Overlap{Mode: OverlapFixed, Grace: time.Duration(rapid.IntRange(1, 720).Draw(t, "grace")) * hour}
		}
		now, reasoned := noon, false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hours")) * hour)
			in := StepInput{At: now, By: "ada", Extend: time.Duration(rapid.IntRange(-1, 800).Draw(t, "extend")) * hour}
			if rapid.IntRange(0, 3).Draw(t, "reason") == 0 {
				in.Reason = "because"
			}
			before := r
			next, err := r.Advance(rapid.SampledFrom(steps).Draw(t, "step"), in)
			if err != nil && next != before {
				t.Fatal("a refused step changed the rotation")
			}
			if r != before {
				t.Fatal("Advance changed its receiver")
			}
			if r = next; err == nil && in.Reason != "" {
				reasoned = true
			}
			old, newer := r.State.SecretStates()
			if !old.Works() && !newer.Works() {
				t.Fatalf("in %s no secret works", r.State)
			}
			if !old.Works() && r.FirstUse.IsZero() && !reasoned {
				t.Fatalf("the old secret died in %s without a use or a reason", r.State)
			}
			if r.State == RotationRetiring && r.GraceEnds.IsZero() || r.State.Open() != r.EndedAt.IsZero() {
				t.Fatalf("contradiction: %+v", r)
			}
		}
	})
}

func TestRotationStateWords(t *testing.T) {
	for state, want := range map[RotationState]string{
		RotationPending: "waiting for first use", RotationRetiring: "old one retiring", RotationDone: "done",
		RotationCancelled: "cancelled", RotationRolledBack: "rolled back",
	} {
		if got := state.Label(); got != want || strings.Contains(got, "_") {
			t.Errorf("%s is called %q, want %q", state, got, want)
		}
	}
}
