package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
)

// countFrom is how long before its end something is counted down by the second.
const countFrom = time.Minute

// counting is when the next second is due that changes what is on the screen. The minutes come by
// themselves.
type counting struct {
	due    time.Time // zero: none
	serial int
}

type secondMsg struct{ serial int }

// left is how long it is until the next end that is on the screen; 0: none is.
func (a *App) left() time.Duration {
	if a.mode() == tooSmall {
		return 0
	}
	var shown any = a.screen()
	if d := a.top(); d != nil {
		shown = d.Dialog
	}
	if c, ok := shown.(kit.Counter); ok {
		return c.Left()
	}
	return 0
}

// keepCounting sees to it that the screen is painted when the next second changes it, and that the
// counting begins in time although only minutes come by themselves.
func (a *App) keepCounting() tea.Cmd {
	left := a.left()
	if left <= 0 {
		a.counting.due = time.Time{}
		return nil
	}
	wait := left - countFrom
	if wait <= 0 {
		if wait = left % time.Second; wait == 0 {
			wait = time.Second
		}
	}
	now := a.ports.Now()
	due := now.Add(wait)
	if wait > countFrom || a.counting.due.After(now) && !due.Before(a.counting.due) {
		return nil // a minute comes first, or it is on its way
	}
	a.counting.serial++
	a.counting.due = due
	return secondCmd(wait, a.counting.serial)
}

func (a *App) onSecond(msg secondMsg) tea.Cmd {
	if msg.serial != a.counting.serial {
		return nil
	}
	a.counting.due = time.Time{}
	return a.everyone(kit.TickMsg{Now: a.ports.Now()})
}
