package ui

import (
	"context"
	"runtime/debug"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/ui/batch"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
)

// Bounds of what the root asks for.
const (
	askTimeout = follow.AskTimeout
	clearAfter = 45 * time.Second
)

type (
	// loadedMsg is one part of everything.
	loadedMsg struct {
		id   kit.ReqID
		part follow.Part
		next tea.Cmd
		err  error
	}
	changesMsg struct {
		id        kit.ReqID
		changes   models.Changes
		workspace *models.Workspace
		err       error
	}
	retryMsg struct{ id kit.ReqID }
	// watchedMsg is whether the history continues what was seen before.
	watchedMsg struct{ err error }
	minuteMsg  struct{}
	clearMsg   struct{ id kit.ReqID }
	copiedMsg  struct {
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

// loadCmd asks for the next part of everything.
func loadCmd(l *follow.Loader, id kit.ReqID) tea.Cmd {
	return func() tea.Msg {
		part, err := l.Next(context.Background())
		return loadedMsg{id: id, part: part, next: loadCmd(l, id), err: err}
	}
}

// giveBackCmd gives the memory that loading took, and that nothing holds any more, back to the system.
func giveBackCmd() tea.Cmd {
	return func() tea.Msg {
		debug.FreeOSMemory()
		return nil
	}
}

func changesCmd(r kit.Reader, id kit.ReqID, after int64, wait time.Duration) tea.Cmd {
	return func() tea.Msg {
		changes, workspace, err := follow.Changes(context.Background(), r, after, wait)
		return changesMsg{id: id, changes: changes, workspace: workspace, err: err}
	}
}

// watchCmd compares the history, as just told, with what was seen before.
func watchCmd(watch kit.Watch, space models.Workspace) tea.Cmd {
	if watch == nil {
		return nil
	}
	return func() tea.Msg {
		ctx, stop := context.WithTimeout(context.Background(), askTimeout)
		defer stop()
		return watchedMsg{watch(ctx, space)}
	}
}

// retryCmd asks again after a while.
func retryCmd(id kit.ReqID, failures int) tea.Cmd {
	return tea.Tick(follow.Retry(failures), func(time.Time) tea.Msg { return retryMsg{id: id} })
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
		cleared, err := follow.Ask(context.Background(), p.Clipboard.ClearIfOurs)
		switch {
		case err != nil:
			return kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "the clipboard could not be cleared"}}
		case cleared:
			return kit.ToastMsg{Toast: kit.Toast{Text: "clipboard cleared"}}
		}
		return kit.ToastMsg{Toast: kit.Toast{Text: "clipboard left alone: it holds something else"}}
	}
}

// keepCmd writes down the plan of several rotations.
func keepCmd(plans kit.Plans, p bulk.Plan) tea.Cmd {
	return func() tea.Msg {
		run, err := follow.Ask(context.Background(), func(ctx context.Context) (*bulk.Run, error) { return plans.Keep(ctx, p) })
		return plannedMsg{run: run, err: err}
	}
}

// takeCmd takes a plan that was left.
func takeCmd(plans kit.Plans, file string) tea.Cmd {
	return func() tea.Msg {
		run, err := follow.Ask(context.Background(), func(ctx context.Context) (*bulk.Run, error) { return plans.Take(ctx, file) })
		return plannedMsg{run: run, left: true, err: err}
	}
}

// lyingCmd looks for what was left on this machine.
func lyingCmd(local kit.Local) tea.Cmd {
	return func() tea.Msg {
		lying, err := follow.Ask(context.Background(), local.Look)
		return lyingMsg{list: lying.Loose(), err: err}
	}
}

// forgetCmd gives up one thing that was left.
func forgetCmd(local kit.Local, one rotation.Loose, said string) tea.Cmd {
	return func() tea.Msg {
		ctx, stop := context.WithTimeout(context.Background(), askTimeout)
		defer stop()
		return forgottenMsg{said: said, err: local.Forget(ctx, one)}
	}
}

// resultCmd waits for the next rotation of a plan to end.
func resultCmd(b *batch.Batch) tea.Cmd {
	return func() tea.Msg {
		one, more := <-b.Results()
		if !more && b.End().Crash != nil {
			panic(b.End().Crash) // where it is told, and no value
		}
		return batchMsg{of: b, result: one, more: more}
	}
}

// writeCmd writes what mends findings.
func writeCmd(write func(context.Context) ([]kit.FileOutcome, error)) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
		defer cancel()
		files, err := write(ctx)
		return kit.FixedMsg{Files: files, Err: err}
	}
}

// changeCmd makes one change when it is its turn.
func changeCmd(slots chan struct{}, j job) tea.Cmd {
	return func() tea.Msg {
		slots <- struct{}{}
		defer func() { <-slots }()
		if j.of != nil && j.of.paused.Load() {
			return outcomeMsg{job: j, err: errNotBegun}
		}
		c, err := follow.Ask(context.Background(), j.do)
		if err != nil {
			return outcomeMsg{job: j, err: err}
		}
		return outcomeMsg{job: j, credential: &c}
	}
}
