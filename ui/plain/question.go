package plain

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/words"
)

// question is what is asked before something is done. Nothing typed means no.
type question struct {
	lines   []string
	verb    string               // "pause it"
	targets []*models.Credential // what must be typed: the name of these; nil: yes does
	left    string               // what is said after a no; empty: that nothing was done
}

// agreed asks, and reports whether the answer is exactly what was asked for.
func (s *session) agreed(ctx context.Context, q question) bool {
	s.tellNews()
	s.sayAll(q.lines)
	if q.targets == nil {
		s.say("Type yes to %s. An empty line means no.", q.verb)
	} else {
		s.say("This cannot be undone: %s. An empty line means no.", words.NeedsName(q.targets, ""))
	}
	for {
		text := s.ask(ctx)
		switch {
		case declines(text) || s.over:
			s.say("%s", cmp.Or(q.left, "Nothing was done."))
			return false
		case q.targets == nil && strings.EqualFold(text, "yes"):
			return true
		case q.targets == nil:
			s.say("Type the whole word yes to %s, or an empty line for no.", q.verb)
		default:
			missing := words.NeedsName(q.targets, text)
			if missing == "" {
				return true
			}
			s.say("That is not it: %s. An empty line means no.", missing)
		}
	}
}

// declines reports whether an answer is a no.
func declines(text string) bool { return text == "" || strings.EqualFold(text, "no") }

// written asks for a text until it does, or until there is none. needs says why a text does not do.
func (s *session) written(ctx context.Context, ask string, needs func(string) error) (string, bool) {
	s.say("%s An empty line leaves it.", ask)
	for {
		text := s.ask(ctx)
		if text == "" || s.over {
			s.say("Nothing was done.")
			return "", false
		}
		err := needs(text)
		if err == nil {
			return text, true
		}
		s.say("That does not do: %s. An empty line leaves it.", err)
	}
}

var errNeedsText = errors.New("it must not be empty")

func anyText(text string) error {
	if strings.TrimSpace(text) == "" {
		return errNeedsText
	}
	return nil
}
