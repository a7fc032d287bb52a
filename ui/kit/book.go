package kit

import (
	"time"

	"example.com/keyturn/models"
)

// Book holds what the console knows of the workspace: every object once, found by id. The root
// writes it inside Update; screens read it. It is not safe for use outside the update loop.
type Book struct {
	Workspace   models.Workspace
	HasSpace    bool
	Loading     bool
	Loaded      int
	Online      bool
	Since       time.Time // of the present state of Online
	Trouble     error     // why it is not online
	ReadOnly    bool
	skew        time.Duration
	credentials map[models.CredentialID]*models.Credential
	members     map[models.MemberID]*models.Member
	order       []models.CredentialID // shared credentials and legacy keys, as they came
	memberOrder []models.MemberID
	tokenNames  twins // of CI tokens
	legacyNames twins // of legacy keys
	emails      twins // of members
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{
		credentials: map[models.CredentialID]*models.Credential{},
		members:     map[models.MemberID]*models.Member{},
		tokenNames:  newTwins(), legacyNames: newTwins(), emails: newTwins(),
	}
}

// PutWorkspace replaces the workspace and notes how far the service's clock is from ours.
func (b *Book) PutWorkspace(w models.Workspace, now time.Time) {
	b.Workspace, b.HasSpace = w, true
	b.skew = w.Now.Sub(now)
}

// ServiceTime is the service's clock at our now: what counts for windows and graces.
func (b *Book) ServiceTime(now time.Time) time.Time { return now.Add(b.skew) }

// PutCredentials puts credentials in place by id. Pointers handed out earlier stay valid and see
// the new state.
func (b *Book) PutCredentials(list []models.Credential) {
	for i := range list {
		b.putCredential(list[i])
	}
}

func (b *Book) putCredential(c models.Credential) *models.Credential {
	if have := b.credentials[c.ID]; have != nil {
		b.renamed(have, &c)
		*have = c
		return have
	}
	b.credentials[c.ID] = &c
	if names := b.namesOf(c.Kind); names != nil {
		names.add(c.Name)
		b.order = append(b.order, c.ID)
	}
	return &c
}

// renamed keeps the names that can be taken for each other up to date; a legacy key that becomes a
// token moves to the other list.
func (b *Book) renamed(have, now *models.Credential) {
	before, after := b.namesOf(have.Kind), b.namesOf(now.Kind)
	if have.Name == now.Name && before == after {
		return
	}
	if before != nil {
		before.remove(have.Name)
	}
	if after != nil {
		after.add(now.Name)
	}
}

// PutMembers puts members in place by id, with their credentials.
func (b *Book) PutMembers(list []models.Member) {
	for i := range list {
		m := list[i]
		if have := b.members[m.ID]; have != nil {
			if have.Email != m.Email {
				b.emails.remove(have.Email)
				b.emails.add(m.Email)
			}
			*have = m
		} else {
			b.emails.add(m.Email)
			b.members[m.ID] = &m
			b.memberOrder = append(b.memberOrder, m.ID)
		}
		b.credentials[m.Token.ID] = &b.members[m.ID].Token
		if m.LegacyKey != nil {
			b.putCredential(*m.LegacyKey)
		}
	}
}

// Credential returns the credential with that id, or nil.
func (b *Book) Credential(id models.CredentialID) *models.Credential { return b.credentials[id] }

// Member returns the member with that id, or nil.
func (b *Book) Member(id models.MemberID) *models.Member { return b.members[id] }

// Members returns every member, in the service's order.
func (b *Book) Members() []*models.Member {
	list := make([]*models.Member, 0, len(b.memberOrder))
	for _, id := range b.memberOrder {
		list = append(list, b.members[id])
	}
	return list
}

// Credentials returns every credential but the personal tokens for which keep says yes.
func (b *Book) Credentials(keep func(*models.Credential) bool) []*models.Credential {
	var list []*models.Credential
	for _, id := range b.order {
		if c := b.credentials[id]; keep(c) {
			list = append(list, c)
		}
	}
	return list
}

// Findings returns the findings about everything that is loaded.
func (b *Book) Findings(now time.Time) []models.Finding {
	var list []models.Finding
	at := b.ServiceTime(now)
	for _, id := range b.order {
		list = append(list, models.FindCredential(b.credentials[id], b.Workspace.Sunset, at)...)
	}
	for _, id := range b.memberOrder {
		list = append(list, models.FindMember(b.members[id])...)
	}
	models.SortFindings(list)
	return list
}
