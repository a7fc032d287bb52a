package plain_test

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

// user is somebody who types lines and hears what is written.
type user struct {
	World *testkit.World

	t          *testing.T
	keys       *io.PipeWriter
	out        transcript
	interrupts chan os.Signal
	stop       context.CancelFunc
	ended      chan error
	heard      string // since the last line that was typed
	secrets    bool   // may be heard now
}

// transcript is everything that was written.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
	read int
}

func (tr *transcript) Write(p []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.Write(p)
}

func (tr *transcript) fresh() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	text := tr.text.String()[tr.read:]
	tr.read = tr.text.Len()
	return text
}

// tell runs a story over the sample workspace.
func tell(t *testing.T, tale func(*user)) { tellIn(t, testkit.Sample, plain.Config{}, tale) }

func tellIn(t *testing.T, fill func(*testkit.World), cfg plain.Config, tale func(*user)) {
	t.Helper()
	testkit.Within(t, fill, func(t *testing.T, w *testkit.World) {
		cfg.Ports = w.Ports()
		u := listenTo(t, w, cfg)
		defer u.stop() // also of a story that fails half-way
		tale(u)
		u.leave()
	})
}

// listenTo starts a session and hears its greeting.
func listenTo(t *testing.T, w *testkit.World, cfg plain.Config) *user {
	t.Helper()
	in, keys := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	u := &user{World: w, t: t, keys: keys, interrupts: make(chan os.Signal), ended: make(chan error, 1)}
	u.stop = func() {
		stop()
		_ = keys.Close()
	}
	go func() { u.ended <- plain.RunWith(ctx, cfg, in, &u.out, u.interrupts) }()
	u.listen()
	return u
}

// leave ends the story as ctrl+d does.
func (u *user) leave() {
	u.t.Helper()
	_ = u.keys.Close()
	u.listen()
	select {
	case err := <-u.ended:
		if err != nil {
			u.t.Errorf("it ended with %v", err)
		}
	default:
		u.t.Error("it has not ended")
	}
	u.stop()
}

// listen hears what has been written by the time that nothing moves any more.
func (u *user) listen() {
	u.t.Helper()
	synctest.Wait()
	text := u.out.fresh()
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' {
			u.t.Errorf("a control character %U was written: %q", r, text)
		}
	}
	if u.World.Leaked(text) && !u.secrets {
		u.t.Error("a secret was written")
	}
	u.heard += text
}

// Types types lines, one after the other. What was heard before is forgotten.
func (u *user) Types(lines ...string) *user {
	u.t.Helper()
	for _, line := range lines {
		u.heard = ""
		if _, err := io.WriteString(u.keys, line+"\n"); err != nil {
			u.t.Fatalf("nobody reads %q: it has ended", line)
		}
		u.listen()
	}
	return u
}

// Waits lets time pass.
func (u *user) Waits(d time.Duration) *user {
	u.t.Helper()
	time.Sleep(d)
	u.listen()
	return u
}

// Interrupts presses ctrl+c.
func (u *user) Interrupts() *user {
	u.t.Helper()
	u.heard = ""
	u.interrupts <- os.Interrupt
	u.listen()
	return u
}

// MayHearSecrets allows secrets, or forbids them again.
func (u *user) MayHearSecrets(may bool) *user {
	u.secrets = may
	return u
}

// Hears checks that all of these were said, in this order.
func (u *user) Hears(texts ...string) *user {
	u.t.Helper()
	rest := u.heard
	for _, text := range texts {
		at := strings.Index(rest, text)
		if at < 0 {
			u.t.Fatalf("%q was not heard (in this order) in:\n%s", text, u.heard)
		}
		rest = rest[at+len(text):]
	}
	return u
}

// HearsNo checks that none of these was said.
func (u *user) HearsNo(texts ...string) *user {
	u.t.Helper()
	for _, text := range texts {
		if strings.Contains(u.heard, text) {
			u.t.Fatalf("%q was heard in:\n%s", text, u.heard)
		}
	}
	return u
}

// Log prints what is heard, for whoever writes a story.
func (u *user) Log() *user {
	u.t.Log("\n" + u.heard)
	return u
}
