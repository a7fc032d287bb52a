package filter_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/term"
)

func key(t tea.KeyType) tea.KeyMsg  { return tea.KeyMsg{Type: t} }
func text(s string) tea.KeyMsg      { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)} }
func plain() *styles.Styles         { return styles.New(styles.Options{Theme: "none"}) }
func shown(in *filter.Input) string { return term.Plain(in.View(plain(), 40)) }

func TestTypingALine(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []tea.KeyMsg
		want string
	}{
		{"letters", []tea.KeyMsg{text("d"), text("e"), text("漢")}, "de漢"},
		{"a blank", []tea.KeyMsg{text("a"), {Type: tea.KeySpace, Runes: []rune(" ")}, text("b")}, "a b"},
		{"a paste", []tea.KeyMsg{{Type: tea.KeyRunes, Runes: []rune("deploy-eu"), Paste: true}}, "deploy-eu"},
		{"a paste with what cannot be seen", []tea.KeyMsg{text("a\n\tb\x1b[31mc\u202ed\x00")}, "ab[31mcd"},
		{"no more than fits", []tea.KeyMsg{text("0123456789"), text("abc")}, "0123456789ab"},
		{"backspace", []tea.KeyMsg{text("ab"), key(tea.KeyBackspace)}, "a"},
		{"backspace on nothing", []tea.KeyMsg{key(tea.KeyBackspace), text("a")}, "a"},
		{"in the middle", []tea.KeyMsg{text("ac"), key(tea.KeyLeft), text("b")}, "abc"},
		{"backspace in the middle", []tea.KeyMsg{text("abc"), key(tea.KeyLeft), key(tea.KeyBackspace)}, "ac"},
		{"delete", []tea.KeyMsg{text("abc"), key(tea.KeyHome), key(tea.KeyDelete)}, "bc"},
		{"delete at the end", []tea.KeyMsg{text("abc"), key(tea.KeyDelete)}, "abc"},
		{"home and end", []tea.KeyMsg{text("b"), key(tea.KeyCtrlA), text("a"), key(tea.KeyCtrlE), text("c")}, "abc"},
		{"too far to the left and right", []tea.KeyMsg{text("a"), key(tea.KeyLeft), key(tea.KeyLeft), text("0"), key(tea.KeyRight), key(tea.KeyRight), text("1")}, "0a1"},
		{"the beginning away", []tea.KeyMsg{text("abc def"), key(tea.KeyLeft), key(tea.KeyCtrlU)}, "f"},
		{"a word away", []tea.KeyMsg{text("one two  "), key(tea.KeyCtrlW)}, "one "},
		{"two words away", []tea.KeyMsg{text("one two"), key(tea.KeyCtrlW), key(tea.KeyCtrlW)}, ""},
		{"keys for the owner", []tea.KeyMsg{text("a"), key(tea.KeyEnter), key(tea.KeyEsc), key(tea.KeyTab), key(tea.KeyUp)}, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := filter.NewInput(12)
			for _, k := range c.keys {
				before := in.Value()
				if changed := in.Update(k); changed != (in.Value() != before) {
					t.Errorf("after %q it says changed: %v", k, changed)
				}
			}
			if in.Value() != c.want {
				t.Errorf("got %q, want %q", in.Value(), c.want)
			}
		})
	}
}

func TestSettingALine(t *testing.T) {
	in := filter.NewInput(20)
	in.Set("deploy")
	in.Update(text("-eu"))
	if in.Value() != "deploy-eu" {
		t.Errorf("got %q", in.Value())
	}
	if got := shown(in); got != "deploy-eu " {
		t.Errorf("shows %q", got)
	}
}

// The cursor is where the next letter goes, and is seen there.
func TestTheCursorShows(t *testing.T) {
	in := filter.NewInput(20)
	in.Set("abc")
	in.Update(key(tea.KeyLeft))
	if got := in.View(plain(), 40); !strings.Contains(got, "m"+"c"+"\x1b[0m") || !strings.HasPrefix(got, "ab\x1b[") {
		t.Errorf("got %q", got)
	}
}

// However long the text and narrow the place, the line stays in it and shows its cursor; and the
// two sides of the cursor are what they would be in any other editor.
func TestALineKeepsItsPlace(t *testing.T) {
	keys := rapid.SampledFrom([]tea.KeyMsg{
		text("a"), text("漢"), text("e\u0301"), text("👩‍🚀"), text("word "), key(tea.KeyLeft), key(tea.KeyRight), key(tea.KeyBackspace),
		key(tea.KeyDelete), key(tea.KeyHome), key(tea.KeyEnd),
	})
	st := []*styles.Styles{plain(), styles.New(styles.Options{Theme: "dark", Profile: termenv.TrueColor})}
	rapid.Check(t, func(t *rapid.T) {
		in, width := filter.NewInput(30), rapid.IntRange(-1, 12).Draw(t, "width")
		var left, right []rune
		for _, k := range rapid.SliceOfN(keys, 0, 25).Draw(t, "keys") {
			in.Update(k)
			left, right = edit(left, right, k)
			if got, want := in.Value(), string(left)+string(right); got != want {
				t.Fatalf("after %q: %q, want %q", k, got, want)
			}
			for _, s := range st {
				if view := in.View(s, width); term.Width(view) > max(0, width) || width > 0 && !strings.Contains(view, "\x1b[") {
					t.Fatalf("on %d cells it shows %q", width, view)
				}
			}
		}
	})
}

// edit is an editor of two halves.
func edit(left, right []rune, k tea.KeyMsg) (newLeft, newRight []rune) {
	all := append(append([]rune{}, left...), right...)
	switch k.Type {
	case tea.KeyRunes:
		for _, r := range k.Runes {
			if r != '\u200d' && len(all) < 30 { // a joiner is nothing that prints
				left, all = append(append([]rune{}, left...), r), append(all, r)
			}
		}
	case tea.KeyBackspace:
		left = left[:max(0, len(left)-1)]
	case tea.KeyDelete:
		right = right[min(1, len(right)):]
	case tea.KeyHome:
		return nil, all
	case tea.KeyEnd:
		return all, nil
	case tea.KeyLeft:
		at := max(0, len(left)-1)
		return all[:at], all[at:]
	case tea.KeyRight:
		at := min(len(all), len(left)+1)
		return all[:at], all[at:]
	}
	return left, right
}
