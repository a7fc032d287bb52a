package list

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

const usageTimeout = 15 * time.Second

// usageMsg answers who uses a credential.
type usageMsg struct {
	scope     actions.Scope
	req       kit.ReqID
	key       usageKey
	callers   []models.Caller
	truncated bool
	err       error
}

func usageCmd(reader kit.Reader, scope actions.Scope, req kit.ReqID, key usageKey) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), usageTimeout)
		defer cancel()
		callers, truncated, err := reader.Usage(ctx, key.id)
		return usageMsg{scope: scope, req: req, key: key, callers: callers, truncated: truncated, err: err}
	}
}
