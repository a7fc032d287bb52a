package policy

import (
	"cmp"
	"fmt"
	"strings"

	"example.com/keyturn/models"
)

// Lengths of a legacy key: real ones have ten characters, but nothing documents it.
const (
	minLegacy = 8
	maxLegacy = 64
)

func (im *importer) ciTokens(inv Arriving) error {
	return eachOf(im, "ci_tokens", inv.CITokens, func(want models.InventoryCredential) error {
		if want.Kind != "" && want.Kind != models.CIToken {
			return importRefused(im.called("CI token", want.Name), "its kind must be ci_token, or be left out")
		}
		want.Kind = models.CIToken
		return im.sharedCredential(want)
	})
}

func (im *importer) legacyKeys(inv Arriving) error {
	return eachOf(im, "legacy_keys", inv.LegacyKeys, func(want models.InventoryCredential) error {
		switch want.Kind {
		case models.LegacyCIKey:
			return im.sharedCredential(want)
		case models.LegacyAPIKey:
			return im.legacyAPIKey(want)
		}
		return importRefused(im.called("legacy key", want.Name), "its kind must be legacy_api_key or legacy_ci_key")
	})
}

func checkCredential(entry string, want models.InventoryCredential) error {
	switch want.State {
	case "", models.Active, models.Paused, models.Revoked:
	default:
		return importRefused(entry, "its state must be active, paused or revoked")
	}
	if want.Kind.Shared() && want.Owner != "" {
		return importRefused(entry, "it belongs to the workspace and has no owner")
	}
	if err := checkUse(entry, want.Use); err != nil || want.Value.Empty() {
		return err
	}
	value := want.Value.Reveal()
	if !want.Kind.Legacy() {
		if _, err := models.ParseToken(value); err != nil {
			return importRefused(entry, "its value: %v", err)
		}
		return nil
	}
	printable := strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
	if !printable || len(value) < minLegacy || len(value) > maxLegacy {
		return importRefused(entry, "its value must be %d to %d printable ASCII characters", minLegacy, maxLegacy)
	}
	return nil
}

// sharedCredential brings in a CI token or a legacy CI key. One that was a legacy key in the file
// and has become a CI token here is left alone: the file is older than the migration.
func (im *importer) sharedCredential(want models.InventoryCredential) error {
	entry := im.called(want.Kind.Label(), want.Name)
	name, err := checkName(want.Name)
	if err != nil {
		return importRefused(entry, "%v", err)
	}
	want.Name = name
	if err := checkCredential(entry, want); err != nil {
		return err
	}
	if want.State == models.Revoked { // any number of them may have had this name
		if im.revoked[name] {
			im.note(false, want.Kind.Label(), name, nil)
			return nil
		}
	} else if err := im.once(entry, entryKey{"shared", name}); err != nil {
		return err
	}
	have, ok := im.sharedOne(name)
	switch {
	case !ok:
		return im.newCredentialEntry(entry, want, nil)
	case want.Kind == models.CIToken && have.Kind == models.LegacyCIKey:
		return importRefused(entry, "a legacy CI key has this name: rotate it instead")
	}
	return im.existing(entry, have, want)
}

// sharedOne is the shared credential that has that name, or will have it.
func (im *importer) sharedOne(name string) (models.Credential, bool) {
	if c, ok := im.shared[name]; ok {
		return c, true
	}
	m, ok := im.made[name]
	return models.Credential{ID: m.id, Kind: m.kind, Name: name, State: m.state}, ok
}

func (im *importer) legacyAPIKey(want models.InventoryCredential) error {
	entry := "legacy API key of " + want.Owner
	if want.Owner == "" {
		entry = im.called("legacy API key", want.Name)
	}
	if err := checkCredential(entry, want); err != nil {
		return err
	}
	var owner *models.MemberRef
	if want.Owner != "" {
		m, ok := im.owner(want.Owner)
		if !ok {
			return importRefused(entry, "no member has the e-mail %s", want.Owner)
		}
		owner = &m
		if want.Name == "" {
			want.Name = cmp.Or(m.Name, m.Email)
		}
	}
	name, err := checkName(want.Name)
	if err != nil {
		return importRefused(entry, "%v", err)
	}
	want.Name = name
	key := legacyKeyOf(name, owner)
	if err := im.once(entry, key); err != nil {
		return err
	}
	if have, ok := im.legacy[key]; ok {
		return im.existing(entry, have, want)
	}
	return im.newCredentialEntry(entry, want, owner)
}

// existing updates what the file says about a credential that is there. Its secret is never
// replaced: that is what rotations are for.
func (im *importer) existing(entry string, have models.Credential, want models.InventoryCredential) error {
	var details []string
	if want.State != "" && have.State != models.Revoked && want.State != models.Revoked {
		details = differs(details, "state", have.State, want.State)
	}
	decided := len(details) > 0
	changed, err := im.use(have, want.Use, 0)
	if err != nil {
		return err
	}
	if changed {
		details = append(details, "usage history")
	}
	if err := im.kept(entry, have, want.Value); err != nil {
		return err
	}
	im.note(false, have.Kind.Label(), have.Name, details)
	if !decided || im.dry {
		return nil
	}
	have.State = want.State
	return im.save(&have)
}

func (im *importer) newCredentialEntry(entry string, want models.InventoryCredential, owner *models.MemberRef) error {
	if err := im.fresh(entry, want.Value); err != nil {
		return err
	}
	im.note(true, want.Kind.Label(), want.Name, nil)
	c := im.Tx.newCredential(want.Kind, want.Name)
	c.Owner = owner
	c.ValueKnown = !want.Value.Empty() || want.Kind == models.CIToken
	if want.State != "" {
		c.State = want.State
	}
	if !want.CreatedAt.IsZero() {
		c.CreatedAt = want.CreatedAt
	}
	im.remember(c)
	if im.dry {
		return nil
	}
	callers := newCallers(want.Use)
	if _, err := im.insert(c, want.Value, callers); err != nil {
		return fmt.Errorf("%s: %w", entry, nameTaken(c.Name, err))
	}
	return nil
}

// remember keeps what a later entry of the file may ask about. A legacy API key comes once only.
func (im *importer) remember(c models.Credential) {
	switch {
	case c.Kind == models.LegacyAPIKey:
	case c.State == models.Revoked:
		im.revoked[c.Name] = true
	default:
		im.made[c.Name] = made{c.ID, c.Kind, c.State}
	}
}
