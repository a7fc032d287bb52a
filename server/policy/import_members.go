package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/models"
)

// maxEmail is the longest e-mail address in characters.
const maxEmail = 320

func (im *importer) members(inv Arriving) error {
	return eachOf(im, "members", inv.Members, im.member)
}

// emailTrouble is what is wrong with an e-mail address; empty if nothing is.
func emailTrouble(email string) string {
	if at := strings.IndexByte(email, '@'); at < 1 || at == len(email)-1 {
		return "this is not an e-mail address"
	}
	if utf8.RuneCountInString(email) > maxEmail {
		return "this e-mail address is too long"
	}
	return ""
}

func (im *importer) member(want models.InventoryMember) error {
	entry := im.called("member", want.Email)
	if trouble := emailTrouble(want.Email); trouble != "" {
		return importRefused(entry, "%s", trouble)
	}
	if want.Role == "" {
		want.Role = models.RoleMember
	}
	key := emailKey(want.Email)
	if err := im.checkMember(entry, key, want); err != nil {
		return err
	}
	have, ok := im.byEmail[key]
	if !ok {
		return im.newMember(entry, key, want)
	}
	var details []string
	details = differs(details, "name", have.Name, want.Name)
	details = differs(details, "role", have.Role, want.Role)
	details = differs(details, "seat", have.Seat, want.Seat)
	if have.ID == im.caller.ID && want.Role != models.RoleAdmin {
		return importRefused(entry, "you cannot take the admin role from yourself")
	}
	decided := len(details) > 0
	changed, err := im.use(have.Token, want.Use, want.RefusedCI)
	if err != nil {
		return err
	}
	if changed {
		details = append(details, "usage history")
	}
	if err := im.kept(entry, have.Token, want.Token); err != nil {
		return err
	}
	im.note(false, "member", want.Email, details)
	if !decided {
		return nil
	}
	have.Name, have.Role, have.Seat = want.Name, want.Role, want.Seat
	have.Revision++
	im.byEmail[key] = have
	if im.dry {
		return nil
	}
	return im.SaveMember(have)
}

func (im *importer) checkMember(entry, key string, want models.InventoryMember) error {
	if err := im.once(entry, entryKey{"member", key}); err != nil {
		return err
	}
	if _, err := models.ParseRole(string(want.Role)); err != nil {
		return importRefused(entry, "%v", err)
	}
	if want.Name != "" {
		if _, err := checkName(want.Name); err != nil {
			return importRefused(entry, "%v", err)
		}
	}
	if !want.Token.Empty() {
		if _, err := models.ParseToken(want.Token.Reveal()); err != nil {
			return importRefused(entry, "its token: %v", err)
		}
	}
	if want.RefusedCI < 0 {
		return importRefused(entry, "a count is negative")
	}
	return checkUse(entry, want.Use)
}

func (im *importer) newMember(entry, key string, want models.InventoryMember) error {
	if err := im.fresh(entry, want.Token); err != nil {
		return err
	}
	im.note(true, "member", want.Email, nil)
	if im.dry {
		im.joined[key] = models.MemberRef{Name: want.Name, Email: want.Email}
		return nil
	}
	m, err := im.addMember(want)
	if err != nil {
		return fmt.Errorf("member %s: %w", want.Email, err)
	}
	im.joined[key] = models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}
	return nil
}

// owner is the member who has that e-mail, or will have it.
func (im *importer) owner(email string) (models.MemberRef, bool) {
	key := emailKey(email)
	if m, ok := im.byEmail[key]; ok {
		return models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}, true
	}
	m, ok := im.joined[key]
	return m, ok
}

// addMember makes a member with a personal token, the given one or a fresh one, and its history.
func (t *Tx) addMember(want models.InventoryMember) (models.Member, error) {
	created := want.CreatedAt
	if created.IsZero() {
		created = t.now
	}
	m := models.Member{
		ID: models.MemberID(t.newID()), Email: strings.TrimSpace(want.Email), Name: want.Name, Role: want.Role,
		Seat: want.Seat, CreatedAt: created, Revision: 1,
	}
	token := t.newCredential(models.PersonalToken, "")
	token.CreatedAt = created
	token.Owner = &models.MemberRef{ID: m.ID, Name: m.Name, Email: m.Email}
	if want.RefusedCI > 0 {
		token.RefusedCI = models.Use{Last: t.now, Count: want.RefusedCI}
	}
	if err := t.InsertMember(m); err != nil {
		return m, err
	}
	callers := newCallers(want.Use)
	var err error
	m.Token, err = t.insert(token, want.Token, callers)
	return m, err
}
