package term

import (
	"strings"

	"github.com/muesli/termenv"
)

// Facts is what the environment tells of the terminal.
type Facts struct {
	SSH     bool
	Tmux    bool
	Screen  bool
	WSL     bool // a Linux inside Windows
	Bare    bool // it shows text and has no clipboard: a dumb one, or the console of Linux
	NoColor bool
	ASCII   bool
	Profile termenv.Profile
}

// ReadFacts reads them from the environment; the terminal itself is never asked.
func ReadFacts(env func(string) string) Facts {
	f := Facts{
		SSH:     env("SSH_TTY") != "" || env("SSH_CONNECTION") != "",
		Tmux:    env("TMUX") != "",
		Screen:  env("STY") != "",
		WSL:     env("WSL_DISTRO_NAME") != "" || env("WSL_INTEROP") != "",
		Bare:    env("TERM") == "dumb" || env("TERM") == "linux",
		NoColor: env("NO_COLOR") != "",
		ASCII:   env("KEYTURN_ASCII") != "" || asciiLocale(env),
	}
	f.Profile = profile(env)
	return f
}

func profile(env func(string) string) termenv.Profile {
	switch {
	case env("NO_COLOR") != "" || env("TERM") == "dumb":
		return termenv.Ascii
	case env("COLORTERM") == "truecolor" || env("COLORTERM") == "24bit":
		return termenv.TrueColor
	case strings.Contains(env("TERM"), "256color"):
		return termenv.ANSI256
	}
	return termenv.ANSI
}

// asciiLocale reports whether the locale says that characters beyond ASCII will not show.
func asciiLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			return v == "C" || v == "POSIX"
		}
	}
	return false
}
