package plain

import (
	"context"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/words"
)

// target is the credential of the selected row, if the action can be done to it now; else it says why not.
func (s *session) target(ctx context.Context, id actions.ID) *models.Credential {
	if s.list(ctx) == nil {
		return nil
	}
	r, _ := s.selected()
	if why := actions.Disabled(id, s.Facts(r.credential)); why != "" {
		s.refuse(id, why)
		return nil
	}
	return r.credential
}

// refuse says why an action cannot be done now.
func (s *session) refuse(id actions.ID, why string) {
	s.say("%s cannot be done now: %s.", actions.Find(id).Label, why)
	if why == "nothing is selected" {
		s.say("Type a number of the list first.")
	}
}

// copy hands the secret to the clipboard without writing it.
func (s *session) copy(ctx context.Context, _ string) {
	c := s.target(ctx, actions.Copy)
	if c == nil {
		return
	}
	var how kit.Delivery
	err := s.await(ctx, func(ctx context.Context) error {
		value, err := s.Ports.Secrets.Secret(ctx, c.ID, 0)
		if err != nil {
			return err
		}
		defer value.Wipe()
		how, err = s.Ports.Clipboard.Copy(ctx, value)
		return err
	})
	if err != nil {
		s.failed("The secret of "+words.Named(c)+" was not copied", err)
		return
	}
	s.delivered("The secret of "+words.Named(c), how, true)
}

// copyText hands something to the clipboard that is no secret. Where there is none, it is read instead.
func (s *session) copyText(ctx context.Context, what, text string) {
	var how kit.Delivery
	err := s.await(ctx, func(ctx context.Context) (err error) {
		how, err = s.Ports.Clipboard.Copy(ctx, models.NewSecret(text))
		return err
	})
	if err != nil {
		s.say("%s could not be copied: %s.", what, words.Failure(err, s.Clock()))
		s.say("It reads:")
		s.sayAll(strings.Split(text, "\n"))
		return
	}
	s.delivered(what, how, false)
}

// copyID copies the ids of the marked rows, or else of the selected one.
func (s *session) copyID(ctx context.Context, _ string) {
	l := s.list(ctx)
	if l == nil {
		return
	}
	list := l.marks()
	if r, ok := l.chosen(); ok && len(list) == 0 {
		list = []row{r}
	}
	if len(list) == 0 {
		s.refuse(actions.CopyID, "nothing is selected")
		return
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.id
	}
	what := "The ids of " + cells.Plural(int64(len(ids)), "row")
	if len(list) == 1 {
		what = "The id of " + words.Short(list[0].name) + ", " + ids[0]
	}
	s.copyText(ctx, what, strings.Join(ids, "\n"))
}

// reveal writes the secret after asking: unlike on the screen, the line cannot be taken back.
func (s *session) reveal(ctx context.Context, _ string) {
	c := s.target(ctx, actions.Reveal)
	if c == nil {
		return
	}
	asked := question{lines: []string{
		"Reveal the secret of " + words.About(c) + ".",
		"It will be written and read aloud here, and the line stays in the scrollback of this terminal. Copy hands it over without writing it.",
	}, verb: "write it"}
	if !s.agreed(ctx, asked) {
		return
	}
	var value models.Secret
	err := s.await(ctx, func(ctx context.Context) (err error) {
		value, err = s.Ports.Secrets.Secret(ctx, c.ID, 0)
		return err
	})
	if err != nil {
		s.failed("The secret of "+words.Named(c)+" could not be read", err)
		return
	}
	defer value.Wipe()
	s.say("The secret of %s is on the next line.", words.Named(c))
	s.out.line(value.Reveal())
}

// lines reads the lines to change in a pipeline: "lines", "lines gitlab", "lines copy".
func (s *session) lines(ctx context.Context, rest string) {
	c := s.target(ctx, actions.Lines)
	if c == nil {
		return
	}
	if !c.Kind.Shared() {
		s.refuse(actions.Lines, "a "+c.Kind.Label()+" does not belong into a pipeline")
		return
	}
	copies := false
	for word := range strings.FieldsSeq(strings.ToLower(rest)) {
		if _, known := pipeline.Find(word); known {
			s.system = word
		} else if word == "copy" {
			copies = true
		} else {
			s.say("There are no lines for %s. Type lines and one of: %s.", word, systems())
			return
		}
	}
	place, known := pipeline.Find(s.system)
	if !known {
		place = pipeline.Targets()[0]
	}
	variable, reason := models.AuthTokenVariable, "who uses it is not known"
	if usage, err := s.usageOf(ctx, c.ID); err == nil {
		variable, reason = pipeline.Choose(usage.Callers, s.Clock().Now)
	}
	if copies {
		s.copyText(ctx, "The lines for "+place.Name, place.Text(variable))
		return
	}
	s.say("Where %s is read: %s.", words.Named(c), place.Name)
	s.say("Variable: %s: %s.", variable, reason)
	s.say("Value: %s", place.Store(variable))
	s.say("File: %s", place.File)
	s.sayAll(place.Lines(variable))
	s.say("%s", pipeline.OneOnly(variable))
	s.say("Type lines copy to copy them. Other systems: %s.", systems())
}

func systems() string {
	var ids []string
	for _, t := range pipeline.Targets() {
		ids = append(ids, t.ID)
	}
	return strings.Join(ids, ", ")
}

// askOwner copies a message to the owner of a legacy key.
func (s *session) askOwner(ctx context.Context, _ string) {
	if c := s.target(ctx, actions.AskOwner); c != nil {
		s.copyText(ctx, "A"+strings.TrimPrefix(words.MessageTo(c.Owner), "a"), words.ToOwner(c, s.Book.Workspace, s.Clock()))
	}
}
