// Package detail writes the detail pane: everything that is known of one credential, as lines for
// a given width. It paints values that it is given; it asks nobody, and it never sees a secret.
package detail

import (
	"strings"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/when"
)

// labelWidth is the room that a fact's label gets.
const labelWidth = 11

// Page collects the lines of a pane.
type Page struct {
	Styles *styles.Styles
	Clock  when.Clock
	Width  int
	Spoken bool // for ears: one line a fact, whole, without columns, signs and colours
	lines  []string
	label  string // of the last fact
}

// Lines returns what was written, no line wider than the page unless it is spoken.
func (p *Page) Lines() []string { return p.lines }

// Heading begins a section.
func (p *Page) Heading(text string) {
	if len(p.lines) > 0 && !p.Spoken {
		p.lines = append(p.lines, "")
	}
	p.Text(styles.Title, text)
}

// Text writes a paragraph.
func (p *Page) Text(tone styles.Tone, text string) { p.indented(tone, "", text) }

// Item writes a paragraph that begins with a sign and stays clear of it.
func (p *Page) Item(tone styles.Tone, sign, text string) { p.indented(tone, sign+" ", text) }

// Fact writes a label and what it says. An empty value is left out.
func (p *Page) Fact(label, value string, tone styles.Tone) {
	if value == "" {
		return
	}
	if p.Spoken {
		if label != "" {
			p.label = label
		}
		p.lines = append(p.lines, p.label+": "+value)
		return
	}
	room := p.Width - labelWidth - 1
	if room < labelWidth {
		p.Text(styles.Muted, label)
		p.indented(tone, "  ", value)
		return
	}
	for i, line := range term.Wrap(value, room) {
		head := strings.Repeat(" ", labelWidth+1)
		if i == 0 {
			head = p.Styles.Render(styles.Muted, term.Fit(label, labelWidth, "")) + " "
		}
		p.lines = append(p.lines, head+p.Styles.Render(tone, term.Cut(line, room, "")))
	}
}

func (p *Page) indented(tone styles.Tone, first, text string) {
	if p.Spoken {
		p.lines = append(p.lines, text)
		return
	}
	width := term.Width(first)
	for i, line := range term.Wrap(text, max(1, p.Width-width)) {
		lead := first
		if i > 0 {
			lead = strings.Repeat(" ", width)
		}
		p.lines = append(p.lines, p.Styles.Render(tone, term.Cut(lead+line, p.Width, "")))
	}
}
