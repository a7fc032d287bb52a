package repos

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
)

// Between two looks at a scan that is under way. What is over sooner than that is not shown.
const (
	patience = 500 * time.Millisecond
	beat     = 250 * time.Millisecond
)

type (
	// scanOverMsg is how a scan ended.
	scanOverMsg struct {
		id     kit.ReqID
		root   string
		report finding.Report
		err    error
	}
	// beatMsg says that it is time to look how far a scan is.
	beatMsg struct{ id kit.ReqID }
	// rightMsg is how a line looks once it is mended.
	rightMsg struct {
		id    kit.ReqID
		key   string
		right Right
	}
)

// knownCmd asks which checkouts were scanned before.
func knownCmd(a kit.Auditor) tea.Cmd {
	return func() tea.Msg {
		known, err := follow.Ask(context.Background(), a.Known)
		return kit.ReposKnownMsg{Known: known, Err: err}
	}
}

// rememberCmd keeps what a scan counted.
func rememberCmd(a kit.Auditor, s kit.Scanned) tea.Cmd {
	return kept(func(ctx context.Context) error { return a.Remember(ctx, s) })
}

// forgetCmd takes a checkout off the list that is kept.
func forgetCmd(a kit.Auditor, root string) tea.Cmd {
	return kept(func(ctx context.Context) error { return a.Forget(ctx, root) })
}

func kept(do func(context.Context) error) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), follow.AskTimeout)
		defer cancel()
		if err := do(ctx); err != nil {
			return kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "the list of repositories could not be kept: " + err.Error()}}
		}
		return nil
	}
}

// scanning is a scan that is under way.
type scanning struct {
	id      kit.ReqID
	root    string
	began   time.Time
	far     atomic.Pointer[kit.Progress]
	cancel  context.CancelFunc
	stopped bool
}

// newScan returns a scan and what carries it out.
func newScan(a kit.Auditor, id kit.ReqID, root string, now time.Time) (*scanning, tea.Cmd) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &scanning{id: id, root: root, began: now, cancel: cancel}
	return s, func() tea.Msg {
		defer cancel()
		report, err := a.Scan(ctx, root, func(p kit.Progress) { s.far.Store(&p) })
		return scanOverMsg{id: id, root: root, report: report, err: err}
	}
}

// progress is how far it is.
func (s *scanning) progress() kit.Progress {
	if p := s.far.Load(); p != nil {
		return *p
	}
	return kit.Progress{}
}

// stop ends it; what was found until then still comes.
func (s *scanning) stop() {
	s.stopped = true
	s.cancel()
}

func beatCmd(id kit.ReqID, wait time.Duration) tea.Cmd {
	return tea.Tick(wait, func(time.Time) tea.Msg { return beatMsg{id: id} })
}

// stoppedByUs reports whether an error says no more than that the scan was stopped.
func stoppedByUs(err error) bool { return errors.Is(err, context.Canceled) }

// rightCmd works out how a line looks once it is mended.
func rightCmd(a kit.Auditor, id kit.ReqID, key string, f finding.Finding) tea.Cmd {
	return func() tea.Msg {
		m, err := follow.Ask(context.Background(), func(ctx context.Context) (kit.Mending, error) {
			return a.Preview(ctx, []finding.Finding{f})
		})
		return rightMsg{id: id, key: key, right: RightOf(m, err)}
	}
}
