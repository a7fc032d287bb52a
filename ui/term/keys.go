package term

import tea "github.com/charmbracelet/bubbletea"

// maxGlued is how many keys that arrived in one piece are still taken for keys. A longer piece is
// more likely a paste into a terminal that does not mark pastes, unless it starts a search: that
// is somebody typing over a slow line, and does no harm.
const maxGlued = 4

// SplitKeys takes apart what one read from the terminal glued together. Into a text field
// everything goes as it came. Elsewhere each rune is a key of its own; a paste, or what looks like
// one, is never a command: then ok is false.
func SplitKeys(msg tea.KeyMsg, capturesText bool) (keys []tea.KeyMsg, ok bool) {
	if capturesText || msg.Type != tea.KeyRunes {
		return []tea.KeyMsg{msg}, !msg.Paste || capturesText
	}
	if msg.Paste || len(msg.Runes) > maxGlued && msg.Runes[0] != '/' {
		return nil, false
	}
	for _, r := range msg.Runes {
		keys = append(keys, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt})
	}
	return keys, true
}
