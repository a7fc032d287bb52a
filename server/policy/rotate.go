package policy

import (
	"errors"
	"fmt"

	"example.com/keyturn/models"
)

// Rotate replaces a credential's secret. With an overlap both secrets work afterwards; without,
// the old one has ended when the call returns. A personal token can only be replaced at once.
func (t *Tx) Rotate(req models.RotateRequest) (models.Rotation, models.Credential, error) {
	c, err := t.rotatable(req)
	if err != nil {
		return models.Rotation{}, c, err
	}
	old := c.Newest()
	if old == nil {
		return models.Rotation{}, c, credentialRevoked(c)
	}
	r := models.Rotation{
		ID: models.RotationID(t.newID()), Credential: c.ID, State: models.RotationPending,
		OldVersion: old.Version, NewVersion: lastVersion(c) + 1, Overlap: req.Overlap, Reason: req.Reason,
		StartedAt: t.now, StartedBy: actorName(t.caller.Principal), StartedByID: t.caller.ID, StartedFrom: t.caller.From, Revision: 1,
	}
	if t.asked != "" {
		r.Asked = models.KeyDigest(t.asked)
	}
	if req.Overlap.Mode == models.OverlapNone {
		r.State, r.EndedAt, r.EndedBy = models.RotationDone, t.now, r.StartedBy
	}
	if err := t.InsertRotation(r); err != nil {
		return r, c, t.rotationOpen(c, err)
	}
	kind := models.CIToken
	if c.Kind == models.PersonalToken {
		kind = models.PersonalToken
	}
	oldState, newState := r.State.SecretStates()
	if err := t.endSecret(c.ID, old, oldState); err != nil {
		return r, c, err
	}
	next, err := t.issue(c.ID, models.SecretVersion{Version: r.NewVersion, Kind: kind, State: newState})
	if err != nil {
		return r, c, err
	}
	c.Secrets = append(c.Secrets, next)
	c.Kind, c.Rotation, c.ValueKnown = kind, &r, true
	if err := t.save(&c); err != nil {
		return r, c, nameTaken(c.Name, err)
	}
	detail := fmt.Sprintf("version %d to %d, overlap %s", r.OldVersion, r.NewVersion, r.Overlap)
	if req.Reason != "" {
		detail += ": " + req.Reason
	}
	return r, c, t.about(c, models.EventRotationStarted, detail)
}

func (t *Tx) rotatable(req models.RotateRequest) (models.Credential, error) {
	c, err := t.Credential(req.Credential)
	if err != nil {
		return c, found("credential", err)
	}
	own := c.Kind == models.PersonalToken && c.Owner != nil && c.Owner.ID == t.caller.ID
	if !own {
		if err := t.require(models.MayManageCredentials); err != nil {
			return c, err
		}
	}
	if c, err = t.seen(req.Credential, req.Seen); err != nil {
		return c, err
	}
	if err := req.Overlap.Validate(); err != nil {
		e := models.Invalid("overlap-refused", "This overlap makes no sense")
		e.Detail, e.Fix = err.Error(), "choose first-use+24h, a fixed time such as 72h, or none"
		return c, e
	}
	switch {
	case c.Kind == models.LegacyAPIKey:
		return c, refusal("not-rotatable", "A legacy API key has no successor of its own", "its owner moves to the personal token; then revoke the key")
	case c.Kind == models.PersonalToken && req.Overlap.Mode != models.OverlapNone:
		return c, refusal("overlap-refused", "A personal token is reset at once: the old one cannot stay", "reset it with the overlap none")
	}
	return t.cleared(c, req)
}

// cleared ends the open rotation that the request takes the place of. Any other open one is in the way.
func (t *Tx) cleared(c models.Credential, req models.RotateRequest) (models.Credential, error) {
	open := c.OpenRotation()
	switch {
	case open == nil && req.Supersedes == "":
		return c, nil
	case open == nil:
		return c, stepRefused(models.ErrRotationOver)
	case open.ID != req.Supersedes:
		return c, t.rotationOpen(c, ErrTaken)
	}
	step := models.StepRequest{Rotation: open.ID, Step: open.State.SupersedeStep(), Seen: open.Revision, Reason: req.Reason}
	_, c, err := t.Step(step)
	return c, err
}

func lastVersion(c models.Credential) int {
	last := 0
	for _, s := range c.Secrets {
		last = max(last, s.Version)
	}
	return last
}

func (t *Tx) rotationOpen(c models.Credential, err error) error {
	if !errors.Is(err, ErrTaken) {
		return err
	}
	e := &models.Error{
		Fault: models.FaultConflict, Code: models.RotationOpen, Title: "A rotation of this credential is already open",
		Fix: "follow that one: confirm, cancel or roll it back; or supersede it", Current: &c,
	}
	if r := c.OpenRotation(); r != nil {
		e.ChangedBy, e.ChangedAt, e.ChangedFrom = r.StartedBy, r.StartedAt, r.StartedFrom
		e.Detail = fmt.Sprintf("started by %s, %s", r.StartedBy, r.State.Label())
	}
	return e
}
