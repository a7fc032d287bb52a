package kit

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
)

// Action is a catalogue entry joined to what runs it here and now.
type Action struct {
	actions.Spec
	Disabled string         // why it cannot be done now; empty: it can
	Run      func() tea.Cmd // never nil
}

// Matches reports whether the key message is one of the action's keys.
func (a Action) Matches(msg tea.KeyMsg) bool {
	name := msg.String()
	for _, k := range a.Keys {
		if k == name {
			return true
		}
	}
	return false
}

// Bind joins a catalogue entry to what runs it.
func Bind(id actions.ID, facts actions.Facts, run func() tea.Cmd) Action {
	return Action{Spec: actions.Find(id), Disabled: actions.Disabled(id, facts), Run: run}
}
