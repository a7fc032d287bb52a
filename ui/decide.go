package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

func (a *App) credentials(ids []models.CredentialID) []*models.Credential {
	var list []*models.Credential
	for _, id := range ids {
		if c := a.book.Credential(id); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// asSeen is the targets as the user sees them now. A decision is about these: whoever decides
// something else meanwhile wins.
func asSeen(targets []*models.Credential) []*models.Credential {
	seen := make([]*models.Credential, len(targets))
	for i, c := range targets {
		copied := *c
		seen[i] = &copied
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
			return words.Short(c.Label()) + ": " + reason
		}
	}
	return ""
}

// place is where something is done, as a title ends.
func (a *App) place() string {
	if !a.book.HasSpace {
		return ""
	}
	return " in " + a.book.Workspace.Name
}

func (a *App) sorry(reason string) tea.Cmd {
	return a.toast(kit.Toast{Level: kit.Warn, Text: reason})
}

// askRotate asks whether to rotate. What is decided is about the targets as they are now.
func (a *App) askRotate(ids []models.CredentialID) tea.Cmd {
	targets := a.credentials(ids)
	if reason := a.refused(actions.Rotate, targets); reason != "" {
		return a.sorry(reason)
	}
	if list := a.unfinishedOf(targets); len(list) > 0 {
		return a.askFinish(a.book.PlansAsking(list), list)
	}
	free, open := words.Apart(targets)
	switch {
	case len(free) == 0 && len(open) == 1:
		return a.askInstead(words.Open(open[0]))
	case len(free) == 0:
		why, toDo := words.AllOpen(open, a.serviceClock())
		return a.toast(kit.Toast{Level: kit.Warn, Text: why, Fix: toDo})
	}
	seen := asSeen(free)
	cfg := a.rotateConfig(seen)
	cfg.First = words.LeftOut(open, a.serviceClock())
	return a.open(dialogs.NewRotate(a.st, cfg), false, func(d kit.Decision) tea.Cmd {
		wanted, ok := d.(dialogs.RotateWanted)
		if !ok {
			return nil
		}
		return a.rotateAll(seen, wanted)
	})
}

func (a *App) rotateConfig(targets []*models.Credential) dialogs.RotateConfig {
	return dialogs.RotateConfig{
		Place: a.place(), Targets: targets, Live: a.book.Credential,
		Sunset: func() models.Sunset { return a.book.Workspace.Sunset }, Clock: a.serviceClock, Usage: a.ports.Reader.Usage,
	}
}

func (a *App) rotation(req models.RotateRequest) job {
	c := a.book.Credential(req.Credential)
	return job{
		what: "rotate " + c.Label(), id: c.ID, box: true,
		lost: func(race *words.Race) tea.Cmd { return a.askRace(req, race) },
		do: func(ctx context.Context) (models.Credential, error) {
			_, c, err := a.ports.Rotator.Start(ctx, req)
			return c, err
		},
	}
}

func (a *App) askStep(msg kit.StartStepMsg) tea.Cmd {
	c := a.book.Credential(msg.Target)
	if c == nil || c.OpenRotation() == nil {
		return a.sorry("no rotation is open")
	}
	r := *c.OpenRotation()
	text := words.Of(msg.Step)
	targets := asSeen([]*models.Credential{c})
	q := dialogs.Question{
		Title: text.Verb, Place: a.place(), Targets: targets, Verb: text.Verb,
		Lines: []string{words.About(c), "", text.What},
	}
	unused := r.NeedsReason(msg.Step)
	switch {
	case unused:
		q.Field = "reason:"
		q.Lines = append(q.Lines, words.SayWhy)
		q.Needs = func(_ int, text string) string {
			if strings.TrimSpace(text) == "" {
				return models.ErrNeedsReason.Error()
			}
			return ""
		}
	case msg.Step == models.StepEnd:
		q.Field = words.TypeField(targets)
		q.Needs = func(_ int, text string) string { return words.NeedsName(targets, text) }
	}
	return a.open(dialogs.NewAsk(a.st, q), false, func(d kit.Decision) tea.Cmd {
		answer, ok := d.(dialogs.Answer)
		if !ok {
			return nil
		}
		req := models.StepRequest{Rotation: r.ID, Credential: c.ID, Step: msg.Step, Seen: r.Revision, Key: a.ports.Rotator.NewKey()}
		if unused {
			req.Reason = strings.TrimSpace(answer.Text)
		}
		if msg.Step == models.StepExtend {
			req.Extend = models.DefaultGrace
		}
		return a.launch(job{what: strings.ToLower(text.Verb) + " " + c.Label(), id: c.ID, do: func(ctx context.Context) (models.Credential, error) {
			_, c, err := a.ports.Rotator.Step(ctx, req)
			return c, err
		}})
	})
}
