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
	hints := []kit.Hint{{Key: "type", Label: "search"}}
	if p.at < len(p.shown) && p.shown[p.at].Value != nil {
		hints = append(hints, kit.Hint{Key: "enter", Label: "run"})
	}
	return append(hints, kit.Hint{Key: "esc", Label: "close"})
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
		p.move(-1)
	case "down", "ctrl+n":
		p.move(1)
	case "pgup":
		p.move(-p.room())
	case "pgdown":
		p.move(p.room())
	case "enter":
		return p.pick(), nil
	default:
		if p.input.Update(key) {
			p.search()
		}
	}
	return nil, nil
}

func (p *Picker) move(by int) { p.at = max(0, min(p.at+by, len(p.shown)-1)) }

func (p *Picker) pick() kit.Decision {
	if p.at >= len(p.shown) || p.shown[p.at].Value == nil {
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

// Lines of the body besides the list: the search line with the blank one below it, and the note.
const aroundList = 3

// below is how many lines the selected entry has, as many as the longest of the list needs: it does
// not depend on which is selected, for the list must not jump while somebody goes through it.
func (p *Picker) below() int {
	most := 0
	for _, e := range p.shown {
		if p.cut(e) {
			most = max(most, len(p.wrapped(e)))
		}
	}
	return max(0, min(most, (p.height-aroundList)/2))
}

func (p *Picker) cut(e Entry) bool { return term.Width(p.text(e)) > p.width-2 }

// room is how many entries are shown.
func (p *Picker) room() int { return max(1, p.height-aroundList-p.below()) }

// View shows the search line and what it left, and below it the selected entry whole.
func (p *Picker) View() string {
	lines := []string{p.st.Symbols.Cursor + " " + p.input.View(p.st, max(8, p.width-4)), ""}
	room := p.room()
	top := max(0, min(p.at-room/2, len(p.shown)-room))
	for n := top; n < len(p.shown) && n < top+room; n++ {
		lines = append(lines, p.line(p.shown[n], n == p.at))
	}
	if len(p.shown) == 0 {
		lines = append(lines, p.st.Render(styles.Muted, p.nothing()))
	}
	lines = append(lines, p.whole()...)
	if p.note != "" {
		lines = append(lines, p.st.Render(styles.Warning, term.Cut(p.note, p.width, p.st.Symbols.Ellipsis)))
	}
	return strings.Join(lines, "\n")
}

func (p *Picker) nothing() string {
	if len(p.entries) == 0 && p.input.Value() == "" {
		return "nothing yet"
	}
	return "nothing matches"
}

// whole is what the line of the selected entry has no room for, if it is cut there.
func (p *Picker) whole() []string {
	if p.at >= len(p.shown) || !p.cut(p.shown[p.at]) {
		return nil
	}
	lines := p.wrapped(p.shown[p.at])
	if room := p.below(); len(lines) > room {
		lines = lines[:room]
		if room > 0 {
			lines[room-1] = term.Cut(lines[room-1]+" "+p.st.Symbols.Ellipsis, p.width-2, p.st.Symbols.Ellipsis)
		}
	}
	for i, line := range lines {
		lines[i] = "  " + p.st.Render(styles.Muted, line)
	}
	return lines
}

func (p *Picker) wrapped(e Entry) []string {
	text := e.about()
	if term.Width(e.Label) > labelWidth {
		text = strings.TrimRight(strings.TrimSuffix(e.Label, ".")+". "+text, " ")
	}
	return term.Wrap(text, max(1, p.width-2))
}

// Room for the key and the label of an entry.
const (
	keyWidth   = 10
	labelWidth = 22
)

// about is what stands behind the label.
func (e Entry) about() string {
	if e.Disabled != "" {
		return "(" + e.Disabled + ")"
	}
	return e.Tooltip
}

func (p *Picker) text(e Entry) string {
	text := strings.TrimRight(term.Pad(e.Label, labelWidth)+" "+e.about(), " ")
	if e.Key != "" || p.width >= 4*keyWidth+labelWidth {
		text = term.Pad(e.Key, keyWidth) + text
	}
	return text
}

func (p *Picker) line(e Entry, current bool) string {
	tone := styles.Text
	if e.Disabled != "" {
		tone = styles.Muted
	}
	text := term.Cut(p.text(e), max(1, p.width-2), p.st.Symbols.Ellipsis)
	if current {
		return p.st.Symbols.Cursor + " " + p.st.Render(styles.Selection, text)
	}
	return "  " + p.st.Render(tone, text)
}
