package dialogs

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Entry is a line of a picker.
type Entry struct {
	Key      string // a key of the keyboard, shown before the label
	Label    string
	Tooltip  string
	Disabled string // why it cannot be picked
	Value    any    // what the owner is told when it is picked
}

// Picked is the decision for one entry: its value.
type Picked struct{ Value any }

// Picker is a searchable list: help, palette and messages.
type Picker struct {
	title   string
	st      *styles.Styles
	entries []Entry
	find    func(text string) []Entry
	shown   []Entry
	input   *filter.Input
	at      int
	width   int
	height  int
	note    string
}

var _ kit.Dialog = (*Picker)(nil)

// NewPicker returns a picker over entries. Behind those that match stands what find returns for the
// letters that were typed; nil finds nothing.
func NewPicker(st *styles.Styles, title string, entries []Entry, find func(text string) []Entry) *Picker {
	p := &Picker{title: title, st: st, entries: entries, find: find, input: filter.NewInput(80)}
	p.search()
	return p
}

// Title names the list.
func (p *Picker) Title() string { return p.title }

// Init does nothing.
func (p *Picker) Init() tea.Cmd { return nil }

// SetSize sets the room of the body.
func (p *Picker) SetSize(width, height int) { p.width, p.height = width, height }

// CapturesText is always true: letters search.
func (p *Picker) CapturesText() bool { return true }

// Busy is never true.
func (p *Picker) Busy() bool { return false }

// Close does nothing.
func (p *Picker) Close() {}

// Hints lists the keys that work.
func (p *Picker) Hints() []kit.Hint {
	return []kit.Hint{{Key: "type", Label: "search"}, {Key: "enter", Label: "run"}, {Key: "esc", Label: "close"}}
}

// Update takes a key.
func (p *Picker) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	p.note = ""
	switch key.String() {
	case "esc":
		return kit.Dismissed{}, nil
	case "up", "ctrl+p":
		p.at = max(0, p.at-1)
	case "down", "ctrl+n":
		p.at = max(0, min(p.at+1, len(p.shown)-1))
	case "enter":
		return p.pick(), nil
	default:
		if p.input.Update(key) {
			p.search()
		}
	}
	return nil, nil
}

func (p *Picker) pick() kit.Decision {
	if p.at >= len(p.shown) {
		return nil
	}
	if p.note = p.shown[p.at].Disabled; p.note != "" {
		return nil
	}
	return Picked{Value: p.shown[p.at].Value}
}

func (p *Picker) search() {
	pattern := filter.Parse(p.input.Value())
	p.shown, p.at = nil, 0
	var texts []string
	for _, e := range p.entries {
		label, tooltip := filter.Fold(e.Label), filter.Fold(e.Tooltip)
		if pattern.MatchesWords(label, tooltip) {
			p.shown = append(p.shown, e)
			texts = append(texts, label+" "+tooltip)
		}
	}
	if order, ok := pattern.Rank(texts); ok {
		ranked := make([]Entry, len(order))
		for i, at := range order {
			ranked[i] = p.shown[at]
		}
		p.shown = ranked
	}
	if p.find != nil {
		p.shown = append(p.shown, p.find(p.input.Value())...)
	}
}

// View shows the search line and what it left.
func (p *Picker) View() string {
	lines := []string{p.st.Symbols.Cursor + " " + p.input.View(p.st, max(8, p.width-4)), ""}
	room := max(1, p.height-len(lines)-1)
	top := max(0, min(p.at-room/2, len(p.shown)-room))
	for n := top; n < len(p.shown) && n < top+room; n++ {
		lines = append(lines, p.line(p.shown[n], n == p.at))
	}
	if len(p.shown) == 0 {
		lines = append(lines, p.st.Render(styles.Muted, "nothing matches"))
	}
	if p.note != "" {
		lines = append(lines, p.st.Render(styles.Warning, term.Cut(p.note, p.width, p.st.Symbols.Ellipsis)))
	}
	return strings.Join(lines, "\n")
}

// Room for the key and the label of an entry.
const (
	keyWidth   = 10
	labelWidth = 22
)

func (p *Picker) line(e Entry, current bool) string {
	tone, about := styles.Text, e.Tooltip
	if e.Disabled != "" {
		tone, about = styles.Muted, "("+e.Disabled+")"
	}
	text := term.Pad(e.Label, labelWidth) + " " + about
	if e.Key != "" || p.width >= 4*keyWidth+labelWidth {
		text = term.Pad(e.Key, keyWidth) + text
	}
	text = term.Cut(text, max(1, p.width-2), p.st.Symbols.Ellipsis)
	if current {
		return p.st.Symbols.Cursor + " " + p.st.Render(styles.Selection, text)
	}
	return "  " + p.st.Render(tone, text)
}
