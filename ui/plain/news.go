package plain

import (
	"errors"
	"fmt"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// maxNews is how many changes are said one by one.
const maxNews = 5

// news is what has changed and has not been said yet. A change of something that is named already
// takes the place of the one before.
type news struct {
	about []string
	text  map[string]string
}

func (n *news) put(about, text string) {
	if text == "" {
		return
	}
	if n.text == nil {
		n.text = map[string]string{}
	}
	if _, known := n.text[about]; !known {
		n.about = append(n.about, about)
	}
	n.text[about] = text
}

// take hands the news out, the oldest first, and forgets them.
func (n *news) take() []string {
	var list []string
	for _, about := range n.about {
		if text := n.text[about]; text != "" {
			list = append(list, text)
		}
	}
	*n = news{}
	return list
}

// drop forgets what was to be said about something.
func (n *news) drop(about string) {
	if _, known := n.text[about]; known {
		n.text[about] = ""
	}
}

// tellNews says what has changed since the last time. It is called at the prompt only: nobody is
// interrupted while typing.
func (s *session) tellNews() {
	list := s.news.take()
	if len(list) == 0 {
		return
	}
	for _, text := range list {
		s.remember(kit.Toast{Text: text})
	}
	what := "changes"
	if len(list) == 1 {
		what = "change"
	}
	s.say("%d %s since:", len(list), what)
	s.sayAll(list[:min(len(list), maxNews)])
	if more := len(list) - maxNews; more > 0 {
		s.say("and %d more: type messages to hear them.", more)
	}
}

func (s *session) nothingNew() {
	if len(s.news.about) == 0 {
		s.say("Nothing has changed. Type help to hear what can be done.")
	}
}

// remember keeps a message for whoever asks for the messages.
func (s *session) remember(t kit.Toast) {
	t.At = s.Ports.Now()
	s.messages = append(s.messages, t)
	if extra := len(s.messages) - maxMessages; extra > 0 {
		s.messages = s.messages[extra:]
	}
}

const maxMessages = 200

// tell says something that may be asked for again.
func (s *session) tell(t kit.Toast) {
	s.say("%s", t.Text)
	if t.Fix != "" {
		s.say("What to do: %s", t.Fix)
	}
	s.remember(t)
}

func (s *session) onPart(part follow.Part) {
	part.Into(s.Book, s.Ports.Now())
	s.online()
	s.changed()
}

// onWatched says once that the history is not to be trusted, or that it cannot be checked.
func (s *session) onWatched(err error) {
	if !s.Book.HearOfHistory(err) {
		return
	}
	text := err.Error() + "."
	if chain.Doubtful(err) {
		text += " Run keyturn events verify."
	} else if fix := models.FixOf(err); fix != "" {
		text += " What to do: " + fix + "."
	}
	s.news.put("history", text)
}

func (s *session) onChanges(changes models.Changes, workspace *models.Workspace) {
	s.online()
	if workspace != nil {
		s.Book.PutWorkspace(*workspace, s.Ports.Now())
	}
	for i := range changes.Credentials {
		s.learn(changes.Credentials[i])
	}
	for i := range changes.Members {
		s.learnMember(changes.Members[i])
	}
	s.changed()
}

func (s *session) changed() {
	for _, l := range s.lists {
		l.outdated()
	}
}

// learn puts a credential into the book, and keeps what is new about it.
func (s *session) learn(c models.Credential) {
	var before *models.Credential
	if have := s.Book.Credential(c.ID); have != nil {
		copied := *have
		before = &copied
	}
	s.Book.PutCredentials([]models.Credential{c})
	s.news.put("c"+string(c.ID), difference(before, &c))
}

func (s *session) learnMember(m models.Member) {
	text := ""
	if have := s.Book.Person(m.ID); have == nil {
		text = words.Short(m.DisplayName()) + " is a new member."
	} else {
		text = difference(have.Token(), &m.Token)
		if have.Seat != m.Seat {
			text = words.Short(m.DisplayName()) + seatNews(m.Seat)
		}
	}
	s.Book.PutMembers([]models.Member{m})
	s.news.put("m"+string(m.ID), text)
}

func seatNews(seat bool) string {
	if seat {
		return " has a seat now."
	}
	return " has no seat any more."
}

// difference says what is new about a credential; that it was used is no news.
func difference(before, now *models.Credential) string {
	name, by := words.Short(now.Label()), ""
	if now.ChangedBy != "" {
		by = ", by " + now.ChangedBy
	}
	switch {
	case before == nil:
		return fmt.Sprintf("%s is new: a %s%s.", name, now.Kind.Label(), by)
	case before.State != now.State:
		return fmt.Sprintf("%s is %s now%s.", name, now.State, by)
	case before.Name != now.Name:
		return fmt.Sprintf("%s is the new name of %s%s.", name, words.Short(before.Name), by)
	case standing(before) != standing(now):
		return fmt.Sprintf("%s, rotation: %s%s.", name, standing(now), byWhom(now))
	case before.Revision != now.Revision:
		return fmt.Sprintf("%s was changed%s.", name, by)
	}
	return ""
}

func standing(c *models.Credential) string {
	if c.Rotation == nil {
		return ""
	}
	return c.Rotation.State.Label()
}

// byWhom says who moved a rotation on; a first use is nobody's decision.
func byWhom(c *models.Credential) string {
	switch r := c.Rotation; {
	case r.State == models.RotationPending:
		return ", started by " + r.StartedBy
	case r.EndedBy != "":
		return ", by " + r.EndedBy
	}
	return ""
}

func (s *session) online() {
	s.trouble = nil
	if !s.Book.Online {
		s.Book.Online, s.Book.Since = true, s.Ports.Now()
		s.news.put("service", "The service answers again.")
	}
}

func (s *session) onFailure(err error) {
	s.trouble = err
	if s.Book.Online {
		s.Book.Online, s.Book.Since = false, s.Ports.Now()
		s.news.put("service", "The service does not answer: "+err.Error()+". Nothing can be changed until it does.")
	}
}

func (s *session) sayOffline() {
	s.news.drop("service") // it is what is said here
	for _, line := range words.NothingLoaded(s.trouble, "What to do: ") {
		s.say("%s", line)
	}
}

// failed tells that something could not be done.
func (s *session) failed(what string, err error) {
	if errors.Is(err, errGivenUp) {
		s.say("Given up.")
		return
	}
	s.tell(kit.Toast{Level: kit.Fail, Text: what + ": " + words.Failure(err, s.Clock()) + ".", Fix: models.FixOf(err)})
}

// zone is where the user's clock is.
func (s *session) zone() *time.Location {
	if s.Ports.Location == nil {
		return time.Local
	}
	return s.Ports.Location
}
