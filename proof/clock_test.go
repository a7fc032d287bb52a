package proof_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // twelve zones, wherever the tests run

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/rotation"
)

const (
	day   = 24 * time.Hour
	years = 10 * 365 * day
)

// zones lie on both sides of the equator and the date line, with half hours, with winter time instead of
// summer time, and without either.
var zones = []string{
	"Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago", "Africa/Casablanca",
	"Asia/Kathmandu", "Asia/Jerusalem", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham",
}

// changesOf returns the moments of a year at which a zone's clocks change, or its first and last day.
func changesOf(zone *time.Location, year int) []time.Time {
	var all []time.Time
	at := time.Date(year, 1, 1, 12, 0, 0, 0, zone)
	for ; at.Year() == year; at = at.Add(time.Hour / 2) {
		_, before := at.Add(-time.Hour / 2).Zone()
		if _, now := at.Zone(); now != before {
			all = append(all, at)
		}
	}
	if all == nil {
		all = []time.Time{time.Date(year, 2, 28, 23, 0, 0, 0, zone), time.Date(year, 12, 31, 23, 0, 0, 0, zone)}
	}
	return all
}

// Block F: downtimes, the end of the sunset and graces begin and end to the second, on the days on which
// clocks change, whatever zone the admin and the service think in.
func TestEdgesAreExactInEveryZone(t *testing.T) {
	t.Parallel()
	s := start(t, onSQLite)
	legacy := s.legacy("old pipeline")
	checks := 0
	answers := func(at time.Time, value models.Secret, want string) {
		t.Helper()
		s.clock.stop(at)
		checks++
		if got, err := present(t.Context(), s.url, value, true); err != nil || got != want {
			t.Errorf("%s: answered %q, want %q, %v", at, got, want, err)
		}
	}
	key := legacyValue(legacy.Name)
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		must(t, err)
		for i, change := range changesOf(zone, 2027) {
			year, month, today := change.Date()
			start, end := time.Date(year, month, today-1, 22, 0, 0, 0, zone), time.Date(year, month, today+1, 6, 0, 0, 0, zone)
			over := time.Date(year+1, month, today, 3, 0, 0, 0, zone)
			s.clock.stop(start.Add(-30 * day).In(zone))
			s.load(models.Inventory{Sunset: &models.Sunset{
				Start: start.Add(-10 * day), End: over, Downtimes: []models.Downtime{{ID: "d", Start: start, End: end}},
			}})
			answers(start.Add(-time.Second), key, accepted)
			answers(start, key, string(models.RefusedDowntime))
			answers(change.In(zone), key, string(models.RefusedDowntime))
			answers(end.Add(-time.Second).UTC(), key, string(models.RefusedDowntime))
			answers(end, key, accepted)
			answers(over.Add(-time.Second), key, accepted)
			answers(over, key, string(models.RefusedRetired))

			used := change.Add(-time.Hour).Truncate(time.Second)
			s.clock.stop(used)
			r := s.used(fmt.Sprintf("%s %d", name, i))
			old, err := s.admin.Secret(t.Context(), r.Credential, r.OldVersion)
			must(t, err)
			ends := used.Add(models.DefaultGrace) // a day of 24 hours, not of 23 or 25
			answers(ends.Add(-time.Second), old, accepted)
			answers(ends, old, string(models.RefusedUnknown))
			answers(ends.Add(time.Second), old, string(models.RefusedUnknown))
		}
	}
	t.Logf("block F: %d edges in %d zones", checks, len(zones))
}

