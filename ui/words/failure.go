package words

import (
	"errors"
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/when"
)

// AskAgain is said where a request whose answer was lost may be sent once more.
const AskAgain = "Asking again sends the same request with the same key: it is never done twice."

// MayAskAgain reports whether sending the same request once more can help.
func MayAskAgain(err error) bool {
	fault := models.FaultOf(err)
	return fault == models.FaultUnknown || fault == models.FaultUnreachable
}

// Failure tells a refusal, with who came first and when, where that was the reason.
func Failure(err error, clock when.Clock) string {
	text := err.Error()
	if e := (*models.Error)(nil); errors.As(err, &e) && e.ChangedBy != "" {
		text += fmt.Sprintf(" (%s, %s%s)", e.ChangedBy, clock.Short(e.ChangedAt), Whence(e))
	}
	return text
}

// Whence is from where somebody came first, to be put behind who and when; empty where that is not known.
func Whence(e *models.Error) string {
	if e.ChangedFrom == "" {
		return ""
	}
	return ", from " + e.ChangedFrom
}

// NothingLoaded says that there is nothing to show, because of what trouble, and in a sentence that
// begins with these words what to do.
func NothingLoaded(trouble error, toDo string) []string {
	if trouble == nil {
		return []string{"The service does not answer, and nothing has been loaded yet."}
	}
	lines := []string{"Nothing has been loaded yet: " + trouble.Error() + "."}
	if fix := models.FixOf(trouble); fix != "" {
		lines = append(lines, toDo+fix+".")
	}
	return lines
}
