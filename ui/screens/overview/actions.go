package overview

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
)

// Actions returns what can be done here, with the reason where something cannot be done now.
func (s *Screen) Actions() []kit.Action { return s.set.Actions() }

func (s *Screen) entries() []bind.Entry {
	return []bind.Entry{
		bind.Do(actions.Up, func() { s.moveTo(s.at() - 1) }),
		bind.Do(actions.Down, func() { s.moveTo(s.at() + 1) }),
		bind.Do(actions.Top, func() { s.moveTo(0) }),
		bind.Do(actions.Bottom, func() { s.moveTo(len(s.steps) - 1) }),
		bind.One(actions.DoNext, s.goThere),
	}
}

func (s *Screen) moveTo(at int) {
	if len(s.steps) > 0 {
		s.cursor = s.steps[max(0, min(at, len(s.steps)-1))].Group
	}
}

func (s *Screen) disabled(e bind.Entry) string {
	switch {
	case e.Spec.ID != actions.DoNext:
		return ""
	case !s.Book.HasSpace:
		return "nothing has been loaded yet"
	case s.selected() == nil:
		return "there is nothing left to do"
	}
	return ""
}

// goThere asks for the screen on which the selected step is done, with exactly its rows shown and
// the cursor on the first of them.
func (s *Screen) goThere() tea.Cmd {
	step := s.selected()
	first, ok := s.todo.First(step.Group)
	if !ok {
		return nil
	}
	only := &kit.Only{Keys: s.todo.Rows(step.Group, first.Scope), Why: step.Text()}
	return bind.Ask(kit.GoMsg{Scope: first.Scope, Select: first.Row, Only: only})
}
