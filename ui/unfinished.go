package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// unfinishedMsg is what the journal holds of this user at this service.
type unfinishedMsg struct {
	list []journal.Found
	say  bool
	err  error
}

// unfinishedCmd looks into the journal.
func (a *App) unfinishedCmd(say bool) tea.Cmd {
	port := a.ports.Unfinished
	if port == nil {
		return nil
	}
	return func() tea.Msg {
		u, err := follow.Ask(context.Background(), port.Unfinished)
		list := []journal.Found{}
		for _, found := range u.Mine {
			if !found.Held { // somebody waits for its answer: perhaps this very console
				list = append(list, found)
			}
		}
		return unfinishedMsg{list: list, say: say, err: err}
	}
}

func (a *App) onUnfinished(msg unfinishedMsg) tea.Cmd {
	if msg.err != nil {
		return a.toast(kit.ErrorToast(msg.err))
	}
	a.book.PutUnfinished(msg.list)
	told := a.everyone(kit.BookChangedMsg{})
	if len(msg.list) == 0 || !msg.say {
		return told
	}
	return tea.Batch(told, a.toast(kit.Toast{
		Level: kit.Warn, Text: words.Unfinished(msg.list, a.named) + ": press R to ask the server",
	}))
}

func (a *App) named(id models.CredentialID) string {
	if c := a.book.Credential(id); c != nil {
		return words.Short(c.Label())
	}
	return string(id)
}

// unfinishedOf is what has no known outcome among these credentials.
func (a *App) unfinishedOf(targets []*models.Credential) (list []journal.Found) {
	for _, c := range targets {
		list = append(list, a.book.UnfinishedOf(c.ID)...)
	}
	return list
}

// askUnfinished asks whether to ask the service what became of these.
func (a *App) askUnfinished(list []journal.Found) tea.Cmd {
	switch {
	case len(list) == 0:
		return a.toast(kit.Toast{Text: words.AllKnown})
	case a.book.ReadOnly:
		return a.sorry("keyturn was started with --read-only")
	case len(a.dialogs) > 0:
		return nil
	}
	q := dialogs.Question{Title: "no known outcome", Place: a.place(), Verb: "Ask the service"}
	for _, found := range list {
		q.Lines = append(q.Lines, words.UnfinishedLine(found, a.named(found.Credential()), a.serviceClock()))
	}
	q.Lines = append(q.Lines, "", words.AskWhat)
	return a.open(dialogs.NewAsk(a.st, q), false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); !ok {
			return nil
		}
		var jobs []job
		for _, found := range list {
			jobs = append(jobs, a.resuming(found))
		}
		return a.launchAll("ask", jobs)
	})
}

func (a *App) resuming(found journal.Found) job {
	return job{
		what: found.What() + " " + a.named(found.Credential()), id: found.Credential(), box: found.Rotate != nil,
		do: func(ctx context.Context) (models.Credential, error) {
			res, err := a.ports.Unfinished.Resume(ctx, found.Key)
			if err == nil && res.Outcome != rotation.Done {
				err = res.Err
			}
			return res.Credential, err
		},
	}
}
