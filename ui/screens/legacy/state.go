// Package legacy is the screen of the legacy keys that are left: why each is flagged, who still
// uses it, what will hit it, and what to do next. It shows and asks: it changes nothing itself, and
// it never holds a secret.
package legacy

import (
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

// row is a legacy key with what is to be said about it.
type row struct {
	*models.Credential
	verdict models.LegacyVerdict
}

// Screen lists everything that still works as a legacy key, a CI key under rotation included.
type Screen struct {
	*list.Model[row]
	judged moment // when the verdicts were made
}

// moment is what a verdict depends on beside the key.
type moment struct {
	phase models.SunsetPhase
	next  string // the next downtime
}

var _ kit.Screen = (*Screen)(nil)

// New returns the screen over a book. It is empty until the book changes.
func New(env list.Env) *Screen {
	s := &Screen{}
	columns := columns(env)
	s.Model = list.New(env, list.Options[row]{
		Scope:      actions.Legacy,
		Title:      "legacy keys",
		Columns:    columns,
		Key:        func(r *row) string { return string(r.ID) },
		Search:     search,
		Name:       func(r *row) string { return r.Name },
		ID:         func(r *row) string { return string(r.ID) },
		Credential: func(r *row) *models.Credential { return r.Credential },
		Detail:     s.detail,
		Ends:       func(r *row) []time.Time { return env.Ends(r.Credential) },
		Callers:    true,
		Empty:      s.empty,
	})
	s.AddEntries(s.entries()...)
	s.SortBy(nextStepColumn, false)
	return s
}

func search(r *row) string {
	text := r.Name + " " + r.Use.Host + " " + string(r.verdict.Next)
	if r.Owner != nil {
		text += " " + r.Owner.Name + " " + r.Owner.Email
	}
	return text
}

func (s *Screen) detail(page *detail.Page, r *row, usage detail.Usage) {
	page.Credential(detail.Subject{Credential: r.Credential, Sunset: s.Book.Workspace.Sunset, Facts: s.Facts(r.Credential), Usage: usage})
}

func (s *Screen) judge(c *models.Credential) *row {
	v, _ := models.JudgeLegacy(c, s.Book.Workspace.Sunset, s.Clock().Now)
	return &row{Credential: c, verdict: v}
}

func (s *Screen) moment() moment {
	now := s.Clock().Now
	phase, _ := s.Book.Workspace.Sunset.Phase(now)
	m := moment{phase: phase}
	if d := s.Book.Workspace.Sunset.Next(now); d != nil {
		m.next = d.ID + d.Start.String() + d.End.String()
	}
	return m
}
