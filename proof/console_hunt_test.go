//go:build unix

package proof_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/proof/failpoint"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/screen"
)

// instants is how many instants of each flow a console is killed at, for each seed.
const instants = 2

// Block A between the points: somebody else ends the console, at any instant after it has begun to write.
func TestTheConsoleIsKilledAtAnyInstant(t *testing.T) {
	k := &consoleKills{stand: start(t, onSQLite), killed: map[string]bool{}}
	dice := rand.New(rand.NewPCG(11, 0))
	for _, flow := range consoleFlows {
		for range instants * night.Seeds(t) {
			after := time.Duration(dice.IntN(30_000)) * time.Microsecond
			t.Run(fmt.Sprintf("%s, %s after it began", flow.name, after), func(t *testing.T) {
				t.Parallel()
				v := k.visit(t, flow)
				log := filepath.Join(t.TempDir(), "points")
				dead := v.console(flow, failpoint.Log+"="+log).MayDie()
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					v.begun(log)
					time.Sleep(after)
					dead.Kill()
				}()
				flow.begin(v, dead)
				<-ended
				if !dead.Killed() {
					t.Error("it was not killed")
				}
				v.survive(lines(t, log), "killed at some instant")
			})
		}
	}
}

// begun waits until a console has begun to write down what it will ask.
func (v *visit) begun(log string) {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		text, err := os.ReadFile(log)
		if err == nil && (strings.Contains(string(text), "intents: create") || strings.Contains(string(text), "plans: lock")) {
			return
		}
	}
}

// clipboardTool is a program that copies as xclip does, and keeps what everybody may read of it meanwhile.
const clipboardTool = `#!/bin/sh
/bin/cat /proc/$$/environ > "$0.environ"
/bin/cat /proc/$$/cmdline > "$0.cmdline"
case "$1" in
-in) /bin/cat > "$0.copied" ;;
*) /bin/cat "$0.copied" ;;
esac
`

// Block I at the screen: a value is copied, revealed and replaced. It is on the screen while it is revealed and
// at no other time, it goes to the clipboard's program on its input, and it is nowhere else.
func TestAValueIsOnTheScreenOnlyWhileItIsRevealed(t *testing.T) {
	k := &consoleKills{stand: start(t, onSQLite), killed: map[string]bool{}}
	v := k.visit(t, consoleFlows[0])
	tools := t.TempDir()
	must(t, os.WriteFile(filepath.Join(tools, "xclip"), []byte(clipboardTool), 0o700))
	s := v.console(v.flow, "DISPLAY=:0", "PATH="+tools)
	h := v.hunt
	h.Except(filepath.Join(tools, "xclip.copied"), "the clipboard's program keeps what it was given")
	value := v.witness.values[v.ids[0]][1].Reveal()

	v.find(s).Press("y").See("clipboard by xclip")
	for _, what := range []string{"environ", "cmdline"} {
		text, err := os.ReadFile(filepath.Join(tools, "xclip."+what))
		if err != nil || len(text) == 0 && what == "cmdline" {
			t.Errorf("%s of the clipboard's program: %d bytes, %v", what, len(text), err)
		}
		h.In(t, what+" of the clipboard's program", text)
	}
	if copied, err := os.ReadFile(filepath.Join(tools, "xclip.copied")); err != nil || string(copied) != value {
		t.Errorf("the clipboard got something else: %v", err)
	}
	h.In(t, "the stream of the pseudo-terminal", []byte(s.Said()))

	s.Reveals(func() {
		s.Press("v").Dialog(value)
		if !h.Finds([]byte(s.Said())) {
			t.Error("the hunt does not find a value that is on the screen")
		}
		s.Press("v").Gone(value)
	})
	s.Press(screen.Escape).Gone("esc close")
	hidden := len(s.Said())
	s.Press("r").Dialog("Rotate", "Cancel").Press(screen.ShiftTab, screen.Enter).Dialog("version 2, fingerprint")
	must(t, v.witness.hold(t.Context(), v.admin, v.ids[0]))
	v.know()
	s.Press(screen.Escape).Gone("version 2, fingerprint").Press("5").See("started")
	h.In(t, "the stream after a rotation", []byte(s.Said()[hidden:]))
	s.Press("q")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	v.inState()
	t.Logf("block I at the screen: %s", h)
}

// A console that fails with a value in its hands tells it to nobody: the terminal is given back, and what is
// written down of the failure holds no value.
func TestAFailureTellsNoValue(t *testing.T) {
	k := &consoleKills{stand: start(t, onSQLite), killed: map[string]bool{}}
	reveal := consoleFlow{name: "reveal", items: 1, begin: func(v *visit, t *screen.Terminal) { v.find(t).Press("v") }}
	inLines := consoleFlow{name: "reveal in lines", items: 1, lines: true, begin: func(v *visit, t *screen.Terminal) {
		t.See("keyturn>").Press("ci"+screen.Enter).See("sorted by name").Press("1"+screen.Enter, "reveal"+screen.Enter).See("Type yes").Press("yes" + screen.Enter)
	}}
	several := consoleFlows[2]
	for _, tc := range []struct {
		flow  consoleFlow
		point string
	}{
		{reveal, "hear the answer to secret #1"}, {inLines, "hear the answer to secret #1"},
		{several, "hear the answer to rotations #2"}, {consoleFlows[3], "hear the answer to rotations #2"},
	} {
		t.Run(tc.flow.name, func(t *testing.T) {
			v := k.visit(t, tc.flow)
			s := v.console(tc.flow, failpoint.Panic+"="+tc.point).MayDie()
			tc.flow.begin(v, s)
			if code := s.Exit(); code != 1 {
				t.Errorf("exit code %d", code)
			}
			v.hunt.In(t, "the stream of the pseudo-terminal", []byte(s.Said()))
			if said := s.Said(); !strings.Contains(said, "keyturn itself has failed") || strings.Contains(said, "in the middle of") || strings.Contains(said, "goroutine ") {
				t.Errorf("it said %q", said[max(0, len(said)-600):])
			}
			files, err := filepath.Glob(filepath.Join(s.Home(), ".local", "state", "keyturn", "crash-*.txt"))
			if err != nil || len(files) != 1 {
				t.Fatalf("the files are %v, %v", files, err)
			}
			text, err := os.ReadFile(files[0])
			must(t, err)
			if !strings.Contains(string(text), "failpoint.go") || strings.Contains(string(text), "in the middle of") {
				t.Errorf("the file says %s", text)
			}
			v.hunt.In(t, "what is written down of a failure", text)
			if tc.flow.items == 3 { // and nothing is lost
				v.survive(nil, "failed")
			}
		})
	}
}
