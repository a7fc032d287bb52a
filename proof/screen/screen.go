//go:build unix

// Package screen is a person's terminal, for tests: a program runs in it, its screen is looked at, and keys
// are pressed.
package screen

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"example.com/keyturn/proof/hunt"
)

// patience is how long a story waits for what must come; only a failure uses it up.
const patience = 30 * time.Second

// The keys that have no letter.
const (
	Enter    = "\r"
	Escape   = "\x1b"
	ShiftTab = "\x1b[Z"
)

// Terminal is a terminal with a program in it.
type Terminal struct {
	testing.TB
	cmd    *exec.Cmd
	near   *os.File
	screen vt10x.Terminal
	mu     sync.Mutex
	stream bytes.Buffer  // every byte that came
	asked  map[int]bool  // which texts of the clipboard were asked for
	meant  [][2]int      // parts of the stream in which a value is meant to be
	mortal bool          // it may end at any time: then nothing more is looked for
	gone   chan struct{} // closed once it has ended
	err    error         // how
}

// tokenVar is how whoever starts a console signs in: the one variable of its environment that holds a value.
const tokenVar = "LOCALSTACK_AUTH_TOKEN"

// Start runs a program in a terminal of that size. The environment is only what is given, so nothing
// of the machine's own clipboards, themes or tokens gets in. What the program writes, what it leaves in its folder
// and what everybody may read of it is hunted in.
func Start(t testing.TB, cols, rows int, env []string, program string, args ...string) *Terminal {
	t.Helper()
	cmd := exec.Command(program, args...)
	h := hunt.For(t)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=/nonexistent", "HOME=" + cmd.Dir, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC"}, env...)
	near, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	term := &Terminal{TB: t, cmd: cmd, near: near, screen: vt10x.New(vt10x.WithSize(cols, rows)), asked: map[int]bool{}, gone: make(chan struct{})}
	h.Process(t, cmd, tokenVar)
	h.Watch("the stream of the pseudo-terminal", term.unasked)
	read := make(chan struct{})
	go term.read(read)
	go func() {
		<-read
		term.err = cmd.Wait()
		close(term.gone)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = near.Close()
		<-term.gone // what is still there may write into folders that are being removed
	})
	return term
}

// MayDie says that the program may end at any time: from then on nothing is looked for or pressed.
func (t *Terminal) MayDie() *Terminal {
	t.mortal = true
	return t
}

// Ended reports whether the program has ended.
func (t *Terminal) Ended() bool {
	select {
	case <-t.gone:
		return true
	default:
		return false
	}
}

// Kill ends the program without a word.
func (t *Terminal) Kill() { _ = t.cmd.Process.Kill() }

// PID is that of the program.
func (t *Terminal) PID() int { return t.cmd.Process.Pid }

// Home is the folder in which the program was started.
func (t *Terminal) Home() string { return t.cmd.Dir }

// Shows reports whether the screen shows all of these now.
func (t *Terminal) Shows(texts ...string) bool {
	screen := t.screen.String()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			return false
		}
	}
	return true
}

// EndsWithin waits that long for the end, and reports whether it came.
func (t *Terminal) EndsWithin(d time.Duration) bool {
	select {
	case <-t.gone:
		return true
	case <-time.After(d):
		return false
	}
}

// Killed waits for the end, and reports whether it was kill -9.
func (t *Terminal) Killed() bool {
	t.Helper()
	t.Exit()
	status, ok := t.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// read plays a terminal that shows what it gets and never answers a question.
func (t *Terminal) read(done chan<- struct{}) {
	defer close(done)
	buffer := make([]byte, 1<<15)
	for {
		n, err := t.near.Read(buffer)
		t.mu.Lock()
		t.stream.Write(buffer[:n])
		t.mu.Unlock()
		_, _ = t.screen.Write(buffer[:n])
		if err != nil {
			return
		}
	}
}

// Said is every byte that the program has written.
func (t *Terminal) Said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stream.String()
}

// Reveals has a value shown, and gone again when it returns: meanwhile, and at no other time, it may be in the stream.
func (t *Terminal) Reveals(show func()) *Terminal {
	t.Helper()
	from := len(t.Said())
	show()
	t.meant = append(t.meant, [2]int{from, len(t.Said())})
	return t
}

// unasked is what the program has written but for what it was asked to reveal, or to copy.
func (t *Terminal) unasked() []byte {
	said := t.Said()
	cut := slices.Clone(t.meant)
	for i, at := range clipboardWrite.FindAllStringIndex(said, -1) {
		if t.asked[i+1] {
			cut = append(cut, [2]int{at[0], at[1]})
		}
	}
	text := []byte(said)
	for _, c := range cut {
		clear(text[c[0]:c[1]])
	}
	return text
}

// Until waits until something holds, and fails the test if it never does.
func (t *Terminal) Until(what string, holds func() bool) *Terminal {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() || t.mortal && t.Ended() {
			return t
		}
	}
	t.Fatalf("never %s; the screen shows\n%s", what, t.screen.String())
	return t
}

// See waits until the screen shows all of these.
func (t *Terminal) See(texts ...string) *Terminal {
	t.Helper()
	return t.Until(fmt.Sprintf("saw %q", texts), func() bool { return t.Shows(texts...) })
}

// Gone waits until the screen shows none of these.
func (t *Terminal) Gone(texts ...string) *Terminal {
	t.Helper()
	return t.Until(fmt.Sprintf("lost %q", texts), func() bool {
		for _, text := range texts {
			if strings.Contains(t.screen.String(), text) {
				return false
			}
		}
		return true
	})
}

// Dialog waits for a dialog, and out the time in which it takes no key.
func (t *Terminal) Dialog(texts ...string) *Terminal {
	t.Helper()
	t.See(texts...)
	time.Sleep(200 * time.Millisecond)
	return t
}

// Press presses keys.
func (t *Terminal) Press(keys ...string) *Terminal {
	t.Helper()
	for _, key := range keys {
		if _, err := t.near.WriteString(key); err != nil && !t.mortal {
			t.Fatal(err)
		}
	}
	return t
}

// clipboardWrite is how a program hands a text to the terminal's clipboard: OSC 52 of xterm.
var clipboardWrite = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)`)

// Clipboard waits for the n-th text that was handed to the terminal's clipboard, and is meant to be.
func (t *Terminal) Clipboard(n int) string {
	t.Helper()
	t.asked[n] = true
	var found [][]string
	t.Until(fmt.Sprintf("handed %d texts to the clipboard", n), func() bool {
		found = clipboardWrite.FindAllStringSubmatch(t.Said(), -1)
		return len(found) >= n
	})
	text, err := base64.StdEncoding.DecodeString(found[n-1][1])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Exit waits for the end and returns the exit code.
func (t *Terminal) Exit() int {
	t.Helper()
	select {
	case <-t.gone:
		var failed *exec.ExitError
		if t.err != nil && !errors.As(t.err, &failed) {
			t.Fatal(t.err)
		}
		return t.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("keyturn did not end; the screen shows\n%s", t.screen.String())
		return -1
	}
}
