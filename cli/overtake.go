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
func (f rotateFlags) leftOut(list []*models.Credential, clock plan.Clock) (lines []string) {
	for _, t := range list {
		lines = append(lines, fmt.Sprintf("%s is left out: a rotation is open, %s. To take its place: %s",
			t.Label(), plan.Started(*t.OpenRotation(), clock), instead(t, *t.OpenRotation(), f.wanted)))
	}
	return lines
}

// outrun tells the slower of two admins who was quicker, when and from where, and what to do where the other's
// rotation is open now. wanted is what the slower one has asked for.
func outrun(err error, wanted models.RotateRequest) error {
	told := models.Outrun(err)
	if told == nil {
		return err
	}
	told.Fix = nextTo(told.Current, *told.Current.OpenRotation(), wanted)
	return told
}

// beingRotated says the same before anything is sent.
func (f rotateFlags) beingRotated(t *models.Credential) error {
	return outrun(&models.Error{
		Fault: models.FaultConflict, Code: models.RotationOpen, Op: t.Label(), Title: "a rotation is already open", Current: t,
	}, f.wanted)
}

// nextTo is the ways on beside a rotation that is open, as commands.
func nextTo(t *models.Credential, open models.Rotation, wanted models.RotateRequest) string {
	return "follow it: keyturn rotation show " + word(t) + "; or take its place: " + instead(t, open, wanted)
}

// instead is the command that does what was wanted, in the place of a rotation that is open.
func instead(t *models.Credential, open models.Rotation, wanted models.RotateRequest) string {
	command := "keyturn rotate " + word(t) + " --supersede"
	if wanted.Overlap != models.DefaultOverlap && t.Kind != models.PersonalToken {
		command += " --overlap " + wanted.Overlap.String()
	}
	switch {
	case wanted.Reason != "":
		command += " --reason " + quoted(wanted.Reason)
	case open.NeedsReason(open.State.SupersedeStep()):
		command += ` --reason "…"` // theirs takes over although its secret was never used
	}
	return command
}

// before is why an item of a plan was not done, as an earlier run has written it down.
func before(item bulk.Item, one bulk.Result) error {
	e := &models.Error{Fault: models.FaultConflict, Code: one.Code, Title: one.Why, Fix: one.Fix}
	if one.State == bulk.Unknown {
		e.Fault = models.FaultUnknown
	}
	if first := one.First; first != nil {
		e.ChangedBy, e.ChangedAt, e.ChangedFrom = first.By, first.At, first.From
		if first.Open != "" {
			t := &models.Credential{ID: item.Credential, Kind: item.Kind, Name: item.Name}
			e.Fix = nextTo(t, models.Rotation{ID: first.Open, State: first.Stands}, item.Request)
		}
	}
	return e
}
