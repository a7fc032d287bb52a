package list

import (
	"fmt"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/term"
)

// paneLines is the whole text of the pane, without its heading.
func (m *Model[T]) paneLines(row *T) []string {
	page := detail.Page{Styles: m.Styles, Clock: m.Clock(), Width: max(1, m.paneWidth())}
	m.opts.Detail(&page, row, m.usageOf(row))
	return page.Lines()
}

func (m *Model[T]) usageOf(row *T) detail.Usage {
	if c := m.opts.Credential(row); c != nil {
		return m.usage.known[keyOf(c)]
	}
	return detail.Usage{}
}

// paneSize is how many lines of text the pane shows: its heading and its last line are taken.
func (m *Model[T]) paneSize() int { return max(1, m.paneHeight()-2) }

func (m *Model[T]) paneHasMore() bool {
	row := m.table.Current()
	return row != nil && m.scroll+m.paneSize() < len(m.paneLines(row))
}

// pane is the lines of the detail pane that fit.
func (m *Model[T]) pane() []string {
	row := m.table.Current()
	if row == nil {
		return []string{m.Styles.Render(styles.Muted, term.Cut("nothing is selected", m.paneWidth(), ""))}
	}
	text := m.paneLines(row)
	m.scroll = max(0, min(m.scroll, len(text)-1))
	end := min(len(text), m.scroll+m.paneSize())
	lines := []string{m.Styles.Render(styles.Title, term.Cut(m.opts.Name(row), m.paneWidth(), m.Styles.Symbols.Ellipsis))}
	lines = append(lines, text[m.scroll:end]...)
	if hint := m.paneHint(end, len(text)); hint != "" {
		lines = append(lines, m.Styles.Render(styles.Muted, term.Cut(hint, m.paneWidth(), "")))
	}
	return lines
}

func (m *Model[T]) paneHint(end, total int) string {
	switch {
	case end < total:
		return fmt.Sprintf("pgdown: %d lines more, enter closes", total-end)
	case m.scroll > 0:
		return "pgup: back to the top, enter closes"
	case m.place() == whole:
		return "enter closes"
	}
	return ""
}
