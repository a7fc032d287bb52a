// Package members is the screen of the workspace's members: their seats, their personal tokens and
// the legacy API keys that some still have. It shows and asks: it changes nothing itself, and it
// never holds a secret.
package members

import (
	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

// Screen lists the members.
type Screen struct {
	*list.Model[kit.Person]
}

var (
	_ kit.Screen = (*Screen)(nil)
	_ kit.Roll   = (*Screen)(nil)
)

// New returns the screen over a book. It is empty until the book changes.
func New(env list.Env) *Screen {
	s := &Screen{Model: list.New(env, Options(env))}
	s.AddEntries(s.entries()...)
	return s
}

// Options says what the list of members is made of.
func Options(env list.Env) list.Options[kit.Person] {
	return list.Options[kit.Person]{
		Scope:      actions.Members,
		Title:      "members",
		Columns:    columns(env),
		Key:        func(p *kit.Person) string { return string(p.ID) },
		Search:     func(p *kit.Person) string { return p.Name + " " + p.Email },
		Name:       func(p *kit.Person) string { return p.DisplayName() },
		ID:         func(p *kit.Person) string { return string(p.ID) },
		Credential: tokens(),
		Detail:     about(env),
		Callers:    true,
		Empty:      empty,
	}
}

// tokens returns the personal tokens of people. The one that was asked for last is kept while nothing
// about its person changes: for one frame every action asks for that under the cursor.
func tokens() func(*kit.Person) *models.Credential {
	var of *kit.Person
	var was kit.Person
	var token *models.Credential
	return func(p *kit.Person) *models.Credential {
		if of != p || was != *p {
			of, was, token = p, *p, p.Token()
		}
		return token
	}
}

// EachMember goes through all members; what is searched is their name and e-mail.
func (s *Screen) EachMember(visit func(p *kit.Person, folded string, mask uint64)) { s.Each(visit) }

func about(env list.Env) func(*detail.Page, *kit.Person, detail.Usage) {
	return func(page *detail.Page, p *kit.Person, usage detail.Usage) {
		m := p.Member()
		page.Member(m, detail.Subject{Credential: &m.Token, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(&m.Token), Usage: usage})
		if key := LegacyKey(p); key != nil {
			page.Heading("Legacy API key")
			page.Legacy(detail.Subject{Credential: key, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(key)})
		}
	}
}

// LegacyKey is the member's legacy API key as long as it works, or nil.
func LegacyKey(p *kit.Person) *models.Credential {
	if p.LegacyKey == nil || !p.LegacyKey.HasWorkingLegacy() {
		return nil
	}
	return p.LegacyKey
}
