package dialogs

import (
	"fmt"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

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
	if targets[0].Label() == string(targets[0].ID) { // nobody tells its name
		rest = ""
	}
	if term.Width(title)+minName+2+term.Width(rest) > width {
		title = verb
	}
	room := width - term.Width(title) - 2 - term.Width(rest)
	return title + ": " + term.Cut(targets[0].Label(), max(minName, min(words.MaxName, room)), "…") + rest
}
