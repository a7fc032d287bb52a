// Package cli is the command line. It reads flags and environment, calls what main joined, and
// turns the outcome into an exit code. It knows neither the client nor the service.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"github.com/spf13/cobra"

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

// ServeOptions say what to serve and where.
type ServeOptions struct {
	Listen, Dir, TLSCert, TLSKey, AdminEmail string
	Database                                 models.Secret // address of a PostgreSQL database; empty: a file in Dir
	KeyFile                                  string        // of the secrets at rest; empty: in Dir
	JSON                                     bool          // the log is for programs
}

// Serving is a service that has begun to listen.
type Serving struct {
	Dir        string `json:"data"`
	Address    string `json:"address"`
	AdminToken string `json:"admin_token_file,omitempty"` // of a new workspace: where its admin's token lies
}

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
	Clipboard      func() Clipboard
	StateDir       string // where plans are kept that nobody named; empty: nowhere
	Keeper         Keeper
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
	cmd, err := root.ExecuteContextC(ctx)
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

// wantsJSON looks for the flag in a command line that may not even be understood.
func wantsJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[:i]
	}
	return slices.Contains(args, "--json") || slices.Contains(args, "--json=true")
}

func codeOf(err error) int {
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return Usage
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

func (b *builder) serve() *cobra.Command {
	var o ServeOptions
	var database string
	c := &cobra.Command{
		Use: "serve", Short: "Serve a workspace from a folder", Args: takes(0, 0),
		Example: indent("keyturn serve --data ./workspace\nkeyturn serve --data ./workspace --listen 0.0.0.0:8420 --tls-cert cert.pem --tls-key key.pem\n" +
			"keyturn serve --data ./keys --database \"postgres://keyturn@db.example.com/keyturn?sslmode=verify-full\""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return usagef("say where the workspace is kept: --data DIR")
			}
			var err error
			if o.Database, err = databaseOf(database, b.deps.Env); err != nil {
				return err
			}
			o.JSON = b.json
			return b.deps.Serve(cmd.Context(), o, func(s Serving) error { return b.tell("serve", answer{data: s, text: s.print}, nil) })
		},
	}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:8420", "address; one that others can reach needs TLS files")
	c.Flags().StringVar(&o.Dir, "data", "", "folder of the workspace; made if it is not there")
	c.Flags().StringVar(&database, "database", "", "address of a PostgreSQL database that keeps the workspace, for any number of services; or KEYTURN_DATABASE")
	c.Flags().StringVar(&o.KeyFile, "key-file", "", "file with the key of the secrets at rest; workspace.key in the folder if not given")
	c.Flags().StringVar(&o.TLSCert, "tls-cert", "", "certificate file")
	c.Flags().StringVar(&o.TLSKey, "tls-key", "", "key file of the certificate")
	c.Flags().StringVar(&o.AdminEmail, "admin-email", "", "first admin of a new workspace")
	return c
}

// databaseOf is the address of the database. One with a password comes from the environment: arguments
// can be read by every process of the machine.
func databaseOf(flag string, env func(string) string) (models.Secret, error) {
	if flag == "" {
		return models.NewSecret(env("KEYTURN_DATABASE")), nil
	}
	if address, err := url.Parse(flag); err == nil {
		_, inside := address.User.Password()
		if inside || address.Query().Has("password") || address.Query().Has("sslpassword") {
			return models.Secret{}, usagef("--database must not hold a password, which every process of the machine could read: put it into ~/.pgpass or PGPASSWORD, or the whole address into KEYTURN_DATABASE")
		}
	}
	return models.NewSecret(flag), nil
}

func (s Serving) print(w io.Writer) {
	if s.AdminToken != "" {
		fmt.Fprintf(w, "new workspace; the admin's personal token is in %s\n", s.AdminToken)
	}
	fmt.Fprintf(w, "serving %s on %s\n", s.Dir, s.Address)
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
