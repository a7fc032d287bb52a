package list

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
)

// Update takes a message. What the screen itself has to do with it comes before.
func (m *Model[T]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return m.key(msg)
	case kit.SelectMsg:
		return m.selectRow(msg)
	case kit.BookChangedMsg:
		return m.bookChanged(msg)
	case kit.DoneMsg:
		m.Unmark(msg.Credentials...)
	case usageMsg:
		return m.usageCame(msg)
	}
	return nil
}

func (m *Model[T]) key(key tea.KeyMsg) tea.Cmd {
	if m.typing {
		return m.typeKey(key)
	}
	if key.Type == tea.KeyEsc {
		return m.stepOut()
	}
	cmd, _ := m.set.Press(key)
	return tea.Batch(cmd, m.askUsage())
}

// typeKey gives a key to the filter line. The list narrows at once.
func (m *Model[T]) typeKey(key tea.KeyMsg) tea.Cmd {
	switch key.Type {
	case tea.KeyEnter:
		m.typing = false
	case tea.KeyEsc:
		m.clearFilter()
	case tea.KeyUp:
		m.table.Up(1)
	case tea.KeyDown:
		m.table.Down(1)
	default:
		if m.input.Update(key) {
			m.table.SetFilter(m.input.Value())
		}
	}
	m.layout()
	m.scroll = 0
	return m.askUsage()
}

// stepOut closes what was opened last: the pane, then the filter, then what limits the list, then
// the marks.
func (m *Model[T]) stepOut() tea.Cmd {
	switch {
	case m.open:
		return m.toggleDetail()
	case m.table.Filter() != "":
		m.clearFilter()
	case m.table.Restricted():
		m.table.Restrict(nil)
	case m.table.Marked() > 0:
		m.table.ClearMarks()
	}
	m.layout()
	return nil
}

// StepsOut reports whether esc has something to close here.
func (m *Model[T]) StepsOut() bool {
	return m.typing || m.open || m.table.Filter() != "" || m.table.Restricted() || m.table.Marked() > 0
}

func (m *Model[T]) clearFilter() {
	m.typing = false
	m.input.Set("")
	m.table.SetFilter("")
}

// selectRow puts the cursor on a row, and limits the list if the message says to what.
func (m *Model[T]) selectRow(msg kit.SelectMsg) tea.Cmd {
	if msg.Only != nil {
		m.clearFilter()
		m.table.Restrict(msg.Only.Keys)
		m.why = msg.Only.Why
		m.layout()
	}
	if msg.Key == "" {
		return m.askUsage()
	}
	if !m.table.Select(msg.Key) {
		return bind.Ask(kit.ToastMsg{Toast: kit.Toast{Level: kit.Info, Text: "this row is not in the list of " + m.opts.Title + " now"}})
	}
	m.typing = false
	m.input.Set(m.table.Filter())
	m.scroll = 0
	m.layout()
	return m.askUsage()
}

// bookChanged comes after the screen has put its rows in place.
func (m *Model[T]) bookChanged(msg kit.BookChangedMsg) tea.Cmd {
	if msg.All {
		m.usage.forget()
	}
	return m.askUsage()
}

func (m *Model[T]) toggleDetail() tea.Cmd {
	m.open = !m.open
	m.scroll = 0
	m.layout()
	if !m.open {
		m.usage.stopAsking()
	}
	return m.askUsage()
}
