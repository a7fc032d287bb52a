package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/actions"
)

// command is what a word does. One that is not in the catalogue is about reading lines alone.
type command struct {
	id       actions.ID
	words    []string // beside the id, the label and the keys of the catalogue
	tooltip  string   // where the catalogue's does not fit lines
	anywhere bool     // also where the catalogue does not offer it
	run      func(s *session, ctx context.Context, rest string)
}

// name is the word by which help calls it: the shortest that says what it does.
func (c command) name() string {
	if len(c.words) > 0 {
		return c.words[0]
	}
	return string(c.id)
}

func (c command) label() string {
	if c.id == "" {
		return c.name()
	}
	return actions.Find(c.id).Label
}

// says is what the command does, in one sentence.
func (c command) says() string {
	if c.tooltip != "" {
		return c.tooltip
	}
	return actions.Find(c.id).Tooltip
}

// offered reports whether the command is offered at a place.
func (c command) offered(place actions.Scope) bool {
	if c.id == "" || c.anywhere {
		return true
	}
	spec := actions.Find(c.id)
	return len(spec.Scopes) == 0 || spec.In(actions.Everywhere) || spec.In(place) || spec.In(actions.Lists) && place != actions.Overview
}

// instead says of the actions that lines do not have what takes their place, and why.
var instead = map[actions.ID]string{
	actions.Palette:      "the prompt is the palette: type help and a few letters",
	actions.NextTheme:    "lines have no colours",
	actions.ScrollLeft:   "lines have no columns: detail says every fact of a row",
	actions.ScrollRight:  "lines have no columns: detail says every fact of a row",
	actions.LegacyReport: "legacy reads the keys that are left, and detail says why each matters",
	actions.Audit:        "repositories, then scan, findings and fix do the same here",
	actions.Import:       "it is a command of its own: keyturn import FILE",
	actions.Export:       "it is a command of its own: keyturn export FILE",
}

// vocabulary knows every word that can be typed.
type vocabulary struct {
	commands []command
	byWord   map[string][]int // in lower case; several where the place decides
	byKey    map[string][]int // as they are pressed
}

func newVocabulary() *vocabulary {
	v := &vocabulary{commands: commands(), byWord: map[string][]int{}, byKey: map[string][]int{}}
	for i, c := range v.commands {
		for _, word := range c.words {
			v.put(v.byWord, word, i)
		}
		if c.id == "" {
			continue
		}
		spec := actions.Find(c.id)
		v.put(v.byWord, string(c.id), i)
		v.put(v.byWord, strings.ToLower(spec.Label), i)
		for _, key := range spec.Keys {
			if key == " " {
				key = "space"
			}
			v.put(v.byKey, key, i)
		}
	}
	return v
}

func (v *vocabulary) put(index map[string][]int, word string, at int) {
	if !slices.Contains(index[word], at) {
		index[word] = append(index[word], at)
	}
}

// find takes the longest beginning of a line that is a word, and returns what it can mean and the
// rest of the line.
func (v *vocabulary) find(line string) (meant []command, rest string) {
	for end := len(line); end > 0; end = strings.LastIndexByte(line[:end], ' ') {
		word, rest := line[:end], strings.TrimSpace(line[end:])
		at := v.byWord[strings.ToLower(word)]
		if len(at) == 0 {
			at = v.byKey[word]
		}
		if len(at) > 0 {
			return v.all(at), rest
		}
	}
	if len(line) > 1 && strings.ContainsRune("/?:", rune(line[0])) { // "/deploy" is "/ deploy"
		return v.all(v.byKey[line[:1]]), strings.TrimSpace(line[1:])
	}
	return nil, ""
}

// dashed is the word that a line would be with dashes in place of its spaces; empty: none, or none that is something
// else than what the line means.
func (v *vocabulary) dashed(line string, meant []command) string {
	word := strings.ToLower(strings.Join(strings.Fields(line), "-"))
	known := v.all(v.byWord[word])
	for _, c := range known {
		if slices.ContainsFunc(meant, func(other command) bool { return other.name() == c.name() }) {
			return ""
		}
	}
	if len(known) == 0 {
		return ""
	}
	return word
}

func (v *vocabulary) all(at []int) []command {
	list := make([]command, len(at))
	for i, n := range at {
		list[i] = v.commands[n]
	}
	return list
}

// obey does what a line says.
func (s *session) obey(ctx context.Context, line string) {
	if number, err := strconv.Atoi(line); err == nil {
		s.choose(ctx, number)
		return
	}
	meant, rest := s.words.find(line)
	switch word := s.words.dashed(line, meant); {
	case word != "":
		s.say("There is no word %s. Did you mean %s?", line, word)
		return
	case len(meant) == 0:
		s.say("There is no word %s. Type help and a few letters to search.", line)
		return
	}
	at := max(0, slices.IndexFunc(meant, func(c command) bool { return c.offered(s.place) }))
	s.run(ctx, meant[at], rest)
}

// run does what a command says, unless it is not for this place.
func (s *session) run(ctx context.Context, c command, rest string) {
	switch why := instead[c.id]; {
	case why != "":
		s.say("%s is not here: %s.", c.label(), why)
	case !c.offered(s.place):
		s.say("%s is not offered in the %s. It is %s.", c.label(), s.placeName(s.place), s.whereOffered(c))
	default:
		c.run(s, ctx, rest)
	}
}

// whereOffered says where an action is offered.
func (s *session) whereOffered(c command) string {
	var names []string
	for _, scope := range actions.Find(c.id).Scopes {
		if scope == actions.Lists {
			return "offered in every list: type ci, members, legacy, activity or repositories first"
		}
		names = append(names, s.placeName(scope))
	}
	return "offered in the " + strings.Join(names, " and the ")
}
