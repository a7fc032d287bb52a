package legacy

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// Update takes a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case kit.BookChangedMsg:
		s.takeOver(msg)
	case kit.TickMsg:
		s.timePassed()
	}
	return s.Model.Update(msg)
}

// takeOver brings the rows in line with the book.
func (s *Screen) takeOver(msg kit.BookChangedMsg) {
	if msg.All || s.moment() != s.judged {
		s.judgeAll()
		return
	}
	var rows []*Row
	var gone []string
	for _, id := range s.concerned(msg) {
		switch c := s.Book.Credential(id); {
		case c == nil:
		case c.HasWorkingLegacy():
			rows = append(rows, judge(s.Env, c))
		default:
			gone = append(gone, string(id))
		}
	}
	s.Remove(gone...)
	s.Put(rows)
}

// concerned is the credentials that changed, the legacy keys of changed members included.
func (s *Screen) concerned(msg kit.BookChangedMsg) []models.CredentialID {
	ids := append([]models.CredentialID(nil), msg.Credentials...)
	for _, id := range msg.Members {
		if p := s.Book.Person(id); p != nil && p.LegacyKey != nil {
			ids = append(ids, p.LegacyKey.ID)
		}
	}
	return ids
}

// timePassed judges anew when a downtime has begun or ended, or the sunset has.
func (s *Screen) timePassed() {
	if s.moment() != s.judged {
		s.judgeAll()
	}
}

func (s *Screen) judgeAll() {
	s.judged = s.moment()
	s.SetRows(Rows(s.Env))
}
