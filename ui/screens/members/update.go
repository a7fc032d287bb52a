package members

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
		s.SetRows(s.Book.People())
		return
	}
	rows := make([]*kit.Person, 0, len(msg.Members))
	for _, id := range msg.Members {
		if p := s.Book.Person(id); p != nil {
			rows = append(rows, p)
		}
	}
	s.Put(append(rows, s.owners(msg.Credentials)...))
}

// owners finds the members whose own credentials have changed.
func (s *Screen) owners(ids []models.CredentialID) []*kit.Person {
	var rows []*kit.Person
	for _, id := range ids {
		c := s.Book.Credential(id)
		if c == nil || c.Owner == nil {
			continue
		}
		if p := s.Book.Person(c.Owner.ID); p != nil {
			rows = append(rows, p)
		}
	}
	return rows
}
