package styles

import "github.com/muesli/termenv"

// Theme gives every tone a look.
type Theme struct {
	Name       string
	Label      string
	Background string // the background that the colours were chosen for; "" where the terminal decides
	looks      [tones]look
	basic      *[tones]look // for terminals of 16 colours; nil: looks fits them too
}

// style gives a tone its look. On a terminal of 16 colours the nearest one to a shade may be a
// quite different colour, a red for an amber, so such a theme brings its own choice of them.
func (t Theme) style(tone Tone, p termenv.Profile) Style {
	if t.basic != nil && p == termenv.ANSI {
		return t.basic[tone].style(p)
	}
	return t.looks[tone].style(p)
}

// basicDark and basicLight choose among the 16 colours: the bright ones on black, the others on
// white. Text is as the terminal has it.
var (
	basicDark = [tones]look{
		Muted: {fg: "7"}, Title: {fg: "15", bold: true}, Accent: {fg: "14"}, OK: {fg: "10"}, Warning: {fg: "11"},
		Danger: {fg: "9", bold: true}, Legacy: {fg: "13"}, Match: {fg: "11", bold: true, underline: true},
		Selection: {fg: "15", bg: "4", bold: true}, Key: {fg: "14", bold: true}, Badge: {fg: "0", bg: "11"}, Border: {fg: "7"},
	}
	basicLight = [tones]look{
		Title: {bold: true}, Accent: {fg: "4"}, OK: {fg: "2"}, Warning: {fg: "1"}, Danger: {fg: "1", bold: true, underline: true},
		Legacy: {fg: "5"}, Match: {fg: "5", bold: true, underline: true}, Selection: {fg: "15", bg: "4", bold: true},
		Key: {fg: "4", bold: true}, Badge: {fg: "15", bg: "1", bold: true},
	}
)

// Themes lists the themes in the order of the key that changes them.
var Themes = []Theme{
	{Name: "dark", Label: "dark", Background: "#1c1c1c", basic: &basicDark, looks: [tones]look{
		Text: {fg: "#d8dee9"}, Muted: {fg: "#9aa4b2"}, Title: {fg: "#ffffff", bold: true}, Accent: {fg: "#8ab4f8"},
		OK: {fg: "#7fd88f"}, Warning: {fg: "#f5c06a"}, Danger: {fg: "#ff8f8f", bold: true}, Legacy: {fg: "#e3a8f5"},
		Match: {fg: "#ffd866", bold: true, underline: true}, Selection: {fg: "#ffffff", bg: "#2f4a6d", bold: true},
		Key: {fg: "#8ab4f8", bold: true}, Badge: {fg: "#1c1c1c", bg: "#f5c06a", bold: true}, Border: {fg: "#8b95a3"},
	}},
	{Name: "light", Label: "light", Background: "#ffffff", basic: &basicLight, looks: [tones]look{
		Text: {fg: "#1f2328"}, Muted: {fg: "#59636e"}, Title: {fg: "#000000", bold: true}, Accent: {fg: "#0550ae"},
		OK: {fg: "#116329"}, Warning: {fg: "#7d4e00"}, Danger: {fg: "#a40e26", bold: true}, Legacy: {fg: "#6639ba"},
		Match: {fg: "#7d4e00", bold: true, underline: true}, Selection: {fg: "#000000", bg: "#c8e1ff", bold: true},
		Key: {fg: "#0550ae", bold: true}, Badge: {fg: "#ffffff", bg: "#7d4e00", bold: true}, Border: {fg: "#6e7781"},
	}},
	{Name: "high-contrast", Label: "high contrast", Background: "#000000", basic: &basicDark, looks: [tones]look{
		Text: {fg: "#ffffff"}, Muted: {fg: "#d0d0d0"}, Title: {fg: "#ffffff", bold: true}, Accent: {fg: "#66ccff", bold: true},
		OK: {fg: "#66ff66", bold: true}, Warning: {fg: "#ffff00", bold: true}, Danger: {fg: "#ff9999", bold: true, underline: true},
		Legacy: {fg: "#ffb3ff", bold: true}, Match: {fg: "#ffff00", bold: true, underline: true},
		Selection: {fg: "#000000", bg: "#ffffff", bold: true}, Key: {fg: "#66ccff", bold: true},
		Badge: {fg: "#000000", bg: "#ffff00", bold: true}, Border: {fg: "#ffffff"},
	}},
	{Name: "terminal", Label: "the terminal's own colours", looks: [tones]look{
		Muted: {faint: true}, Title: {bold: true}, Accent: {fg: "6"}, OK: {fg: "2"}, Warning: {fg: "3"}, Danger: {fg: "1", bold: true},
		Legacy: {fg: "5"}, Match: {bold: true, underline: true}, Selection: {reverse: true, bold: true}, Key: {fg: "6", bold: true},
		Badge: {reverse: true, bold: true}, Border: {faint: true},
	}},
	{Name: "none", Label: "no colours", looks: [tones]look{
		Title: {bold: true}, Danger: {bold: true}, Warning: {bold: true}, Match: {underline: true}, Selection: {reverse: true, bold: true},
		Key: {bold: true}, Badge: {reverse: true},
	}},
}

func themeNamed(name string) Theme {
	for _, t := range Themes {
		if t.Name == name {
			return t
		}
	}
	return Themes[0]
}

// Known reports whether there is a theme with that name.
func Known(name string) bool { return name == "" || themeNamed(name).Name == name }

// Choose names the theme: what the user asked for, else KEYTURN_THEME, else what COLORFGBG tells
// of the background, else dark. The terminal itself is never asked: its answer could end up in a
// text field.
func Choose(wanted string, env func(string) string) string {
	if wanted != "" {
		return wanted
	}
	if name := env("KEYTURN_THEME"); name != "" {
		return name
	}
	switch fgbg := env("COLORFGBG"); {
	case len(fgbg) >= 2 && (fgbg[len(fgbg)-2:] == ";7" || fgbg[len(fgbg)-2:] == "15"):
		return "light"
	default:
		return "dark"
	}
}
