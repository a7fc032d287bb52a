package styles

import (
	"image/color"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/muesli/termenv"
)

// Ratios that WCAG 2 asks for.
const (
	readable = 4.5 // text
	visible  = 3.0 // lines and frames
)

// Backgrounds that people have: plain ones, and those of the best known colour schemes.
func backgrounds(theme string) []string {
	switch theme {
	case "dark":
		return []string{"#000000", "#1c1c1c", "#1e1e1e", "#282c34", "#282a36", "#002b36", "#2e3440", "#300a24"}
	case "light":
		return []string{"#ffffff", "#fafafa", "#fdf6e3", "#f5f5f5", "#eff1f5"}
	case "high-contrast":
		return []string{"#000000"}
	}
	return nil // the terminal decides
}

func TestEveryToneIsReadable(t *testing.T) {
	for _, theme := range Themes {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI} {
			for tone := range Tone(tones) {
				behind := backgrounds(theme.Name)
				if p == termenv.ANSI && len(behind) > 0 {
					behind = behind[:1] // a terminal of 16 colours is black or white
				}
				checkContrast(t, theme, p, tone, behind)
			}
		}
	}
}

// checkContrast reads the colours out of the escape sequence that is written, so that it judges
// what the terminal is told and not what the table says.
func checkContrast(t *testing.T, theme Theme, p termenv.Profile, tone Tone, behind []string) {
	t.Helper()
	fg, bg := colours(t, theme.style(tone, p))
	if fg == nil {
		return // the terminal's own text
	}
	least := readable
	if tone == Border {
		least = visible
	}
	if bg != nil {
		if got := contrast(fg, bg); got < least {
			t.Errorf("%s, tone %d, profile %s: %v on its own %v is %.2f:1, less than %.1f", theme.Name, tone, p.Name(), fg, bg, got, least)
		}
		return
	}
	for _, b := range behind {
		if got := contrast(fg, termenv.ConvertToRGB(termenv.RGBColor(b))); got < least {
			t.Errorf("%s, tone %d, profile %s: %v on %s is %.2f:1, less than %.1f", theme.Name, tone, p.Name(), fg, b, got, least)
		}
	}
}

// colours reads an SGR sequence; nil stands for what the terminal has.
func colours(t *testing.T, s Style) (fg, bg color.Color) {
	t.Helper()
	codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(s.open, "\x1b["), "m"), ";")
	for i := 0; i < len(codes); i++ {
		if codes[i] == "" {
			continue
		}
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			t.Fatalf("%q is no SGR sequence", s.open)
		}
		switch {
		case n == 38 || n == 48:
			var c color.Color
			c, i = extended(t, codes, i+1)
			if n == 38 {
				fg = c
			} else {
				bg = c
			}
		case 30 <= n && n <= 37:
			fg = basicColour(n - 30)
		case 90 <= n && n <= 97:
			fg = basicColour(n - 90 + 8)
		case 40 <= n && n <= 47:
			bg = basicColour(n - 40)
		case 100 <= n && n <= 107:
			bg = basicColour(n - 100 + 8)
		}
	}
	return fg, bg
}

func basicColour(n int) color.Color { return termenv.ConvertToRGB(termenv.ANSIColor(n)) }

// extended reads 5;n or 2;r;g;b and says where it ends.
func extended(t *testing.T, codes []string, at int) (color.Color, int) {
	t.Helper()
	number := func(i int) int {
		n, err := strconv.Atoi(codes[i])
		if err != nil {
			t.Fatalf("%q is no SGR sequence", codes)
		}
		return n
	}
	if codes[at] == "5" {
		return termenv.ConvertToRGB(termenv.ANSI256Color(number(at + 1))), at + 1
	}
	return color.RGBA{uint8(number(at + 1)), uint8(number(at + 2)), uint8(number(at + 3)), 255}, at + 3
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// The rule above is only as good as its arithmetic.
func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#ffffff", "#ffffff", 1}, {"#777777", "#ffffff", 4.48}, {"#0000ff", "#ffffff", 8.59}} {
		got := contrast(termenv.ConvertToRGB(termenv.RGBColor(c.a)), termenv.ConvertToRGB(termenv.RGBColor(c.b)))
		if math.Abs(got-c.want) > 0.01 {
			t.Errorf("contrast of %s on %s = %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// A warning must not turn into a danger where there are few colours, and no two tones that say
// different things may look the same.
func TestTonesStayApart(t *testing.T) {
	for _, theme := range Themes[:3] {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI} {
			seen := map[Style]Tone{}
			for _, tone := range []Tone{OK, Warning, Danger, Legacy, Selection, Badge, Match} {
				style := theme.style(tone, p)
				if other, taken := seen[style]; taken || style == (Style{}) {
					t.Errorf("%s, profile %s: tone %d looks like tone %d", theme.Name, p.Name(), tone, other)
				}
				seen[style] = tone
			}
		}
	}
}
