package words

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/when"
)

// MessageTo names the message to an owner, for what tells of it.
func MessageTo(owner *models.MemberRef) string {
	return "a message to " + owner.Name + " <" + owner.Email + ">"
}

// ToOwner is a message to the owner of a legacy key: what to change and by when. It names the key and
// never its value.
func ToOwner(c *models.Credential, w models.Workspace, clock when.Clock) string {
	lines := []string{
		fmt.Sprintf("To: %s", c.Owner.Email),
		"",
		fmt.Sprintf("Hello %s,", c.Owner.Name),
		"",
		fmt.Sprintf("your %s %q in the LocalStack workspace %q is still there.", c.Kind.Label(), c.Name, w.Name),
	}
	if c.Use.Used() {
		lines = append(lines, fmt.Sprintf("It was last used %s by %s.", clock.Ago(c.Use.Last), cells.LastCaller(c).Text))
	}
	if d := w.Sunset.Next(clock.Now); d != nil {
		lines = append(lines, "Legacy keys will be refused in the planned downtime "+clock.Window(*d)+".")
	}
	if !w.Sunset.End.IsZero() {
		lines = append(lines, "They end for good on "+clock.Moment(w.Sunset.End)+".")
	}
	lines = append(lines,
		"",
		"Please put your personal Auth Token into LOCALSTACK_AUTH_TOKEN wherever this key is used on your machines, and a",
		"CI Auth Token wherever a pipeline uses it. A client before LocalStack 3.0 takes the token in LOCALSTACK_API_KEY.",
		"Tell me when you are done, and I shall revoke the key.",
	)
	return strings.Join(lines, "\n") + "\n"
}
