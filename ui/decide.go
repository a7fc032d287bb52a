package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
)

// overlaps are the choices of the rotate dialog.
var overlaps = []struct {
	overlap models.Overlap
	dialogs.Choice
}{
	{models.DefaultOverlap, dialogs.Choice{Label: "until the new one is used, and 24 h", Explain: "the old one never ends before the new one was used"}},
	{models.Overlap{Mode: models.OverlapFixed, Grace: 72 * time.Hour}, dialogs.Choice{Label: "72 h", Explain: "the old one ends in 72 h, or at the first use of the new one if that is later"}},
	{models.Overlap{Mode: models.OverlapNone}, dialogs.Choice{Label: "none: it has leaked", Explain: "the old one ends at once; type the name below"}},
}

func (a *App) credentials(ids []models.CredentialID) []*models.Credential {
	var list []*models.Credential
	for _, id := range ids {
		if c := a.book.Credential(id); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// revisions is what the user sees now. Whoever decides something else first wins.
func revisions(targets []*models.Credential) map[models.CredentialID]models.Revision {
	seen := make(map[models.CredentialID]models.Revision, len(targets))
	for _, c := range targets {
		seen[c.ID] = c.Revision
	}
	return seen
}

// refused says why an action cannot be done with one of the targets.
func (a *App) refused(id actions.ID, targets []*models.Credential) string {
	if len(targets) == 0 && id != actions.Create {
		return "nothing is selected"
	}
	for _, c := range targets {
		facts := a.facts(c)
		facts.Own = c.ID == a.book.Workspace.Caller.Token
		if reason := actions.Disabled(id, facts); reason != "" {
			return label(c) + ": " + reason
		}
	}
	return ""
}

// label names a credential in a sentence; a personal token is named after its owner.
func label(c *models.Credential) string {
	if c.Name != "" {
		return c.Name
	}
	if c.Owner != nil {
		return c.Owner.Email
	}
	return string(c.ID)
}

func (a *App) sorry(reason string) tea.Cmd {
	return a.toast(kit.Toast{Level: kit.Warn, Text: reason})
}

func (a *App) askRotate(ids []models.CredentialID) tea.Cmd {
	targets := a.credentials(ids)
	if reason := a.refused(actions.Rotate, targets); reason != "" {
		return a.sorry(reason)
	}
	var choices []dialogs.Choice
	for _, o := range overlaps {
		choices = append(choices, o.Choice)
	}
	seen := revisions(targets)
	ask := dialogs.NewAsk(a.st, dialogs.Question{
		Title: "Rotate in " + a.book.Workspace.Name, Lines: a.rotateLines(targets), Choices: choices, Verb: "Rotate",
		Field: "name (for a leak):",
		Needs: func(choice int, text string) string {
			if overlaps[choice].overlap.Mode != models.OverlapNone {
				return ""
			}
			return needsName(targets)(choice, text)
		},
	})
	return a.open(ask, false, func(d kit.Decision) tea.Cmd {
		answer, ok := d.(dialogs.Answer)
		if !ok {
			return nil
		}
		var jobs []job
		for _, c := range targets {
			req := models.RotateRequest{Credential: c.ID, Seen: seen[c.ID], Overlap: overlaps[answer.Choice].overlap, Key: a.ports.Rotator.NewKey()}
			jobs = append(jobs, a.rotation(req))
		}
		return a.launchAll("rotate", jobs)
	})
}

func (a *App) rotation(req models.RotateRequest) job {
	what := "rotate " + label(a.book.Credential(req.Credential))
	return job{what: what, box: true, do: func(ctx context.Context) (models.Credential, error) {
		_, c, err := a.ports.Rotator.Start(ctx, req)
		return c, err
	}}
}

// typedName is what must be typed for the worst: the name, or how many there are.
func typedName(targets []*models.Credential) string {
	if len(targets) == 1 {
		return label(targets[0])
	}
	return fmt.Sprintf("%d credentials", len(targets))
}

func (a *App) rotateLines(targets []*models.Credential) []string {
	if len(targets) > 1 {
		names := make([]string, len(targets))
		legacy := 0
		for i, c := range targets {
			names[i] = label(c)
			if c.Kind.Legacy() {
				legacy++
			}
		}
		return []string{fmt.Sprintf("%d credentials, %d of them legacy keys that become CI tokens:", len(targets), legacy), strings.Join(names, ", ")}
	}
	c := targets[0]
	lines := []string{fmt.Sprintf("%s, %s, id %s", label(c), c.Kind.Label(), c.ID)}
	if c.Kind.Legacy() {
		lines = append(lines, "It becomes a CI token with the same name and id.")
	}
	if c.Use.Used() {
		lines = append(lines, fmt.Sprintf("Last used %s by %s on %s; %d times in %d days.",
			a.local(c.Use.Last).Format("2006-01-02 15:04"), or(c.Use.Client, "a client"), or(c.Use.Host, "an unnamed host"), c.Use.Recent, models.RecentDays))
	} else {
		lines = append(lines, "Never used.")
	}
	return append(lines, "How long shall the old secret work beside the new one?")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// stepTexts says what each step does, and whether it wants a reason or the typed name.
var stepTexts = map[models.RotationStep]struct{ verb, what string }{
	models.StepConfirm:  {"Confirm", "The new secret is in place: the old one's grace begins."},
	models.StepCancel:   {"Cancel rotation", "The new secret is revoked; the old one stays as it was."},
	models.StepRollback: {"Roll back", "The old secret is current again; the new one is revoked."},
	models.StepEnd:      {"End old secret", "The old secret ends now. Whoever still uses it is refused."},
	models.StepExtend:   {"Extend", "The old secret gets 24 hours more."},
}

func (a *App) askStep(msg kit.StartStepMsg) tea.Cmd {
	c := a.book.Credential(msg.Target)
	if c == nil || c.OpenRotation() == nil {
		return a.sorry("no rotation is open")
	}
	r := *c.OpenRotation()
	text := stepTexts[msg.Step]
	q := dialogs.Question{
		Title: text.verb + ": " + label(c), Verb: text.verb,
		Lines: []string{fmt.Sprintf("%s, id %s, in %s", label(c), c.ID, a.book.Workspace.Name), "", text.what},
	}
	unused := r.FirstUse.IsZero() && (msg.Step == models.StepConfirm || msg.Step == models.StepEnd)
	switch {
	case unused:
		q.Field = "reason:"
		q.Lines = append(q.Lines, "The new secret has never been used: say why.")
		q.Needs = func(_ int, text string) string {
			if strings.TrimSpace(text) == "" {
				return models.ErrNeedsReason.Error()
			}
			return ""
		}
	case msg.Step == models.StepEnd:
		q.Field = "name:"
		q.Needs = needsName([]*models.Credential{c})
	}
	return a.open(dialogs.NewAsk(a.st, q), false, func(d kit.Decision) tea.Cmd {
		answer, ok := d.(dialogs.Answer)
		if !ok {
			return nil
		}
		req := models.StepRequest{Rotation: r.ID, Step: msg.Step, Seen: r.Revision, Key: a.ports.Rotator.NewKey()}
		if unused {
			req.Reason = answer.Text
		}
		if msg.Step == models.StepExtend {
			req.Extend = models.DefaultGrace
		}
		return a.launch(job{what: strings.ToLower(text.verb) + " " + label(c), do: func(ctx context.Context) (models.Credential, error) {
			_, c, err := a.ports.Rotator.Step(ctx, req)
			return c, err
		}})
	})
}

// needsName wants the typed name. The id of a single credential does as well: some names cannot be
// typed on every keyboard.
func needsName(targets []*models.Credential) func(int, string) string {
	name := typedName(targets)
	return func(_ int, text string) string {
		text = strings.TrimSpace(text)
		if text == name || len(targets) == 1 && text == string(targets[0].ID) {
			return ""
		}
		if len(targets) == 1 {
			return "type " + name + ", or its id, to go on"
		}
		return "type " + name + " to go on"
	}
}
