package term

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func runes(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }

func pasted(s string) tea.KeyMsg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}
}

func TestSplitKeys(t *testing.T) {
	escape, enter := tea.KeyMsg{Type: tea.KeyEsc}, tea.KeyMsg{Type: tea.KeyEnter}
	alt := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("y"), Alt: true}
	for _, c := range []struct {
		name  string
		msg   tea.KeyMsg
		typed bool   // into a text field
		want  string // the keys as Bubble Tea names them, or "" where nothing may happen
	}{
		{name: "one key", msg: runes("j"), want: "j"},
		{name: "keys in one read", msg: runes("jjy"), want: "j j y"},
		{name: "as many as are still keys", msg: runes("jkjk"), want: "j k j k"},
		{name: "too many to be keys", msg: runes("yrxyr")},
		{name: "a search typed over a slow line", msg: runes("/deploy"), want: "/ d e p l o y"},
		{name: "a paste that looks like a search", msg: pasted("/deploy")},
		{name: "a paste", msg: pasted("rm")},
		{name: "a paste of one letter", msg: pasted("y")},
		{name: "an empty paste", msg: pasted("")},
		{name: "beyond ASCII", msg: runes("é漢"), want: "é 漢"},
		{name: "with alt", msg: alt, want: "alt+y"},
		{name: "escape alone", msg: escape, want: "esc"},
		{name: "enter", msg: enter, want: "enter"},
		{name: "a paste into a field", msg: pasted("a long name"), typed: true, want: "[a long name]"},
		{name: "typing into a field", msg: runes("abcdefgh"), typed: true, want: "abcdefgh"},
		{name: "escape in a field", msg: escape, typed: true, want: "esc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys, ok := SplitKeys(c.msg, c.typed)
			if ok != (c.want != "") || !ok && len(keys) > 0 {
				t.Fatalf("taken for keys: %v, %q", ok, keys)
			}
			got := ""
			for i, k := range keys {
				if i > 0 {
					got += " "
				}
				got += k.String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Nothing is lost or invented, whatever arrives: either all of it passes or none, and a paste is
// text or nothing.
func FuzzSplitKeys(f *testing.F) {
	for _, s := range []string{"", "j", "jjj", "/ops", "a\nb", "e\u0301", "👩‍👩‍👧", "\u202e", "y y y y y"} {
		for _, paste := range []bool{true, false} {
			f.Add(s, paste, false, true)
			f.Add(s, paste, true, false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, paste, typed, alt bool) {
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: paste, Alt: alt}
		keys, ok := SplitKeys(msg, typed)
		var got []rune
		for _, k := range keys {
			got = append(got, k.Runes...)
			if k.Paste != paste || k.Alt != alt || !typed && len(k.Runes) != 1 {
				t.Fatalf("%q became the key %q", text, k)
			}
		}
		switch {
		case !ok && len(keys) > 0, ok && !slices.Equal(got, msg.Runes):
			t.Fatalf("%q became %q, ok: %v", text, string(got), ok)
		case paste && ok && !typed:
			t.Fatalf("a paste of %q is a command", text)
		case typed && !ok:
			t.Fatalf("%q did not reach the field", text)
		}
	})
}
