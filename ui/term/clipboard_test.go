package term

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

const token = "lsdemo-4f5a1c20-8a4e-4c1b-9d0a-1f2e3d4c5b6a"

// step is one run of a program that must come next, as a command line, and what comes of it.
type step struct {
	line  string
	stdin string // what it must be fed
	gives string
	err   error
}

// desk is a machine on which exactly the expected programs run, in that order.
type desk struct {
	t     *testing.T
	steps []step
}

func (d *desk) run(_ context.Context, stdin io.Reader, name string, args ...string) ([]byte, error) {
	d.t.Helper()
	line := strings.Join(append([]string{name}, args...), " ")
	h := hunt.For(d.t)
	h.Learn(token)
	h.Keep("the arguments of "+name, []byte(line))
	fed := ""
	if stdin != nil {
		b, err := io.ReadAll(stdin)
		if err != nil {
			d.t.Fatal(err)
		}
		fed = string(b)
	}
	if len(d.steps) == 0 {
		d.t.Fatalf("nobody expected %q", line)
	}
	next := d.steps[0]
	d.steps = d.steps[1:]
	if line != next.line || fed != next.stdin {
		d.t.Fatalf("ran %q with %d bytes on its input, expected %q with %d", line, len(fed), next.line, len(next.stdin))
	}
	return []byte(next.gives), next.err
}

func (d *desk) settled() {
	d.t.Helper()
	if len(d.steps) > 0 {
		d.t.Errorf("did not run: %q", d.steps[0].line)
	}
}

// machine describes where the clipboard is looked for.
type machine struct {
	env      map[string]string
	system   string // "" is linux
	programs string // installed, with blanks between
}

func (d *desk) clipboard(m machine, out io.Writer) *Clipboard {
	env := func(name string) string { return m.env[name] }
	c := NewClipboard(ReadFacts(env), env, out)
	c.system = "linux"
	if m.system != "" {
		c.system = m.system
	}
	c.run = d.run
	c.find = func(name string) bool { return strings.Contains(" "+m.programs+" ", " "+name+" ") }
	return c
}

// Command lines of the tools.
const (
	wlCopy, wlPaste, wlClear = "wl-copy", "wl-paste --no-newline", "wl-copy --clear"
	xclipIn, xclipOut        = "xclip -in -selection clipboard", "xclip -out -selection clipboard"
	xselIn                   = "xsel --input --clipboard"
	tmuxLoad                 = "tmux load-buffer -w -b keyturn-copy -"
	tmuxDelete               = "tmux delete-buffer -b keyturn-copy"
	getClipboard             = "powershell.exe -NoProfile -Command Get-Clipboard"
)

func osc(text string) string {
	return "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
}

type copyCase struct {
	name    string
	machine machine
	steps   []step
	want    Way
	says    string // the whole sentence
	sent    string // to the terminal
}

const sentOSC = "sent to the terminal with OSC 52, which cannot confirm it"

