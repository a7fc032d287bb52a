// Package ui is the full-screen console. The root holds the screens, a stack of dialogs, the
// messages to the user and the book of what is known; it routes, and holds no feature.
package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/batch"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/when"
)

// Config is what the console is made of.
type Config struct {
	Ports    kit.Ports
	Styles   *styles.Styles
	Screens  func(*kit.Book, *styles.Styles, kit.Ports) []kit.Screen
	ReadOnly bool
}

// App is the root model.
type App struct {
	ports   kit.Ports
	st      *styles.Styles
	book    *kit.Book
	screens []kit.Screen
	active  int
	dialogs []opened
	toasts  toasts
	size    struct{ width, height int }
	live    live
	copies  kit.Requests
	running int           // changes that have not been answered
	slots   chan struct{} // as many as may be under way
	bulk    *tally        // the latest change of several
	batch   *batch.Batch  // the plan that runs; nil: none does
	waiting []*bulk.Run   // plans that run after it
	// secretOut says that the clipboard may hold a secret that we put there and can take back.
	secretOut bool
	quit      struct{ asked time.Time }
	system    string // the CI system whose lines were shown last
	counting  counting
}

// opened is a dialog with what its decision means, and when it was opened.
type opened struct {
	kit.Dialog
	decide func(kit.Decision) tea.Cmd
	stays  bool // a decision other than Dismissed does not close it
	at     time.Time
}

// live is where the console stands in the service's history of changes.
type live struct {
	position int64
	failures int // in a row
	loading  kit.Requests
}

// New returns the root model.
func New(cfg Config) *App {
	book := kit.NewBook()
	book.ReadOnly, book.Online, book.Loading = cfg.ReadOnly, true, true
	return &App{
		ports: cfg.Ports, st: cfg.Styles, book: book, screens: cfg.Screens(book, cfg.Styles, cfg.Ports),
		slots: make(chan struct{}, maxSideBySide),
	}
}

// Init asks for everything; the first frame does not wait for it.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{a.load(), minuteCmd(a.ports.Now)}
	for _, s := range a.screens {
		cmds = append(cmds, s.Init())
	}
	return tea.Batch(cmds...)
}

func (a *App) screen() kit.Screen { return a.screens[a.active] }

func (a *App) top() *opened {
	if len(a.dialogs) == 0 {
		return nil
	}
	return &a.dialogs[len(a.dialogs)-1]
}

func (a *App) open(d kit.Dialog, stays bool, decide func(kit.Decision) tea.Cmd) tea.Cmd {
	a.dialogs = append(a.dialogs, opened{Dialog: d, decide: decide, stays: stays, at: a.ports.Now()})
	a.resize()
	return d.Init()
}

func (a *App) closeTop() {
	if d := a.top(); d != nil {
		d.Close()
		a.dialogs = a.dialogs[:len(a.dialogs)-1]
	}
}

// Wipe closes every dialog, so that no secret outlives the console.
func (a *App) Wipe() {
	for len(a.dialogs) > 0 {
		a.closeTop()
	}
}

// goTo shows a screen as the message asks.
func (a *App) goTo(msg kit.GoMsg) tea.Cmd {
	for i, s := range a.screens {
		if s.Scope() == msg.Scope {
			a.active = i
			a.resize()
			if msg.Select != "" || msg.Only != nil {
				return s.Update(kit.SelectMsg{Key: msg.Select, Only: msg.Only})
			}
		}
	}
	return nil
}

// everyone hands a message to every screen.
func (a *App) everyone(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range a.screens {
		cmds = append(cmds, s.Update(msg))
	}
	return tea.Batch(cmds...)
}

func (a *App) toast(t kit.Toast) tea.Cmd {
	t.At = a.ports.Now()
	return a.toasts.add(t)
}

func (a *App) facts(c *models.Credential) actions.Facts {
	return actions.Facts{
		Principal: a.book.Workspace.Caller, ReadOnly: a.book.ReadOnly, Online: a.book.Online, Loading: !a.book.HasSpace, Target: c,
	}
}

// local is a moment on the user's clock.
func (a *App) local(t time.Time) time.Time {
	if a.ports.Location == nil {
		return t.Local()
	}
	return t.In(a.ports.Location)
}

// serviceClock is the service's clock, in the user's zone: what counts for windows and graces.
func (a *App) serviceClock() when.Clock {
	now := a.ports.Now()
	return when.Clock{Now: a.book.ServiceTime(now), Zone: a.local(now).Location()}
}

func (a *App) clock(t time.Time) string { return a.local(t).Format("15:04") }
