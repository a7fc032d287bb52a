// Package cli is the command line. It reads flags and environment, calls what main joined, and
// turns the outcome into an exit code. It knows neither the client nor the service.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/keyturn/models"
	"example.com/keyturn/styles"
)

// The exit codes.
const (
	Done        = 0
	Failed      = 1
	Usage       = 2
	NotSignedIn = 4
	Unknown     = 5
)

// DefaultEndpoint is where a service listens unless it is told otherwise.
const DefaultEndpoint = "http://127.0.0.1:8420"

// ServeOptions say what to serve and where.
type ServeOptions struct{ Listen, Dir, TLSCert, TLSKey, AdminEmail string }

// ConsoleOptions say which service the console opens, and how it looks.
type ConsoleOptions struct {
	Endpoint string
	Token    models.Secret
	Theme    string
	ReadOnly bool
}

// DemoOptions say which sample workspace is made.
type DemoOptions struct {
	Dir                       string
	Members, CITokens, Legacy int
	Seed                      uint64
	Theme                     string
	ReadOnly                  bool
}

// Deps is everything the command line needs.
type Deps struct {
	Stdout, Stderr io.Writer
	Env            func(string) string
	Version        string
	Serve          func(context.Context, ServeOptions, io.Writer) error
	Demo           func(context.Context, DemoOptions, io.Writer) error
	Console        func(context.Context, ConsoleOptions) error
}

// usageError is a mistake in the command line itself.
type usageError struct{ error }

// Execute runs one command and returns its exit code.
func Execute(ctx context.Context, d Deps, args []string) int {
	root := newRoot(d)
	root.SetArgs(args)
	root.SetOut(d.Stdout)
	root.SetErr(d.Stderr)
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	err := root.ExecuteContext(ctx)
	if err == nil {
		return Done
	}
	fmt.Fprintf(d.Stderr, "keyturn: %v\n", err)
	if fix := models.FixOf(err); fix != "" {
		fmt.Fprintf(d.Stderr, "to do: %s\n", fix)
	}
	var usage usageError
	if !started || errors.As(err, &usage) {
		return Usage
	}
	return codeOf(err)
}

func codeOf(err error) int {
	switch models.FaultOf(err) {
	case models.FaultUnauthorized, models.FaultForbidden:
		return NotSignedIn
	case models.FaultUnknown:
		return Unknown
	}
	return Failed
}

func newRoot(d Deps) *cobra.Command {
	var o ConsoleOptions
	root := &cobra.Command{
		Use: "keyturn", Short: "The console for the credentials of a LocalStack workspace", Args: cobra.NoArgs,
		Long: "keyturn shows personal Auth Tokens, CI Auth Tokens and legacy keys of a LocalStack workspace, and rotates\n" +
			"CI tokens without breaking a build. Without a command it opens the console; it signs in with the\npersonal token in LOCALSTACK_AUTH_TOKEN.",
		SilenceUsage: true, SilenceErrors: true, Version: d.Version,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Token = models.NewSecret(d.Env("LOCALSTACK_AUTH_TOKEN"))
			if o.Token.Empty() {
				return &models.Error{
					Fault: models.FaultUnauthorized, Title: "you are not signed in",
					Fix: "put your personal token in LOCALSTACK_AUTH_TOKEN, or try keyturn demo",
				}
			}
			if o.Endpoint == "" {
				o.Endpoint = d.Env("KEYTURN_ENDPOINT")
			}
			if o.Endpoint == "" {
				o.Endpoint = DefaultEndpoint
			}
			if err := knownTheme(o.Theme); err != nil {
				return err
			}
			return d.Console(cmd.Context(), o)
		},
	}
	root.SetVersionTemplate("keyturn {{.Version}}\n")
	root.Flags().StringVar(&o.Endpoint, "endpoint", "", "the workspace service (KEYTURN_ENDPOINT, else "+DefaultEndpoint+")")
	root.Flags().StringVar(&o.Theme, "theme", "", "dark, light, high-contrast, terminal or none")
	root.Flags().BoolVar(&o.ReadOnly, "read-only", false, "change nothing")
	root.AddCommand(newServe(d), newDemo(d), &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintf(cmd.OutOrStdout(), "keyturn %s\n", d.Version) },
	})
	return root
}

func knownTheme(name string) error {
	if styles.Known(name) {
		return nil
	}
	return usageError{fmt.Errorf("there is no theme %q: use dark, light, high-contrast, terminal or none", name)}
}

func newServe(d Deps) *cobra.Command {
	var o ServeOptions
	c := &cobra.Command{
		Use: "serve", Short: "Serve a workspace from a folder", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return usageError{errors.New("say where the workspace is kept: --data DIR")}
			}
			return d.Serve(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:8420", "address; one that others can reach needs TLS files")
	c.Flags().StringVar(&o.Dir, "data", "", "folder of the workspace; made if it is not there")
	c.Flags().StringVar(&o.TLSCert, "tls-cert", "", "certificate file")
	c.Flags().StringVar(&o.TLSKey, "tls-key", "", "key file of the certificate")
	c.Flags().StringVar(&o.AdminEmail, "admin-email", "", "first admin of a new workspace")
	return c
}

func newDemo(d Deps) *cobra.Command {
	var o DemoOptions
	c := &cobra.Command{
		Use: "demo", Short: "Serve a sample workspace and open the console on it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Members < 1 || o.CITokens < 0 || o.Legacy < 0 {
				return usageError{errors.New("a sample needs at least one member, and no negative numbers")}
			}
			if err := knownTheme(o.Theme); err != nil {
				return err
			}
			return d.Demo(cmd.Context(), o, cmd.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&o.Dir, "data", "", "keep the workspace in this folder")
	c.Flags().IntVar(&o.Members, "members", 40, "how many members")
	c.Flags().IntVar(&o.CITokens, "ci-tokens", 25, "how many CI tokens")
	c.Flags().IntVar(&o.Legacy, "legacy", 18, "how many legacy keys")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "which sample: the same number makes the same one")
	c.Flags().StringVar(&o.Theme, "theme", "", "dark, light, high-contrast, terminal or none")
	c.Flags().BoolVar(&o.ReadOnly, "read-only", false, "change nothing")
	return c
}
