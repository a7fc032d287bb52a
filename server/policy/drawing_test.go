package policy_test

import (
	"time"

	"example.com/keyturn/models"
)

// drawing is the states of a rotation as the design draws them, for one credential: small enough to be
// compared with the drawing by eye, and written without a look at the service.
type drawing struct {
	alive     map[int]bool // the versions that may work
	state     models.RotationState
	old, next int
	overlap   models.Overlap
	began     time.Time
	graceEnds time.Time
	used      bool // the next one, ever
	paused    bool
	revoked   bool
}

func newDrawing() drawing { return drawing{alive: map[int]bool{1: true}, next: 1} }

func (d *drawing) open() bool {
	return d.state == models.RotationPending || d.state == models.RotationRetiring
}

// over says that the old one's grace has ended by the clock, whether or not anybody has noted it.
func (d *drawing) over(now time.Time) bool {
	return d.state == models.RotationRetiring && !now.Before(d.graceEnds)
}

// works says whether a version is accepted.
func (d *drawing) works(version int, now time.Time) bool {
	return d.alive[version] && !d.paused && !d.revoked && !(version == d.old && d.over(now))
}

// newest is the version that a reader gets.
func (d *drawing) newest() int {
	if d.alive[d.next] {
		return d.next
	}
	return d.old
}

// rotate is what "rotate" does: version is the number of the new secret.
func (d *drawing) rotate(o models.Overlap, version int, now time.Time) bool {
	if d.open() || d.revoked {
		return false
	}
	d.old, d.next = d.newest(), version
	d.alive[version] = true
	d.overlap, d.began, d.used, d.state = o, now, false, models.RotationPending
	if o.Mode == models.OverlapNone {
		d.finish(models.RotationDone, d.old)
	}
	return true
}

// present is a client that shows a version.
func (d *drawing) present(version int, now time.Time) bool {
	if !d.works(version, now) {
		return false
	}
	if version == d.next && d.open() {
		d.used = true
		if d.state == models.RotationPending {
			d.retire(now)
		}
	}
	return true
}

// retire starts the old one's grace. A fixed overlap counts from the beginning, and is never over
// before the new one was used.
func (d *drawing) retire(now time.Time) {
	d.state, d.graceEnds = models.RotationRetiring, now.Add(d.overlap.Grace)
	if d.overlap.Mode == models.OverlapFixed {
		d.graceEnds = d.began.Add(d.overlap.Grace)
		if d.graceEnds.Before(now) {
			d.graceEnds = now
		}
	}
}

func (d *drawing) finish(state models.RotationState, dies int) {
	d.state = state
	d.alive[dies] = false
}

// step is what a person decides; it reports whether the drawing has an arrow for it.
func (d *drawing) step(step models.RotationStep, reason string, extend time.Duration, now time.Time) bool {
	pending, retiring := d.state == models.RotationPending, d.state == models.RotationRetiring
	guarded := d.used || reason != ""
	switch {
	case step == models.StepConfirm && pending && guarded:
		d.retire(now)
	case step == models.StepConfirm && retiring:
	case step == models.StepCancel && pending:
		d.finish(models.RotationCancelled, d.next)
	case step == models.StepEnd && d.open() && guarded:
		d.finish(models.RotationDone, d.old)
	case step == models.StepExtend && retiring && !d.over(now) && extend > 0 && d.graceEnds.Add(extend).Sub(now) <= models.MaxGrace:
		d.graceEnds = d.graceEnds.Add(extend)
	case step == models.StepRollback && retiring && !d.over(now):
		d.finish(models.RotationRolledBack, d.next)
	default:
		return false
	}
	return true
}

// sweep notes what the clock has done.
func (d *drawing) sweep(now time.Time) {
	if d.over(now) {
		d.finish(models.RotationDone, d.old)
	}
}

// revoke ends everything.
func (d *drawing) revoke() {
	if d.open() {
		d.state = models.RotationDone
	}
	d.revoked, d.alive = true, map[int]bool{}
}
