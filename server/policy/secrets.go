package policy

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// ReadSecret returns a value to somebody who may have it, and writes down that they read it: no
// event, no value. Version 0 is the newest that works.
func (s *Service) ReadSecret(ctx context.Context, c Caller, id models.CredentialID, version int) (models.Secret, models.SecretVersion, error) {
	var value models.Secret
	var which models.SecretVersion
	err := s.store.Write(ctx, func(w Writes) error {
		tx := s.begin(w, c)
		credential, err := w.Credential(id)
		if err != nil {
			return found("credential", err)
		}
		if err := mayRead(c, credential); err != nil {
			return err
		}
		if which, err = pickVersion(credential, version, tx.now); err != nil {
			return err
		}
		sealed, err := w.Sealed(id, which.Version)
		if err != nil {
			return err
		}
		if sealed == nil {
			return valueUnknown()
		}
		key, err := tx.key()
		if err != nil {
			return err
		}
		if value, err = key.Open(sealed, id, which.Version); err != nil {
			return fmt.Errorf("open version %d of %s: %w", which.Version, id, err)
		}
		return tx.event(models.Event{
			Action: models.EventSecretRead, Credential: id, Name: credential.Label(), Kind: credential.Kind,
			Detail: fmt.Sprintf("version %d, fingerprint %s", which.Version, which.Fingerprint),
		})
	})
	if err != nil {
		value.Wipe()
		return models.Secret{}, models.SecretVersion{}, err
	}
	s.news.tell()
	return value, which, nil
}

func mayRead(c Caller, credential models.Credential) error {
	own := credential.Owner != nil && credential.Owner.ID == c.ID
	switch {
	case credential.Kind.Shared():
		return require(c, models.MayReadCISecrets)
	case own, c.May(models.MayReadPersonalSecrets):
		return nil
	}
	return &models.Error{
		Fault: models.FaultForbidden, Code: "secret-not-yours",
		Title: "Only its owner may read this secret",
		Fix:   "ask the owner, or an admin if the workspace lets admins read personal tokens",
	}
}

func pickVersion(c models.Credential, version int, now time.Time) (models.SecretVersion, error) {
	if version == 0 {
		if s := c.Newest(); s != nil {
			return *s, nil
		}
		return models.SecretVersion{}, credentialRevoked(c)
	}
	s := c.Version(version)
	if s == nil {
		return models.SecretVersion{}, notFound("secret version")
	}
	r := c.OpenRotation()
	if !s.State.Works() || r != nil && r.OldVersion == version && r.GraceIsOver(now) {
		return *s, &models.Error{
			Fault: models.FaultConflict, Code: "credential-revoked",
			Title: fmt.Sprintf("Version %d of this secret has ended", version), Fix: "read the newest version",
		}
	}
	return *s, nil
}

func credentialRevoked(c models.Credential) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "credential-revoked",
		Title: fmt.Sprintf("This %s is revoked", c.Kind.Label()), Fix: "create a CI token in its place",
	}
}

func valueUnknown() error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "value-unknown",
		Title: "This service does not know the value of this key",
		Fix:   "it was imported without its value; rotate it, or look where it is used",
	}
}

// insert writes a new credential with its first secret, which is the given value, or a fresh one for a
// token without one, and with those who have used it so far.
func (t *Tx) insert(c models.Credential, value models.Secret, callers []models.Caller) (models.Credential, error) {
	first := models.SecretVersion{Version: 1, Kind: c.Kind, State: models.SecretCurrent}
	if c.State == models.Revoked {
		first.State = models.SecretRevoked
	}
	c.Use, first = sumUp(callers, first)
	if err := t.InsertCredential(c, callers); err != nil {
		return c, err
	}
	if value.Empty() && !c.Kind.Legacy() {
		fresh, err := models.NewToken(rand.Reader, t.s.prefix)
		if err != nil {
			return c, err
		}
		defer fresh.Wipe()
		value = fresh
	}
	first, err := t.keep(c.ID, first, value)
	c.Secrets = []models.SecretVersion{first}
	return c, err
}

// issue makes the next version of a credential's secret and keeps it.
func (t *Tx) issue(id models.CredentialID, s models.SecretVersion) (models.SecretVersion, error) {
	value, err := models.NewToken(rand.Reader, t.s.prefix)
	if err != nil {
		return s, err
	}
	defer value.Wipe()
	return t.keep(id, s, value)
}

// keep seals a value as one version of a credential. An empty value is kept as unknown.
func (t *Tx) keep(id models.CredentialID, s models.SecretVersion, value models.Secret) (models.SecretVersion, error) {
	s.CreatedAt, s.Masked = t.now, mask(s.Kind, value)
	var material SecretMaterial
	if !value.Empty() {
		key, err := t.key()
		if err != nil {
			return s, err
		}
		s.Fingerprint = key.Fingerprint(value)
		material = SecretMaterial{Lookup: key.Lookup(value), Sealed: key.Seal(value, id, s.Version)}
	}
	err := t.InsertSecret(id, s, material)
	if errors.Is(err, ErrTaken) {
		e := models.Invalid("import-refused", "Two credentials cannot have the same value")
		e.Fix = "give each its own value"
		return s, e
	}
	return s, err
}

const bullets = "••••••••"

// mask is what may be shown instead of a value: the issuer's prefix, and never a character more.
func mask(kind models.Kind, value models.Secret) string {
	if kind.Legacy() || value.Empty() {
		return "legacy key " + bullets
	}
	prefix, _, _ := strings.Cut(value.Reveal(), "-")
	return prefix + "-" + bullets
}
