// Package bind joins a screen's actions from the catalogue to what runs them, once, so that a key
// press costs a look-up. Why an action cannot be done is worked out when somebody asks.
package bind

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/kit"
)

// Entry is one action of a screen.
type Entry struct {
	Spec actions.Spec
	Each bool // it acts on every marked row rather than on the current one
	Run  func() tea.Cmd
}

// One joins an action that is about the screen or about the current row.
func One(id actions.ID, run func() tea.Cmd) Entry {
	return Entry{Spec: actions.Find(id), Run: run}
}

// Each joins an action that is about every marked row, or else the current one.
func Each(id actions.ID, run func() tea.Cmd) Entry {
	return Entry{Spec: actions.Find(id), Each: true, Run: run}
}

// Do joins an action that changes only what the screen shows.
func Do(id actions.ID, change func()) Entry {
	return One(id, func() tea.Cmd {
		change()
		return nil
	})
}

// Set is every action of a screen.
type Set struct {
	entries  []Entry
	byKey    map[string]int
	disabled func(Entry) string
}

// NewSet returns a set; disabled says why an entry cannot be done now, or "".
func NewSet(disabled func(Entry) string, entries []Entry) *Set {
	s := &Set{entries: entries, byKey: map[string]int{}, disabled: disabled}
	for i, e := range entries {
		for _, key := range e.Spec.Keys {
			s.byKey[key] = i
		}
	}
	return s
}

// Actions returns the set with what is true right now.
func (s *Set) Actions() []kit.Action {
	list := make([]kit.Action, len(s.entries))
	for i, e := range s.entries {
		list[i] = kit.Action{Spec: e.Spec, Disabled: s.disabled(e), Run: e.Run}
	}
	return list
}

// Press runs the action that the key belongs to. If it cannot be done now, the answer is a toast
// with the reason. It reports whether the key belongs to any.
func (s *Set) Press(key tea.KeyMsg) (cmd tea.Cmd, taken bool) {
	i, ok := s.byKey[key.String()]
	if !ok {
		return nil, false
	}
	e := s.entries[i]
	if reason := s.disabled(e); reason != "" {
		return Ask(kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: e.Spec.Label + ": " + reason}}), true
	}
	return e.Run(), true
}

// Ask is the command that sends a message upward.
func Ask(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }
