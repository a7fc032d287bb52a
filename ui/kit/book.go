package kit

import (
	"slices"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

// Book holds what the console knows of the workspace: every object once, found by id. Members and
// their personal tokens are kept as people, the rest as it came. The root
// writes it inside Update; screens read it. It is not safe for use outside the update loop.
type Book struct {
	Workspace   models.Workspace
	HasSpace    bool
	Loading     bool
	Loaded      int
	Online      bool
	Since       time.Time // of the present state of Online
	Trouble     error     // why it is not online
	Doubt       error     // why the history is not to be trusted
	Unwatched   error     // why nobody can tell
	ReadOnly    bool
	Repos       Repos
	skew        time.Duration
	credentials map[models.CredentialID]*models.Credential
	people      index                // by their own id
	owners      index                // by their personal token's
	order       []*models.Credential // shared credentials and legacy keys, as they came
	peopleOrder []*Person
	tokenNames  twins // of CI tokens
	legacyNames twins // of legacy keys
	emails      twins // of members
	unfinished  []journal.Found
	plans       []bulk.Standing
	traced      traced
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{
		Repos:       newRepos(),
		credentials: map[models.CredentialID]*models.Credential{},
		people:      newIndex(func(p *Person) string { return string(p.ID) }),
		owners:      newIndex(func(p *Person) string { return string(p.token.id) }),
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
	b.traced = traced{}
	if p := b.owners.find(string(c.ID)); p != nil {
		m := p.Member()
		m.Token = c
		p.take(m, p.LegacyKey)
		return &c
	}
	if have := b.credentials[c.ID]; have != nil {
		b.renamed(have, &c)
		*have = c
		return have
	}
	b.credentials[c.ID] = &c
	if names := b.namesOf(c.Kind); names != nil {
		names.add(c.Name)
		b.order = append(b.order, &c)
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

// PutMembers puts members in place by id, with their credentials. People handed out earlier see the
// new state.
func (b *Book) PutMembers(list []models.Member) {
	var room []Person // for who is new: side by side, nothing lies unused between them
	for i := range list {
		m := &list[i]
		p := b.people.find(string(m.ID))
		switch {
		case p == nil:
			if room == nil {
				room = make([]Person, 0, len(list)-i)
			}
			room = append(room, Person{ID: m.ID})
			p = &room[len(room)-1]
			b.people.put(p)
			b.peopleOrder = append(b.peopleOrder, p)
			b.emails.add(m.Email)
		case p.Email != m.Email:
			b.emails.remove(p.Email)
			b.emails.add(m.Email)
		}
		var key *models.Credential
		if m.LegacyKey != nil {
			key = b.putCredential(*m.LegacyKey)
		}
		p.take(m, key)
		b.owners.put(p)
	}
}

// Credential returns the credential with that id, or nil. That of a personal token is made anew: it
// does not see what comes later.
func (b *Book) Credential(id models.CredentialID) *models.Credential {
	if p := b.owners.find(string(id)); p != nil {
		return p.Token()
	}
	return b.credentials[id]
}

// Person returns the member with that id, or nil.
func (b *Book) Person(id models.MemberID) *Person { return b.people.find(string(id)) }

// People returns every member, in the service's order.
func (b *Book) People() []*Person { return slices.Clone(b.peopleOrder) }

// Credentials returns every credential but the personal tokens for which keep says yes.
func (b *Book) Credentials(keep func(*models.Credential) bool) []*models.Credential {
	var list []*models.Credential
	for _, c := range b.order {
		if keep(c) {
			list = append(list, c)
		}
	}
	return list
}

// HearOfHistory takes in what Watch said, and reports whether the user is to be told now: once that the
// history is not to be trusted, which stays in Doubt, and once that it cannot be checked. What the service
// does not answer to anybody is told elsewhere.
func (b *Book) HearOfHistory(err error) bool {
	switch models.FaultOf(err) {
	case "", models.FaultUnknown, models.FaultUnreachable, models.FaultRateLimited, models.FaultUnauthorized:
		return false
	}
	known := &b.Unwatched
	if chain.Doubtful(err) {
		known = &b.Doubt
	}
	told := *known != nil
	*known = err
	return !told
}

// PutUnfinished says which requests have no known outcome.
func (b *Book) PutUnfinished(list []journal.Found) { b.unfinished = list }

// Unfinished returns the requests without a known outcome.
func (b *Book) Unfinished() []journal.Found { return b.unfinished }

// PutPlans says which plans were left.
func (b *Book) PutPlans(list []bulk.Standing) { b.plans = list }

// Plans returns the plans that were left.
func (b *Book) Plans() []bulk.Standing { return b.plans }

// PlansAsking returns the plans that ask for the outcome of one of these requests when they are gone on with.
func (b *Book) PlansAsking(list []journal.Found) (plans []bulk.Standing) {
	for _, s := range b.plans {
		if slices.ContainsFunc(list, func(found journal.Found) bool { return s.Covers(found.Key) }) {
			plans = append(plans, s)
		}
	}
	return plans
}

// UnfinishedOf returns those of one credential.
func (b *Book) UnfinishedOf(id models.CredentialID) (list []journal.Found) {
	for _, found := range b.unfinished {
		if found.Credential() == id {
			list = append(list, found)
		}
	}
	return list
}
