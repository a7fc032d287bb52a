package models

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// RotationState is where a rotation stands.
type RotationState string

// The states of a rotation. Pending and retiring are open: both secrets work.
const (
	RotationPending    RotationState = "pending"  // the new secret has not been used yet
	RotationRetiring   RotationState = "retiring" // the new one is in use, the old one's grace runs
	RotationDone       RotationState = "done"
	RotationCancelled  RotationState = "cancelled"   // the new secret was revoked before it took over
	RotationRolledBack RotationState = "rolled_back" // the old secret is current again
)

// Open reports whether the rotation is still under way.
func (s RotationState) Open() bool { return s == RotationPending || s == RotationRetiring }

// SupersedeStep is the step that ends an open rotation when another one takes its place: one whose new
// secret waits is cancelled, one whose old secret retires loses the old one.
func (s RotationState) SupersedeStep() RotationStep {
	if s == RotationPending {
		return StepCancel
	}
	return StepEnd
}

// Label is the state in the words of the screen.
func (s RotationState) Label() string {
	switch s {
	case RotationPending:
		return "waiting for first use"
	case RotationRetiring:
		return "old one retiring"
	case RotationRolledBack:
		return "rolled back"
	}
	return string(s)
}

// Rotation is the replacement of one secret by the next.
type Rotation struct {
	ID          RotationID
	Credential  CredentialID
	State       RotationState
	OldVersion  int
	NewVersion  int
	Overlap     Overlap
	Reason      string
	StartedAt   time.Time
	StartedBy   string
	StartedByID MemberID  // whose name StartedBy is; empty where the service does not say
	StartedFrom string    // network address, as the service saw it; empty where it does not say
	Asked       string    // KeyDigest of the request that started it; empty where the service does not say
	FirstUse    time.Time // of the new secret; zero: not yet
	ConfirmedAt time.Time // a person said that the new one is in place
	GraceEnds   time.Time // when the old secret ends; zero while pending
	EndedAt     time.Time
	EndedBy     string
	Revision    Revision
}

// OverlapMode says what starts and ends the time in which both secrets work.
type OverlapMode string

// The ways in which two secrets overlap.
const (
	// OverlapFirstUse ends the old secret Grace after the new one was first used.
	OverlapFirstUse OverlapMode = "first_use"
	// OverlapFixed ends the old secret Grace after the rotation began, but never before the new
	// one was used.
	OverlapFixed OverlapMode = "fixed"
	// OverlapNone revokes the old secret in the same step: for a leak.
	OverlapNone OverlapMode = "none"
)

// Overlap is a choice of mode and grace.
type Overlap struct {
	Mode  OverlapMode
	Grace time.Duration
}

// Limits and default of an overlap.
const (
	DefaultGrace = 24 * time.Hour
	MaxGrace     = 30 * 24 * time.Hour
)

// DefaultOverlap is what a rotation gets unless somebody chooses otherwise.
var DefaultOverlap = Overlap{Mode: OverlapFirstUse, Grace: DefaultGrace}

// Validate returns an error that says what is wrong with the choice.
func (o Overlap) Validate() error {
	switch o.Mode {
	case OverlapNone:
		if o.Grace != 0 {
			return errors.New("an overlap of none has no grace")
		}
		return nil
	case OverlapFirstUse, OverlapFixed:
		if o.Grace < 0 || o.Grace > MaxGrace {
			return fmt.Errorf("the grace must be between 0 and %s", FormatGrace(MaxGrace))
		}
		if o.Mode == OverlapFixed && o.Grace == 0 {
			return errors.New("a fixed overlap needs a time; for none at all choose none")
		}
		return nil
	}
	return fmt.Errorf("unknown overlap %q", o.Mode)
}

// String is the form that ParseOverlap reads: "first-use+24h", "72h", "none".
func (o Overlap) String() string {
	switch o.Mode {
	case OverlapNone:
		return "none"
	case OverlapFixed:
		return FormatGrace(o.Grace)
	}
	return "first-use+" + FormatGrace(o.Grace)
}

// ParseOverlap reads "none", a time such as "72h" or "7d", or "first-use", with "+time" if the
// grace is not the default.
func ParseOverlap(s string) (Overlap, error) {
	s = strings.TrimSpace(s)
	switch s {
	case "none":
		return Overlap{Mode: OverlapNone}, nil
	case "first-use":
		return DefaultOverlap, nil
	}
	if grace, firstUse := strings.CutPrefix(s, "first-use+"); firstUse {
		return parseGrace(OverlapFirstUse, grace)
	}
	return parseGrace(OverlapFixed, s)
}

func parseGrace(mode OverlapMode, s string) (Overlap, error) {
	d, err := ParseGrace(s)
	if err != nil {
		return Overlap{}, err
	}
	o := Overlap{Mode: mode, Grace: d}
	return o, o.Validate()
}

// ParseGrace reads a Go duration, or whole days such as "7d".
func ParseGrace(s string) (time.Duration, error) {
	text := s
	if days, ok := strings.CutSuffix(s, "d"); ok {
		text = days + "h"
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time: write 24h, 90m or 7d", s)
	}
	if text == s {
		return d, nil
	}
	if d > math.MaxInt64/24 || d < math.MinInt64/24 {
		return 0, fmt.Errorf("%q is too long", s)
	}
	return d * 24, nil
}

