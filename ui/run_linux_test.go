package ui_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/sys/unix"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens"
	"example.com/keyturn/ui/term"
)

// leaving is what gives a terminal back: focus and paste as they were, the cursor, the first screen.
const leaving = "\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[0m\x1b[2J\x1b[H\x1b[?1049l"

// pty is a pseudo-terminal with the console at its far end.
type pty struct {
	t      *testing.T
	near   *os.File
	mu     sync.Mutex
	out    strings.Builder
	result chan error
	state  string
}

// openPTY starts the console on a pseudo-terminal of 80x24.
func openPTY(ctx context.Context, t *testing.T, cfg ui.Config) *pty {
	t.Helper()
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	must(t, unix.IoctlSetPointerInt(int(near.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetUint32(int(near.Fd()), unix.TIOCGPTN)
	must(t, err)
	far, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	must(t, err)
	must(t, unix.IoctlSetWinsize(int(far.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}))
	p := &pty{t: t, near: near, result: make(chan error, 1), state: t.TempDir()}
	h := hunt.For(t)
	h.Learn(awayValue)
	h.Watch("the stream of the pseudo-terminal", func() []byte { return []byte(p.said()) })
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(p.read)
	env := func(name string) string {
		if name == "XDG_STATE_HOME" {
			return p.state
		}
		return ""
	}
	running.Go(func() {
		p.result <- ui.Run(ctx, cfg, far, far, term.Facts{}, env)
		_ = far.Close() // nobody else may, while keys are read from it
	})
	t.Cleanup(func() { // also when the test has failed, and the console still runs
		cancel()
		running.Wait()
		_ = near.Close()
	})
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *pty) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := p.near.Read(buffer)
		p.mu.Lock()
		p.out.Write(buffer[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *pty) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *pty) until(what string, holds func() bool) *pty {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return p
		}
	}
	p.t.Fatalf("the terminal never %s, but got %q", what, p.said())
	return p
}

// see waits until the terminal was told something.
func (p *pty) see(text string) *pty {
	p.t.Helper()
	return p.until(fmt.Sprintf("got %q", text), func() bool { return strings.Contains(p.said(), text) })
}

// raw reports whether keys are handed on one by one.
func (p *pty) raw() bool {
	state, err := unix.IoctlGetTermios(int(p.near.Fd()), unix.TCGETS)
	return err == nil && state.Lflag&unix.ICANON == 0
}

// press types. The first frame is there before the keys are taken one by one; until then an
// interrupt would not be a key.
func (p *pty) press(keys string) *pty {
	p.t.Helper()
	p.until("takes single keys", p.raw)
	_, err := p.near.WriteString(keys)
	must(p.t, err)
	return p
}

// ended waits for the console's end and demands that the terminal was given back, last of all.
func (p *pty) ended() error {
	p.t.Helper()
	select {
	case err := <-p.result:
		p.see(leaving)
		if rest := p.said()[strings.LastIndex(p.said(), leaving)+len(leaving):]; strings.Contains(rest, "keyturn") {
			p.t.Errorf("after leaving it was still painted: %q", rest)
		}
		return err
	case <-time.After(10 * time.Second):
		p.t.Fatalf("the console did not end: %q", p.said())
		return nil
	}
}

// awayValue is the value of everything there.
const awayValue = "lsdemo-value-of-everything"

// away is a service that never answers, and a clipboard that takes everything.
type away struct {
	kit.Reader
	kit.SecretReader
	mu      sync.Mutex
	cleared int
}

func (*away) Changes(ctx context.Context, _ int64, _ time.Duration) (models.Changes, error) {
	<-ctx.Done()
	return models.Changes{}, ctx.Err()
}

func (*away) Events(ctx context.Context, _ models.EventFilter, _ models.Page) (models.EventPage, error) {
	<-ctx.Done()
	return models.EventPage{}, ctx.Err()
}

func (*away) Secret(context.Context, models.CredentialID, int) (models.Secret, error) {
	return models.NewSecret(awayValue), nil
}

func (*away) Copy(context.Context, models.Secret) (kit.Delivery, error) {
	return kit.Delivery{Sentence: "put away", Clearable: true}, nil
}

func (a *away) ClearIfOurs(context.Context) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cleared++
	return true, nil
}

// trigger is a screen that does what a test wants on a key.
type trigger struct {
	kit.Screen
	onKey  map[string]func() tea.Cmd
	onView func()
}

func (s *trigger) Update(msg tea.Msg) tea.Cmd {
	if key, ok := msg.(tea.KeyMsg); ok && s.onKey[key.String()] != nil {
		return s.onKey[key.String()]()
	}
	return s.Screen.Update(msg)
}

func (s *trigger) View() string {
	if s.onView != nil {
		s.onView()
	}
	return s.Screen.View()
}

