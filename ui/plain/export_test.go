package plain

import (
	"strings"

	"example.com/keyturn/actions"
)

// RunWith is Run with ctrl+c pressed by a story.
var RunWith = run

// Offered is every action that has a word, and Instead says of the others why they have none.
func Offered() map[actions.ID]bool {
	offered := map[actions.ID]bool{}
	for _, c := range commands() {
		if c.run != nil {
			offered[c.id] = true
		}
	}
	return offered
}

// Instead says of the actions that have no word what takes their place.
func Instead() map[actions.ID]string { return instead }

// Meant is what a line means at a place.
func Meant(line string, place actions.Scope) (id actions.ID, name, rest string) {
	meant, rest := newVocabulary().find(line)
	for _, c := range meant {
		if c.offered(place) {
			return c.id, c.name(), rest
		}
	}
	return "", "", rest
}

// Suggested is the word with dashes that a line is taken for; empty: the line means what it says, or nothing.
func Suggested(line string) string {
	v := newVocabulary()
	meant, _ := v.find(line)
	return v.dashed(line, meant)
}

// Dashed is every word with a dash in it, with the command that it is.
func Dashed() map[string]string {
	list := map[string]string{}
	v := newVocabulary()
	for word, at := range v.byWord {
		if strings.Contains(word, "-") {
			list[word] = v.commands[at[0]].name()
		}
	}
	return list
}

// Printed is what a line becomes before it leaves.
func Printed(text string) string {
	var b strings.Builder
	p := &printer{to: &b}
	p.line(text)
	p.prompt(text)
	return b.String()
}
