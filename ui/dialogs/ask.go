// Package dialogs holds the questions that the console asks. A dialog knows nothing of the
// console: it returns what was decided, and the root decides what that means.
package dialogs

import (
	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/kit"
)

// Choice is one of several ways to do what is asked.
type Choice struct {
	Label string
	Field string // label of a text field that only this choice has; empty: the question's own
}

// Answer is the decision of an Ask that was not dismissed.
type Answer struct {
	Choice int    // index of the choice taken; 0 without choices
	Text   string // what was typed into the field
}

// Question is what an Ask asks.
type Question struct {
	Title   string                                 // what is asked: "revoke"
	Place   string                                 // where, if there is room to say it: " in Acme"
	Targets []*models.Credential                   // what it is about; the title names it
	Lines   []string                               // what will happen, to whom, by when
	Choices []Choice                               // none: only yes or no
	Explain func(choice int, text string) []string // what the choice means; nil: nothing
	Verb    string                                 // the button that does it
	Field   string                                 // label of a text field; empty: none
	Initial string                                 // what stands in the field
	Needs   func(choice int, text string) string   // why the answer does not do yet; empty: it does
}

// Ask is a question with a Cancel button that has the focus.
type Ask struct {
	q      Question
	st     *styles.Styles
	inputs map[string]*filter.Input // by label: what was typed for one choice is not for another
	choice int
	focus  place
	width  int
	height int
	note   string
	top    int  // lines scrolled out above the buttons
	follow bool // the focus has moved: it must be in sight
}

// place is what can have the focus.
type place int

const (
	onCancel place = iota
	onDo
	onField
	onChoices
)

// maxTyped is how many characters a field takes.
const maxTyped = 400

var _ kit.Dialog = (*Ask)(nil)

// NewAsk returns the dialog of a question.
func NewAsk(st *styles.Styles, q Question) *Ask {
	a := &Ask{q: q, st: st, inputs: map[string]*filter.Input{}}
	a.input().Set(q.Initial)
	return a
}

// Title names the question and what it is about.
func (a *Ask) Title() string { return titled(a.q.Title, a.q.Place, a.q.Targets, a.width) }

// Init does nothing.
func (a *Ask) Init() tea.Cmd { return nil }

// SetSize sets the room of the body.
func (a *Ask) SetSize(width, height int) {
	a.width, a.height = width, height
	a.follow = a.focus == onField || a.focus == onChoices
}

// CapturesText reports whether the field has the focus.
func (a *Ask) CapturesText() bool { return a.focus == onField }

// Busy is never true: answers are carried out elsewhere.
func (a *Ask) Busy() bool { return false }

// Close does nothing: an Ask holds no secret.
func (a *Ask) Close() {}

// field is the label of the field that is there now, or "".
func (a *Ask) field() string {
	if len(a.q.Choices) > 0 && a.q.Choices[a.choice].Field != "" {
		return a.q.Choices[a.choice].Field
	}
	return a.q.Field
}

func (a *Ask) input() *filter.Input {
	label := a.field()
	if a.inputs[label] == nil {
		a.inputs[label] = filter.NewInput(maxTyped)
	}
	return a.inputs[label]
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
		a.moveTo(a.next(1))
	case "shift+tab":
		a.moveTo(a.next(-1))
	case "up", "down":
		a.choose(key.String() == "down")
	case "pgup":
		a.scroll(-1)
	case "pgdown":
		a.scroll(1)
	case "enter":
		return a.press(), nil
	default:
		a.typed(key)
	}
	return nil, nil
}

func (a *Ask) moveTo(p place) {
	a.focus, a.follow = p, true
	if a.note == toField {
		a.note = ""
	}
}

// order is how tab goes round.
func (a *Ask) order() []place {
	order := []place{onCancel}
	if len(a.q.Choices) > 0 {
		order = append(order, onChoices)
	}
	if a.field() != "" {
		order = append(order, onField)
	}
	return append(order, onDo)
}

func (a *Ask) next(step int) place {
	order := a.order()
	for i, place := range order {
		if place == a.focus {
			return order[(i+step+len(order))%len(order)]
		}
	}
	return onCancel
}

// choose moves through the choices; from the field it goes back to them. Without any, the arrows scroll.
func (a *Ask) choose(down bool) {
	step := -1
	if down {
		step = 1
	}
	if len(a.q.Choices) == 0 {
		a.top, a.follow = a.top+step, false
		return
	}
	if a.focus == onChoices || a.focus != onField && step > 0 {
		a.choice = max(0, min(a.choice+step, len(a.q.Choices)-1))
	}
	a.moveTo(onChoices)
	a.note = ""
}

func (a *Ask) typed(key tea.KeyMsg) {
	switch {
	case a.focus == onField:
		a.input().Update(key)
		a.note, a.follow = "", true
	case key.String() == "left" || key.String() == "right":
		if a.focus == onCancel || a.focus == onDo {
			a.moveTo(onCancel + onDo - a.focus)
		}
	case a.field() != "" && key.Type == tea.KeyRunes:
		a.note = toField // what is typed here would be lost without a word
	}
}

const toField = "nothing was typed: tab goes to the field"

// press acts on what has the focus. Enter in the field or on a choice only moves on.
func (a *Ask) press() kit.Decision {
	switch a.focus {
	case onCancel:
		return kit.Dismissed{}
	case onField, onChoices:
		a.moveTo(a.next(1))
		return nil
	}
	if a.q.Needs != nil {
		if a.note = a.q.Needs(a.choice, a.text()); a.note != "" {
			return nil
		}
	}
	return Answer{Choice: a.choice, Text: a.text()}
}

// text is what was typed into the field that is there now.
func (a *Ask) text() string {
	if a.field() == "" {
		return ""
	}
	return a.input().Value()
}
