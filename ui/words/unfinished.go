package words

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/when"
)

// Unfinished says how many rotations have no known outcome, and of what.
func Unfinished(list []journal.Found, named func(models.CredentialID) string) string {
	about := list[0].Credential()
	for _, found := range list {
		if found.Credential() != about {
			return fmt.Sprintf("%d rotations have no known outcome", len(list))
		}
	}
	if len(list) == 1 {
		return fmt.Sprintf("1 rotation of %s has no known outcome", named(about))
	}
	return fmt.Sprintf("%d steps of the rotation of %s have no known outcome", len(list), named(about))
}

// NothingLeft is what is said where nothing was left. Not every outcome is known by that: some may have been given up,
// and a process may work on others.
const NothingLeft = "nothing of yours was left unfinished on this machine"

// NotToldYet is what is said where nobody has told whose it is that was left.
const NotToldYet = "the service has not answered yet: what was left is not known before it does"

// NothingToForget is what is said where nothing was left that can be given up: what a process works on cannot, nor
// what is not understood.
const NothingToForget = "nothing can be given up on this machine: there is nothing to forget"

// LooseLine is one thing that can be given up, in a list of several.
func LooseLine(one rotation.Loose, named func(models.CredentialID) string, clock when.Clock) string {
	if !one.IsPlan() {
		return fmt.Sprintf("%s, by %s at %s", UnfinishedLine(one.Intent, named(one.Intent.Credential()), clock), one.Intent.MemberName, one.Intent.Endpoint)
	}
	p := one.Plan.Plan
	return fmt.Sprintf("a plan of %d rotations, made %s by %s at %s: %s", len(p.Items), clock.Moment(p.At), p.MemberName, p.Endpoint, stands(one.Plan))
}

// LooseName is the name of what is given up without a known outcome, as sentences have it.
func LooseName(uncertain []*models.Credential) string {
	if len(uncertain) == 0 {
		return ""
	}
	return Short(uncertain[0].Label())
}

// AskWhat says what asking for an unknown outcome does.
const AskWhat = "The service is asked with the key that it was asked with then: what has been done is not done again. " +
	"What has not been done is done now, unless it has been changed since."

// UnfinishedLine is one request without a known outcome.
func UnfinishedLine(found journal.Found, name string, clock when.Clock) string {
	line := found.What() + " " + plan.Called(Short(name), found.Credential())
	if found.At.IsZero() { // a file that somebody has edited
		return line
	}
	return line + ", asked " + clock.Moment(found.At)
}