// FormatGrace writes a duration the way ParseGrace reads it, in the largest unit that is exact.
func FormatGrace(d time.Duration) string {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

// RotationStep is something that can happen to an open rotation.
type RotationStep string

// The steps of a rotation. FirstUse and GraceOver happen; the others are decided by a person.
const (
	StepFirstUse  RotationStep = "first_use"
	StepConfirm   RotationStep = "confirm"
	StepGraceOver RotationStep = "grace_over"
	StepEnd       RotationStep = "end"
	StepExtend    RotationStep = "extend"
	StepCancel    RotationStep = "cancel"
	StepRollback  RotationStep = "rollback"
)

// Errors of Advance.
var (
	ErrRotationOver = errors.New("this rotation is over")
	ErrNeedsReason  = errors.New("the new secret has never been used: say why it should take over all the same")
	ErrTakenOver    = errors.New("the new secret has taken over already: roll back instead of cancelling")
	ErrNotTakenOver = errors.New("the new secret has not taken over yet: cancel instead of rolling back")
	ErrGraceRuns    = errors.New("the grace of the old secret still runs")
	ErrNoGraceYet   = errors.New("the old secret's grace has not started: there is nothing to extend")
)

// StepInput is what a step needs beside the rotation.
type StepInput struct {
	At     time.Time
	By     string        // who decided; empty for what merely happened
	Reason string        // why; required where the new secret was never used
	Extend time.Duration // for StepExtend
}

// Advance applies one step and returns the rotation after it. It never changes r. Every step on a
// rotation that is over fails with ErrRotationOver.
func (r Rotation) Advance(step RotationStep, in StepInput) (Rotation, error) {
	if !r.State.Open() {
		return r, ErrRotationOver
	}
	switch step {
	case StepFirstUse:
		return r.firstUse(in), nil
	case StepConfirm:
		return r.confirm(in)
	case StepGraceOver:
		return r.graceOver(in)
	case StepEnd:
		return r.end(in)
	case StepExtend:
		return r.extend(in)
	case StepCancel:
		return r.cancel(in)
	case StepRollback:
		return r.rollBack(in)
	}
	return r, fmt.Errorf("unknown step %q", step)
}

func (r Rotation) firstUse(in StepInput) Rotation {
	if r.FirstUse.IsZero() {
		r.FirstUse = in.At
	}
	if r.State == RotationPending {
		r = r.retire(in.At)
	}
	return r
}

// retire starts the old secret's grace.
func (r Rotation) retire(at time.Time) Rotation {
	r.State = RotationRetiring
	r.GraceEnds = at.Add(r.Overlap.Grace)
	if r.Overlap.Mode == OverlapFixed {
		r.GraceEnds = r.StartedAt.Add(r.Overlap.Grace)
		if r.GraceEnds.Before(at) {
			r.GraceEnds = at
		}
	}
	return r
}

// NeedsReason reports whether a step takes the old secret's place from it although the new one has
// never been used.
func (r Rotation) NeedsReason(step RotationStep) bool {
	return r.FirstUse.IsZero() && (step == StepConfirm || step == StepEnd)
}

func (r Rotation) confirm(in StepInput) (Rotation, error) {
	if r.State == RotationRetiring {
		return r, nil
	}
	if r.NeedsReason(StepConfirm) && strings.TrimSpace(in.Reason) == "" {
		return r, ErrNeedsReason
	}
	r.ConfirmedAt = in.At
	r.Reason = in.Reason
	return r.retire(in.At), nil
}

// GraceIsOver reports whether the old secret of an open rotation has ended by the clock, noted or not.
// From then on it is refused, so nothing may bring it back.
func (r Rotation) GraceIsOver(at time.Time) bool {
	return r.State == RotationRetiring && !at.Before(r.GraceEnds)
}

func (r Rotation) graceOver(in StepInput) (Rotation, error) {
	if !r.GraceIsOver(in.At) {
		return r, ErrGraceRuns
	}
	r.State, r.EndedAt = RotationDone, in.At
	return r, nil
}

func (r Rotation) end(in StepInput) (Rotation, error) {
	if r.NeedsReason(StepEnd) && strings.TrimSpace(in.Reason) == "" {
		return r, ErrNeedsReason
	}
	if in.Reason != "" {
		r.Reason = in.Reason
	}
	r.State, r.EndedAt, r.EndedBy, r.GraceEnds = RotationDone, in.At, in.By, in.At
	return r, nil
}

func (r Rotation) extend(in StepInput) (Rotation, error) {
	if r.State != RotationRetiring {
		return r, ErrNoGraceYet
	}
	if r.GraceIsOver(in.At) {
		return r, ErrRotationOver
	}
	if in.Extend <= 0 {
		return r, errors.New("say by how long to extend")
	}
	ends := r.GraceEnds.Add(in.Extend)
	if ends.Sub(in.At) > MaxGrace {
		return r, fmt.Errorf("the old secret may stay at most %s from now", FormatGrace(MaxGrace))
	}
	r.GraceEnds = ends
	return r, nil
}

func (r Rotation) cancel(in StepInput) (Rotation, error) {
	if r.State != RotationPending {
		return r, ErrTakenOver
	}
	r.State, r.EndedAt, r.EndedBy = RotationCancelled, in.At, in.By
	return r, nil
}

func (r Rotation) rollBack(in StepInput) (Rotation, error) {
	if r.State != RotationRetiring {
		return r, ErrNotTakenOver
	}
	if r.GraceIsOver(in.At) {
		return r, ErrRotationOver
	}
	r.State, r.EndedAt, r.EndedBy = RotationRolledBack, in.At, in.By
	return r, nil
}

// SecretStates says where the old and the new secret stand in this state of the rotation.
func (s RotationState) SecretStates() (old, next SecretState) {
	switch s {
	case RotationPending:
		return SecretCurrent, SecretPending
	case RotationRetiring:
		return SecretRetiring, SecretCurrent
	case RotationDone:
		return SecretRevoked, SecretCurrent
	}
	return SecretCurrent, SecretRevoked
}
