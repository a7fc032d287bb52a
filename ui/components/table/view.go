package table

import (
	"strings"
	"unicode/utf8"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/term"
)

// Widths of what stands before and between the columns.
const (
	gutter = 3 // cursor, mark, blank
	gap    = 2
)

// placed is a column with the width it got.
type placed struct{ column, width int }

// place decides which columns are shown and how wide they are.
func (m *Model[T]) place() {
	m.layout = nil
	var list []int
	for i := range m.opts.Columns {
		if i == 0 || i > m.left {
			list = append(list, i)
		}
	}
	room := m.width - gutter
	for len(list) > 1 && m.needed(list) > room {
		list = m.drop(list)
	}
	weights, used := 0, -gap
	for _, i := range list {
		c := m.opts.Columns[i]
		weights += c.Weight
		used += c.Min + gap
	}
	spare := max(0, room-used)
	for _, i := range list {
		c := m.opts.Columns[i]
		width := c.Min
		if weights > 0 && c.Weight > 0 {
			share := spare * c.Weight / weights
			width += share
			spare -= share
			weights -= c.Weight
		}
		m.layout = append(m.layout, placed{column: i, width: min(width, max(1, room))})
	}
}

func (m *Model[T]) needed(list []int) int {
	sum := -gap
	for _, i := range list {
		sum += m.opts.Columns[i].Min + gap
	}
	return sum
}

// drop takes away the column that is least worth its room: the highest Drop, else the last.
func (m *Model[T]) drop(list []int) []int {
	worst := len(list) - 1
	for at, i := range list {
		if at > 0 && m.opts.Columns[i].Drop > m.opts.Columns[list[worst]].Drop {
			worst = at
		}
	}
	return append(append([]int{}, list[:worst]...), list[worst+1:]...)
}

// View returns the header and the rows: exactly as many lines as SetSize said, none too wide. It
// is written in one piece: a key waits for it.
func (m *Model[T]) View() string {
	if m.height <= 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(m.height * (m.width + 16*len(m.layout)))
	b.WriteString(m.header())
	lines := 1
	for i := m.top; i < len(m.shown) && lines < m.height; i++ {
		b.WriteByte('\n')
		m.row(&b, m.shown[i], i == m.at)
		lines++
	}
	if len(m.shown) == 0 && lines < m.height {
		b.WriteString("\n" + m.nothing())
		lines++
	}
	for ; lines < m.height; lines++ {
		b.WriteByte('\n')
	}
	return b.String()
}

func (m *Model[T]) nothing() string {
	text := m.opts.Empty
	switch {
	case len(m.sorted) > 0 && m.pattern.Empty():
		text = "none of these rows is left; esc shows all"
	case len(m.sorted) > 0:
		text = "nothing matches " + m.pattern.Text + "; esc shows all again"
	}
	st := m.opts.Styles
	return st.Render(styles.Muted, term.Cut("   "+text, m.width, st.Symbols.Ellipsis))
}

func (m *Model[T]) header() string {
	st := m.opts.Styles
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", gutter))
	for n, p := range m.layout {
		c := m.opts.Columns[p.column]
		title := c.Title
		if p.column == m.sortBy {
			arrow := st.Symbols.Up
			if m.desc {
				arrow = st.Symbols.Down
			}
			title = term.Cut(title, max(0, p.width-2), "") + " " + arrow
		}
		if n > 0 {
			b.WriteString(strings.Repeat(" ", gap))
		}
		b.WriteString(aligned(title, p.width, c.Right, st.Symbols.Ellipsis))
	}
	return st.Render(styles.Title, term.Cut(strings.TrimRight(b.String(), " "), m.width, ""))
}

func aligned(text string, width int, right bool, tail string) string {
	text = term.Cut(text, width, tail)
	if right {
		return term.PadLeft(text, width)
	}
	return term.Pad(text, width)
}

func (m *Model[T]) row(b *strings.Builder, e *entry[T], current bool) {
	if !current && m.width > gutter {
		m.cells(b, e, false)
		return
	}
	var cells strings.Builder
	m.cells(&cells, e, current)
	line := cells.String()
	if m.width <= gutter { // there is no room for any column
		line = term.Cut(line, m.width, "")
	}
	if current {
		line = m.selected(line)
	}
	b.WriteString(line)
}

// cells writes the cells of a row; those of the current one without the colours of their tones.
func (m *Model[T]) cells(b *strings.Builder, e *entry[T], current bool) {
	st := m.opts.Styles
	cursor, mark := " ", " "
	if current {
		cursor = st.Symbols.Cursor
	}
	if e.marked {
		mark = st.Symbols.Mark
	}
	b.WriteString(cursor)
	b.WriteString(mark)
	b.WriteByte(' ')
	for n, p := range m.layout {
		if n > 0 {
			b.WriteString("  ")
		}
		c := m.opts.Columns[p.column]
		cell := c.Cell(e.item)
		text := cell.cut(p.width, st.Symbols.Ellipsis)
		highlight := m.pattern.Highlight(text)
		if cell.Tail != "" {
			text = term.Cut(text+" "+cell.Tail, p.width, "")
		}
		blanks := p.width - term.Width(text)
		if c.Right {
			term.Blanks(b, blanks)
		}
		switch {
		case len(highlight) > 0:
			b.WriteString(m.painted(text, highlight, cell.Tone, current))
		case current:
			b.WriteString(text)
		default:
			st.Tone(cell.Tone).Write(b, text)
		}
		if !c.Right {
			term.Blanks(b, blanks)
		}
	}
}

// cut is the text, without its tail, in the room that the column has. A path stays as far in as it stood.
func (c Cell) cut(room int, sign string) string {
	if c.Tail != "" {
		room = max(1, room-1-term.Width(c.Tail))
	}
	path := strings.TrimLeft(c.Text, " ")
	indent := c.Text[:len(c.Text)-len(path)]
	if !c.Path || len(indent) >= room {
		return term.Cut(c.Text, room, sign)
	}
	return indent + term.CutStart(path, room-len(indent), sign)
}

// selected paints the whole row: the selection's look begins again after each highlighted letter.
func (m *Model[T]) selected(line string) string {
	st := m.opts.Styles
	line = term.Pad(line, m.width)
	const reset = "\x1b[0m"
	parts := strings.Split(line, reset)
	for i, part := range parts {
		if at := strings.Index(part, "\x1b["); at >= 0 {
			parts[i] = st.Render(styles.Selection, part[:at]) + part[at:] + reset
			continue
		}
		parts[i] = st.Render(styles.Selection, part)
	}
	return strings.Join(parts, "")
}

// painted renders a cell with the runes that the filter matched standing out, each with all of the
// character that it is part of.
func (m *Model[T]) painted(text string, highlight []int, tone styles.Tone, current bool) string {
	st := m.opts.Styles
	var b, run strings.Builder
	on := false
	flush := func() {
		switch {
		case on:
			b.WriteString(st.Render(styles.Match, run.String()))
		case current:
			b.WriteString(run.String())
		default:
			b.WriteString(st.Render(tone, run.String()))
		}
		run.Reset()
	}
	at := 0 // runes so far
	for cluster := range term.Clusters(text) {
		at += utf8.RuneCountInString(cluster)
		hit := false
		for len(highlight) > 0 && highlight[0] < at {
			hit, highlight = true, highlight[1:]
		}
		if hit != on {
			flush()
			on = hit
		}
		run.WriteString(cluster)
	}
	flush()
	return b.String()
}
