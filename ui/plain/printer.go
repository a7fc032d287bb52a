package plain

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// printer writes whole lines. Whatever it is given, what leaves is text: no escape sequence, no
// control character but the line end, nothing that turns the direction of writing.
type printer struct {
	to   io.Writer
	open bool  // the cursor stands behind a prompt
	err  error // the first one; nothing is written after it
}

// line writes one line.
func (p *printer) line(text string) {
	p.end()
	p.write(clean(text) + "\n")
}

// prompt waits behind a text.
func (p *printer) prompt(text string) {
	p.end()
	p.write(clean(text))
	p.open = true
}

// entered notes that the user has ended the line.
func (p *printer) entered() { p.open = false }

// end leaves a prompt that nobody answered.
func (p *printer) end() {
	if p.open {
		p.open = false
		p.write("\n")
	}
}

func (p *printer) write(text string) {
	if p.err != nil {
		return
	}
	if _, err := io.WriteString(p.to, text); err != nil {
		p.err = fmt.Errorf("write to the terminal: %w", err)
	}
}

// clean takes out what is no text.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// say writes a line.
func (s *session) say(format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	s.out.line(format)
}

func (s *session) sayAll(lines []string) {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			s.out.line(line)
		}
	}
}
