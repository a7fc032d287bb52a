package dialogs

import (
	"fmt"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/term"
)

// maxName is how many cells of a name a sentence shows. What is cut off cannot make two credentials
// look the same: the id always stands beside the name.
const maxName = 48

// Short is a name as a sentence shows it.
func Short(name string) string { return term.Cut(name, maxName, "…") }

// Named is a credential by name and id.
func Named(c *models.Credential) string {
	return fmt.Sprintf("%s (%s)", Short(c.Label()), c.ID)
}

// About is a credential by name, kind and id, as the first line of a question.
func About(c *models.Credential) string {
	return fmt.Sprintf("%s, %s, id %s", Short(c.Label()), c.Kind.Label(), c.ID)
}

// minName is how much of a name a title keeps.
const minName = 8

// titled is a title that names what it is about. Where room is short it gives up the place first,
// then the end of the name; the id goes last.
func titled(verb, place string, targets []*models.Credential, width int) string {
	title := verb + place
	if len(targets) != 1 {
		if len(targets) > 1 {
			title += ": " + actions.ToType(targets)
		}
		return title
	}
	rest := fmt.Sprintf(", id %s", targets[0].ID)
	if term.Width(title)+minName+2+term.Width(rest) > width {
		title = verb
	}
	room := width - term.Width(title) - 2 - term.Width(rest)
	return title + ": " + term.Cut(targets[0].Label(), max(minName, min(maxName, room)), "…") + rest
}

// TypeField is the label of the field for it.
func TypeField(targets []*models.Credential) string {
	return "type " + Short(actions.ToType(targets)) + ":"
}

// NeedsName says why a typed text does not do yet.
func NeedsName(targets []*models.Credential, text string) string {
	want := actions.ToType(targets)
	switch {
	case actions.Typed(targets, text):
		return ""
	case len(targets) > 1:
		return "type " + want + " to go on"
	case Short(want) != want:
		return fmt.Sprintf("type the whole name, or the id %s, to go on", targets[0].ID)
	}
	return "type " + want + ", or its id, to go on"
}
