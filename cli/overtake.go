package cli

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/plan"
)

// superseding says what ends before the rotations start.
func superseding(targets []*models.Credential, clock plan.Clock) (lines []string) {
	for _, t := range targets {
		open := t.OpenRotation()
		if open == nil {
			continue
		}
		line := fmt.Sprintf("A rotation is open, %s. %s", plan.Started(*open, clock), plan.Superseding(*open))
		if len(targets) > 1 {
			line = t.Label() + ": " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// unexplained says which of the rotations that end first needs a reason for that, if none is given.
func (f rotateFlags) unexplained(targets []*models.Credential) error {
	for _, t := range targets {
		open := t.OpenRotation()
		if open != nil && open.NeedsReason(open.State.SupersedeStep()) && f.reason == "" {
			return usagef("%s: %w: --reason \"…\"", t.Label(), models.ErrNeedsReason)
		}
	}
	return nil
}

// leftOut says which of those that a filter finds are not rotated, because they are being rotated already.
func leftOut(list []*models.Credential, clock plan.Clock) (lines []string) {
	for _, t := range list {
		lines = append(lines, fmt.Sprintf("%s is left out: a rotation is open, %s. To take its place: keyturn rotate %s --supersede",
			t.Label(), plan.Started(*t.OpenRotation(), clock), word(t)))
	}
	return lines
}

// outrun tells the slower of two admins who was quicker, when and from where, and what to do where the other's
// rotation is open now.
func (f rotateFlags) outrun(err error) error {
	told := models.Outrun(err)
	if told == nil {
		return err
	}
	told.Fix = f.nextTo(told.Current, *told.Current.OpenRotation())
	return told
}

// beingRotated says the same before anything is sent.
func (f rotateFlags) beingRotated(t *models.Credential) error {
	return f.outrun(&models.Error{
		Fault: models.FaultConflict, Code: models.RotationOpen, Op: t.Label(), Title: "a rotation is already open", Current: t,
	})
}

// nextTo is the ways on beside a rotation that is open, as commands.
func (f rotateFlags) nextTo(t *models.Credential, open models.Rotation) string {
	again := "keyturn rotate " + word(t) + " --supersede"
	if f.overlap != "" {
		again += " --overlap " + f.overlap
	}
	if open.NeedsReason(open.State.SupersedeStep()) && f.reason == "" {
		again += ` --reason "…"` // theirs takes over although its secret was never used
	}
	return "follow it: keyturn rotation show " + word(t) + "; or take its place: " + again
}

// before is why an item of a plan was not done, as an earlier run has written it down.
func (f rotateFlags) before(item bulk.Item, one bulk.Result) error {
	e := &models.Error{Fault: models.FaultConflict, Code: one.Code, Title: one.Why, Fix: one.Fix}
	if one.State == bulk.Unknown {
		e.Fault = models.FaultUnknown
	}
	if first := one.First; first != nil {
		e.ChangedBy, e.ChangedAt, e.ChangedFrom = first.By, first.At, first.From
		if first.Open != "" {
			e.Fix = f.nextTo(&models.Credential{ID: item.Credential, Kind: item.Kind, Name: item.Name}, models.Rotation{ID: first.Open, State: first.Stands})
		}
	}
	return e
}
