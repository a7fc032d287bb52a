package dialogs

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
)

const readTimeout = 15 * time.Second

func readCmd(b *SecretBox, id kit.ReqID) tea.Cmd {
	read := b.read
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
