package list

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
)

// usageKey is a credential in one state: another decision or another use makes another key.
type usageKey struct {
	id       models.CredentialID
	revision models.Revision
	uses     int64
}

func keyOf(c *models.Credential) usageKey {
	return usageKey{id: c.ID, revision: c.Revision, uses: c.Use.Count}
}

// maxUsages is how many answers are kept.
const maxUsages = 500

// usages keeps who uses which credential. One question is under way at a time, so that running
// down a list with the pane open does not ask about every row.
type usages struct {
	requests kit.Requests
	asking   bool
	known    map[usageKey]detail.Usage
}

// forget drops every answer, and the one under way.
func (u *usages) forget() {
	u.requests.Next()
	u.asking = false
	clear(u.known)
}

// stopAsking drops the answer under way.
func (u *usages) stopAsking() {
	u.requests.Next()
	u.asking = false
}

func (u *usages) put(key usageKey, answer detail.Usage) {
	if len(u.known) >= maxUsages {
		clear(u.known)
	}
	u.known[key] = answer
}

// askUsage asks about the current row if the pane shows it and the answer is not known.
func (m *Model[T]) askUsage() tea.Cmd {
	c := m.Target()
	if !m.open || !m.opts.Callers || c == nil || m.usage.asking {
		return nil
	}
	key := keyOf(c)
	if _, known := m.usage.known[key]; known {
		return nil
	}
	m.usage.asking = true
	return usageCmd(m.Ports.Reader, m.opts.Scope, m.usage.requests.Next(), key)
}

// usageCame keeps an answer that is still wanted, and asks about the row that is shown now.
func (m *Model[T]) usageCame(msg usageMsg) tea.Cmd {
	if msg.scope != m.opts.Scope || !m.usage.requests.Wanted(msg.req) {
		return nil
	}
	m.usage.asking = false
	answer := detail.Usage{State: detail.UsageKnown, Callers: msg.callers, Truncated: msg.truncated}
	if msg.err != nil {
		answer = detail.Usage{State: detail.UsageFailed, Problem: msg.err.Error()}
	}
	m.usage.put(msg.key, answer)
	return m.askUsage()
}
