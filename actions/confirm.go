package actions

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
)

// ToType is what has to be typed before something irreversible is done: the name of what it is
// done to, or how many there are.
func ToType(targets []*models.Credential) string {
	if len(targets) == 1 {
		return targets[0].Label()
	}
	return fmt.Sprintf("%d credentials", len(targets))
}

// Typed reports whether a text confirms that these are meant. The id of a single credential does as
// well: some names cannot be typed on every keyboard.
func Typed(targets []*models.Credential, text string) bool {
	text = strings.TrimSpace(text)
	return text == strings.TrimSpace(ToType(targets)) || len(targets) == 1 && text == string(targets[0].ID)
}
