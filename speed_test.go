//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"

	"example.com/keyturn/cli"
	"example.com/keyturn/inventory/sample"
)

// Speed is measured from outside, as somebody at a terminal sees it, beside programs that people
// know to be quick: bytes are stamped when they arrive, and dated by what the screen shows then.

const (
	crowdMembers  = 100_000
	crowdCITokens = 10_000
	crowdLegacy   = 20_000
	silence       = 60 * time.Millisecond // after that a picture has settled
)

// probe is a program on a pseudo-terminal of 120x40.
type probe struct {
	testing.TB
	cmd     *exec.Cmd
	near    *os.File
	screen  vt10x.Terminal
	chunks  chan chunk
	started time.Time
}

type chunk struct {
	at   time.Time
	data []byte
}

func launch(b testing.TB, env []string, argv ...string) *probe {
	b.Helper()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = b.TempDir()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + cmd.Dir, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC"}, env...)
	p := &probe{TB: b, cmd: cmd, screen: vt10x.New(vt10x.WithSize(120, 40)), chunks: make(chan chunk, 1<<12), started: time.Now()}
	near, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 120, Rows: 40})
	if err != nil {
		b.Fatal(err)
	}
	p.near = near
	go func() {
		defer close(p.chunks)
		for {
			buffer := make([]byte, 1<<15)
			n, err := near.Read(buffer)
			p.chunks <- chunk{time.Now(), buffer[:n]}
			if err != nil {
				return
			}
		}
	}()
	return p
}

// until returns when the chunk came after which the screen is so.
func (p *probe) until(holds func(screen string) bool) time.Time {
	p.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case c, ok := <-p.chunks:
			if !ok {
				p.Fatalf("it ended, showing:\n%s", p.screen.String())
			}
			_, _ = p.screen.Write(c.data)
			if holds(p.screen.String()) {
				return c.at
			}
		case <-late:
			p.Fatalf("too late, showing:\n%s", p.screen.String())
		}
	}
}

// settle waits until nothing more comes, and returns when the chunk came after which the picture
// was the one that stays; the zero time if it has not changed. Only then is the picture worked out:
// whoever measures must not keep the measured one from the processor.
func (p *probe) settle() (last time.Time) {
	var came []chunk
	for quiet := false; !quiet; {
		select {
		case c := <-p.chunks:
			came = append(came, c)
		case <-time.After(silence):
			quiet = true
		}
	}
	shown := p.screen.String()
	for _, c := range came {
		_, _ = p.screen.Write(c.data)
		if now := p.screen.String(); now != shown {
			shown, last = now, c.at
		}
	}
	return last
}

// press sends a key and returns how long it took until the picture was the one that it led to. A
// program that shows the letter first and what it finds later has not answered before that.
func (p *probe) press(key string) time.Duration {
	sent := time.Now()
	if _, err := io.WriteString(p.near, key); err != nil {
		p.Fatal(err)
	}
	for range 100 {
		if settled := p.settle(); !settled.IsZero() {
			return settled.Sub(sent)
		}
	}
	p.Fatalf("%q changes nothing in:\n%s", key, p.screen.String())
	return 0
}

func (p *probe) end() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.near.Close()
}

