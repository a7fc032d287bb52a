package citokens

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
)

func (s *Screen) entries() []bind.Entry {
	create := bind.One(actions.Create, func() tea.Cmd { return bind.Ask(kit.StartChangeMsg{Action: actions.Create}) })
	return append(append(s.SecretEntries(), s.SharedEntries()...), create)
}
