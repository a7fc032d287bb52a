package testkit

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// special names the keys that are not runes, as Bubble Tea does.
var special = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
	"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"backspace": tea.KeyBackspace, "delete": tea.KeyDelete, "f5": tea.KeyF5,
	"ctrl+c": tea.KeyCtrlC, "ctrl+p": tea.KeyCtrlP, "ctrl+r": tea.KeyCtrlR, "ctrl+u": tea.KeyCtrlU,
	"ctrl+b": tea.KeyCtrlB, "ctrl+f": tea.KeyCtrlF,
}

// Key is the message of a key by its name.
func Key(name string) tea.KeyMsg {
	if kind, ok := special[name]; ok {
		return tea.KeyMsg{Type: kind}
	}
	if name == " " || name == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// Press presses keys one by one, at the pace of a person.
func (s *Story) Press(names ...string) *Story {
	s.t.Helper()
	for _, name := range names {
		s.Wait(humanPause)
		s.Send(Key(name))
	}
	return s
}

// Burst presses keys that are already in the wire: no time passes between them.
func (s *Story) Burst(names ...string) *Story {
	s.t.Helper()
	for _, name := range names {
		s.take(Key(name))
	}
	return s.settle()
}

// Type types a text, letter by letter.
func (s *Story) Type(text string) *Story {
	s.t.Helper()
	s.Wait(humanPause)
	for letter := range strings.SplitSeq(text, "") {
		s.Send(Key(letter))
	}
	return s
}

// Glue sends a text as one message, as a slow terminal does with keys that came close together.
func (s *Story) Glue(text string) *Story {
	s.t.Helper()
	return s.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text)})
}

// Paste pastes a text.
func (s *Story) Paste(text string) *Story {
	s.t.Helper()
	s.Wait(humanPause)
	return s.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
}

// Blur takes the focus from the terminal's window.
func (s *Story) Blur() *Story {
	s.t.Helper()
	return s.Send(tea.BlurMsg{})
}

// Focus gives it back.
func (s *Story) Focus() *Story {
	s.t.Helper()
	return s.Send(tea.FocusMsg{})
}
