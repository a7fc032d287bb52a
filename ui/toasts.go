package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
)

// maxHistory is how many messages are kept for reading again.
const maxHistory = 200

// toasts holds the message on the screen and all that were.
type toasts struct {
	shown   *kit.Toast
	failure *kit.Toast // the last one that nobody has dismissed; other messages only cover it
	serial  int
	history []kit.Toast
}

type toastOverMsg struct{ serial int }

func (t *toasts) add(toast kit.Toast) tea.Cmd {
	t.serial++
	t.shown = &toast
	t.history = append(t.history, toast)
	if extra := len(t.history) - maxHistory; extra > 0 {
		t.history = t.history[extra:]
	}
	if toast.Lifetime() == 0 {
		t.failure = &toast
		return nil
	}
	serial := t.serial
	return tea.Tick(toast.Lifetime(), func(time.Time) tea.Msg { return toastOverMsg{serial: serial} })
}

func (t *toasts) over(serial int) {
	if serial == t.serial {
		t.shown = t.failure
	}
}

// dismiss takes the message away; a failure that it covered comes back.
func (t *toasts) dismiss() {
	if t.shown == t.failure {
		t.failure = nil
	}
	t.shown = t.failure
}
