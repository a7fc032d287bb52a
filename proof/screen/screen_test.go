//go:build unix

package screen_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/proof/screen"
)

const value = "lsdemo-canary-of-the-screen"

// run has a shell do something in a terminal, with the value at hand, whatever happens to it.
func run(t testing.TB, script string, env ...string) *screen.Terminal {
	t.Helper()
	hunt.For(t).Learn(value)
	return screen.Start(t, 80, 24, append(env, "PATH=/usr/bin:/bin"), "/bin/sh", "-c", script)
}

// A value on the screen, among the arguments, in the environment or in the folder fails the test.
func TestATerminalIsHuntedIn(t *testing.T) {
	for name, tc := range map[string]struct {
		test   func(t testing.TB)
		places []string
	}{
		"nothing":         {func(t testing.TB) { run(t, "echo done").Exit() }, nil},
		"signing in":      {func(t testing.TB) { run(t, "echo done", "LOCALSTACK_AUTH_TOKEN="+value).Exit() }, nil},
		"the screen":      {func(t testing.TB) { run(t, "cat").Press(value + screen.Enter).See(value) }, []string{"the stream of the pseudo-terminal"}},
		"the arguments":   {func(t testing.TB) { run(t, "sleep 60 #"+value) }, []string{"arguments of sh", "cmdline of sh"}},
		"the environment": {func(t testing.TB) { run(t, "sleep 60", "OTHER="+value) }, []string{"environment of sh", "environ of sh"}},
		"its folder": {func(t testing.TB) {
			term := run(t, "sleep 60")
			if err := os.WriteFile(filepath.Join(term.Home(), "left"), []byte(value), 0o600); err != nil {
				t.Error(err)
			}
		}, []string{"/left"}},
	} {
		t.Run(name, func(t *testing.T) { hunt.Leaks(t, tc.test, tc.places...) })
	}
}

// What was asked for may be in the stream: a value while it is revealed, and a copy that the test has taken. No other.
func TestWhatIsAskedForIsMeant(t *testing.T) {
	copied := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(value)) + "\a"
	reveal := func(t testing.TB) *screen.Terminal {
		term := run(t, "stty -echo; echo ready; cat").See("ready")
		return term.Reveals(func() { term.Press(value + screen.Enter).See(value) })
	}
	hunt.Leaks(t, func(t testing.TB) { reveal(t) })
	hunt.Leaks(t, func(t testing.TB) { reveal(t).Press("later: " + value + screen.Enter).See("later") }, "the stream of the pseudo-terminal")
	taken := func(t testing.TB) *screen.Terminal {
		term := run(t, "stty -echo; echo ready; cat").See("ready").Press(copied + screen.Enter)
		if got := term.Clipboard(1); got != value {
			t.Errorf("copied %q", got)
		}
		return term
	}
	hunt.Leaks(t, func(t testing.TB) { taken(t) })
	hunt.Leaks(t, func(t testing.TB) {
		term := taken(t).Press(copied + "again" + screen.Enter)
		term.See("again")
	}, "the stream of the pseudo-terminal")
}
