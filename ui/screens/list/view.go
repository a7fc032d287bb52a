package list

import (
	"fmt"
	"strings"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// From these sizes on the pane stands beside or below the table; in a smaller screen it takes all
// the room.
const (
	besideFrom = 100 // cells
	belowFrom  = 24  // lines
	maxPane    = 64  // cells
	divider    = 3   // cells between table and pane
	minTable   = 6   // lines that the table keeps when the pane stands below
	fitsFrom   = 8   // cells and lines; in less room the parts overlap and have to be clipped
)

// place is where the pane stands.
type place int

const (
	nowhere place = iota
	beside
	below
	whole
)

func (m *Model[T]) place() place {
	switch {
	case !m.open:
		return nowhere
	case m.width >= besideFrom:
		return beside
	case m.height >= belowFrom:
		return below
	}
	return whole
}

// SetSize sets the room that the screen has. What is selected, filtered and open stays.
func (m *Model[T]) SetSize(width, height int) {
	m.width, m.height = max(0, width), max(0, height)
	m.layout()
}

// layout gives table and pane their room.
func (m *Model[T]) layout() {
	width, height := m.width, m.height-m.linesAround()
	switch m.place() {
	case beside:
		width -= m.paneWidth() + divider
	case below:
		height -= m.paneHeight() + 1
	}
	m.table.SetSize(max(1, width), max(1, height))
}

func (m *Model[T]) paneWidth() int {
	if m.place() == beside {
		return min(maxPane, m.width*2/5)
	}
	return m.width
}

func (m *Model[T]) paneHeight() int {
	room := m.height - m.linesAround()
	if m.place() == below {
		return max(1, min(room*3/5, room-minTable-1))
	}
	return max(1, room)
}

// linesAround is how many lines stand above and below table and pane.
func (m *Model[T]) linesAround() int { return m.onlyLines() + m.filterLines() + m.problemLines() }

func (m *Model[T]) onlyLines() int {
	if m.table.Restricted() {
		return 1
	}
	return 0
}

func (m *Model[T]) filterLines() int {
	if m.typing || m.table.Filter() != "" {
		return 1
	}
	return 0
}

func (m *Model[T]) problemLines() int {
	if m.problem() != "" {
		return 1
	}
	return 0
}

func (m *Model[T]) problem() string {
	if m.opts.Problem == nil {
		return ""
	}
	return m.opts.Problem()
}

// View paints the list: at most as large as SetSize said.
func (m *Model[T]) View() string {
	m.table.SetStyles(m.Styles)
	m.layout()
	var parts []string
	if m.onlyLines() > 0 {
		parts = append(parts, m.onlyLine())
	}
	if m.filterLines() > 0 {
		parts = append(parts, m.filterLine())
	}
	parts = append(parts, m.body())
	if text := m.problem(); text != "" {
		parts = append(parts, m.Styles.Render(styles.Warning, term.Cut(text, m.width, m.Styles.Symbols.Ellipsis)))
	}
	view := strings.Join(parts, "\n")
	if m.width < fitsFrom || m.height < fitsFrom {
		return term.Clip(view, m.width, m.height)
	}
	return view
}

func (m *Model[T]) body() string {
	if _, total := m.table.Len(); total == 0 {
		return m.nothing()
	}
	switch m.place() {
	case beside:
		return m.joined(strings.Split(m.table.View(), "\n"), m.pane())
	case below:
		line := strings.Repeat(m.Styles.Symbols.Horizontal, m.width)
		return m.table.View() + "\n" + m.Styles.Render(styles.Border, line) + "\n" + strings.Join(m.pane(), "\n")
	case whole:
		return strings.Join(m.pane(), "\n")
	}
	return m.table.View()
}

// joined puts the pane to the right of the table.
func (m *Model[T]) joined(left, right []string) string {
	width := m.width - m.paneWidth() - divider
	bar := " " + m.Styles.Render(styles.Border, m.Styles.Symbols.Vertical) + " "
	var b strings.Builder
	for i, line := range left {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(term.Pad(line, width))
		b.WriteString(bar)
		if i < len(right) {
			b.WriteString(right[i])
		}
	}
	return b.String()
}

// onlyLine says why the list is not whole, and how it becomes so. The key is said even where the
// reason has to be cut.
func (m *Model[T]) onlyLine() string {
	const how = "; esc shows all"
	room := max(1, m.width-term.Width(how)-len("only: "))
	text := m.Styles.Render(styles.Badge, "only: "+term.Cut(m.why, room, m.Styles.Symbols.Ellipsis)) + m.Styles.Render(styles.Muted, how)
	return term.Cut(text, m.width, "")
}

// filterLine shows what is typed, or what the list is narrowed to.
func (m *Model[T]) filterLine() string {
	shown, total := m.table.Len()
	count := fmt.Sprintf("  %s of %s", cells.Count(int64(shown)), cells.Count(int64(total)))
	room := max(1, m.width-2-term.Width(count))
	text := m.Styles.Render(styles.Text, term.Cut(m.table.Filter(), room, m.Styles.Symbols.Ellipsis))
	if m.typing {
		text = m.input.View(m.Styles, room)
	}
	return term.Cut(m.Styles.Render(styles.Key, "/")+" "+text+m.Styles.Render(styles.Muted, count), m.width, "")
}

// nothing says why there are no rows.
func (m *Model[T]) nothing() string {
	lines := m.opts.Empty()
	switch {
	case m.opts.Local:
	case !m.Book.HasSpace && !m.Book.Online:
		lines = words.NothingLoaded(m.Book.Trouble, "To do: ")
	case m.loading():
		lines = []string{"loading" + m.Styles.Symbols.Ellipsis}
	}
	page := detail.Page{Styles: m.Styles, Clock: m.Clock(), Width: max(1, m.width-2)}
	for _, line := range lines {
		page.Text(styles.Muted, line)
	}
	return "\n  " + strings.Join(page.Lines(), "\n  ")
}

func (m *Model[T]) loading() bool {
	if m.opts.Loading != nil {
		return m.opts.Loading()
	}
	if m.opts.Local {
		return false
	}
	return m.Book.Loading && m.Book.HasSpace || !m.Book.HasSpace && m.Book.Online
}

// Status tells how much is shown, marked and still to come.
func (m *Model[T]) Status() string {
	shown, total := m.table.Len()
	text := cells.Count(int64(total))
	if shown != total {
		text = cells.Count(int64(shown)) + " of " + text
	}
	if n := m.table.Marked(); n > 0 {
		text += ", " + cells.Count(int64(n)) + " marked"
	}
	if m.loading() {
		text += ", loading" + m.Styles.Symbols.Ellipsis
	}
	return text
}
