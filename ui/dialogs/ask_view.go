package dialogs

import (
	"fmt"
	"strings"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Hints lists the keys that work; what is out of sight comes first.
func (a *Ask) Hints() []kit.Hint {
	hints := []kit.Hint{{Key: "tab", Label: "move"}, {Key: "enter", Label: "press"}, {Key: "esc", Label: "cancel"}}
	lines, _ := a.body()
	room := a.room()
	switch below := len(lines) - room - a.top; {
	case len(lines) <= room:
		return hints
	case below > 0:
		return append([]kit.Hint{{Key: "pgdn", Label: fmt.Sprintf("%d more", below)}}, hints...)
	}
	return append([]kit.Hint{{Key: "pgup", Label: "back"}}, hints...)
}

// span is the lines of the body that must be in sight.
type span struct{ from, to int }

// View shows the question. The buttons are never pushed off the screen, and neither is what has
// the focus.
func (a *Ask) View() string {
	lines, focus := a.body()
	room := a.room()
	if a.follow {
		a.top = max(min(a.top, focus.from), min(focus.from, focus.to+1-room))
		a.follow = false
	}
	a.top = max(0, min(a.top, len(lines)-room))
	if len(lines) < room {
		lines = append(lines, "")
	}
	lines = lines[a.top:min(len(lines), a.top+room)]
	return strings.Join(append(lines, a.tail()...), "\n")
}

// room is how many lines are left above the buttons.
func (a *Ask) room() int { return max(0, a.height-len(a.tail())) }

func (a *Ask) scroll(pages int) {
	a.top += pages * max(1, a.room()-1)
	a.follow = false
	lines, _ := a.body()
	a.top = max(0, min(a.top, len(lines)-a.room()))
}

// tail is the buttons, with the reason why they do not do it yet.
func (a *Ask) tail() []string {
	tail := []string{a.button(onCancel, "Cancel") + "   " + a.button(onDo, a.q.Verb)}
	if term.Width(tail[0]) > a.width {
		tail = []string{a.button(onCancel, "Cancel"), a.button(onDo, a.q.Verb)}
	}
	if a.note == "" {
		return tail
	}
	note := term.Wrap(a.note, max(1, a.width))
	for i, line := range note {
		note[i] = a.st.Render(styles.Danger, line)
	}
	return append(note, tail...)
}

// body is everything above the buttons, and what has the focus in it.
func (a *Ask) body() (lines []string, focus span) {
	for _, line := range a.q.Lines {
		lines = append(lines, wrapped(line, a.width)...)
	}
	if len(a.q.Choices) > 0 || a.field() != "" {
		lines = append(lines, "")
	}
	if len(a.q.Choices) > 0 {
		choices, chosen := a.choices()
		if a.focus == onChoices {
			focus = span{from: len(lines) + chosen.from, to: len(lines) + chosen.to}
		}
		lines = append(lines, choices...)
	}
	if a.field() == "" {
		return lines, a.orHere(focus)
	}
	if len(a.q.Choices) > 0 {
		lines = append(lines, "")
	}
	first := len(lines)
	lines = append(lines, a.fieldLines()...)
	if a.focus == onField {
		focus = span{from: first, to: len(lines) - 1}
	}
	return lines, a.orHere(focus)
}

// orHere leaves the body where it is while a button has the focus.
func (a *Ask) orHere(focus span) span {
	if a.focus == onCancel || a.focus == onDo {
		return span{from: a.top, to: a.top}
	}
	return focus
}

// wrapped breaks a line; what it goes on with stands as far in as its beginning.
func wrapped(line string, width int) []string {
	text := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(text)]
	if len(indent) >= width {
		indent = ""
	}
	lines := term.Wrap(text, max(1, width-len(indent)))
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}

// tight is the height below which a choice is explained at once below it: there is no room to look
// from one to the other.
const tight = 14

// choices is the lines of the choices with what the chosen one means, and where these two are.
func (a *Ask) choices() (lines []string, chosen span) {
	for i, c := range a.q.Choices {
		lines = append(lines, a.choiceLine(i, c))
		if i == a.choice {
			chosen.from = i
			if a.height < tight {
				lines = append(lines, a.explained()...)
				chosen.to = len(lines) - 1
			}
		}
	}
	if a.height >= tight {
		lines = append(lines, a.explained()...)
		chosen.to = len(lines) - 1
	}
	return lines, chosen
}

// hanging is wrapped for a line that begins with a label: what it goes on with stands behind that.
func hanging(line string, label, width int) []string {
	if label == 0 || width < 3*label {
		return wrapped(line, width)
	}
	lines := term.Wrap(line[label:], width-label)
	for i := range lines {
		if i == 0 {
			lines[i] = line[:label] + lines[i]
		} else {
			lines[i] = strings.Repeat(" ", label) + lines[i]
		}
	}
	return lines
}

func (a *Ask) explained() []string {
	if a.q.Explain == nil {
		return nil
	}
	var lines []string
	for _, text := range a.q.Explain(a.choice, a.text()) {
		for _, line := range wrapped("    "+text, a.width) {
			lines = append(lines, a.st.Render(styles.Muted, line))
		}
	}
	return lines
}

// minField is the least room for what is typed; a longer label stands above it.
const minField = 16

func (a *Ask) fieldLines() []string {
	label := a.field()
	room := a.width - term.Width(label) - 3
	if room >= minField {
		return []string{a.mark(onField) + label + " " + a.input().View(a.st, room)}
	}
	return append(term.Wrap(label, max(1, a.width)), a.mark(onField)+a.input().View(a.st, max(1, a.width-2)))
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

func (a *Ask) mark(p place) string {
	if a.focus == p {
		return a.st.Symbols.Cursor + " "
	}
	return "  "
}

func (a *Ask) button(p place, label string) string {
	text := "[ " + label + " ]"
	if a.focus == p {
		return a.mark(p) + a.st.Render(styles.Selection, text)
	}
	return a.mark(p) + text
}
