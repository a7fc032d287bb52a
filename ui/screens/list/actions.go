package list

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/bind"
	"example.com/keyturn/ui/screens/cells"
)

// Actions returns what can be done here, with the reason where something cannot be done now.
func (m *Model[T]) Actions() []kit.Action { return m.set.Actions() }

// entries is what every list can do.
func (m *Model[T]) entries() []bind.Entry {
	return []bind.Entry{
		m.move(actions.Up, func() { m.table.Up(1) }),
		m.move(actions.Down, func() { m.table.Down(1) }),
		bind.Do(actions.PageUp, m.pageUp),
		bind.Do(actions.PageDown, m.pageDown),
		m.move(actions.Top, m.table.Top),
		m.move(actions.Bottom, m.table.Bottom),
		bind.Do(actions.ScrollLeft, m.table.ScrollLeft),
		bind.Do(actions.ScrollRight, m.table.ScrollRight),
		bind.Do(actions.Filter, m.openFilter),
		bind.Do(actions.Sort, m.table.CycleSort),
		bind.Do(actions.ReverseSort, m.table.ReverseSort),
		m.move(actions.Mark, m.table.ToggleMark),
		bind.Do(actions.MarkAll, m.table.MarkShown),
		bind.One(actions.Detail, m.toggleDetail),
		bind.Each(actions.CopyID, m.copyIDs),
	}
}

// move joins an action that may change the row, and so begins its pane at the top.
func (m *Model[T]) move(id actions.ID, change func()) bind.Entry {
	return bind.Do(id, func() {
		change()
		m.scroll = 0
	})
}

func (m *Model[T]) openFilter() {
	m.typing = true
	m.layout()
}

// pageUp moves what can be long: the pane while it is open, else the table.
func (m *Model[T]) pageUp() {
	if m.open {
		m.scroll = max(0, m.scroll-m.paneSize())
		return
	}
	m.table.PageUp()
}

func (m *Model[T]) pageDown() {
	switch {
	case !m.open:
		m.table.PageDown()
	case m.paneHasMore():
		m.scroll += m.paneSize()
	}
}

func (m *Model[T]) copyIDs() tea.Cmd {
	rows := m.table.Targets()
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, m.opts.ID(row))
	}
	what := "the ids of " + cells.Plural(int64(len(ids)), "row")
	if len(rows) == 1 {
		what = "the id of " + m.opts.Name(rows[0])
	}
	return bind.Ask(kit.CopyTextMsg{Text: strings.Join(ids, "\n"), What: what})
}

// disabled says why an action cannot be done now. Of several marked rows, the first that refuses
// gives the reason.
func (m *Model[T]) disabled(e bind.Entry) string {
	if e.Spec.ID == actions.CopyID {
		return m.disabledCopyID()
	}
	if m.opts.Refuses != nil {
		return m.opts.Refuses(e.Spec.ID, m.about(e))
	}
	if !e.Each || m.table.Marked() == 0 {
		return actions.Disabled(e.Spec.ID, m.Facts(m.Target()))
	}
	for _, row := range m.table.Targets() {
		c := m.opts.Credential(row)
		if reason := actions.Disabled(e.Spec.ID, m.Facts(c)); reason != "" {
			return m.opts.Name(row) + ": " + reason
		}
	}
	return ""
}

// about is the rows that an action would be done to.
func (m *Model[T]) about(e bind.Entry) []*T {
	if e.Each {
		return m.table.Targets()
	}
	if row := m.table.Current(); row != nil {
		return []*T{row}
	}
	return nil
}

func (m *Model[T]) disabledCopyID() string {
	if m.table.Current() == nil {
		return "nothing is selected"
	}
	return ""
}

// SecretEntries is what can be done with the secret of a row.
func (m *Model[T]) SecretEntries() []bind.Entry {
	return []bind.Entry{
		bind.One(actions.Copy, func() tea.Cmd { return bind.Ask(kit.CopySecretMsg{Target: m.Target().ID}) }),
		bind.One(actions.Reveal, func() tea.Cmd { return bind.Ask(kit.RevealMsg{Target: m.Target().ID, Show: true}) }),
	}
}

// SharedEntries is what can be done with a credential that belongs to the workspace.
func (m *Model[T]) SharedEntries() []bind.Entry {
	return []bind.Entry{
		bind.One(actions.Lines, func() tea.Cmd { return bind.Ask(kit.RevealMsg{Target: m.Target().ID}) }),
		bind.Each(actions.Rotate, func() tea.Cmd { return bind.Ask(kit.StartRotateMsg{Targets: m.Targets()}) }),
		m.step(actions.Confirm, models.StepConfirm),
		m.step(actions.Cancel, models.StepCancel),
		m.step(actions.RollBack, models.StepRollback),
		m.step(actions.Extend, models.StepExtend),
		m.step(actions.EndOld, models.StepEnd),
		m.ChangeOne(actions.Rename),
		m.changeEach(actions.Pause),
		m.changeEach(actions.Resume),
		m.changeEach(actions.Revoke),
	}
}

func (m *Model[T]) step(id actions.ID, step models.RotationStep) bind.Entry {
	return bind.One(id, func() tea.Cmd { return bind.Ask(kit.StartStepMsg{Target: m.Target().ID, Step: step}) })
}

// ChangeOne asks for a change of the credential under the cursor.
func (m *Model[T]) ChangeOne(id actions.ID) bind.Entry {
	return bind.One(id, func() tea.Cmd {
		return bind.Ask(kit.StartChangeMsg{Action: id, Targets: []models.CredentialID{m.Target().ID}})
	})
}

func (m *Model[T]) changeEach(id actions.ID) bind.Entry {
	return bind.Each(id, func() tea.Cmd { return bind.Ask(kit.StartChangeMsg{Action: id, Targets: m.Targets()}) })
}

// Downward reports whether a key moves the cursor towards the end.
func (m *Model[T]) Downward(key tea.KeyMsg) bool {
	for _, id := range []actions.ID{actions.Down, actions.PageDown, actions.Bottom} {
		if (kit.Action{Spec: actions.Find(id)}).Matches(key) {
			return true
		}
	}
	return false
}
