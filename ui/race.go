package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// The choices after a lost race, as words.Race tells them.
const (
	toFollow = iota
	toTakePlace
)

// askRace asks whether to follow the rotation that was quicker, or to take its place.
func (a *App) askRace(req models.RotateRequest, race *words.Race) tea.Cmd {
	q := dialogs.Question{
		Title: "Somebody was quicker", Place: a.place(), Targets: []*models.Credential{race.Credential},
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
			return a.launch(a.rotation(race.Instead(req, strings.TrimSpace(answer.Text), a.ports.Rotator.NewKey())))
		}
		return a.goTo(kit.GoMsg{Scope: entry{credential: race.Credential}.scope(), Select: string(race.Credential.ID)})
	})
}
