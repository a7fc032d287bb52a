//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// patience is how long a story waits for what must come; only a failure uses it up.
const patience = 30 * time.Second

// binary builds keyturn once for all tests, with the flags the tests themselves were built with.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyturn-test-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "keyturn")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build keyturn: %w\n%s", err, out)
	}
	return path, nil
})

// builtIn is the folder of the binary, once there is one.
var builtIn string

func TestMain(m *testing.M) {
	state, err := os.MkdirTemp("", "keyturn-state-")
	if err == nil {
		err = os.Setenv("KEYTURN_STATE_DIR", state)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(state)
	if builtIn != "" {
		_ = os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// terminal is a person's terminal with keyturn running in it.
type terminal struct {
	testing.TB
	cmd    *exec.Cmd
	near   *os.File
	screen vt10x.Terminal
	mu     sync.Mutex
	stream bytes.Buffer // every byte that came
	ended  chan error
}

// start runs keyturn in a terminal of that size. The environment is only what is given, so nothing
// of the machine's own clipboards, themes or tokens gets in.
func start(t *testing.T, cols, rows int, env []string, args ...string) *terminal {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=/nonexistent", "HOME=" + cmd.Dir, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC"}, env...)
	near, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{TB: t, cmd: cmd, near: near, screen: vt10x.New(vt10x.WithSize(cols, rows)), ended: make(chan error, 1)}
	read := make(chan struct{})
	go term.read(read)
	go func() {
		<-read
		term.ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = near.Close()
	})
	return term
}

// read plays a terminal that shows what it gets and never answers a question.
func (t *terminal) read(done chan<- struct{}) {
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

func (t *terminal) said() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stream.String()
}

func (t *terminal) until(what string, holds func() bool) *terminal {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return t
		}
	}
	t.Fatalf("never %s; the screen shows\n%s", what, t.screen.String())
	return t
}

// see waits until the screen shows all of these.
func (t *terminal) see(texts ...string) *terminal {
	t.Helper()
	return t.until(fmt.Sprintf("saw %q", texts), func() bool {
		screen := t.screen.String()
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// gone waits until the screen shows none of these.
func (t *terminal) gone(texts ...string) *terminal {
	t.Helper()
	return t.until(fmt.Sprintf("lost %q", texts), func() bool {
		for _, text := range texts {
			if strings.Contains(t.screen.String(), text) {
				return false
			}
		}
		return true
	})
}

// dialog waits for a dialog, and out the time in which it takes no key.
func (t *terminal) dialog(texts ...string) *terminal {
	t.Helper()
	t.see(texts...)
	time.Sleep(200 * time.Millisecond)
	return t
}

func (t *terminal) press(keys ...string) *terminal {
	t.Helper()
	for _, key := range keys {
		if _, err := t.near.WriteString(key); err != nil {
			t.Fatal(err)
		}
	}
	return t
}

// clipboardWrite is how a program hands a text to the terminal's clipboard: OSC 52 of xterm.
var clipboardWrite = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)`)

// clipboard waits for the n-th text that was handed to the terminal's clipboard.
func (t *terminal) clipboard(n int) string {
	t.Helper()
	var found [][]string
	t.until(fmt.Sprintf("handed %d texts to the clipboard", n), func() bool {
		found = clipboardWrite.FindAllStringSubmatch(t.said(), -1)
		return len(found) >= n
	})
	text, err := base64.StdEncoding.DecodeString(found[n-1][1])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// exit waits for the end and returns the exit code.
func (t *terminal) exit() int {
	t.Helper()
	select {
	case err := <-t.ended:
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		return t.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("keyturn did not end; the screen shows\n%s", t.screen.String())
		return -1
	}
}
