package plain

import (
	"context"
	"strings"
	"unicode/utf8"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/components/filter"
)

// help reads what can be done at this place, or what a few letters find in all that can be done. A
// number does what it names.
func (s *session) help(_ context.Context, text string) {
	var found []command
	pattern := filter.Parse(text)
	for _, c := range s.words.commands {
		name, description := filter.Fold(c.name()+" "+c.label()), filter.Fold(c.says())
		switch {
		case text == "" && instead[c.id] == "" && c.offered(s.place):
			found = append(found, c)
		case text != "" && pattern.MatchesWords(name, description):
			found = append(found, c)
		}
	}
	switch {
	case text == "":
		s.sayAll([]string{
			"Type a word, or the number of a line that was read. A word acts on the selected row, or on the marked ones.",
			"An empty line says what has changed. Ctrl+c gives up what is asked or under way. Ctrl+d or quit leaves.",
			"Help and a few letters searches. In the " + s.placeName(s.place) + " you can type:",
		})
	case len(found) == 0:
		s.say("Nothing that can be done matches %s.", text)
		return
	}
	s.hear(&numbered{
		size: len(found),
		line: func(at int) string { return s.sayCommand(found[at]) },
		pick: func(ctx context.Context, at int) { s.run(ctx, found[at], "") },
	})
}

// sayCommand says a word, what it does, the keys that do the same, and why it cannot be done now.
func (s *session) sayCommand(c command) string {
	text := c.name()
	if keys := typeable(c); keys != "" {
		text += ", or " + keys
	}
	text += ": " + c.says()
	switch why := s.whyNot(c); {
	case instead[c.id] != "":
		text += " Not here: " + instead[c.id] + "."
	case why != "":
		text += " Not now: " + why + "."
	case !c.offered(s.place):
		text += " It is " + s.whereOffered(c) + "."
	}
	return text
}

// typeable is the keys of an action that are words of their own.
func typeable(c command) string {
	if c.id == "" {
		return ""
	}
	var keys []string
	for _, key := range actions.Find(c.id).Keys {
		if utf8.RuneCountInString(key) == 1 && key != " " && (key < "0" || key > "9") {
			keys = append(keys, key)
		}
	}
	return strings.Join(keys, ", or ")
}

// whyNot says why a command cannot be done now, about the first of those it would be done to.
func (s *session) whyNot(c command) string {
	if c.id == "" || instead[c.id] != "" || !c.offered(s.place) {
		return ""
	}
	if actions.Find(c.id).In(actions.Repositories) {
		return s.repos().refuses(c.id)
	}
	var about *models.Credential
	if r, ok := s.selected(); ok {
		if c.id == actions.CopyID {
			return ""
		}
		about = r.credential
	}
	return actions.Disabled(c.id, s.Facts(about))
}
