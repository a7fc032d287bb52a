package kit

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
)

// Screen is one full page of the console. It is driven by the root only: it gets the keys that
// no mode took, and every message that is not the root's own.
type Screen interface {
	Scope() actions.Scope
	Title() string  // for the header: "CI tokens"
	Status() string // for the header's end: "3 of 25", "loading 12,000…"
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View() string // at most the size that was set
	SetSize(width, height int)
	Actions() []Action
	CapturesText() bool // keys are text now: none of them is an action
	StepsOut() bool     // esc has something to close or to clear here; else it is the root's
}

// Counter is a screen or a dialog on which something counts down.
type Counter interface {
	// Left is how long it is until the next end that is in sight; 0: none is.
	Left() time.Duration
}

// Stopper is a screen that can be busy with something of its own. Ctrl+c stops that before anything else.
type Stopper interface {
	Stop() (cmd tea.Cmd, was bool)
}

// Roll is a screen that has the names of all members ready for searching: folded, with their masks.
// There can be very many, and folding them again would keep a key waiting.
type Roll interface {
	EachMember(func(p *Person, folded string, mask uint64))
}

// Dialog is a question over a screen. It knows nothing of the console: it returns what was
// decided, and the root decides what that means.
type Dialog interface {
	Title() string
	Init() tea.Cmd
	// Update returns a decision once there is one; then the dialog is closed.
	Update(tea.Msg) (Decision, tea.Cmd)
	View() string // the body, without frame
	SetSize(width, height int)
	Hints() []Hint // the keys that work in it
	CapturesText() bool
	Busy() bool // an answer is under way: esc is refused
	Close()     // wipes what must not outlive it
}

// Decision is what a dialog decided: one of the decision types, or Dismissed.
type Decision any

// Dismissed is the decision to do nothing.
type Dismissed struct{}

// Hint is a key and what it does, for the footer of a dialog.
type Hint struct{ Key, Label string }
