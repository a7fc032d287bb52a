package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// maxSideBySide is how many changes are under way at a time, whatever was marked.
const maxSideBySide = 4

// job is one change of one credential. It holds its idempotency key, so doing it again is safe.
type job struct {
	what string
	id   models.CredentialID       // of what is changed; empty for something new
	box  bool                      // show the secret box afterwards
	of   *tally                    // nil: it was asked for alone
	lost func(*words.Race) tea.Cmd // what to ask where somebody else's rotation was quicker; nil: nothing
	do   func(context.Context) (models.Credential, error)
}

// named says the change with the id of what it is about: names can look alike.
func (j job) named() string {
	if j.id == "" {
		return j.what
	}
	return j.what + " (" + string(j.id) + ")"
}

// tally is how a change of several credentials goes. Only Update touches it.
type tally struct {
	verb    string
	size    int
	open    int
	done    int
	failed  []string
	unknown []job
	left    int         // not begun, because of the pause
	paused  atomic.Bool // what waits for its turn is not begun
}

// errNotBegun is how a change ends that was still waiting for its turn when it was paused.
var errNotBegun = errors.New("not begun")

// pause keeps what is not under way from being begun. It reports whether there was anything to pause.
func (a *App) pause() bool {
	if a.batch != nil && a.batch.Pause() {
		return true
	}
	t := a.bulk
	if t == nil || t.open == 0 || t.paused.Swap(true) {
		return false
	}
	return true
}

// progress is how the change of several credentials goes; empty if none is under way.
func (a *App) progress() string {
	t := a.bulk
	switch {
	case a.batch != nil:
		over, size := a.batch.Progress()
		return a.progressOf("rotate", over, size, a.batch.Paused())
	case t != nil && t.open > 0:
		return a.progressOf(t.verb, t.size-t.open, t.size, t.paused.Load())
	}
	return ""
}

// How wide the bar of what is under way is, and how wide a screen that has one.
const (
	barWidth = 24
	barFrom  = 60
)

func (a *App) progressOf(verb string, over, size int, paused bool) string {
	text := fmt.Sprintf("%s: %d of %d", verb, over, size)
	if a.size.width >= barFrom {
		text = a.st.Symbols.Bar(over, size, barWidth) + " " + text
	}
	if paused {
		return text + "; pausing"
	}
	return text + "; ctrl+c pauses"
}

// launch sends one change.
func (a *App) launch(j job) tea.Cmd {
	a.running++
	return changeCmd(a.slots, j)
}

// launchAll sends changes side by side, a few at a time, and tells of them together.
func (a *App) launchAll(verb string, jobs []job) tea.Cmd {
	if len(jobs) == 1 {
		return a.launch(jobs[0])
	}
	of := &tally{verb: verb, size: len(jobs), open: len(jobs)}
	a.bulk = of
	var cmds []tea.Cmd
	for _, j := range jobs {
		j.of, j.box = of, false
		cmds = append(cmds, a.launch(j))
	}
	return tea.Batch(cmds...)
}

// onOutcome tells how a change ended. What is unknown can be asked for again with the same key.
func (a *App) onOutcome(msg outcomeMsg) tea.Cmd {
	a.running--
	told := a.learn(msg.credential, msg.err)
	if msg.err == nil {
		told = tea.Batch(told, a.everyone(kit.DoneMsg{Credentials: []models.CredentialID{msg.credential.ID}}))
	}
	if models.FaultOf(msg.err) == models.FaultUnknown || len(a.book.UnfinishedOf(msg.job.id)) > 0 {
		told = tea.Batch(told, a.unfinishedCmd(toKnow))
	}
	if msg.job.of != nil {
		return tea.Batch(told, a.count(msg))
	}
	if msg.err == nil {
		return tea.Batch(told, a.toast(kit.Toast{Text: "done: " + msg.job.what}), a.boxAfter(msg))
	}
	if words.MayAskAgain(msg.err) {
		return tea.Batch(told, a.offerAgain("no answer", msg.job.named()+": "+msg.err.Error(), []job{msg.job}))
	}
	if race := words.LostTo(msg.err); race != nil && msg.job.lost != nil && a.mode() == browse {
		return tea.Batch(told, msg.job.lost(race))
	}
	return tea.Batch(told, a.toast(a.failure(msg.job, msg.err)))
}

// learn puts the state that came with an answer into the book, that of a refusal too.
func (a *App) learn(c *models.Credential, err error) tea.Cmd {
	if e := (*models.Error)(nil); errors.As(err, &e) {
		c = e.Current
	}
	if c == nil {
		return nil
	}
	a.book.PutCredentials([]models.Credential{*c})
	return a.everyone(kit.BookChangedMsg{Credentials: []models.CredentialID{c.ID}})
}

// boxAfter opens the secret box, unless the user is busy elsewhere by now: keys meant for
// something else must not reveal a secret.
func (a *App) boxAfter(msg outcomeMsg) tea.Cmd {
	if !msg.job.box || a.mode() != browse {
		return nil
	}
	return a.openSecretBox(msg.credential.ID, false)
}

// failure tells a refusal, with who came first where that was the reason. What was asked for beside a rotation that is
// open has lost no race with it: then it is told who has changed what.
func (a *App) failure(j job, err error) kit.Toast {
	if j.lost != nil {
		err = words.Overtaken(err, toOvertake)
	}
	toast := kit.ErrorToast(err)
	toast.Text = words.Failure(err, a.serviceClock())
	return toast
}

// count adds an outcome to its tally and tells the sum after the last one.
func (a *App) count(msg outcomeMsg) tea.Cmd {
	t := msg.job.of
	t.open--
	switch {
	case msg.err == nil:
		t.done++
	case errors.Is(msg.err, errNotBegun):
		t.left++
	case words.MayAskAgain(msg.err):
		t.unknown = append(t.unknown, msg.job)
	default:
		t.failed = append(t.failed, msg.job.what+": "+a.failure(msg.job, msg.err).Text)
	}
	if t.open > 0 {
		return nil
	}
	told := a.toast(t.sum())
	if len(t.unknown) == 0 {
		return told
	}
	again := t.unknown
	t.unknown = nil
	names := make([]string, len(again))
	for i, j := range again {
		names[i] = j.named()
	}
	return tea.Batch(told, a.offerAgain(fmt.Sprintf("%s: %d without an answer", t.verb, len(again)), strings.Join(names, ", "), again))
}

func (t *tally) sum() kit.Toast {
	toast := kit.Toast{Text: fmt.Sprintf("%s: %d of %d done", t.verb, t.done, t.size)}
	if t.left > 0 {
		toast.Level = kit.Warn
		toast.Text += fmt.Sprintf("; paused: %d not begun", t.left)
		toast.Fix = "the rest is still marked"
	}
	if len(t.failed) > 0 {
		toast.Level = kit.Fail
		toast.Text += "; " + strings.Join(t.failed, "; ")
	}
	return toast
}

// offerAgain asks whether to send the very same requests once more.
func (a *App) offerAgain(title, trouble string, jobs []job) tea.Cmd {
	ask := dialogs.NewAsk(a.st, dialogs.Question{
		Title: title, Verb: "Ask the service again",
		Lines: []string{trouble, "", words.AskAgain},
	})
	return a.open(ask, false, func(d kit.Decision) tea.Cmd {
		if _, ok := d.(dialogs.Answer); !ok {
			return nil
		}
		var cmds []tea.Cmd
		for _, j := range jobs {
			if j.of != nil {
				j.of.open++
				j.of.paused.Store(false)
			}
			cmds = append(cmds, a.launch(j))
		}
		return tea.Batch(cmds...)
	})
}
