package overview

import (
	"fmt"
	"strings"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/when"
	"example.com/keyturn/ui/term"
)

const (
	severityWidth = 15
	barWidth      = 24
	minSteps      = 3 // lines that the list of steps keeps when the screen is low
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

func (s *Screen) loading() bool { return s.Book.Loading || !s.Book.HasSpace && s.Book.Online }

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
	facts := page.Lines()
	steps := s.stepLines()
	if over := len(facts) + 2 + min(len(steps), minSteps) - s.height; over > 0 {
		facts = facts[:max(1, len(facts)-over)]
	}
	room := max(1, s.height-len(facts)-2)
	lines := append(facts, "", s.Styles.Render(styles.Title, "What to do next"))
	lines = append(lines, s.window(steps, room)...)
	if left := s.height - len(lines); left > 3 {
		lines = append(lines, s.calendar(left)...)
	}
	return term.Clip(strings.Join(lines, "\n"), s.width, s.height)
}

func (s *Screen) page() *detail.Page {
	return &detail.Page{Styles: s.Styles, Clock: s.Clock(), Width: s.width}
}

func (s *Screen) waiting() string {
	if !s.Book.Online && !s.Book.Loading {
		return s.Styles.Render(styles.Warning, "The service does not answer, and nothing has been loaded yet.")
	}
	return s.Styles.Render(styles.Muted, "loading"+s.Styles.Symbols.Ellipsis)
}

// facts writes where the workspace stands.
func (s *Screen) facts(p *detail.Page) {
	w, clock := s.Book.Workspace, s.Clock()
	text, tone := sunset(w.Sunset, clock)
	p.Fact("sunset", text, tone)
	text, tone = downtime(w.Sunset, clock)
	p.Fact("downtime", text, tone)
	text, tone = legacyLeft(w.Counts)
	p.Fact("legacy keys", text, tone)
	p.Fact("migration", s.progress(w.Counts), styles.Text)
	text, tone = rotations(w.Counts.OpenRotations)
	p.Fact("rotations", text, tone)
	p.Fact("workspace", fmt.Sprintf("%s members, %s seats, %s CI tokens", cells.Count(int64(w.Counts.Members)),
		cells.Count(int64(w.Counts.Seats)), cells.Count(int64(w.Counts.CITokens))), styles.Text)
}

func sunset(c models.Sunset, clock when.Clock) (string, styles.Tone) {
	switch phase, _ := c.Phase(clock.Now); {
	case phase == models.SunsetOver:
		return "over: legacy keys are refused for good since " + clock.Moment(c.End), styles.Danger
	case c.End.IsZero():
		return "no end date is set", styles.Muted
	case phase == models.BeforeSunset && !c.Start.IsZero():
		return fmt.Sprintf("begins %s, ends in %s: %s", clock.In(c.Start), days(clock.Days(c.End)), clock.Moment(c.End)), styles.Text
	}
	tone := styles.Text
	if clock.Days(c.End) <= 30 {
		tone = styles.Warning
	}
	return days(clock.Days(c.End)) + " left: legacy keys end " + clock.Moment(c.End), tone
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return cells.Count(int64(n)) + " days"
}

func downtime(c models.Sunset, clock when.Clock) (string, styles.Tone) {
	d := c.Next(clock.Now)
	phase, _ := c.Phase(clock.Now)
	switch {
	case d == nil || phase == models.SunsetOver:
		return "none planned", styles.Muted
	case d.Contains(clock.Now):
		return "now: legacy keys are refused; ends " + clock.In(d.End) + ": " + clock.Window(*d), styles.Danger
	}
	return clock.In(d.Start) + ": " + clock.Window(*d), styles.Warning
}

func legacyLeft(c models.Counts) (string, styles.Tone) {
	if c.Legacy() == 0 {
		return "none left: the migration is done", styles.OK
	}
	return fmt.Sprintf("%s left: %s used, %s unused, %s without an owner", cells.Count(int64(c.Legacy())),
		cells.Count(int64(c.LegacyUsed)), cells.Count(int64(c.LegacyUnused)), cells.Count(int64(c.LegacyNoOwner))), styles.Legacy
}

// progress draws how much of what was legacy has moved.
func (s *Screen) progress(c models.Counts) string {
	all := c.Migrated + c.Legacy()
	if all == 0 {
		return "nothing to move"
	}
	sym := s.Styles.Symbols
	full := barWidth * c.Migrated / all
	text := fmt.Sprintf("%s of %s moved (%d %%)", cells.Count(int64(c.Migrated)), cells.Count(int64(all)), 100*c.Migrated/all)
	if s.width < 60 {
		return text
	}
	return strings.Repeat(sym.BarFull, full) + strings.Repeat(sym.BarEmpty, barWidth-full) + " " + text
}

func rotations(open int) (string, styles.Tone) {
	if open == 0 {
		return "none open", styles.Muted
	}
	return cells.Count(int64(open)) + " open", styles.Accent
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

func (s *Screen) stepLine(step step, current bool) string {
	severity := cells.Severity(step.severity)
	text := step.text()
	if effect := step.effect(); effect != "" {
		text += "; " + effect
	}
	word := term.Pad(severity.Text, severityWidth) + " "
	if s.width < 60 {
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
	for _, d := range up {
		text := s.Clock().Window(d)
		if d.Note != "" {
			text += "  " + d.Note
		}
		page.Fact(s.Clock().In(d.Start), text, styles.Text)
	}
	lines := append([]string{""}, page.Lines()...)
	return lines[:min(len(lines), room)]
}