func copyCases() []copyCase {
	broken := errors.New("exit status 1")
	everything := "wl-copy xclip xsel clip.exe pbcopy tmux"
	return append([]copyCase{
		{name: "Wayland", machine: machine{env: map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, programs: everything},
			steps: []step{{line: wlCopy, stdin: token}}, want: Native, says: "placed on the clipboard by wl-copy"},
		{name: "Wayland without its tool", machine: machine{env: map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, programs: "xclip"},
			steps: []step{{line: xclipIn, stdin: token}}, want: Native, says: "placed on the clipboard by xclip"},
		{name: "Wayland that is gone", machine: machine{env: map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, programs: everything},
			steps: []step{{line: wlCopy, stdin: token, err: broken}, {line: xclipIn, stdin: token}}, want: Native, says: "placed on the clipboard by xclip"},
		{name: "Wayland session without a display", machine: machine{env: map[string]string{"XDG_SESSION_TYPE": "wayland"}, programs: everything},
			want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "X with xsel only", machine: machine{env: map[string]string{"DISPLAY": ":0"}, programs: "xsel"},
			steps: []step{{line: xselIn, stdin: token}}, want: Native, says: "placed on the clipboard by xsel"},
		{name: "a display and no tool", machine: machine{env: map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}},
			want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "every tool fails", machine: machine{env: map[string]string{"DISPLAY": ":0"}, programs: everything},
			steps: []step{{line: xclipIn, stdin: token, err: broken}, {line: xselIn, stdin: token, err: broken}}, want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "macOS", machine: machine{system: "darwin", programs: everything},
			steps: []step{{line: "pbcopy", stdin: token}}, want: Native, says: "placed on the clipboard by pbcopy"},
		{name: "Windows", machine: machine{system: "windows", programs: everything},
			steps: []step{{line: "clip.exe", stdin: token}}, want: Native, says: "placed on the clipboard by clip.exe"},
		{name: "Linux inside Windows", machine: machine{env: map[string]string{"WSL_DISTRO_NAME": "Debian"}, programs: everything},
			steps: []step{{line: "clip.exe", stdin: token}}, want: Native, says: "placed on the clipboard by clip.exe"},
		{name: "a tool of Windows without Windows", machine: machine{programs: "clip.exe"}, want: OSC52, says: sentOSC, sent: osc(token)},
	}, farCases()...)
}

// farCases are those in which the user's own clipboard is not that of this machine.
func farCases() []copyCase {
	broken := errors.New("exit status 1")
	everything := "wl-copy xclip xsel clip.exe pbcopy tmux"
	tmux := "tmux-session,1,0"
	handed := "handed to tmux for the terminal outside, which cannot confirm it"
	return []copyCase{
		{name: "SSH", machine: machine{env: map[string]string{"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, programs: everything},
			want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "SSH to a Mac", machine: machine{env: map[string]string{"SSH_CONNECTION": "a b c d"}, system: "darwin", programs: everything},
			want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "SSH to a Linux inside Windows", machine: machine{env: map[string]string{"SSH_TTY": "x", "WSL_DISTRO_NAME": "Debian"}, programs: everything},
			want: OSC52, says: sentOSC, sent: osc(token)},
		{name: "tmux over SSH", machine: machine{env: map[string]string{"SSH_TTY": "x", "TMUX": tmux, "DISPLAY": ":0"}, programs: everything},
			steps: []step{{line: tmuxLoad, stdin: token}, {line: tmuxDelete}}, want: Tmux, says: handed},
		{name: "tmux on a desktop", machine: machine{env: map[string]string{"TMUX": tmux, "DISPLAY": ":0"}, programs: everything},
			steps: []step{{line: xclipIn, stdin: token}}, want: Native, says: "placed on the clipboard by xclip"},
		{name: "tmux on a desktop that is gone", machine: machine{env: map[string]string{"TMUX": tmux, "DISPLAY": ":0"}, programs: "xclip"},
			steps: []step{{line: xclipIn, stdin: token, err: broken}, {line: tmuxLoad, stdin: token}, {line: tmuxDelete}}, want: Tmux, says: handed},
		{name: "tmux that keeps the buffer", machine: machine{env: map[string]string{"TMUX": tmux}},
			steps: []step{{line: tmuxLoad, stdin: token}, {line: tmuxDelete, err: broken}}, want: Tmux, says: "handed to tmux, which keeps it in its buffer keyturn-copy"},
		{name: "tmux too old or out of reach", machine: machine{env: map[string]string{"TMUX": tmux}},
			steps: []step{{line: tmuxLoad, stdin: token, err: broken}, {line: tmuxDelete, err: broken}}, want: OSC52,
			says: "sent through tmux with OSC 52, which cannot confirm it; tmux may keep it in its buffers",
			sent: "\x1bPtmux;\x1b" + osc(token) + "\x1b\\" + osc(token)},
		{name: "screen", machine: machine{env: map[string]string{"STY": "1.tty", "SSH_TTY": "x"}},
			want: OSC52, says: "sent through screen with OSC 52, which cannot confirm it", sent: "\x1bP" + osc(token) + "\x1b\\"},
	}
}

func TestCopyTakesTheBestWay(t *testing.T) {
	for _, c := range copyCases() {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{t: t, steps: c.steps}
			var out bytes.Buffer
			got, err := d.clipboard(c.machine, &out).Copy(t.Context(), models.NewSecret(token))
			if err != nil {
				t.Fatal(err)
			}
			if got.Way != c.want || got.Sentence != c.says || got.Readable != (c.want == Native) {
				t.Errorf("got %+v, want %q: %s", got, c.want, c.says)
			}
			if out.String() != c.sent {
				t.Errorf("the terminal got %q, want %q", out.String(), c.sent)
			}
			d.settled()
		})
	}
}

