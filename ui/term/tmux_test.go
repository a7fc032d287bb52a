//go:build tmux

// These tests ask a real tmux, of 3.2 or newer, with servers of their own:
//
//	go test -tags tmux -run Tmux ./ui/term

package term

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

// mux is a tmux server with one window, and a terminal outside that is attached to it.
type mux struct {
	*testing.T
	hunt    *hunt.Hunt
	socket  string
	mu      sync.Mutex
	outside bytes.Buffer // every byte that the terminal outside got
}

// startTmux starts a server whose options are given as tmux takes them.
func startTmux(t *testing.T, options ...string) *mux {
	t.Helper()
	h := hunt.For(t)
	h.Learn(token)
	h.Except("bytes", "a window of tmux prints it, as a console that copies does")
	dir, err := os.MkdirTemp("", "keyturn-tmux-") // short: the path of a socket has a limit
	if err != nil {
		t.Fatal(err)
	}
	m := &mux{T: t, hunt: h, socket: filepath.Join(dir, "s")}
	t.Setenv("TMUX", "")
	m.do("-f", "/dev/null", "new-session", "-d", "-x", "40", "-y", "10", "exec sleep 600")
	t.Cleanup(func() {
		m.do("kill-server")
		_ = os.RemoveAll(dir)
	})
	h.Folder(t, dir)
	for _, option := range options {
		m.do(append([]string{"set-option", "-g"}, strings.Fields(option)...)...)
	}
	cmd := exec.Command("tmux", "-S", m.socket, "attach-session")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	h.Process(t, cmd)
	near, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 40, Rows: 11})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); _ = near.Close() })
	go func() { _, _ = io.Copy(writes(m.heard), near) }()
	m.until("a terminal is attached", func() bool { return m.do("list-clients") != "" })
	t.Setenv("TMUX", m.do("display-message", "-p", "#{socket_path},#{pid},0"))
	return m
}

func (m *mux) heard(p []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outside.Write(p)
}

// do runs a command of tmux and returns what it printed.
func (m *mux) do(args ...string) string {
	m.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", m.socket}, args...)...).CombinedOutput()
	if err != nil {
		m.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

func (m *mux) until(what string, reached func() bool) {
	m.Helper()
	for deadline := time.Now().Add(20 * time.Second); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.Fatalf("waited in vain: %s; the terminal outside got %q", what, m.outside.String())
		}
	}
}

// arrives waits for a value on the clipboard of the terminal outside.
func (m *mux) arrives(value string) {
	m.Helper()
	sent := regexp.MustCompile(`\x1b\]52;c?;` + regexp.QuoteMeta(base64.StdEncoding.EncodeToString([]byte(value))) + `(\x07|\x1b\\)`)
	m.until("the value outside", func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return sent.Match(m.outside.Bytes())
	})
}

// prints lets a program in the window write some bytes.
func (m *mux) prints(text string) {
	m.Helper()
	file := filepath.Join(m.TempDir(), "bytes")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		m.Fatal(err)
	}
	m.do("respawn-pane", "-k", "stty raw -echo; cat '"+file+"'; exec sleep 600")
}

func TestTmuxPassesACopyOnInEverySetting(t *testing.T) {
	for _, setting := range []string{"off", "external", "on"} {
		t.Run(setting, func(t *testing.T) {
			m := startTmux(t, "set-clipboard "+setting)
			m.do("set-buffer", "-b", "mine", "a shopping list")
			clip := NewClipboard(Facts{Tmux: true}, func(string) string { return "" }, io.Discard)
			got, err := clip.Copy(t.Context(), models.NewSecret(token))
			if err != nil || got.Way != Tmux || got.Sentence != "handed to tmux for the terminal outside, which cannot confirm it" {
				t.Fatalf("got %+v, %v", got, err)
			}
			m.arrives(token)
			if buffers := m.do("list-buffers", "-F", "#{buffer_name}: #{buffer_sample}"); buffers != "mine: a shopping list" {
				t.Errorf("tmux keeps %q", buffers)
			}
		})
	}
}

// Where the program tmux cannot be run, what is written reaches the terminal outside if any
// setting lets it.
func TestTmuxLetsOneOfBothFormsThrough(t *testing.T) {
	for _, options := range [][]string{
		{"set-clipboard on"},
		{"set-clipboard on", "allow-passthrough on"},
		{"set-clipboard external", "allow-passthrough on"},
		{"set-clipboard off", "allow-passthrough on"},
	} {
		t.Run(strings.Join(options, " "), func(t *testing.T) {
			m := startTmux(t, options...)
			var written bytes.Buffer
			clip := NewClipboard(Facts{Tmux: true}, func(string) string { return "" }, &written)
			clip.run = func(context.Context, io.Reader, string, ...string) ([]byte, error) {
				return nil, errors.New("no tmux here")
			}
			got, err := clip.Copy(t.Context(), models.NewSecret(token))
			if err != nil || got.Way != OSC52 {
				t.Fatalf("got %+v, %v", got, err)
			}
			m.prints(written.String())
			m.arrives(token)
		})
	}
}

// What the painter writes looks in a real terminal as it should: wide letters and marks included.
func TestTmuxShowsWhatIsPainted(t *testing.T) {
	m := startTmux(t)
	var written bytes.Buffer
	p := NewPainter(&written)
	clock := time.Unix(1, 0)
	p.now = func() time.Time { return clock }
	written.WriteString("$ keyturn")
	p.Start()
	full := strings.Repeat("x", 40)
	frames := []string{
		"漢字漢字漢字\ne\u0301a\u0300 marks\n" + full + "\nlast",
		"字漢\na漢字 marks\n" + strings.ToUpper(full) + "\n\x1b[7mselected\x1b[0m",
		strings.Repeat("漢", 20) + "\ne\u0301\n" + full,
	}
	for i, frame := range frames {
		clock = clock.Add(time.Second)
		p.Paint(frame)
		m.prints(written.String())
		want := Plain(frame)
		m.until("frame "+string(rune('1'+i)), func() bool { return m.do("capture-pane", "-p") == want })
	}
	p.Stop()
	m.prints(written.String())
	m.until("the shell again", func() bool {
		return m.do("capture-pane", "-p") == "$ keyturn" && m.do("display-message", "-p", "#{cursor_flag}#{alternate_on}#{wrap_flag}") == "101"
	})
}
