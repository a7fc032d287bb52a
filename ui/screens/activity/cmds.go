package activity

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

const (
	pageTimeout = 15 * time.Second
	pageSize    = 500
)

// pageMsg answers with a part of the history.
type pageMsg struct {
	req   kit.ReqID
	newer bool // it was asked for what came after the newest event
	page  models.EventPage
	err   error
}

// eventsCmd asks for a page: of what came after a Seq, or else at a cursor, or else the newest.
func eventsCmd(reader kit.Reader, req kit.ReqID, after int64, cursor string) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), pageTimeout)
		defer cancel()
		page, err := reader.Events(ctx, models.EventFilter{After: after}, models.Page{Cursor: cursor, Limit: pageSize})
		return pageMsg{req: req, newer: after > 0, page: page, err: err}
	}
}
