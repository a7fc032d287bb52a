package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/term"
)

// Run shows the console on a terminal until the user leaves or ctx ends. The terminal is given
// back as it was, whatever happens.
func Run(ctx context.Context, cfg Config, in, out *os.File, facts term.Facts, env func(string) string) error {
	writer := term.NewWriter(out)
	if cfg.Ports.Clipboard == nil {
		cfg.Ports.Clipboard = clipboard{term.NewClipboard(facts, env, writer)}
	}
	painter := term.NewPainter(writer)
	guard := &guarded{app: New(cfg), painter: painter}
	program := tea.NewProgram(guard, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(term.Muted{File: out}),
		tea.WithFPS(1), tea.WithoutSignalHandler(), tea.WithoutCatchPanics())
	painter.Start()
	_, err := program.Run()
	guard.app.Wipe()
	painter.Stop()
	if guard.app.secretOut {
		clearOnQuit(cfg.Ports.Clipboard)
	}
	switch {
	case guard.panicked != "":
		return fmt.Errorf("keyturn failed and has given the terminal back: %s", guard.panicked)
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
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

func (c clipboard) Copy(ctx context.Context, value models.Secret) (kit.Delivery, error) {
	d, err := c.Clipboard.Copy(ctx, value)
	return kit.Delivery{Sentence: d.Sentence, Clearable: d.Readable}, err
}

// guarded paints every frame at once, and turns a panic into a clean end. What a panic says may
// hold a secret, so only where it happened is told.
type guarded struct {
	app      *App
	painter  *term.Painter
	panicked string
}

func (g *guarded) Init() tea.Cmd { return g.guard(g.app.Init()) }

func (g *guarded) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if recover() != nil {
			g.panicked, cmd = where(), tea.Quit
		}
	}()
	switch msg := msg.(type) {
	case panicMsg:
		g.panicked = string(msg)
		return g, tea.Quit
	case tea.WindowSizeMsg:
		g.painter.Clear()
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

func (g *guarded) View() (frame string) {
	defer func() {
		if recover() != nil && g.panicked == "" {
			g.panicked = where()
		}
	}()
	if view := g.app.View(); view != "" {
		g.painter.Paint(view)
	}
	return ""
}

// panicMsg tells where a command panicked.
type panicMsg string

// guard lets a command's panic end the program the same clean way.
func (g *guarded) guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if recover() != nil {
				msg = panicMsg(where())
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

// where is the stack of the panic being recovered, without the arguments' values.
func where() string { return string(debug.Stack()) }
