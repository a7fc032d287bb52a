package overview

import (
	"fmt"
	"slices"
	"strings"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/todo"
	"example.com/keyturn/ui/words"
)

const (
	severityWidth = 15
	barWidth      = 24
	minSteps      = 3  // lines that the list of steps keeps when the screen is low
	lowBelow      = 14 // lines
	narrowBelow   = 60 // cells: each fact gets one line, and dates give way to what they mean
)

// Status tells how much is to be done.
func (s *Screen) Status() string {
	switch n := len(s.steps); {
	case s.loading():
		return "loading" + s.Styles.Symbols.Ellipsis
	case n == 1:
		return "1 step"
	default:
		return fmt.Sprintf("%d steps", n)
	}
}

func (s *Screen) loading() bool {
	return s.Book.Loading && s.Book.HasSpace || !s.Book.HasSpace && s.Book.Online
}

// View paints the screen: at most as large as SetSize said.
func (s *Screen) View() string {
	if s.width == 0 || s.height == 0 {
		return ""
	}
	if !s.Book.HasSpace {
		return term.Clip(s.waiting(), s.width, s.height)
	}
	page := s.page()
	s.facts(page)
	notes, facts, steps := s.notes(), page.Lines(), s.stepLines()
	head := s.stepsHeading()
	if over := len(notes) + len(facts) + len(head) + min(len(steps), minSteps) - s.height; over > 0 {
		facts = facts[:max(0, len(facts)-over)]
	}
	if len(notes)+len(facts) == 0 {
		facts = page.Lines()[:1]
	}
	lines := slices.Concat(notes, facts, head)
	room := max(1, s.height-len(lines))
	lines = append(lines, s.window(steps, room)...)
	if left := s.height - len(lines); left > 3 {
		lines = append(lines, s.calendar(left)...)
	}
	return term.Clip(strings.Join(lines, "\n"), s.width, s.height)
}

// notes is what must not be overlooked, for as long as it is so. It stays where facts give way.
func (s *Screen) notes() []string {
	page := s.page()
	if s.Book.Doubt != nil {
		page.Text(styles.Warning, s.Book.Doubt.Error()+". Run keyturn events verify.")
	}
	left := words.LeftAndHow(s.Book.Plans(), s.Book.Unfinished(), words.Naming(s.Book.Credential), words.ToFinishAsk, words.ToFinishGoOn)
	if left != "" {
		page.Text(styles.Warning, words.Capital(left))
	}
	return page.Lines()
}

// stepsHeading stands clear of the facts where there is room.
func (s *Screen) stepsHeading() []string {
	title := s.Styles.Render(styles.Title, "What to do next")
	if s.height < lowBelow {
		return []string{title}
	}
	return []string{"", title}
}

func (s *Screen) page() *detail.Page {
	return &detail.Page{Styles: s.Styles, Clock: s.Clock(), Width: s.width}
}

func (s *Screen) waiting() string {
	if !s.Book.Online {
		page := s.page()
		for _, line := range words.NothingLoaded(s.Book.Trouble, "To do: ") {
			page.Text(styles.Warning, line)
		}
		return strings.Join(page.Lines(), "\n")
	}
	return s.Styles.Render(styles.Muted, "loading"+s.Styles.Symbols.Ellipsis)
}

// stepLines paints every step, the selected one with the cursor.
func (s *Screen) stepLines() []string {
	if len(s.steps) == 0 {
		return []string{s.Styles.Render(styles.Muted, term.Cut(s.nothingToDo(), s.width, ""))}
	}
	lines := make([]string, len(s.steps))
	at := s.at()
	for i, step := range s.steps {
		lines[i] = s.stepLine(step, i == at)
	}
	return lines
}

func (s *Screen) nothingToDo() string {
	switch {
	case s.loading():
		return "  loading" + s.Styles.Symbols.Ellipsis
	case s.Book.Workspace.Counts.Legacy() == 0:
		return "  Nothing: no legacy key is left. Well done."
	}
	return "  Nothing."
}

func (s *Screen) stepLine(step todo.Step, current bool) string {
	severity := cells.Severity(step.Severity)
	text := step.Text()
	if effect := step.Effect(); effect != "" {
		text += "; " + effect
	}
	word := term.Pad(severity.Text, severityWidth) + " "
	if s.narrow() {
		word = ""
	}
	tail := s.Styles.Symbols.Ellipsis
	if current {
		line := s.Styles.Symbols.Cursor + " " + word + text
		return s.Styles.Render(styles.Selection, term.Fit(line, s.width, tail))
	}
	room := max(0, s.width-2-term.Width(word))
	return "  " + s.Styles.Render(severity.Tone, word) + s.Styles.Render(styles.Text, term.Cut(text, room, tail))
}

// window keeps the selected step in sight.
func (s *Screen) window(lines []string, room int) []string {
	from := max(0, min(s.at()-room/2, len(lines)-room))
	return lines[from:min(len(lines), from+room)]
}

// calendar lists the downtimes to come, as far as there is room.
func (s *Screen) calendar(room int) []string {
	up := s.Book.Workspace.Sunset.Upcoming(s.Clock().Now)
	if len(up) == 0 {
		return nil
	}
	page := s.page()
	page.Text(styles.Title, "Downtimes to come")
	width := 0
	for _, d := range up {
		width = max(width, term.Width(s.Clock().In(d.Start)))
	}
	for _, d := range up {
		text := s.Clock().Window(d)
		if d.Note != "" {
			text += "  " + d.Note
		}
		page.Text(styles.Text, term.Fit(s.Clock().In(d.Start), width, "")+"  "+text)
	}
	lines := append([]string{""}, page.Lines()...)
	return lines[:min(len(lines), room)]
}
