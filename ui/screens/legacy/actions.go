package legacy

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/when"
)

func (s *Screen) entries() []bind.Entry {
	ask := bind.One(actions.AskOwner, s.askOwner)
	return append(append(s.SecretEntries(), s.SharedEntries()...), ask)
}

// askOwner copies a message that the admin can send to the owner.
func (s *Screen) askOwner() tea.Cmd {
	r := s.Current()
	return bind.Ask(kit.CopyTextMsg{
		Text: message(r.Credential, s.Book.Workspace, s.Clock()),
		What: "a message to " + r.Owner.Name + " <" + r.Owner.Email + ">",
	})
}

// message says what to change and by when. It names the key and never its value.
func message(c *models.Credential, w models.Workspace, clock when.Clock) string {
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
