// Package dialogs holds the questions that the console asks. A dialog knows nothing of the
// console: it returns what was decided, and the root decides what that means.
package dialogs

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Choice is one of several ways to do what is asked.
type Choice struct{ Label, Explain string }

// Answer is the decision of an Ask that was not dismissed.
type Answer struct {
	Choice int    // index of the choice taken; 0 without choices
	Text   string // what was typed into the field
}

// Question is what an Ask asks.
type Question struct {
	Title   string
	Lines   []string                             // what will happen, to whom, by when
	Choices []Choice                             // none: only yes or no
	Verb    string                               // the button that does it
	Field   string                               // label of a text field; empty: none
	Initial string                               // what stands in the field
	Needs   func(choice int, text string) string // why the answer does not do yet; empty: it does
}

// Ask is a question with a Cancel button that has the focus.
type Ask struct {
	q      Question
	st     *styles.Styles
	input  *filter.Input
	choice int
	focus  int // 0 cancel, 1 do, 2 field, 3 choices
	width  int
	height int
	note   string
}

// The places that can have the focus.
const (
	onCancel = iota
	onDo
	onField
	onChoices
)

var _ kit.Dialog = (*Ask)(nil)

// NewAsk returns the dialog of a question.
func NewAsk(st *styles.Styles, q Question) *Ask {
	a := &Ask{q: q, st: st, input: filter.NewInput(200)}
	a.input.Set(q.Initial)
	return a
}

// Title names the question.
func (a *Ask) Title() string { return a.q.Title }

// Init does nothing.
func (a *Ask) Init() tea.Cmd { return nil }

// SetSize sets the room of the body.
func (a *Ask) SetSize(width, height int) { a.width, a.height = width, height }

// CapturesText reports whether the field has the focus.
func (a *Ask) CapturesText() bool { return a.focus == onField }

// Busy is never true: answers are carried out elsewhere.
func (a *Ask) Busy() bool { return false }

// Close does nothing: an Ask holds no secret.
func (a *Ask) Close() {}

// Hints lists the keys that work.
func (a *Ask) Hints() []kit.Hint {
	return []kit.Hint{{Key: "tab", Label: "move"}, {Key: "enter", Label: "press"}, {Key: "esc", Label: "cancel"}}
}

// Update takes a key.
func (a *Ask) Update(msg tea.Msg) (kit.Decision, tea.Cmd) {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil, nil
	}
	switch key.String() {
	case "esc":
		return kit.Dismissed{}, nil
	case "tab":
		a.focus = a.next(1)
	case "shift+tab":
		a.focus = a.next(-1)
	case "up", "down":
		a.choose(key.String() == "down")
	case "enter":
		return a.press(), nil
	default:
		a.typed(key)
	}
	return nil, nil
}

// order is how tab goes round.
func (a *Ask) order() []int {
	order := []int{onCancel}
	if len(a.q.Choices) > 0 {
		order = append(order, onChoices)
	}
	if a.q.Field != "" {
		order = append(order, onField)
	}
	return append(order, onDo)
}

func (a *Ask) next(step int) int {
	order := a.order()
	for i, place := range order {
		if place == a.focus {
			return order[(i+step+len(order))%len(order)]
		}
	}
	return onCancel
}

func (a *Ask) choose(down bool) {
	if len(a.q.Choices) == 0 {
		return
	}
	a.focus = onChoices
	if down {
		a.choice = min(a.choice+1, len(a.q.Choices)-1)
	} else {
		a.choice = max(a.choice-1, 0)
	}
	a.note = ""
}

func (a *Ask) typed(key tea.KeyMsg) {
	switch {
	case a.focus == onField:
		a.input.Update(key)
		a.note = ""
	case key.String() == "left" || key.String() == "right":
		if a.focus == onCancel || a.focus == onDo {
			a.focus = onCancel + onDo - a.focus
		}
	}
}

// press acts on what has the focus. Enter in the field or on a choice only moves on.
func (a *Ask) press() kit.Decision {
	switch a.focus {
	case onCancel:
		return kit.Dismissed{}
	case onField, onChoices:
		a.focus = a.next(1)
		return nil
	}
	if a.q.Needs != nil {
		if a.note = a.q.Needs(a.choice, a.input.Value()); a.note != "" {
			return nil
		}
	}
	return Answer{Choice: a.choice, Text: a.input.Value()}
}

// View shows the question. The buttons are never pushed off the screen, and neither is what has
// the focus.
func (a *Ask) View() string {
	lines, focus := a.body()
	tail := []string{a.button(onCancel, "Cancel") + "   " + a.button(onDo, a.q.Verb)}
	if term.Width(tail[0]) > a.width {
		tail = []string{a.button(onCancel, "Cancel"), a.button(onDo, a.q.Verb)}
	}
	if a.note != "" {
		tail = append(term.Wrap(a.st.Render(styles.Danger, a.note), a.width), tail...)
	}
	if room := max(0, a.height-len(tail)); len(lines) > room {
		from := max(0, min(focus-room/2, len(lines)-room))
		lines = lines[from : from+room]
	}
	return strings.Join(append(lines, tail...), "\n")
}

// body is everything above the buttons, and the line that has the focus.
func (a *Ask) body() (lines []string, focus int) {
	for _, line := range a.q.Lines {
		lines = append(lines, term.Wrap(line, a.width)...)
	}
	lines = append(lines, "")
	for i, c := range a.q.Choices {
		if a.focus == onChoices && i == a.choice {
			focus = len(lines)
		}
		lines = append(lines, a.choiceLine(i, c))
	}
	if len(a.q.Choices) > 0 {
		explain := "    " + a.q.Choices[a.choice].Explain
		lines = append(lines, a.st.Render(styles.Muted, term.Cut(explain, a.width, a.st.Symbols.Ellipsis)), "")
	}
	if a.q.Field == "" {
		return lines, focus
	}
	lines = append(lines, a.field()...)
	if a.focus == onField {
		focus = len(lines) - 1
	}
	return append(lines, ""), focus
}

// minField is the least room for what is typed; a longer label stands above it.
const minField = 16

func (a *Ask) field() []string {
	room := a.width - term.Width(a.q.Field) - 3
	if room >= minField {
		return []string{a.mark(onField) + a.q.Field + " " + a.input.View(a.st, room)}
	}
	return append(term.Wrap(a.q.Field, a.width), a.mark(onField)+a.input.View(a.st, max(1, a.width-2)))
}

func (a *Ask) choiceLine(i int, c Choice) string {
	dot := "( ) "
	if i == a.choice {
		dot = "(o) "
	}
	line := term.Cut(dot+c.Label, max(1, a.width-2), a.st.Symbols.Ellipsis)
	if a.focus == onChoices && i == a.choice {
		return a.mark(onChoices) + a.st.Render(styles.Selection, line)
	}
	return "  " + line
}

func (a *Ask) mark(place int) string {
	if a.focus == place {
		return a.st.Symbols.Cursor + " "
	}
	return "  "
}

func (a *Ask) button(place int, label string) string {
	text := "[ " + label + " ]"
	if a.focus == place {
		return a.mark(place) + a.st.Render(styles.Selection, text)
	}
	return a.mark(place) + text
}
