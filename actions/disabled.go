package actions

import (
	"fmt"

	"example.com/keyturn/models"
)

// Facts is what decides whether an action can be done now.
type Facts struct {
	Principal models.Principal
	ReadOnly  bool
	Online    bool
	Loading   bool               // it is not known yet who asks, nor in what workspace
	Target    *models.Credential // the marked ones are asked one by one; nil: nothing is selected
	Own       bool               // the target is the principal's own personal token
}

// Disabled returns why the action cannot be done now, or "".
func Disabled(id ID, f Facts) string {
	spec := Find(id)
	if (spec.Changes || spec.Writes) && f.ReadOnly {
		return "keyturn was started with --read-only"
	}
	if spec.Changes && !f.Online {
		return "the service does not answer: nothing can be changed until it does"
	}
	if spec.Changes && f.Loading {
		return "the workspace is not loaded yet: wait a moment"
	}
	if spec.Changes && id != ResetOwn && !f.Principal.May(models.MayManageCredentials) {
		return "only admins of the workspace may do this"
	}
	if !needsTarget(id) {
		return ""
	}
	if f.Target == nil {
		return "nothing is selected"
	}
	return disabledFor(id, f)
}

func needsTarget(id ID) bool {
	switch id {
	case Copy, Reveal, Lines, Rotate, Confirm, Cancel, RollBack, EndOld, Extend, Rename, Pause, Resume, Revoke, ResetOwn, AskOwner, CopyID:
		return true
	}
	return false
}

func disabledFor(id ID, f Facts) string {
	c := f.Target
	if id == CopyID {
		return ""
	}
	if c.State == models.Revoked {
		return fmt.Sprintf("this %s is revoked", c.Kind.Label())
	}
	switch id {
	case Copy, Reveal:
		return disabledRead(f)
	case Lines:
		return disabledLines(c)
	case Rotate:
		return disabledRotate(c)
	case Confirm, Cancel, RollBack, EndOld, Extend:
		return disabledStep(id, c)
	case Pause, Resume, Revoke, Rename:
		return disabledState(id, c)
	case ResetOwn:
		return disabledReset(f)
	case AskOwner:
		return disabledAsk(c)
	}
	return ""
}

func disabledLines(c *models.Credential) string {
	if c.Kind.Shared() {
		return ""
	}
	return fmt.Sprintf("a %s does not belong into a pipeline: make a CI token for it", c.Kind.Label())
}

func disabledRead(f Facts) string {
	if f.Target.Kind.Legacy() && !f.Target.ValueKnown {
		return "the service does not know the value of this key"
	}
	if f.Target.Kind.Shared() {
		if !f.Principal.May(models.MayReadCISecrets) {
			return "the workspace lets only admins read CI tokens"
		}
		return ""
	}
	if !f.Own && !f.Principal.May(models.MayReadPersonalSecrets) {
		return "only its owner may read this personal token"
	}
	return ""
}

// disabledRotate leaves out an open rotation: whoever meets one may follow it, or take its place.
func disabledRotate(c *models.Credential) string {
	if c.Kind == models.LegacyAPIKey {
		return "a legacy API key has no successor: its owner moves to the personal token, then the key is revoked"
	}
	return ""
}

func disabledStep(id ID, c *models.Credential) string {
	r := c.OpenRotation()
	if r == nil {
		return "no rotation is open"
	}
	pending := r.State == models.RotationPending
	switch {
	case id == Confirm && !pending:
		return "the new secret has taken over already"
	case id == Cancel && !pending:
		return "the new secret has taken over already: roll back instead"
	case id == RollBack && pending:
		return "the new secret has not taken over yet: cancel instead"
	case id == Extend && pending:
		return "the old secret's grace has not started: there is nothing to extend"
	}
	return ""
}

func disabledState(id ID, c *models.Credential) string {
	switch {
	case c.Kind == models.PersonalToken:
		return "a personal token can only be reset"
	case id == Pause && c.State == models.Paused:
		return "it is paused already"
	case id == Resume && c.State != models.Paused:
		return "it is not paused"
	case id == Rename && c.Kind == models.LegacyAPIKey:
		return "a legacy API key is named after its owner"
	}
	return ""
}

func disabledReset(f Facts) string {
	if f.Target.Kind != models.PersonalToken {
		return "only a personal token is reset"
	}
	if !f.Own && !f.Principal.May(models.MayManageCredentials) {
		return "only its owner or an admin may reset this token"
	}
	return ""
}

func disabledAsk(c *models.Credential) string {
	if c.Owner == nil {
		return "nobody owns this key"
	}
	return ""
}
