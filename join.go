package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	xterm "github.com/charmbracelet/x/term"
	"github.com/mattn/go-isatty"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/cli"
	"example.com/keyturn/inventory/sample"
	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/screens"
	"example.com/keyturn/ui/term"
)

// consoleGC is how much garbage may gather, in percent of what is held: the console holds a whole
// workspace and makes little garbage, so that collecting often costs less than waiting would.
const consoleGC = 30

// console opens the screen on a running service.
func console(ctx context.Context, o cli.ConsoleOptions) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(consoleGC)
	}
	client, err := newClient(o.Endpoint, o.Token)
	if err != nil {
		return err
	}
	state := cmp.Or(o.StateDir, stateDir(os.Getenv))
	engine := newEngine(client, o.Endpoint, state)
	ports := kit.Ports{
		Reader: client, Secrets: client, Changer: client, Rotator: engine, Unfinished: engine, Now: time.Now, Location: time.Local,
		Watch: newWatch(client, state).Check, Plans: newPlans(engine, state), Local: newLocal(state),
		Auditor: newAuditor(client, state),
	}
	facts := term.ReadFacts(os.Getenv)
	if o.Lines {
		ports.Clipboard = ui.NewClipboard(facts, os.Getenv, onlyTerminal{os.Stdout})
		return plain.Run(ctx, plain.Config{Ports: ports, ReadOnly: o.ReadOnly}, os.Stdin, os.Stdout)
	}
	if err := needsTerminal(o.ScreenOptions, "use a command, such as keyturn list ci-tokens, or --accessible"); err != nil {
		return err
	}
	return ui.Run(ctx, ui.Config{Ports: ports, Styles: look(o.Theme, facts), Screens: screens.All, ReadOnly: o.ReadOnly}, os.Stdin, os.Stdout, facts, os.Getenv)
}

// look is how things are painted on this terminal.
func look(theme string, facts term.Facts) *styles.Styles {
	return styles.New(styles.Options{Theme: styles.Choose(theme, os.Getenv), Profile: facts.Profile, NoColor: facts.NoColor, ASCII: facts.ASCII})
}

// needsTerminal says what to do instead where the console has none.
func needsTerminal(o cli.ScreenOptions, instead string) error {
	if o.Lines || isTerminal(os.Stdin) && isTerminal(os.Stdout) {
		return nil
	}
	return &models.Error{Fault: models.FaultInvalid, Code: "no-terminal", Title: "the console needs a terminal", Fix: instead}
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }

// columns is the width of a terminal; 0 if it is none.
func columns(f *os.File) int {
	width, _, err := xterm.GetSize(f.Fd())
	if err != nil {
		return 0
	}
	return width
}

func newClient(endpoint string, token models.Secret) (*apiclient.Client, error) {
	return apiclient.New(apiclient.Config{Endpoint: endpoint, Token: token, UserAgent: "keyturn/" + version, Transport: line})
}

// connect joins the commands with a service.
func connect(endpoint string, token models.Secret) (cli.Remote, error) {
	client, err := newClient(endpoint, token)
	if err != nil {
		return cli.Remote{}, err
	}
	state := stateDir(os.Getenv)
	engine := newEngine(client, endpoint, state)
	return cli.Remote{Service: client, Rotator: engine, Unfinished: engine, Plans: newPlans(engine, state), History: newWatch(client, state)}, nil
}

// local is what was left on this machine, as commands reach it.
func local() cli.Local { return newLocal(stateDir(os.Getenv)) }

// clipboard is the clipboard of the console, as commands reach it.
type clipboard struct{ kit.Clipboard }

func newClipboard() cli.Clipboard {
	return clipboard{ui.NewClipboard(term.ReadFacts(os.Getenv), os.Getenv, onlyTerminal{os.Stderr})}
}

// Copy returns the way in which the value went as a sentence.
func (c clipboard) Copy(ctx context.Context, value models.Secret) (string, bool, error) {
	delivery, err := c.Clipboard.Copy(ctx, value)
	return delivery.Sentence, delivery.Clearable, err
}

// onlyTerminal takes nothing that would end up in a file: a value for the clipboard of the terminal
// is a value in the open anywhere else.
type onlyTerminal struct{ f *os.File }

// Write fails unless there is a terminal.
func (o onlyTerminal) Write(p []byte) (int, error) {
	if !isTerminal(o.f) {
		return 0, errors.New("there is no terminal")
	}
	return o.f.Write(p)
}

// demo serves a sample workspace on a free port and opens the console on it. A workspace that is
// there already is opened while the console paints its first frame.
func demo(ctx context.Context, o cli.DemoOptions, out io.Writer) (err error) {
	if err := needsTerminal(o.ScreenOptions, "use keyturn demo --accessible, or keyturn serve and commands"); err != nil {
		return err
	}
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "keyturn-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.Dir)) }()
	}
	l, err := server.Listen("127.0.0.1:0", "", "")
	if err != nil {
		return err
	}
	open := func() (*server.Server, error) { return openDemo(ctx, o, out) }
	token, err := adminToken(o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		var s *server.Server
		if s, err = open(); err != nil {
			return errors.Join(err, l.Close())
		}
		open = func() (*server.Server, error) { return s, nil }
		token, err = adminToken(o.Dir)
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	serving, stop := context.WithCancelCause(ctx)
	served := make(chan error, 1)
	go func() {
		err := openAndServe(serving, open, l)
		stop(err)
		served <- err
	}()
	err = console(serving, cli.ConsoleOptions{ScreenOptions: o.ScreenOptions, Endpoint: "http://" + l.Addr().String(), Token: token, StateDir: filepath.Join(o.Dir, "console")})
	stop(nil)
	if failed := <-served; failed != nil {
		return failed
	}
	return err
}

// openDemo opens the workspace of the demo, and fills a new one.
func openDemo(ctx context.Context, o cli.DemoOptions, out io.Writer) (*server.Server, error) {
	s, err := server.Open(ctx, server.Config{Dir: o.Dir, Version: version, TokenPrefix: "lsdemo", AdminEmail: sample.AdminEmail})
	if err != nil || s.FirstRun() == "" {
		return s, err
	}
	fmt.Fprintf(out, "making a workspace of %d members, %d CI tokens and %d legacy keys\n", o.Members, o.CITokens, o.Legacy)
	token, err := adminToken(o.Dir)
	if err == nil {
		err = seed(ctx, s.Service(), token, o)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openAndServe(ctx context.Context, open func() (*server.Server, error), l net.Listener) error {
	s, err := open()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	return errors.Join(s.Serve(ctx, l), s.Close())
}

// seed loads the sample as the admin would.
func seed(ctx context.Context, service *policy.Service, token models.Secret, o cli.DemoOptions) error {
	admin, err := service.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	admin.From = "demo"
	inv := sample.Generate(sample.Options{Members: o.Members, CITokens: o.CITokens, Legacy: o.Legacy, Seed: o.Seed, Now: time.Now()})
	_, _, err = service.Change(ctx, admin, policy.Once{Key: rand.Text()}, func(tx *policy.Tx) (policy.Reply, error) {
		_, err := tx.Import(inv, false)
		return policy.Reply{Status: 200, Body: []byte("{}")}, err
	})
	return err
}

func adminToken(dir string) (models.Secret, error) {
	text, err := os.ReadFile(filepath.Join(dir, "admin-token"))
	if err != nil {
		return models.Secret{}, fmt.Errorf("read the admin's token: %w", err)
	}
	return models.NewSecret(strings.TrimSpace(string(text))), nil
}