// Screen takes short pieces only; put together they are the sequence.
func TestALongValuePassesScreen(t *testing.T) {
	var out bytes.Buffer
	d := &desk{t: t}
	text := strings.Repeat("0123456789", 300)
	if _, err := d.clipboard(machine{env: map[string]string{"STY": "1.tty"}}, &out).Copy(t.Context(), models.NewSecret(text)); err != nil {
		t.Fatal(err)
	}
	inner := ""
	for piece := range strings.SplitSeq(strings.TrimSuffix(out.String(), "\x1b\\"), "\x1b\\") {
		body, wrapped := strings.CutPrefix(piece, "\x1bP")
		if !wrapped || len(body) > 100 {
			t.Fatalf("screen gets a piece of %d bytes: %.20q", len(piece), piece)
		}
		inner += body
	}
	if inner != osc(text) {
		t.Error("the pieces do not make the sequence")
	}
}

func TestOSC52HasALimit(t *testing.T) {
	for _, c := range []struct {
		bytes int
		fits  bool
	}{{56_244, true}, {56_245, false}} {
		var out bytes.Buffer
		d := &desk{t: t}
		_, err := d.clipboard(machine{}, &out).Copy(t.Context(), models.NewSecret(strings.Repeat("x", c.bytes)))
		if (err == nil) != c.fits || (out.Len() > 0) != c.fits {
			t.Errorf("%d bytes: %d went to the terminal, error %v", c.bytes, out.Len(), err)
		}
		if err != nil && !strings.Contains(err.(*models.Error).Detail, "too long for OSC 52") {
			t.Errorf("the reason is not told: %v", err)
		}
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("broken pipe " + token) }

func TestWhereNothingHelpsItSaysWhatToDo(t *testing.T) {
	broken := errors.New("exit status 1: " + token)
	for _, c := range []struct {
		name    string
		machine machine
		steps   []step
		out     io.Writer
		detail  string
	}{
		{name: "dumb terminal", machine: machine{env: map[string]string{"TERM": "dumb"}}, out: io.Discard, detail: "this terminal has no clipboard"},
		{name: "console of Linux", machine: machine{env: map[string]string{"TERM": "linux"}, programs: "xclip wl-copy"}, out: io.Discard, detail: "this terminal has no clipboard"},
		{name: "terminal gone", out: deaf{}, detail: "the terminal did not take OSC 52"},
		{name: "every way", machine: machine{env: map[string]string{"DISPLAY": ":0", "TMUX": "x"}, programs: "xclip"}, out: deaf{},
			steps:  []step{{line: xclipIn, stdin: token, err: broken}, {line: tmuxLoad, stdin: token, err: broken}, {line: tmuxDelete, err: broken}},
			detail: "xclip failed; tmux did not take it; the terminal did not take OSC 52"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{t: t, steps: c.steps}
			_, err := d.clipboard(c.machine, c.out).Copy(t.Context(), models.NewSecret(token))
			var told *models.Error
			if !errors.As(err, &told) {
				t.Fatalf("got %v", err)
			}
			if told.Detail != c.detail || told.Fix == "" || strings.Contains(err.Error()+told.Detail+told.Fix, token) {
				t.Errorf("says %q (%q), want %q", told.Detail, told.Fix, c.detail)
			}
			d.settled()
		})
	}
}