// No jump of the clock has a change made twice: neither one that is so far that the service has
// forgotten the key, nor one back to before it was made.
func TestNoJumpOfTheClockDoesAnythingTwice(t *testing.T) {
	t.Parallel()
	jumps := []time.Duration{years, -years, 25 * time.Hour, -time.Hour}
	s := start(t, onSQLite)
	from := time.Now()
	for _, op := range operations {
		for _, jump := range jumps {
			s.clock.stop(from)
			d := op.prepare(s, fmt.Sprintf("%s %s", op.name, jump))
			must(t, d.do(t.Context(), s.admin))
			s.clock.stop(from.Add(jump))
			told := d.again(t.Context(), s.admin)
			if fault := models.FaultOf(told); told != nil && fault != models.FaultStale && fault != models.FaultConflict {
				t.Errorf("%s, then %s: a repeat is answered %v", op.name, jump, told)
			}
			s.clock.stop(from)
			if done, err := d.done(t.Context(), s.admin); err != nil || !done {
				t.Errorf("%s, then %s: %v", op.name, jump, err)
			}
		}
	}
	t.Logf("block F: %d operations x %d jumps", len(operations), len(jumps))
}

// The size of the random schedules.
const (
	schedulesPerSeed = 8
	stepsPerSchedule = 14
)

// leaps are what the clock does between two steps.
var leaps = []time.Duration{0, time.Second, time.Hour, 23 * time.Hour, day, 25 * time.Hour, 31 * day, years, -time.Hour, -day, -years}

// The invariants hold however the clock jumps in the middle of a rotation.
func TestRotationsSurviveEveryClock(t *testing.T) {
	t.Parallel()
	s := start(t, onSQLite)
	told := &tally{}
	for seed := range uint64(night.Seeds(t)) {
		for i := range uint64(schedulesPerSeed) {
			c := s.token1(fmt.Sprintf("f %d %d", seed, i))
			w := newWitness()
			must(t, w.hold(t.Context(), s.admin, c.ID))
			dice := rand.New(rand.NewPCG(seed, i))
			now := time.Now()
			for range stepsPerSchedule {
				now = now.Add(leaps[dice.IntN(len(leaps))])
				s.clock.stop(now)
				told.add(s.anyStep(dice, w, c.ID))
				s.holds(w, c.ID)
				if t.Failed() {
					t.Fatalf("that was seed %d, schedule %d, at %s", seed, i, now)
				}
			}
		}
	}
	t.Logf("block F: %d schedules of %d steps with leaps up to ten years: %s", night.Seeds(t)*schedulesPerSeed, stepsPerSchedule, told)
}

// anyStep does something to a credential, and returns what came of it.
func (s *stand) anyStep(dice *rand.Rand, w *witness, id models.CredentialID) string {
	s.Helper()
	ctx := s.Context()
	c, err := s.admin.Credential(ctx, id)
	must(s, err)
	engine := rotation.New(s.admin)
	open := c.OpenRotation()
	if open == nil {
		overlap := models.DefaultOverlap
		if dice.IntN(2) == 0 {
			overlap = models.Overlap{Mode: models.OverlapFixed, Grace: 72 * time.Hour}
		}
		_, _, err = engine.Start(ctx, models.RotateRequest{Credential: id, Seen: c.Revision, Overlap: overlap, Key: engine.NewKey()})
		must(s, err)
		return "rotate"
	}
	switch dice.IntN(4) {
	case 0:
		must(s, w.hold(ctx, s.admin, id))
		if _, err := present(ctx, s.url, w.values[id][open.NewVersion], true); err != nil {
			s.Fatal(err)
		}
		return "use"
	case 1:
		return "only the clock"
	}
	step := []models.RotationStep{models.StepConfirm, models.StepCancel, models.StepRollback, models.StepEnd, models.StepExtend}[dice.IntN(5)]
	req := models.StepRequest{Rotation: open.ID, Step: step, Seen: open.Revision, Reason: "because", Key: engine.NewKey()}
	if step == models.StepExtend {
		req.Extend = 2 * day
	}
	switch _, _, err = engine.Step(ctx, req); models.FaultOf(err) {
	case "":
		return string(step)
	case models.FaultConflict, models.FaultStale:
		return "refused"
	}
	s.Fatal(err)
	return ""
}
