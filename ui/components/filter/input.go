package filter

import (
	"unicode"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/term"
)

// Input is one line of text being typed.
type Input struct {
	runes  []rune
	cursor int
	max    int
}

// NewInput returns a line that takes at most that many characters.
func NewInput(max int) *Input { return &Input{max: max} }

// Value is what has been typed.
func (in *Input) Value() string { return string(in.runes) }

// Set replaces the text and puts the cursor at its end.
func (in *Input) Set(s string) {
	in.runes = []rune(s)
	in.cursor = len(in.runes)
}

// Update takes a key. It reports whether the text changed; keys that are not for a line of text
// are left to the owner.
func (in *Input) Update(key tea.KeyMsg) (changed bool) {
	switch key.Type {
	case tea.KeyRunes, tea.KeySpace:
		return in.insert(key.Runes)
	case tea.KeyBackspace:
		return in.remove(in.cursor-1, in.cursor)
	case tea.KeyDelete:
		return in.remove(in.cursor, in.cursor+1)
	case tea.KeyCtrlU:
		return in.remove(0, in.cursor)
	case tea.KeyCtrlW:
		return in.remove(in.wordStart(), in.cursor)
	case tea.KeyLeft:
		in.cursor = max(0, in.cursor-1)
	case tea.KeyRight:
		in.cursor = min(len(in.runes), in.cursor+1)
	case tea.KeyHome, tea.KeyCtrlA:
		in.cursor = 0
	case tea.KeyEnd, tea.KeyCtrlE:
		in.cursor = len(in.runes)
	}
	return false
}

// insert takes printable runes; a pasted line break or control character is dropped.
func (in *Input) insert(runes []rune) bool {
	var kept []rune
	for _, r := range runes {
		if unicode.IsPrint(r) && len(in.runes)+len(kept) < in.max {
			kept = append(kept, r)
		}
	}
	if len(kept) == 0 {
		return false
	}
	in.runes = append(in.runes[:in.cursor], append(kept, in.runes[in.cursor:]...)...)
	in.cursor += len(kept)
	return true
}

func (in *Input) remove(from, to int) bool {
	from, to = max(0, from), min(len(in.runes), to)
	if from >= to {
		return false
	}
	in.runes = append(in.runes[:from], in.runes[to:]...)
	in.cursor = from
	return true
}

func (in *Input) wordStart() int {
	i := in.cursor
	for i > 0 && in.runes[i-1] == ' ' {
		i--
	}
	for i > 0 && in.runes[i-1] != ' ' {
		i--
	}
	return i
}

// View shows the line with its cursor, at most that wide; what does not fit is cut at the start.
func (in *Input) View(st *styles.Styles, width int) string {
	if width <= 0 {
		return ""
	}
	before, after := string(in.runes[:in.cursor]), in.runes[in.cursor:]
	under, rest := " ", ""
	if len(after) > 0 {
		under, rest = string(after[:1]), string(after[1:])
	}
	if wide := term.Width(under); wide == 0 || wide > width { // a mark alone, or half a letter, cannot be seen
		under = " "
	}
	for term.Width(before)+term.Width(under) > width && before != "" {
		before = string([]rune(before)[1:])
	}
	rest = term.Cut(rest, width-term.Width(before)-term.Width(under), "")
	return st.Render(styles.Text, before) + st.Render(styles.Selection, under) + st.Render(styles.Text, rest)
}
