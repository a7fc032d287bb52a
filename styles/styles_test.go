package styles

import (
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"
)

func TestEveryThemeIsKnownByItsName(t *testing.T) {
	names := map[string]bool{}
	for _, theme := range Themes {
		if names[theme.Name] || theme.Name == "" || theme.Label == "" {
			t.Errorf("theme %q has no name or label of its own", theme.Name)
		}
		names[theme.Name] = true
		if !Known(theme.Name) {
			t.Errorf("theme %q is not known", theme.Name)
		}
		if got := New(Options{Theme: theme.Name, Profile: termenv.TrueColor}).Theme.Name; got != theme.Name {
			t.Errorf("asked for %q, got %q", theme.Name, got)
		}
	}
	if len(names) != 5 {
		t.Errorf("%d themes, want dark, light, high contrast, the terminal's own and none", len(names))
	}
	if Known("Dark") || Known("solarized") {
		t.Error("a theme that is not there is known")
	}
	if !Known("") {
		t.Error("no wish at all is a mistake")
	}
	if got := New(Options{Theme: "solarized", Profile: termenv.TrueColor}).Theme.Name; got != Themes[0].Name {
		t.Errorf("an unknown theme became %q", got)
	}
}

// Whoever presses the key as often as there are themes has seen them all and is back.
func TestNextGoesRoundAllThemes(t *testing.T) {
	s := New(Options{Profile: termenv.ANSI256, ASCII: true})
	var seen []string
	for range Themes {
		seen = append(seen, s.Theme.Name)
		s = s.Next()
		if !s.Symbols.ASCII || s.profile != termenv.ANSI256 {
			t.Fatalf("theme %q forgot what the terminal can do", s.Theme.Name)
		}
	}
	for i, theme := range Themes {
		if seen[i] != theme.Name {
			t.Fatalf("the key shows %q", seen)
		}
	}
	if s.Theme.Name != Themes[0].Name {
		t.Errorf("after all themes comes %q", s.Theme.Name)
	}
}

// noColours is every way in which a terminal has none.
func noColours() map[string]Options {
	return map[string]Options{
		"NO_COLOR":                    {NoColor: true, Profile: termenv.Ascii},
		"NO_COLOR on a good terminal": {Theme: "dark", NoColor: true, Profile: termenv.TrueColor},
		"dumb terminal":               {Profile: termenv.Ascii},
		"dumb terminal with a theme":  {Theme: "light", Profile: termenv.Ascii},
		"theme none":                  {Theme: "none", Profile: termenv.TrueColor},
	}
}

func TestWithoutColoursTheSelectionShows(t *testing.T) {
	for name, o := range noColours() {
		t.Run(name, func(t *testing.T) {
			s := New(o)
			got := s.Render(Selection, "row")
			if !strings.Contains(got, "\x1b[1;7mrow") && !strings.Contains(got, "\x1b[7mrow") {
				t.Errorf("the selected row is written as %q: nothing turns it round", got)
			}
			if s.Tone(Selection) == s.Tone(Text) || s.Tone(Match) == s.Tone(Text) || s.Tone(Danger) == s.Tone(Text) || s.Tone(Badge) == s.Tone(Text) {
				t.Error("the selection, a match, a danger or a badge looks like any text")
			}
			for tone := range Tone(tones) {
				if fg, bg := colours(t, s.Tone(tone)); fg != nil || bg != nil {
					t.Errorf("tone %d has a colour: %q", tone, s.Tone(tone).open)
				}
			}
			if o.Theme != "none" {
				if next := s.Next(); next.Theme.Name != s.Theme.Name {
					t.Errorf("the key brings the theme %q", next.Theme.Name)
				}
			}
		})
	}
}

func TestEveryThemeShowsTheSelection(t *testing.T) {
	for _, theme := range Themes {
		for _, p := range []termenv.Profile{termenv.TrueColor, termenv.ANSI256, termenv.ANSI, termenv.Ascii} {
			s := New(Options{Theme: theme.Name, Profile: p})
			_, bg := colours(t, s.Tone(Selection))
			if turned := strings.Contains(s.Tone(Selection).open, "7"); bg == nil && !turned {
				t.Errorf("%s, profile %s: the selection %q has no background", theme.Name, p.Name(), s.Tone(Selection).open)
			}
		}
	}
}

func TestRenderAddsNothingToSee(t *testing.T) {
	for _, theme := range Themes {
		s := New(Options{Theme: theme.Name, Profile: termenv.TrueColor})
		for tone := range Tone(tones) {
			got := s.Render(tone, "deploy-eu 漢字")
			if ansi.Strip(got) != "deploy-eu 漢字" {
				t.Errorf("%s, tone %d changed the text: %q", theme.Name, tone, got)
			}
			if strings.HasPrefix(got, "\x1b") && !strings.HasSuffix(got, "\x1b[0m") {
				t.Errorf("%s, tone %d runs on after the text: %q", theme.Name, tone, got)
			}
			if s.Render(tone, "") != "" {
				t.Errorf("%s, tone %d makes something of nothing", theme.Name, tone)
			}
		}
	}
}

func symbols(t *testing.T, s Symbols) map[string]string {
	t.Helper()
	all := map[string]string{}
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			all[v.Type().Field(i).Name] = v.Field(i).String()
		}
	}
	if len(all) < 15 {
		t.Fatalf("only %d symbols found", len(all))
	}
	return all
}

func TestASCIIHasNoOtherByte(t *testing.T) {
	for name, symbol := range symbols(t, New(Options{ASCII: true}).Symbols) {
		for i := range len(symbol) {
			if symbol[i] < ' ' || symbol[i] > '~' {
				t.Errorf("%s is %q", name, symbol)
			}
		}
	}
}

// Layout counts on it, with and without the wide ones.
func TestEverySymbolTakesOneCell(t *testing.T) {
	for _, ascii := range []bool{true, false} {
		for name, symbol := range symbols(t, New(Options{ASCII: ascii}).Symbols) {
			if ansi.StringWidth(symbol) != 1 {
				t.Errorf("ASCII %v: %s is %q, %d cells wide", ascii, name, symbol, ansi.StringWidth(symbol))
			}
		}
	}
}

func TestChooseATheme(t *testing.T) {
	for _, c := range []struct {
		name, wanted, theme, fgbg, want string
	}{
		{name: "nothing said", want: "dark"},
		{name: "what was asked for wins", wanted: "terminal", theme: "light", fgbg: "0;15", want: "terminal"},
		{name: "then the variable", theme: "high-contrast", fgbg: "0;15", want: "high-contrast"},
		{name: "white behind black", fgbg: "0;15", want: "light"},
		{name: "grey behind black", fgbg: "0;7", want: "light"},
		{name: "three parts", fgbg: "0;default;15", want: "light"},
		{name: "black behind white", fgbg: "15;0", want: "dark"},
		{name: "bright black", fgbg: "7;8", want: "dark"},
		{name: "nonsense", fgbg: "7", want: "dark"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := map[string]string{"KEYTURN_THEME": c.theme, "COLORFGBG": c.fgbg}
			if got := Choose(c.wanted, func(name string) string { return env[name] }); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestABarIsAsFullAsWhatIsDone(t *testing.T) {
	for _, one := range []struct {
		done, all int
		want      string
	}{{0, 0, "----"}, {0, 3, "----"}, {1, 2, "##--"}, {399, 400, "###-"}, {400, 400, "####"}} {
		if got := symbolsFor(true).Bar(one.done, one.all, 4); got != one.want {
			t.Errorf("%d of %d: %q, want %q", one.done, one.all, got, one.want)
		}
	}
}
