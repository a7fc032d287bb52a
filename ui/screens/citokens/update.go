package citokens

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// Update takes a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(kit.BookChangedMsg); ok {
		s.takeOver(msg)
	}
	return s.Model.Update(msg)
}

// takeOver brings the rows in line with the book.
func (s *Screen) takeOver(msg kit.BookChangedMsg) {
	if msg.All {
		s.SetRows(Rows(s.Book))
		return
	}
	var rows []*models.Credential
	for _, id := range msg.Credentials {
		if c := s.Book.Credential(id); c != nil && belongs(c) {
			rows = append(rows, c)
		}
	}
	s.Put(rows)
}

func belongs(c *models.Credential) bool { return c.Kind == models.CIToken }
