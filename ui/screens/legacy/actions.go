package legacy

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/words"
)

func (s *Screen) entries() []bind.Entry {
	ask := bind.One(actions.AskOwner, s.askOwner)
	return append(append(s.SecretEntries(), s.SharedEntries()...), ask)
}

// askOwner copies a message that the admin can send to the owner.
func (s *Screen) askOwner() tea.Cmd {
	r := s.Current()
	return bind.Ask(kit.CopyTextMsg{
		Text: words.ToOwner(r.Credential, s.Book.Workspace, s.Clock()),
		What: words.MessageTo(r.Owner),
	})
}
