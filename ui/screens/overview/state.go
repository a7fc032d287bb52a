// Package overview is the first screen: how long legacy keys still work, how many are left, how far
// the migration has come, and what should be done next. It counts and asks: it changes nothing.
package overview

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/screens/list"
	"example.com/keyturn/ui/todo"
)

// Screen shows where the workspace stands.
type Screen struct {
	list.Env
	set    *bind.Set
	todo   *todo.List
	judged moment      // when the findings were made
	steps  []todo.Step // what is to be done, the most pressing first
	cursor todo.Group  // the step that is selected
	width  int
	height int
}

// moment is what the findings depend on beside the book. Rotations grow stale by the hour.
type moment struct {
	phase models.SunsetPhase
	next  string
	hour  int64
}

var _ kit.Screen = (*Screen)(nil)

// New returns the screen over a book. It is empty until the book changes.
func New(env list.Env) *Screen {
	s := &Screen{Env: env, todo: todo.New()}
	s.set = bind.NewSet(s.disabled, s.entries())
	return s
}

// Scope is where the screen's actions are offered.
func (s *Screen) Scope() actions.Scope { return actions.Overview }

// Title is the name of the screen.
func (s *Screen) Title() string { return "overview" }

// Init asks for nothing: the root fills the book.
func (s *Screen) Init() tea.Cmd { return nil }

// CapturesText is never true: there is no field here.
func (s *Screen) CapturesText() bool { return false }

// StepsOut is never true: nothing can be opened here.
func (s *Screen) StepsOut() bool { return false }

// SetSize sets the room that the screen has.
func (s *Screen) SetSize(width, height int) { s.width, s.height = max(0, width), max(0, height) }

// Left is how long it is until the calendar's next moment; 0: there is none.
func (s *Screen) Left() time.Duration {
	clock, sunset := s.Clock(), s.Book.Workspace.Sunset
	moments := []time.Time{sunset.Start, sunset.End}
	if d := sunset.Next(clock.Now); d != nil {
		moments = append(moments, d.Start, d.End)
	}
	var least time.Duration
	for _, at := range moments {
		if left := clock.Left(at); left > 0 && (least == 0 || left < least) {
			least = left
		}
	}
	return least
}

// at is where the selected step is in the list; the first one if it is gone.
func (s *Screen) at() int {
	for i, step := range s.steps {
		if step.Group == s.cursor {
			return i
		}
	}
	return 0
}

// selected is the step under the cursor, or nil.
func (s *Screen) selected() *todo.Step {
	if len(s.steps) == 0 {
		return nil
	}
	return &s.steps[s.at()]
}

func (s *Screen) moment() moment {
	now := s.Clock().Now
	phase, _ := s.Book.Workspace.Sunset.Phase(now)
	m := moment{phase: phase, hour: now.Unix() / 3600}
	if d := s.Book.Workspace.Sunset.Next(now); d != nil {
		m.next = d.ID + d.Start.String() + d.End.String()
	}
	return m
}
