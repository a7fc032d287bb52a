package dialogs

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/kit"
)

const readTimeout = 15 * time.Second

func readCmd(b *SecretBox, id kit.ReqID) tea.Cmd {
	read := b.cfg.Read
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		value, err := read(ctx)
		return revealedMsg{box: b, id: id, value: value, err: err}
	}
}

func hideCmd(b *SecretBox, id kit.ReqID) tea.Cmd {
	return tea.Tick(revealFor, func(time.Time) tea.Msg { return hideMsg{box: b, id: id} })
}

func usageCmd(to kit.Dialog, ask AskUsage, id kit.ReqID, target models.CredentialID) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		callers, truncated, err := ask(ctx, target)
		return usageMsg{to: to, id: id, usage: plan.Usage{Known: err == nil, Callers: callers, Truncated: truncated}, err: err}
	}
}

func folderCmd(to *Folder, id kit.ReqID, typed string) tea.Cmd {
	check := to.cfg.Check
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		root, err := check(ctx, typed)
		return folderMsg{to: to, id: id, root: root, err: err}
	}
}

func completeCmd(to *Folder, id kit.ReqID, typed string) tea.Cmd {
	complete := to.cfg.Complete
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		offers, err := complete(ctx, typed)
		return offersMsg{to: to, id: id, offers: offers, err: err}
	}
}

func mendingCmd(to *Mend) tea.Cmd {
	preview := to.cfg.Preview
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		mending, err := preview(ctx)
		return mendingMsg{to: to, mending: mending, err: err}
	}
}
