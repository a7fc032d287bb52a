// Package styles says how keyturn looks: which tones there are, what they are called, and which
// escape sequences they become in each theme. It knows no screen and no model.
package styles

import (
	"strings"

	"github.com/muesli/termenv"
)

// Tone is a meaning that text can have.
type Tone int

// The tones.
const (
	Text Tone = iota
	Muted
	Title
	Accent
	OK
	Warning
	Danger
	Legacy
	Match     // letters that a filter matched
	Selection // the row under the cursor
	Key       // a key in the footer or help
	Badge     // a fact that must not be overlooked: read-only, offline
	Border
	tones int = iota
)

// Style is a pair of escape sequences around a text; painting is joining three strings.
type Style struct{ open, close string }

// Render puts the style around the text. An empty text stays empty.
func (s Style) Render(text string) string {
	if text == "" || s.open == "" {
		return text
	}
	return s.open + text + s.close
}

// Write is Render into what is being built.
func (s Style) Write(b *strings.Builder, text string) {
	if text == "" || s.open == "" {
		b.WriteString(text)
		return
	}
	b.WriteString(s.open)
	b.WriteString(text)
	b.WriteString(s.close)
}

// Styles is what views read.
type Styles struct {
	Theme   Theme
	Symbols Symbols
	byTone  [tones]Style
	profile termenv.Profile
	noColor bool
}

// Options says what the terminal can do and what the user wants.
type Options struct {
	Theme   string          // a name of Themes; "" is the first
	Profile termenv.Profile // how many colours the terminal knows
	NoColor bool            // NO_COLOR: attributes only
	ASCII   bool            // no symbol beyond ASCII
}

// New builds the styles. An unknown theme is the first one. Without colours, wanted or not, it is
// the one that tells everything with attributes: in any other the selection would be lost.
func New(o Options) *Styles {
	theme := themeNamed(o.Theme)
	if o.NoColor || o.Profile == termenv.Ascii {
		theme = themeNamed("none")
	}
	s := &Styles{Theme: theme, Symbols: symbolsFor(o.ASCII), profile: o.Profile, noColor: o.NoColor}
	for tone := range s.byTone {
		s.byTone[tone] = theme.style(Tone(tone), o.Profile)
	}
	return s
}

// Tone returns the style of a tone.
func (s *Styles) Tone(t Tone) Style { return s.byTone[t] }

// Render paints a text in a tone.
func (s *Styles) Render(t Tone, text string) string { return s.byTone[t].Render(text) }

// Next returns the styles of the theme after this one, for the key that changes themes. Without
// colours there is only one.
func (s *Styles) Next() *Styles {
	if s.noColor || s.profile == termenv.Ascii {
		return s
	}
	for i, t := range Themes {
		if t.Name == s.Theme.Name {
			next := Themes[(i+1)%len(Themes)]
			return New(Options{Theme: next.Name, Profile: s.profile, ASCII: s.Symbols.ASCII})
		}
	}
	return s
}

// look is one tone in one theme: colours as "#rrggbb" or ANSI numbers, and attributes.
type look struct {
	fg, bg                   string
	bold, underline, reverse bool
	faint                    bool
}

// style builds the escape sequences itself: the colour library drops bold and reverse together
// with the colours, and then nobody sees which row is selected.
func (l look) style(p termenv.Profile) Style {
	var codes []string
	for _, attribute := range []struct {
		on   bool
		code string
	}{{l.bold, "1"}, {l.faint, "2"}, {l.underline, "4"}, {l.reverse, "7"}} {
		if attribute.on {
			codes = append(codes, attribute.code)
		}
	}
	if p != termenv.Ascii {
		if c := p.Color(l.fg); l.fg != "" && c != nil {
			codes = append(codes, c.Sequence(false))
		}
		if c := p.Color(l.bg); l.bg != "" && c != nil {
			codes = append(codes, c.Sequence(true))
		}
	}
	if len(codes) == 0 {
		return Style{}
	}
	return Style{open: "\x1b[" + strings.Join(codes, ";") + "m", close: "\x1b[0m"}
}