// tell reports the median and the worst hundredth.
func tell(b *testing.B, samples []time.Duration) {
	slices.Sort(samples)
	at := func(part float64) float64 {
		return float64(samples[int(part*float64(len(samples)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// resident is how much memory a process occupies, in MiB; 0 where /proc does not tell.
func resident(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages int
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0
	}
	return float64(pages*os.Getpagesize()) / (1 << 20)
}

// rival returns how a program is started on the lines of a file, or skips.
func rival(b *testing.B, program, command string) []string {
	b.Helper()
	if _, err := exec.LookPath(program); err != nil {
		b.Skipf("%s is not installed", program)
	}
	return []string{"sh", "-c", "exec " + command}
}

// crowd serves a large workspace and returns what a console needs to open it, with its members as
// a list of lines for the others.
func crowd(b *testing.B, members, tokens, legacy int) (console []string, list string) {
	b.Helper()
	w := newWorld(b)
	token, err := adminToken(w.dir)
	w.must(err)
	w.must(seed(context.Background(), w.server.Service(), token, cli.DemoOptions{Members: members, CITokens: tokens, Legacy: legacy, Seed: 1}))
	var text strings.Builder
	for _, m := range sample.Generate(sample.Options{Members: members, Seed: 1, Now: w.clock.now()}).Members {
		text.WriteString(strings.Map(printable, m.Name) + "  " + m.Email + "  " + string(m.Role) + "\n")
	}
	list = filepath.Join(b.TempDir(), "members.txt")
	w.must(os.WriteFile(list, []byte(text.String()), 0o600))
	return []string{"KEYTURN_ENDPOINT=" + w.endpoint, "LOCALSTACK_AUTH_TOKEN=" + token.Reveal()}, list
}

func printable(r rune) rune {
	if r < ' ' {
		return -1
	}
	return r
}

func BenchmarkTerminalFirstFrame(b *testing.B) {
	env, list := crowd(b, 10, 25, 18)
	keyturn, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	measure := func(name string, env []string, argv func(*testing.B) []string) {
		b.Run(name, func(b *testing.B) {
			args := argv(b)
			var samples []time.Duration
			for b.Loop() {
				p := launch(b, env, args...)
				samples = append(samples, p.until(func(now string) bool { return strings.TrimSpace(now) != "" }).Sub(p.started))
				p.end()
			}
			tell(b, samples)
		})
	}
	measure("keyturn", env, func(*testing.B) []string { return []string{keyturn} })
	measure("fzf", nil, func(b *testing.B) []string {
		return rival(b, "fzf", "fzf --layout=reverse < "+list)
	})
	measure("less", nil, func(b *testing.B) []string { return rival(b, "less", "less "+list) })
}

func BenchmarkTerminalKey(b *testing.B) {
	env, list := crowd(b, crowdMembers, crowdCITokens, crowdLegacy)
	keyturn, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	measure := func(name string, p func(*testing.B) *probe, keys ...string) {
		b.Run(name, func(b *testing.B) {
			p := p(b)
			defer p.end()
			var samples []time.Duration
			for i := 0; b.Loop(); i++ {
				samples = append(samples, p.press(keys[i%len(keys)]))
			}
			tell(b, samples)
			if mib := resident(p.cmd.Process.Pid); mib > 0 {
				b.ReportMetric(mib, "RSS-MiB")
			}
		})
	}
	ours := func(b *testing.B) *probe {
		p := launch(b, env, keyturn)
		p.until(func(now string) bool { return strings.Contains(now, "assign ") && !strings.Contains(now, "loading") })
		_, _ = io.WriteString(p.near, "3")
		p.until(func(now string) bool { return strings.Contains(now, "100,00") })
		p.settle()
		return p
	}
	fzf := func(b *testing.B) *probe {
		p := launch(b, nil, rival(b, "fzf", "fzf --layout=reverse < "+list)...)
		p.until(func(now string) bool { return strings.Contains(now, "100000/100000") })
		p.settle()
		return p
	}
	filtering := func(b *testing.B) *probe {
		p := ours(b)
		p.press("/")
		return p
	}
	// No blank among them: what it changes is not to be seen.
	typed := append(strings.Split("mariaga", ""), slices.Repeat([]string{"\x7f"}, len("mariaga"))...)
	measure("down/keyturn", ours, "\x1b[B")
	measure("down/fzf", fzf, "\x1b[B")
	measure("down/less", func(b *testing.B) *probe {
		p := launch(b, nil, rival(b, "less", "less "+list)...)
		p.settle()
		return p
	}, "j")
	measure("filter/keyturn", filtering, typed...)
	measure("filter/fzf", fzf, typed...)
}
