package dialogs

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

const readTimeout = 15 * time.Second

func readCmd(read func(context.Context) (models.Secret, error), id kit.ReqID) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		value, err := read(ctx)
		return revealedMsg{id: id, value: value, err: err}
	}
}

func hideCmd(id kit.ReqID) tea.Cmd {
	return tea.Tick(revealFor, func(time.Time) tea.Msg { return hideMsg{id: id} })
}
