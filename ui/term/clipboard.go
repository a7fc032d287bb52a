package term

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/aymanbagabas/go-osc52/v2"

	"example.com/keyturn/models"
)

// Way is how a value went to the clipboard.
type Way string

// The ways, in the order in which they are preferred where they apply.
const (
	Native Way = "native" // a program of this machine's desktop
	Tmux   Way = "tmux"   // tmux passes it on to the terminal outside
	OSC52  Way = "osc52"  // an escape sequence to the terminal; nothing comes back
)

// Delivery tells how a value went, and what is known of its arrival.
type Delivery struct {
	Way      Way
	Sentence string
	Readable bool // the clipboard can be read back, so it can be cleared if it still holds the value
}

// Runner runs a program with a text on its standard input and returns what it printed. The value
// of a secret is never an argument: arguments are visible to every process of the machine.
type Runner func(ctx context.Context, stdin io.Reader, name string, args ...string) ([]byte, error)

// Clipboard hands values over. It remembers only a digest of the last one. It is safe for
// concurrent use.
type Clipboard struct {
	facts  Facts
	env    func(string) string
	run    Runner
	find   func(name string) bool
	out    io.Writer // the terminal, for OSC 52
	mu     sync.Mutex
	digest string
	tool   tool
}

// maxOSC52 is the longest encoded value that terminals are known to take.
const maxOSC52 = 74994

// toolTimeout bounds a clipboard program: one that waits for a display never comes back.
const toolTimeout = 2 * time.Second

// NewClipboard returns the clipboard as this terminal reaches it.
func NewClipboard(facts Facts, env func(string) string, out io.Writer) *Clipboard {
	return &Clipboard{facts: facts, env: env, run: RunProgram, find: programFound, out: out}
}

// RunProgram runs a program of this machine.
func RunProgram(ctx context.Context, stdin io.Reader, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, toolTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = stdin
	cmd.WaitDelay = 100 * time.Millisecond
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrWaitDelay) { // the tool left a child behind that serves the clipboard
		err = nil
	}
	return out, err
}

func programFound(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// Copy hands a value to the first way that is likely to reach the user's own clipboard, and to the
// next one if that fails.
func (c *Clipboard) Copy(ctx context.Context, value models.Secret) (Delivery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.digest, c.tool = "", tool{}
	var failures []string
	for _, way := range c.ways() {
		delivery, err := c.deliver(ctx, way, value)
		if err == nil {
			return delivery, nil
		}
		failures = append(failures, err.Error())
	}
	return Delivery{}, &models.Error{
		Fault: models.FaultInternal, Code: "clipboard", Title: "The value could not be handed to any clipboard",
		Detail: strings.Join(failures, "; "), Fix: "reveal it and copy it by hand, or install wl-copy, xclip or xsel",
	}
}

// ways lists what to try. Over SSH the native clipboard is the remote machine's: no use.
func (c *Clipboard) ways() []Way {
	var ways []Way
	if !c.facts.SSH && c.nativeTool().copy != nil {
		ways = append(ways, Native)
	}
	if c.facts.Tmux {
		ways = append(ways, Tmux)
	}
	return append(ways, OSC52)
}

func (c *Clipboard) deliver(ctx context.Context, way Way, value models.Secret) (Delivery, error) {
	text := value.Reveal()
	switch way {
	case Native:
		t := c.nativeTool()
		if _, err := c.run(ctx, strings.NewReader(text), t.copy[0], t.copy[1:]...); err != nil {
			return Delivery{}, fmt.Errorf("%s failed", t.copy[0])
		}
		c.digest, c.tool = value.Digest(), t
		return Delivery{Way: Native, Sentence: "placed on the clipboard by " + t.copy[0], Readable: t.paste != nil}, nil
	case Tmux:
		return c.throughTmux(ctx, text)
	}
	if len(text)*4/3+4 > maxOSC52 {
		return Delivery{}, errors.New("too long for OSC 52")
	}
	if _, err := osc52.New(text).WriteTo(c.out); err != nil {
		return Delivery{}, errors.New("the terminal did not take OSC 52")
	}
	return Delivery{Way: OSC52, Sentence: "sent to the terminal with OSC 52, which cannot confirm it"}, nil
}

// tmuxBuffer is a buffer of our own, so that deleting it leaves the user's alone.
const tmuxBuffer = "keyturn-copy"

// throughTmux lets tmux send the value to the terminal outside, then takes it out of tmux's own
// list of buffers.
func (c *Clipboard) throughTmux(ctx context.Context, text string) (Delivery, error) {
	if _, err := c.run(ctx, strings.NewReader(text), "tmux", "load-buffer", "-w", "-b", tmuxBuffer, "-"); err != nil {
		return Delivery{}, errors.New("tmux did not take it")
	}
	if _, err := c.run(ctx, nil, "tmux", "delete-buffer", "-b", tmuxBuffer); err != nil {
		return Delivery{Way: Tmux, Sentence: "handed to tmux, which keeps it in its buffer " + tmuxBuffer}, nil
	}
	return Delivery{Way: Tmux, Sentence: "handed to tmux for the terminal outside, which cannot confirm it"}, nil
}

// ClearIfOurs empties the clipboard if it still holds the last value copied. What cannot be read
// back is left alone: it may be somebody else's by now.
func (c *Clipboard) ClearIfOurs(ctx context.Context) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	digest, t := c.digest, c.tool
	c.digest, c.tool = "", tool{}
	if digest == "" || t.paste == nil {
		return false, nil
	}
	held, err := c.run(ctx, nil, t.paste[0], t.paste[1:]...)
	if err != nil {
		return false, fmt.Errorf("read the clipboard: %s failed", t.paste[0])
	}
	defer clear(held)
	if models.NewSecret(strings.TrimRight(string(held), "\r\n")).Digest() != digest {
		return false, nil
	}
	if _, err := c.run(ctx, strings.NewReader(""), t.clear[0], t.clear[1:]...); err != nil {
		return false, fmt.Errorf("clear the clipboard: %s failed", t.clear[0])
	}
	return true, nil
}

// tool is a clipboard program of a desktop: how it copies, reads back and clears.
type tool struct{ copy, paste, clear []string }

func (c *Clipboard) nativeTool() tool {
	for _, t := range c.tools() {
		if c.find(t.copy[0]) {
			return t
		}
	}
	return tool{}
}

func (c *Clipboard) tools() []tool {
	switch {
	case runtime.GOOS == "darwin":
		return []tool{{copy: []string{"pbcopy"}, paste: []string{"pbpaste"}, clear: []string{"pbcopy"}}}
	case runtime.GOOS == "windows":
		return []tool{{copy: []string{"clip.exe"}, paste: []string{"powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"}, clear: []string{"clip.exe"}}}
	}
	var tools []tool
	if c.env("WAYLAND_DISPLAY") != "" {
		tools = append(tools, tool{copy: []string{"wl-copy"}, paste: []string{"wl-paste", "--no-newline"}, clear: []string{"wl-copy", "--clear"}})
	}
	if c.env("DISPLAY") != "" {
		tools = append(tools,
			tool{copy: []string{"xclip", "-in", "-selection", "clipboard"}, paste: []string{"xclip", "-out", "-selection", "clipboard"}, clear: []string{"xclip", "-in", "-selection", "clipboard"}},
			tool{copy: []string{"xsel", "--input", "--clipboard"}, paste: []string{"xsel", "--output", "--clipboard"}, clear: []string{"xsel", "--clear", "--clipboard"}})
	}
	return tools
}
