package policy

import (
	"errors"
	"fmt"

	"example.com/keyturn/models"
)

// Step takes an open rotation one step further, as somebody decided.
func (t *Tx) Step(req models.StepRequest) (models.Rotation, models.Credential, error) {
	if err := t.require(models.MayManageCredentials); err != nil {
		return models.Rotation{}, models.Credential{}, err
	}
	r, err := t.Rotation(req.Rotation)
	if err != nil {
		return r, models.Credential{}, found("rotation", err)
	}
	c, err := t.Credential(r.Credential)
	if err != nil {
		return r, c, err
	}
	if req.Seen != r.Revision {
		return r, c, t.staleRotation(r, c)
	}
	next, err := r.Advance(req.Step, models.StepInput{
		At: t.now, By: actorName(t.caller.Principal), Reason: req.Reason, Extend: req.Extend,
	})
	if err != nil {
		return r, c, stepRefused(err)
	}
	c, next, err = t.settle(c, r, next)
	if err != nil {
		return next, c, err
	}
	return next, c, t.about(c, stepEvents[req.Step], stepDetail(req, next))
}

// stepEvents says which event each decided step leaves.
var stepEvents = map[models.RotationStep]models.EventAction{
	models.StepConfirm:  models.EventRotationConfirm,
	models.StepCancel:   models.EventRotationCancel,
	models.StepRollback: models.EventRotationBack,
	models.StepEnd:      models.EventOldEnded,
	models.StepExtend:   models.EventRotationExtend,
}

func stepDetail(req models.StepRequest, r models.Rotation) string {
	detail := fmt.Sprintf("version %d to %d", r.OldVersion, r.NewVersion)
	if req.Step == models.StepExtend {
		detail += ", until " + r.GraceEnds.UTC().Format("2006-01-02 15:04 UTC")
	}
	if req.Reason != "" {
		detail += ": " + req.Reason
	}
	return detail
}

// settle writes what a step has made of a rotation: the rotation itself, the states of its two
// secrets, and the kind of the credential, which is that of its newest secret.
func (t *Tx) settle(c models.Credential, before, after models.Rotation) (models.Credential, models.Rotation, error) {
	if after == before {
		return c, after, nil
	}
	after.Revision++
	if err := t.SaveRotation(after); err != nil {
		return c, after, err
	}
	oldState, newState := after.State.SecretStates()
	for i := range c.Secrets {
		s := &c.Secrets[i]
		want := s.State
		switch s.Version {
		case after.OldVersion:
			want = oldState
		case after.NewVersion:
			want = newState
		}
		if want == s.State {
			continue
		}
		if err := t.endSecret(c.ID, s, want); err != nil {
			return c, after, err
		}
	}
	if s := c.Newest(); s != nil {
		c.Kind, c.ValueKnown = s.Kind, s.Fingerprint != ""
	}
	c.Rotation = &after
	return c, after, t.save(&c)
}

func stepRefused(err error) error {
	switch {
	case errors.Is(err, models.ErrNeedsReason):
		return &models.Error{
			Fault: models.FaultConflict, Code: "needs-reason", Title: "The new secret has never been used", Detail: err.Error(),
			Fix: "put the new secret in place first, or give a reason",
		}
	case errors.Is(err, models.ErrRotationOver):
		return &models.Error{Fault: models.FaultConflict, Code: "rotation-over", Title: "This rotation is over", Fix: "look at its outcome; start another one if needed"}
	}
	return &models.Error{Fault: models.FaultConflict, Code: "rotation-step-refused", Title: "The rotation does not allow this step now", Detail: err.Error(), Fix: "look at where it stands"}
}

func (t *Tx) staleRotation(r models.Rotation, c models.Credential) error {
	return &models.Error{
		Fault: models.FaultStale, Code: "stale", Title: "This rotation has moved on since you looked at it",
		Detail: "it is now: " + r.State.Label(), Fix: "look at where it stands, then decide again",
		Current: &c, ChangedBy: c.ChangedBy, ChangedAt: c.ChangedAt, ChangedFrom: t.whence(c),
	}
}
