package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// The choices after a lost race, as words.Race tells them.
const (
	toFollow = iota
	toTakePlace
)

// toOvertake is what to do about a rotation that was quicker.
const toOvertake = "press r on it to follow that rotation, or to take its place"

// askRace asks whether to follow the rotation that was quicker, or to take its place.
func (a *App) askRace(req models.RotateRequest, race *words.Race) tea.Cmd {
	return a.askOpen(race, func(reason string) tea.Cmd {
		return a.launch(a.rotation(race.Instead(req, reason, a.ports.Rotator.NewKey())))
	})
}

// askInstead asks whether to follow a rotation that is open already, or to take its place with one that is asked for
// now.
func (a *App) askInstead(race *words.Race) tea.Cmd {
	seen := *race.Credential
	race.Credential = &seen
	return a.askOpen(race, func(reason string) tea.Cmd {
		next := plan.Superseded(seen)
		cfg := a.rotateConfig([]*models.Credential{&next})
		cfg.First = []string{race.Means()}
		return a.open(dialogs.NewRotate(a.st, cfg), false, func(d kit.Decision) tea.Cmd {
			wanted, ok := d.(dialogs.RotateWanted)
			if !ok {
				return nil
			}
			req := models.RotateRequest{Credential: seen.ID, Overlap: wanted.Overlap}
			return a.launch(a.rotation(race.Instead(req, reason, a.ports.Rotator.NewKey())))
		})
	})
}

// askOpen asks whether to follow an open rotation, or to take its place, and why where that has to be said.
func (a *App) askOpen(race *words.Race, instead func(reason string) tea.Cmd) tea.Cmd {
	q := dialogs.Question{
		Title: race.Title(), Place: a.place(), Targets: []*models.Credential{race.Credential},
		Lines: race.Lines(a.serviceClock()), Verb: "Go on",
		Explain: func(choice int, _ string) []string {
			if choice == toTakePlace {
				return []string{race.Means()}
			}
			return nil
		},
		Needs: func(choice int, text string) string {
			if choice == toTakePlace && race.NeedsReason() && strings.TrimSpace(text) == "" {
				return models.ErrNeedsReason.Error()
			}
			return ""
		},
	}
	for _, way := range race.Ways() {
		q.Choices = append(q.Choices, dialogs.Choice{Label: way})
	}
	q.Choices[toTakePlace].Field = "reason:"
	return a.open(dialogs.NewAsk(a.st, q), false, func(d kit.Decision) tea.Cmd {
		answer, ok := d.(dialogs.Answer)
		switch {
		case !ok:
			return nil
		case answer.Choice == toTakePlace:
			return instead(strings.TrimSpace(answer.Text))
		}
		return a.goTo(kit.GoMsg{Scope: entry{credential: race.Credential}.scope(), Select: string(race.Credential.ID)})
	})
}
