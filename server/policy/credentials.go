package policy

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// WorkspacePatch names the settings to change; nil leaves one as it is.
type WorkspacePatch struct {
	Name           *string
	PersonalReveal *models.Reveal
	MembersUseCI   *bool
}

// UpdateWorkspace changes the settings.
func (t *Tx) UpdateWorkspace(seen models.Revision, patch WorkspacePatch) (models.Workspace, error) {
	if err := t.require(models.MayImport); err != nil {
		return models.Workspace{}, err
	}
	w, err := t.Workspace()
	if err != nil {
		return w, err
	}
	if seen != w.Revision {
		return w, t.staleSettings()
	}
	if patch.Name != nil {
		if w.Name, err = checkName(*patch.Name); err != nil {
			return w, err
		}
	}
	if patch.PersonalReveal != nil {
		w.PersonalReveal = *patch.PersonalReveal
	}
	if patch.MembersUseCI != nil {
		w.MembersUseCI = *patch.MembersUseCI
	}
	if err := t.saveSettings(&w); err != nil {
		return w, err
	}
	if err := t.event(models.Event{Action: models.EventSettingsChanged, Name: w.Name}); err != nil {
		return w, err
	}
	return t.s.workspace(t.Writes, t.caller)
}

// saveSettings writes a decision about the workspace in the name of the caller.
func (t *Tx) saveSettings(w *models.Workspace) error {
	w.Revision++
	w.ChangedAt, w.ChangedBy = t.now, actorName(t.caller.Principal)
	return t.SaveWorkspace(*w)
}

func (t *Tx) staleSettings() error {
	now, err := t.s.workspace(t.Writes, t.caller)
	if err != nil {
		return err
	}
	return &models.Error{
		Fault: models.FaultStale, Code: "stale", Title: "The settings have changed since you looked at them",
		Fix: "look at them as they are now, then decide again", Settings: &now, ChangedBy: now.ChangedBy, ChangedAt: now.ChangedAt,
	}
}

// CreateCIToken makes a CI token. Its value is read on its own.
func (t *Tx) CreateCIToken(name string) (models.Credential, error) {
	if err := t.require(models.MayManageCredentials); err != nil {
		return models.Credential{}, err
	}
	name, err := checkName(name)
	if err != nil {
		return models.Credential{}, err
	}
	c, err := t.insert(t.newCredential(models.CIToken, name), models.Secret{}, nil)
	if err != nil {
		return c, nameTaken(name, err)
	}
	return c, t.event(models.Event{Action: models.EventCreated, Credential: c.ID, Name: c.Name, Kind: c.Kind})
}

func (t *Tx) newCredential(kind models.Kind, name string) models.Credential {
	return models.Credential{
		ID: models.CredentialID(t.newID()), Kind: kind, Name: name, State: models.Active,
		CreatedAt: t.now, ChangedAt: t.now, ChangedBy: actorName(t.caller.Principal), Revision: 1, ValueKnown: true,
	}
}

const maxName = 200

func checkName(name string) (string, error) {
	trimmed := strings.TrimSpace(name)
	refused := func(title string) (string, error) {
		e := models.Invalid("name-refused", "%s", title)
		e.Fix = fmt.Sprintf("use 1 to %d characters", maxName)
		return "", e
	}
	switch {
	case trimmed == "":
		return refused("A name must not be empty")
	case !utf8.ValidString(trimmed) || strings.ContainsRune(trimmed, 0):
		return refused("A name must be valid UTF-8 without NUL")
	case utf8.RuneCountInString(trimmed) > maxName:
		return refused("This name is too long")
	}
	return trimmed, nil
}

func nameTaken(name string, err error) error {
	if !errors.Is(err, ErrTaken) {
		return err
	}
	return &models.Error{
		Fault: models.FaultConflict, Code: "name-taken", Title: "Another CI credential has this name",
		Detail: name, Fix: "choose another name, or rename the other one first",
	}
}

// Rename gives a shared credential another name.
func (t *Tx) Rename(req models.ChangeRequest) (models.Credential, error) {
	c, err := t.changing(req)
	if err != nil {
		return c, err
	}
	if !c.Kind.Shared() {
		return c, refusal("name-refused", fmt.Sprintf("A %s is named after its owner", c.Kind.Label()), "rename CI tokens and legacy CI keys only")
	}
	name, err := checkName(req.Name)
	if err != nil {
		return c, err
	}
	before := c.Name
	c.Name = name
	if err := t.save(&c); err != nil {
		return c, nameTaken(name, err)
	}
	return c, t.about(c, models.EventRenamed, "before: "+before)
}

