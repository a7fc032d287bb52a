package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// Bounds of what the root asks for.
const (
	askTimeout  = 30 * time.Second
	changesWait = 25 * time.Second
	clearAfter  = 45 * time.Second
	maxRetry    = 10 * time.Second
)

type (
	// loadedMsg is one part of everything: the workspace, a page of credentials or a page of members.
	loadedMsg struct {
		id          kit.ReqID
		workspace   *models.Workspace
		position    int64
		credentials []models.Credential
		members     []models.Member
		next        tea.Cmd
		done        bool
		err         error
	}
	changesMsg struct {
		id        kit.ReqID
		changes   models.Changes
		workspace *models.Workspace
		err       error
	}
	retryMsg  struct{ id kit.ReqID }
	minuteMsg struct{}
	clearMsg  struct{ id kit.ReqID }
	copiedMsg struct {
		what     string
		delivery kit.Delivery
		secret   bool
		err      error
	}
	// outcomeMsg is how a change ended.
	outcomeMsg struct {
		job        job
		credential *models.Credential
		err        error
	}
)

func ask[T any](fn func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	return fn(ctx)
}

// loadCmd asks where the service stands and what the workspace is; then come the pages.
func loadCmd(r kit.Reader, id kit.ReqID) tea.Cmd {
	return func() tea.Msg {
		at, err := ask(func(ctx context.Context) (models.Changes, error) { return r.Changes(ctx, -1, 0) })
		if err != nil {
			return loadedMsg{id: id, err: err}
		}
		w, err := ask(r.Workspace)
		if err != nil {
			return loadedMsg{id: id, err: err}
		}
		return loadedMsg{id: id, workspace: &w, position: at.Position, next: credentialsCmd(r, id, "")}
	}
}

func credentialsCmd(r kit.Reader, id kit.ReqID, cursor string) tea.Cmd {
	filter := models.CredentialFilter{Kinds: []models.Kind{models.CIToken, models.LegacyCIKey, models.LegacyAPIKey}}
	return func() tea.Msg {
		page, err := ask(func(ctx context.Context) (models.CredentialPage, error) {
			return r.Credentials(ctx, filter, models.Page{Cursor: cursor, Limit: models.MaxPage})
		})
		next := membersCmd(r, id, "")
		if page.Next != "" {
			next = credentialsCmd(r, id, page.Next)
		}
		return loadedMsg{id: id, credentials: page.Items, next: next, err: err}
	}
}

func membersCmd(r kit.Reader, id kit.ReqID, cursor string) tea.Cmd {
	return func() tea.Msg {
		page, err := ask(func(ctx context.Context) (models.MemberPage, error) {
			return r.Members(ctx, models.Page{Cursor: cursor, Limit: models.MaxPage})
		})
		msg := loadedMsg{id: id, members: page.Items, err: err, done: page.Next == ""}
		if page.Next != "" {
			msg.next = membersCmd(r, id, page.Next)
		}
		return msg
	}
}

func changesCmd(r kit.Reader, id kit.ReqID, after int64, wait time.Duration) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), wait+askTimeout)
		defer cancel()
		changes, err := r.Changes(ctx, after, wait)
		if err != nil || !changes.Workspace {
			return changesMsg{id: id, changes: changes, err: err}
		}
		w, err := r.Workspace(ctx)
		return changesMsg{id: id, changes: changes, workspace: &w, err: err}
	}
}

// retryCmd asks again after 1, 2, 4, 8 and then every 10 seconds.
func retryCmd(id kit.ReqID, failures int) tea.Cmd {
	return tea.Tick(min(maxRetry, time.Second<<min(failures, 4)), func(time.Time) tea.Msg { return retryMsg{id: id} })
}

// minuteCmd comes at the next full minute, when countdowns change.
func minuteCmd(now func() time.Time) tea.Cmd {
	at := now()
	return tea.Tick(at.Truncate(time.Minute).Add(time.Minute).Sub(at), func(time.Time) tea.Msg { return minuteMsg{} })
}

func secondCmd(wait time.Duration, serial int) tea.Cmd {
	return tea.Tick(wait, func(time.Time) tea.Msg { return secondMsg{serial: serial} })
}

func copySecretCmd(p kit.Ports, msg kit.CopySecretMsg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
		defer cancel()
		value, err := p.Secrets.Secret(ctx, msg.Target, msg.Version)
		if err != nil {
			return copiedMsg{what: "secret", secret: true, err: err}
		}
		defer value.Wipe()
		delivery, err := p.Clipboard.Copy(ctx, value)
		return copiedMsg{what: "secret", delivery: delivery, secret: true, err: err}
	}
}

func copyTextCmd(p kit.Ports, msg kit.CopyTextMsg) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
		defer cancel()
		delivery, err := p.Clipboard.Copy(ctx, models.NewSecret(msg.Text))
		return copiedMsg{what: msg.What, delivery: delivery, err: err}
	}
}

func clearLaterCmd(id kit.ReqID) tea.Cmd {
	return tea.Tick(clearAfter, func(time.Time) tea.Msg { return clearMsg{id: id} })
}

func clearCmd(p kit.Ports) tea.Cmd {
	return func() tea.Msg {
		cleared, err := ask(p.Clipboard.ClearIfOurs)
		switch {
		case err != nil:
			return kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "the clipboard could not be cleared"}}
		case cleared:
			return kit.ToastMsg{Toast: kit.Toast{Text: "clipboard cleared"}}
		}
		return kit.ToastMsg{Toast: kit.Toast{Text: "clipboard left alone: it holds something else"}}
	}
}

// changeCmd makes one change when it is its turn.
func changeCmd(slots chan struct{}, j job) tea.Cmd {
	return func() tea.Msg {
		slots <- struct{}{}
		defer func() { <-slots }()
		c, err := ask(j.do)
		if err != nil {
			return outcomeMsg{job: j, err: err}
		}
		return outcomeMsg{job: j, credential: &c}
	}
}
