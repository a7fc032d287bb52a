// Package cli is the command line. It reads flags and environment, calls what main joined, and
// turns the outcome into an exit code. It knows neither the client nor the service.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/crash"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
)

// The exit codes.
const (
	Done        = 0
	Failed      = 1 // or findings that block
	Usage       = 2
	Unconfirmed = 3 // somebody has to confirm, and did not
	NotSignedIn = 4 // or not allowed
	Unknown     = 5 // it may have been done: the service did not answer
)

// DefaultEndpoint is where a service listens unless it is told otherwise.
const DefaultEndpoint = "http://127.0.0.1:8420"

// ScreenOptions say how the console looks, and what it may do.
type ScreenOptions struct {
	Theme    string
	ReadOnly bool
	Lines    bool // the line mode, for screen readers and plain terminals
}

// ConsoleOptions say which service the console opens.
type ConsoleOptions struct {
	ScreenOptions
	Endpoint string
	Token    models.Secret
	StateDir string // where the console keeps what it has begun; empty: the user's
}

// DemoOptions say which sample workspace is made.
type DemoOptions struct {
	ScreenOptions
	Dir                       string
	Members, CITokens, Legacy int
	Seed                      uint64
}

// Deps is everything the command line needs.
type Deps struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	InTTY          bool // somebody can be asked
	OutTTY         bool // somebody sees the answer
	ErrTTY         bool // somebody sees progress and questions
	Width          int  // of that terminal in columns; 0 if there is none
	Env            func(string) string
	Now            func() time.Time
	Zone           *time.Location // in which people read moments
	Version        string
	Serve          func(ctx context.Context, o ServeOptions, begun func(Serving) error) error
	Demo           func(context.Context, DemoOptions, io.Writer) error
	Console        func(context.Context, ConsoleOptions) error
	Connect        func(endpoint string, token models.Secret) (Remote, error)
	Local          func() Local
	Clipboard      func() Clipboard
	StateDir       string // where plans are kept that nobody named; empty: nowhere
	Keeper         Keeper
	Audit          func(context.Context, audit.Options) (finding.Report, error)
	Look           func() *styles.Styles // how text is painted on the terminal
}

// Execute runs one command and returns its exit code.
func Execute(ctx context.Context, d Deps, args []string) int {
	b := &builder{deps: d}
	root := b.root()
	root.SetArgs(args)
	root.SetOut(d.Stdout)
	root.SetErr(d.Stderr)
	strictHelp(root) // the completions keep what they write to
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	cmd, err := guarded(ctx, root, d)
	if err == nil {
		return b.code
	}
	if !started {
		err = misread(cmd, err)
	}
	if !b.told && wantsJSON(args) {
		b.told = true
		err = errors.Join(writeJSON(d.Stdout, nameOf(cmd), nil, err), err)
	}
	if !b.told {
		fmt.Fprintf(d.Stderr, "keyturn: %s\n", explain(err, d.Zone))
		if fix := fixOf(err); fix != "" {
			fmt.Fprintf(d.Stderr, "to do: %s\n", fix)
		}
	}
	return codeOf(err)
}

// guarded runs the command. A mistake of keyturn's own is told in one sentence; what a panic says may hold a
// value, and goes nowhere.
func guarded(ctx context.Context, root *cobra.Command, d Deps) (cmd *cobra.Command, err error) {
	defer func() {
		if recovered := recover(); recovered != nil {
			cmd, err = root, crash.Of(recovered).Report(d.Env, d.Now())
		}
	}()
	return root.ExecuteContextC(ctx)
}

// wantsJSON looks for the flag in a command line that may not even be understood.
func wantsJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

func codeOf(err error) int {
	var usage usageError
	var incomplete incompleteError
	switch {
	case errors.As(err, &usage):
		return Usage
	case errors.As(err, &incomplete):
		return Incomplete
	case errors.Is(err, errNeedsYes), errors.Is(err, errDeclined):
		return Unconfirmed
	}
	switch models.FaultOf(err) {
	case models.FaultUnauthorized, models.FaultForbidden:
		return NotSignedIn
	case models.FaultUnknown:
		return Unknown
	}
	return Failed
}

// screenFlags adds the flags that say how the console looks.
func (b *builder) screenFlags(c *cobra.Command) {
	c.Flags().StringVar(&b.theme, "theme", "", "dark, light, high-contrast, terminal or none")
	c.Flags().BoolVar(&b.noColor, "no-color", false, "the same as --theme none")
	c.Flags().BoolVar(&b.lines, "accessible", false, "line by line, for screen readers; also with ACCESSIBLE set, or TERM=dumb")
}

func (b *builder) screen() (ScreenOptions, error) {
	if b.json {
		return ScreenOptions{}, usagef("the console has no JSON: use a command, such as keyturn list ci-tokens --json")
	}
	env := b.deps.Env
	from, theme := "--theme", b.theme
	if theme == "" {
		from, theme = "KEYTURN_THEME", env("KEYTURN_THEME")
	}
	if !styles.Known(theme) {
		return ScreenOptions{}, usagef("%s: there is no theme %q: use dark, light, high-contrast, terminal or none", from, theme)
	}
	if b.noColor {
		b.theme = "none"
	}
	return ScreenOptions{Theme: b.theme, ReadOnly: b.readOnly, Lines: b.lines || env("ACCESSIBLE") != "" || env("TERM") == "dumb"}, nil
}

func (b *builder) console(cmd *cobra.Command, _ []string) error {
	if b.onlyVersion {
		return b.tellVersion()
	}
	screen, err := b.screen()
	if err != nil {
		return err
	}
	token, err := signIn(b.deps.Env)
	if err != nil {
		return err
	}
	return b.deps.Console(cmd.Context(), ConsoleOptions{ScreenOptions: screen, Endpoint: endpointOf(b.endpoint, b.deps.Env), Token: token})
}

func (b *builder) demo() *cobra.Command {
	var o DemoOptions
	c := &cobra.Command{
		Use: "demo", Short: "Serve a sample workspace and open the console on it", Args: takes(0, 0),
		Example: indent("keyturn demo\nkeyturn demo --data ./sample --members 500"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Members < 1 || o.CITokens < 0 || o.Legacy < 0 {
				return usagef("a sample needs at least one member, and no negative numbers")
			}
			var err error
			if o.ScreenOptions, err = b.screen(); err != nil {
				return err
			}
			return b.deps.Demo(cmd.Context(), o, cmd.ErrOrStderr())
		},
	}
	b.screenFlags(c)
	c.Flags().StringVar(&o.Dir, "data", "", "keep the workspace in this folder")
	c.Flags().IntVar(&o.Members, "members", 40, "how many members")
	c.Flags().IntVar(&o.CITokens, "ci-tokens", 25, "how many CI tokens")
	c.Flags().IntVar(&o.Legacy, "legacy", 18, "how many legacy keys")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "which sample: the same number makes the same one")
	return c
}

func (b *builder) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: takes(0, 0), Example: indent("keyturn version --json"),
		RunE: func(*cobra.Command, []string) error { return b.tellVersion() },
	}
}

func (b *builder) tellVersion() error {
	return b.tell("version", answer{
		data: struct {
			Version string `json:"version"`
		}{b.deps.Version},
		text: func(w io.Writer) { fmt.Fprintf(w, "keyturn %s\n", b.deps.Version) },
	}, nil)
}
