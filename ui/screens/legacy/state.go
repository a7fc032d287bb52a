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

// Row is a legacy key with what is to be said about it.
type Row struct {
	*models.Credential
	Verdict models.LegacyVerdict
}

// Screen lists everything that still works as a legacy key, a CI key under rotation included.
type Screen struct {
	*list.Model[Row]
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
	s := &Screen{Model: list.New(env, Options(env))}
	s.AddEntries(s.entries()...)
	s.SortBy(NextStepColumn, false)
	return s
}

// Options says what the list of legacy keys is made of.
func Options(env list.Env) list.Options[Row] {
	return list.Options[Row]{
		Scope:      actions.Legacy,
		Title:      "legacy keys",
		Columns:    columns(env),
		Key:        func(r *Row) string { return string(r.ID) },
		Search:     search,
		Name:       func(r *Row) string { return r.Name },
		ID:         func(r *Row) string { return string(r.ID) },
		Credential: func(r *Row) *models.Credential { return r.Credential },
		Detail: func(page *detail.Page, r *Row, usage detail.Usage) {
			trace := env.Book.Trace(r.Credential)
			page.Credential(detail.Subject{Credential: r.Credential, Sunset: env.Book.Workspace.Sunset, Facts: env.Facts(r.Credential), Usage: usage, Trace: &trace})
		},
		Ends:    func(r *Row) []time.Time { return env.Ends(r.Credential) },
		Callers: true,
		Empty:   func() []string { return empty(env.Book.Workspace.Counts) },
	}
}

// Rows is everything in the book that still works as a legacy key, judged.
func Rows(env list.Env) []*Row {
	keys := env.Book.Credentials(func(c *models.Credential) bool { return c.HasWorkingLegacy() })
	rows := make([]*Row, 0, len(keys))
	for _, c := range keys {
		rows = append(rows, judge(env, c))
	}
	return rows
}

func search(r *Row) string {
	text := r.Name + " " + r.Use.Host + " " + string(r.Verdict.Next)
	if r.Owner != nil {
		text += " " + r.Owner.Name + " " + r.Owner.Email
	}
	return text
}

func judge(env list.Env, c *models.Credential) *Row {
	v, _ := models.JudgeLegacy(c, env.Book.Workspace.Sunset, env.Clock().Now)
	return &Row{Credential: c, Verdict: v}
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
