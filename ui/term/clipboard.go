package term

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

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
	system string // as Go names them
	run    Runner
	find   func(name string) bool
	out    io.Writer // the terminal, for OSC 52
	mu     sync.Mutex
	digest string
	tool   tool
}

// maxOSC52 is the longest encoded value that terminals are known to take.
const maxOSC52 = 74994

// NewClipboard returns the clipboard as this terminal reaches it.
func NewClipboard(facts Facts, env func(string) string, out io.Writer) *Clipboard {
	return &Clipboard{facts: facts, env: env, system: runtime.GOOS, run: RunProgram, find: programFound, out: out}
}

// Copy hands a value to the first way that is likely to reach the user's own clipboard, and to the
// next one if that fails.
func (c *Clipboard) Copy(ctx context.Context, value models.Secret) (Delivery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.digest, c.tool = "", tool{}
	failures := []string{}
	for _, try := range c.attempts() {
		delivery, err := try(ctx, value.Reveal())
		if err != nil {
			failures = append(failures, err.Error())
			continue
		}
		if delivery.Way == Native {
			c.digest = value.Digest()
		}
		return delivery, nil
	}
	return Delivery{}, &models.Error{
		Fault: models.FaultInternal, Code: "clipboard", Title: "The value could not be handed to any clipboard",
		Detail: strings.Join(failures, "; "), Fix: "reveal it and copy it by hand, or install wl-copy, xclip or xsel",
	}
}

// attempt is one way to try.
type attempt func(ctx context.Context, text string) (Delivery, error)

// attempts lists what to try. Over SSH the native clipboard is the remote machine's: no use.
func (c *Clipboard) attempts() []attempt {
	var list []attempt
	if !c.facts.SSH {
		for _, t := range c.tools() {
			if c.find(t.copy[0]) {
				list = append(list, func(ctx context.Context, text string) (Delivery, error) { return c.throughTool(ctx, t, text) })
			}
		}
	}
	if c.facts.Tmux {
		list = append(list, c.throughTmux)
	}
	return append(list, c.throughTerminal)
}

func (c *Clipboard) throughTool(ctx context.Context, t tool, text string) (Delivery, error) {
	if _, err := c.run(ctx, strings.NewReader(text), t.copy[0], t.copy[1:]...); err != nil {
		return Delivery{}, fmt.Errorf("%s failed", t.copy[0])
	}
	c.tool = t
	return Delivery{Way: Native, Sentence: "placed on the clipboard by " + t.copy[0], Readable: t.paste != nil}, nil
}

// tmuxBuffer is a buffer of our own, so that deleting it leaves the user's alone.
const tmuxBuffer = "keyturn-copy"

// throughTmux lets tmux send the value to the terminal outside, then takes it out of tmux's own
// list of buffers: also where tmux failed half-way, and where nobody waits any more.
func (c *Clipboard) throughTmux(ctx context.Context, text string) (Delivery, error) {
	_, failed := c.run(ctx, strings.NewReader(text), "tmux", "load-buffer", "-w", "-b", tmuxBuffer, "-")
	_, kept := c.run(context.WithoutCancel(ctx), nil, "tmux", "delete-buffer", "-b", tmuxBuffer)
	switch {
	case failed != nil:
		return Delivery{}, errors.New("tmux did not take it")
	case kept != nil:
		return Delivery{Way: Tmux, Sentence: "handed to tmux, which keeps it in its buffer " + tmuxBuffer}, nil
	}
	return Delivery{Way: Tmux, Sentence: "handed to tmux for the terminal outside, which cannot confirm it"}, nil
}

// throughTerminal writes OSC 52. A multiplexer in between takes it apart, so it is wrapped up. Of
// tmux nobody knows which of the two forms it lets through, so it gets both.
func (c *Clipboard) throughTerminal(_ context.Context, text string) (Delivery, error) {
	if c.facts.Bare {
		return Delivery{}, errors.New("this terminal has no clipboard")
	}
	if base64.StdEncoding.EncodedLen(len(text)) > maxOSC52 {
		return Delivery{}, errors.New("too long for OSC 52")
	}
	plain := osc52.New(text)
	sequence, sentence := plain.String(), "sent to the terminal with OSC 52, which cannot confirm it"
	switch {
	case c.facts.Tmux:
		sequence = plain.Tmux().String() + sequence
		sentence = "sent through tmux with OSC 52, which cannot confirm it; tmux may keep it in its buffers"
	case c.facts.Screen:
		sequence, sentence = plain.Screen().String(), "sent through screen with OSC 52, which cannot confirm it"
	}
	if _, err := io.WriteString(c.out, sequence); err != nil {
		return Delivery{}, errors.New("the terminal did not take OSC 52")
	}
	return Delivery{Way: OSC52, Sentence: sentence}, nil
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