// Pause refuses a credential until it is resumed. Pausing a paused one changes nothing.
func (t *Tx) Pause(req models.ChangeRequest) (models.Credential, error) {
	return t.setState(req, models.Paused, models.EventPaused)
}

// Resume accepts a paused credential again. Resuming an active one changes nothing.
func (t *Tx) Resume(req models.ChangeRequest) (models.Credential, error) {
	return t.setState(req, models.Active, models.EventResumed)
}

func (t *Tx) setState(req models.ChangeRequest, state models.CredentialState, action models.EventAction) (models.Credential, error) {
	c, err := t.changing(req)
	if err != nil {
		return c, err
	}
	if c.Kind == models.PersonalToken {
		return c, refusal("not-pausable", "A personal token can only be reset", "reset it, or take the member's seat")
	}
	if c.State == state {
		return c, nil
	}
	c.State = state
	if err := t.save(&c); err != nil {
		return c, err
	}
	return c, t.about(c, action, "")
}

// Revoke ends a CI token or a legacy key for good, with every secret it has and an open rotation.
func (t *Tx) Revoke(req models.ChangeRequest) (models.Credential, error) {
	c, err := t.changing(req)
	if err != nil {
		return c, err
	}
	if c.Kind == models.PersonalToken {
		return c, refusal("not-revocable", "A personal token is never revoked, only reset", "reset it")
	}
	for i := range c.Secrets {
		if c.Secrets[i].State.Works() {
			if err := t.endSecret(c.ID, &c.Secrets[i], models.SecretRevoked); err != nil {
				return c, err
			}
		}
	}
	if r := c.OpenRotation(); r != nil {
		r.State, r.EndedAt, r.EndedBy = models.RotationDone, t.now, actorName(t.caller.Principal)
		r.Revision++
		if err := t.SaveRotation(*r); err != nil {
			return c, err
		}
	}
	c.State = models.Revoked
	if err := t.save(&c); err != nil {
		return c, err
	}
	return c, t.about(c, models.EventRevoked, req.Reason)
}

// changing loads the credential of a request and checks that the caller may change it, that it is
// what the caller saw, and that it is not over.
func (t *Tx) changing(req models.ChangeRequest) (models.Credential, error) {
	if err := t.require(models.MayManageCredentials); err != nil {
		return models.Credential{}, err
	}
	return t.seen(req.Credential, req.Seen)
}

func (t *Tx) seen(id models.CredentialID, seen models.Revision) (models.Credential, error) {
	c, err := t.Credential(id)
	if err != nil {
		return c, found("credential", err)
	}
	if c.Revision != seen {
		return c, t.stale(c)
	}
	if c.State == models.Revoked {
		return c, credentialRevoked(c)
	}
	return c, nil
}

func (t *Tx) stale(c models.Credential) error {
	return &models.Error{
		Fault: models.FaultStale, Code: "stale", Title: "This credential has changed since you looked at it",
		Fix: "look at its present state, then decide again", Current: &c,
		ChangedBy: c.ChangedBy, ChangedAt: c.ChangedAt, ChangedFrom: t.whence(c),
	}
}

// recentEvents is how far back whence looks.
const recentEvents = 20

// whence is the network address from which a credential was last changed; empty if that is not among what
// happened lately. Two people may have one name: it is that of whoever did it at that very moment.
func (t *Tx) whence(c models.Credential) string {
	events, err := t.Events(EventQuery{Credential: c.ID, Limit: recentEvents})
	if err != nil {
		return "" // it is told beside the reason, not instead of it
	}
	for _, e := range events {
		if e.Actor == c.ChangedBy && e.At.Equal(c.ChangedAt) {
			return e.From
		}
	}
	return ""
}

func refusal(code, title, fix string) error {
	return &models.Error{Fault: models.FaultConflict, Code: code, Title: title, Fix: fix}
}

// save writes a decision about a credential in the name of the caller.
func (t *Tx) save(c *models.Credential) error {
	c.Revision++
	c.ChangedAt, c.ChangedBy = t.now, actorName(t.caller.Principal)
	return t.SaveCredential(*c)
}

func (t *Tx) about(c models.Credential, action models.EventAction, detail string) error {
	e := models.Event{Action: action, Credential: c.ID, Name: c.Label(), Kind: c.Kind, Detail: detail}
	if c.Rotation != nil {
		e.Rotation = c.Rotation.ID
	}
	return t.event(e)
}

// endSecret moves a secret version to another state; a revoked one ends now.
func (t *Tx) endSecret(id models.CredentialID, s *models.SecretVersion, state models.SecretState) error {
	s.State = state
	if state == models.SecretRevoked {
		s.EndedAt = t.now
	}
	return t.SaveSecretState(id, *s)
}
