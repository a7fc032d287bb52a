package words

import (
	"fmt"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/term"
)

// MaxName is how many cells of a name a sentence shows. What is cut off cannot make two credentials
// look the same: the id always stands beside the name.
const MaxName = 48

// Short is a name as a sentence shows it.
func Short(name string) string { return term.Cut(name, MaxName, "…") }

// Named is a credential by name and id.
func Named(c *models.Credential) string {
	return fmt.Sprintf("%s (%s)", Short(c.Label()), c.ID)
}

// About is a credential by name, kind and id, as the first line of a question.
func About(c *models.Credential) string {
	return fmt.Sprintf("%s, %s, id %s", Short(c.Label()), c.Kind.Label(), c.ID)
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
	case len(targets) > 1 || want == string(targets[0].ID):
		return "type " + want + " to go on"
	case Short(want) != want:
		return fmt.Sprintf("type the whole name, or the id %s, to go on", targets[0].ID)
	}
	return "type " + want + ", or its id, to go on"
}
