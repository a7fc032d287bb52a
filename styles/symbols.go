package styles

import "strings"

// Symbols are the signs that stand beside words, never in their place. None is of ambiguous
// width or from a private-use font.
type Symbols struct {
	ASCII                      bool
	Cursor, Mark               string
	Up, Down                   string // sort order
	Ellipsis                   string
	BarFull, BarEmpty          string
	Bullet                     string
	StepDone, StepNow, StepDue string
	Vertical, Horizontal       string
	TopLeft, TopRight          string
	BottomLeft, BottomRight    string
}

func symbolsFor(ascii bool) Symbols {
	s := Symbols{
		ASCII: ascii, Cursor: ">", Mark: "*", Up: "^", Down: "v", Ellipsis: "~", BarFull: "#", BarEmpty: "-", Bullet: "-",
		StepDone: "x", StepNow: ">", StepDue: " ", Vertical: "|", Horizontal: "-", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
	}
	if ascii {
		return s
	}
	s.Up, s.Down, s.Ellipsis, s.BarFull, s.BarEmpty = "↑", "↓", "…", "█", "░"
	s.Bullet, s.StepDone, s.StepNow, s.StepDue = "•", "✓", "▸", "·"
	s.Vertical, s.Horizontal = "│", "─"
	s.TopLeft, s.TopRight, s.BottomLeft, s.BottomRight = "╭", "╮", "╰", "╯"
	return s
}

// Bar draws how much of all of it is done, so many cells wide.
func (s Symbols) Bar(done, all, width int) string {
	full := width * done / max(1, all)
	return strings.Repeat(s.BarFull, full) + strings.Repeat(s.BarEmpty, width-full)
}
