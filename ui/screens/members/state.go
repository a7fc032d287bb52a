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
	*list.Model[models.Member]
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
func Options(env list.Env) list.Options[models.Member] {
	return list.Options[models.Member]{
		Scope:      actions.Members,
		Title:      "members",
		Columns:    columns(env),
		Key:        func(m *models.Member) string { return string(m.ID) },
		Search:     func(m *models.Member) string { return m.Name + " " + m.Email },
		Name:       func(m *models.Member) string { return m.DisplayName() },
		ID:         func(m *models.Member) string { return string(m.ID) },
		Credential: func(m *models.Member) *models.Credential { return &m.Token },
		Detail:     about(env),
		Callers:    true,
		Empty:      empty,
	}
}

// EachMember goes through all members; what is searched is their name and e-mail.
func (s *Screen) EachMember(visit func(m *models.Member, folded string, mask uint64)) { s.Each(visit) }

func about(env list.Env) func(*detail.Page, *models.Member, detail.Usage) {
	return func(page *detail.Page, m *models.Member, usage detail.Usage) {
		token := &m.Token
		page.Member(m, detail.Subject{Credential: token, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(token), Usage: usage})
		if key := LegacyKey(env.Book, m); key != nil {
			page.Heading("Legacy API key")
			page.Legacy(detail.Subject{Credential: key, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(key)})
		}
	}
}

// LegacyKey is the member's legacy API key as long as it works, or nil. The book's own copy counts:
// it is the one that is kept up to date.
func LegacyKey(book *kit.Book, m *models.Member) *models.Credential {
	if m.LegacyKey == nil {
		return nil
	}
	key := book.Credential(m.LegacyKey.ID)
	if key == nil {
		key = m.LegacyKey
	}
	if !key.HasWorkingLegacy() {
		return nil
	}
	return key
}
