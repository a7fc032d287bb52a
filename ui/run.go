package ui

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	xterm "github.com/charmbracelet/x/term"

	"example.com/keyturn/crash"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Run shows the console on a terminal until the user leaves or ctx ends. The terminal is given
// back as it was, whatever happens.
func Run(ctx context.Context, cfg Config, in, out *os.File, facts term.Facts, env func(string) string) error {
	writer := term.NewWriter(out)
	if cfg.Ports.Clipboard == nil {
		cfg.Ports.Clipboard = NewClipboard(facts, env, writer)
	}
	painter := term.NewPainter(writer)
	guard := &guarded{app: New(cfg), painter: painter}
	program := tea.NewProgram(guard, tea.WithInput(in), tea.WithOutput(term.NewMuted(out)),
		tea.WithFPS(1), tea.WithoutSignalHandler(), tea.WithoutCatchPanics())
	guard.quit = func() { go program.Quit() }
	painter.Start()
	if width, height, err := xterm.GetSize(out.Fd()); err == nil {
		guard.Update(tea.WindowSizeMsg{Width: width, Height: height})
		guard.View() // the first frame need not wait until the program runs
	}
	// A killed program would not wait for whoever reads its keys: it is told to quit instead.
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	guard.app.Wipe()
	painter.Stop()
	if guard.app.secretOut {
		clearOnQuit(cfg.Ports.Clipboard)
	}
	switch {
	case guard.crash != nil:
		return guard.crash.Report(env, time.Now())
	case err == nil && ctx.Err() != nil:
		return fmt.Errorf("stopped: %w", context.Cause(ctx))
	}
	return err
}

func clearOnQuit(c kit.Clipboard) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, _ = c.ClearIfOurs(ctx)
}

// clipboard joins the terminal's clipboard to the port of the console.
type clipboard struct{ *term.Clipboard }

// NewClipboard is the clipboard of the terminal that out is.
func NewClipboard(facts term.Facts, env func(string) string, out io.Writer) kit.Clipboard {
	return clipboard{term.NewClipboard(facts, env, out)}
}

func (c clipboard) Copy(ctx context.Context, value models.Secret) (kit.Delivery, error) {
	d, err := c.Clipboard.Copy(ctx, value)
	return kit.Delivery{Sentence: d.Sentence, Clearable: d.Readable}, err
}

// guarded paints every frame at once, and turns a panic into a clean end.
type guarded struct {
	app     *App
	painter *term.Painter
	size    tea.WindowSizeMsg
	quit    func()       // ends the program soon
	crash   *crash.Crash // the first one; nothing goes on after it
}

func (g *guarded) Init() tea.Cmd { return g.guard(g.app.Init()) }

func (g *guarded) Update(msg tea.Msg) (model tea.Model, cmd tea.Cmd) {
	if g.crash != nil {
		return g, nil
	}
	defer func() {
		if r := recover(); r != nil {
			g.crashed(crash.Of(r))
			model, cmd = g, nil
		}
	}()
	switch msg := msg.(type) {
	case *crash.Crash:
		g.crashed(msg)
		return g, nil
	case tea.WindowSizeMsg:
		if msg != g.size {
			g.painter.Clear()
		}
		g.size = msg
	case tea.ResumeMsg:
		g.painter.Start()
	case tea.KeyMsg:
		if msg.String() == "ctrl+z" {
			g.app.Wipe()
			g.painter.Stop()
			return g, tea.Suspend
		}
	}
	_, cmd = g.app.Update(msg)
	return g, g.guard(cmd)
}

func (g *guarded) crashed(c *crash.Crash) {
	g.crash = c
	g.quit()
}

func (g *guarded) View() string {
	if g.crash != nil {
		return ""
	}
	defer func() {
		if r := recover(); r != nil {
			g.crashed(crash.Of(r))
		}
	}()
	if view := g.app.View(); view != "" {
		g.painter.Paint(view)
	}
	return ""
}

// guard lets a command's panic end the program the same clean way.
func (g *guarded) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if r := recover(); r != nil {
				msg = crash.Of(r)
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = g.guard(batch[i])
			}
		}
		return msg
	}
}
