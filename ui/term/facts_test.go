package term

import (
	"testing"

	"github.com/muesli/termenv"
)

func TestReadFacts(t *testing.T) {
	type env = map[string]string
	for _, c := range []struct {
		name string
		env  env
		want Facts
	}{
		{"nothing known", env{}, Facts{Profile: termenv.ANSI}},
		{"plain xterm", env{"TERM": "xterm", "LANG": "en_GB.UTF-8"}, Facts{Profile: termenv.ANSI}},
		{"256 colours", env{"TERM": "tmux-256color"}, Facts{Profile: termenv.ANSI256}},
		{"true colour", env{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Facts{Profile: termenv.TrueColor}},
		{"24 bit", env{"COLORTERM": "24bit"}, Facts{Profile: termenv.TrueColor}},
		{"NO_COLOR beats all", env{"COLORTERM": "truecolor", "NO_COLOR": "1"}, Facts{NoColor: true, Profile: termenv.Ascii}},
		{"an empty NO_COLOR says nothing", env{"COLORTERM": "truecolor", "NO_COLOR": ""}, Facts{Profile: termenv.TrueColor}},
		{"dumb", env{"TERM": "dumb", "COLORTERM": "truecolor"}, Facts{Bare: true, Profile: termenv.Ascii}},
		{"console of Linux", env{"TERM": "linux"}, Facts{Bare: true, Profile: termenv.ANSI}},
		{"SSH with a terminal", env{"SSH_TTY": "/dev/pts/3"}, Facts{SSH: true, Profile: termenv.ANSI}},
		{"SSH without", env{"SSH_CONNECTION": "a 1 b 22"}, Facts{SSH: true, Profile: termenv.ANSI}},
		{"tmux", env{"TMUX": "/tmp/tmux-0/default,1,0"}, Facts{Tmux: true, Profile: termenv.ANSI}},
		{"screen", env{"STY": "12.pts-0"}, Facts{Screen: true, Profile: termenv.ANSI}},
		{"Windows around it", env{"WSL_INTEROP": "/run/WSL/1_interop"}, Facts{WSL: true, Profile: termenv.ANSI}},
		{"plain C", env{"LANG": "C"}, Facts{ASCII: true, Profile: termenv.ANSI}},
		{"POSIX", env{"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, Facts{ASCII: true, Profile: termenv.ANSI}},
		{"characters beat the language", env{"LC_CTYPE": "C.UTF-8", "LANG": "C"}, Facts{Profile: termenv.ANSI}},
		{"asked for ASCII", env{"KEYTURN_ASCII": "1", "LANG": "en_GB.UTF-8"}, Facts{ASCII: true, Profile: termenv.ANSI}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ReadFacts(func(name string) string { return c.env[name] }); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