func terminal(outside *away, first *trigger) ui.Config {
	ports := kit.Ports{Reader: outside, Secrets: outside, Clipboard: outside, Now: time.Now, Location: time.UTC}
	return ui.Config{
		Ports: ports, Styles: styles.New(styles.Options{NoColor: true}),
		Screens: func(b *kit.Book, st *styles.Styles, p kit.Ports) []kit.Screen {
			all := screens.All(b, st, p)
			first.Screen = all[0]
			all[0] = first
			return all
		},
	}
}

func TestTheTerminalIsGivenBack(t *testing.T) {
	stop := errors.New("told to stop")
	tests := []struct {
		name string
		end  func(*pty, context.CancelCauseFunc)
		want string
	}{
		{"after quitting", func(p *pty, _ context.CancelCauseFunc) { p.press("q") }, ""},
		{"after two interrupts", func(p *pty, _ context.CancelCauseFunc) { p.press("\x03").see("again to quit").press("\x03") }, ""},
		{"when told to stop", func(_ *pty, cancel context.CancelCauseFunc) { cancel(stop) }, "told to stop"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			p := openPTY(ctx, t, terminal(&away{}, &trigger{})).see("connecting").see("\x1b[?1049h")
			tt.end(p, cancel)
			err := p.ended()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("it ended with %v, want %q", err, tt.want)
			}
		})
	}
}

func TestAPanicGivesTheTerminalBackAndTellsNoValue(t *testing.T) {
	const secret = "lsdemo-do-not-tell"
	view := func(s *trigger) func() tea.Cmd {
		return func() tea.Cmd {
			s.onView = func() { panic(secret) }
			return nil
		}
	}
	s := &trigger{}
	panics := map[string]func() tea.Cmd{
		"in Update":    func() tea.Cmd { panic(secret) },
		"in a command": func() tea.Cmd { return func() tea.Msg { panic(errors.New(secret)) } },
		"in View":      view(s),
	}
	for name, fail := range panics {
		t.Run(name, func(t *testing.T) {
			hunt.For(t).Learn(secret)
			s.onView, s.onKey = nil, map[string]func() tea.Cmd{"x": fail}
			p := openPTY(t.Context(), t, terminal(&away{}, s)).see("connecting").press("x")
			err := p.ended()
			if err == nil || !strings.Contains(err.Error(), "keyturn itself has failed") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("it ended with %v", err)
			}
			files, _ := filepath.Glob(filepath.Join(p.state, "keyturn", "crash-*.txt"))
			if len(files) != 1 || !strings.Contains(err.Error(), files[0]) {
				t.Fatalf("the files are %v, the error is %v", files, err)
			}
			text, readErr := os.ReadFile(files[0])
			must(t, readErr)
			if !strings.Contains(string(text), "run_linux_test.go") || strings.Contains(string(text), "(0x") {
				t.Errorf("the file says %s", text)
			}
			for _, said := range []string{string(text), err.Error(), p.said()} {
				if strings.Contains(said, secret) {
					t.Errorf("the secret was told in %q", said)
				}
			}
		})
	}
}

func TestAnUnwritableCrashIsStillOneSentence(t *testing.T) {
	s := &trigger{onKey: map[string]func() tea.Cmd{"x": func() tea.Cmd { panic("x") }}}
	p := openPTY(t.Context(), t, terminal(&away{}, s)).see("connecting")
	must(t, os.WriteFile(filepath.Join(p.state, "keyturn"), nil, 0o600)) // a file where the folder should be
	p.press("x")
	if err := p.ended(); err == nil || !strings.Contains(err.Error(), "could not be written down") {
		t.Errorf("it ended with %v", err)
	}
}

func TestQuittingClearsACopiedSecretOnly(t *testing.T) {
	ask := func(msg tea.Msg) func() tea.Cmd {
		return func() tea.Cmd { return func() tea.Msg { return msg } }
	}
	keys := map[string]func() tea.Cmd{
		"y": ask(kit.CopySecretMsg{Target: "crd_x"}),
		"i": ask(kit.CopyTextMsg{Text: "crd_x", What: "the id"}),
	}
	for press, want := range map[string]int{"y": 1, "i": 0} {
		outside := &away{}
		p := openPTY(t.Context(), t, terminal(outside, &trigger{onKey: keys})).see("connecting").press(press).see("put away").press("q")
		must(t, p.ended())
		outside.mu.Lock()
		if outside.cleared != want {
			t.Errorf("after %s the clipboard was cleared %d times, want %d", press, outside.cleared, want)
		}
		outside.mu.Unlock()
	}
}

// Frames go out when something has changed, and only what has changed.
func TestAKeyWritesOnlyWhatChanged(t *testing.T) {
	p := openPTY(t.Context(), t, terminal(&away{}, &trigger{})).see("connecting")
	before := len(p.said())
	p.press("m").see("messages of this session")
	if strings.Contains(p.said()[before:], "\x1b[2J") {
		t.Error("a key has wiped the whole screen")
	}
	p.press("\x03q") // close it, and leave
	must(t, p.ended())
}
