package overview

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/todo"
)

// Update takes a message.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		cmd, _ := s.set.Press(msg)
		return cmd
	case kit.BookChangedMsg:
		s.takeOver(msg)
	case kit.ReposChangedMsg:
		s.todo.Repos(s.Book)
		s.steps = s.todo.Steps()
	case kit.TickMsg:
		s.timePassed()
	}
	return nil
}

// takeOver looks at what has changed; everything else keeps its findings.
func (s *Screen) takeOver(msg kit.BookChangedMsg) {
	if msg.All || s.moment() != s.judged {
		s.judgeAll()
		return
	}
	for _, id := range msg.Credentials {
		s.judgeCredential(id)
	}
	for _, id := range msg.Members {
		s.judgeMember(id)
	}
	s.steps = s.todo.Steps()
}

// timePassed judges anew when the calendar says something else than before.
func (s *Screen) timePassed() {
	if s.moment() != s.judged {
		s.judgeAll()
	}
}

func (s *Screen) judgeAll() {
	s.judged = s.moment()
	s.todo = todo.Of(s.Book, s.Clock().Now)
	s.steps = s.todo.Steps()
}

func (s *Screen) judgeCredential(id models.CredentialID) {
	c := s.Book.Credential(id)
	switch {
	case c == nil:
	case c.Kind == models.PersonalToken:
		if c.Owner != nil {
			s.judgeMember(c.Owner.ID)
		}
	default:
		s.todo.Credential(c, s.Book.Workspace.Sunset, s.Clock().Now)
	}
}

func (s *Screen) judgeMember(id models.MemberID) {
	p := s.Book.Person(id)
	if p == nil {
		return
	}
	s.todo.Member(p)
	if p.LegacyKey != nil {
		s.judgeCredential(p.LegacyKey.ID)
	}
}
