// Package citokens is the screen of the workspace's CI tokens. It shows and asks: it changes
// nothing itself, and it never holds a secret.
package citokens

import (
	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

// Screen lists the CI tokens.
type Screen struct {
	*list.Model[models.Credential]
}

var _ kit.Screen = (*Screen)(nil)

// New returns the screen over a book. It is empty until the book changes.
func New(env list.Env) *Screen {
	s := &Screen{Model: list.New(env, Options(env))}
	s.AddEntries(s.entries()...)
	return s
}

// Options says what the list of CI tokens is made of.
func Options(env list.Env) list.Options[models.Credential] {
	return list.Options[models.Credential]{
		Scope:      actions.CITokens,
		Title:      "CI tokens",
		Columns:    columns(env),
		Key:        func(c *models.Credential) string { return string(c.ID) },
		Search:     func(c *models.Credential) string { return c.Name + " " + c.Use.Host + " " + c.Use.Client },
		Name:       func(c *models.Credential) string { return c.Name },
		ID:         func(c *models.Credential) string { return string(c.ID) },
		Credential: func(c *models.Credential) *models.Credential { return c },
		Detail: func(page *detail.Page, c *models.Credential, usage detail.Usage) {
			page.Credential(detail.Subject{Credential: c, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(c), Usage: usage})
		},
		Ends:    env.Ends,
		Callers: true,
		Empty:   empty,
	}
}

// Rows is every CI token of the book.
func Rows(book *kit.Book) []*models.Credential { return book.Credentials(belongs) }
