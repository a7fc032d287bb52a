package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// The groups of the commands, as --help shows them.
const (
	groupSee    = "see"
	groupChange = "change"
	groupFiles  = "files"
	groupRun    = "run"
)

// builder makes the commands, and holds the flags that all of them have.
type builder struct {
	deps        Deps
	endpoint    string
	theme       string
	json        bool
	readOnly    bool
	noColor     bool
	lines       bool
	onlyVersion bool
	code        int  // exit code of a command that did not fail
	told        bool // the error has been printed
}

func (b *builder) root() *cobra.Command {
	root := &cobra.Command{
		Use: "keyturn", Short: "The console for the credentials of a LocalStack workspace", Args: onlyCommands,
		Long: "keyturn shows personal Auth Tokens, CI Auth Tokens and legacy keys of a LocalStack workspace, and rotates\n" +
			"CI tokens without breaking a build. Without a command it opens the console. It signs in with the personal\n" +
			"token in LOCALSTACK_AUTH_TOKEN.\n\n" +
			"Exit codes: 0 done, 1 failed or findings that block, 2 usage, 3 confirmation needed, 4 not signed in or not\n" +
			"allowed, 5 outcome unknown. keyturn audit --help tells those of an audit.",
		Example:      indent("keyturn demo\nkeyturn list ci-tokens\nkeyturn rotate deploy-eu"),
		SilenceUsage: true, SilenceErrors: true, RunE: b.console,
	}
	// Cobra's own flag would bring in templates, which keep every method of the program from being left out.
	root.Flags().BoolVar(&b.onlyVersion, "version", false, "say which version this is")
	root.PersistentFlags().StringVar(&b.endpoint, "endpoint", "", "the workspace service (KEYTURN_ENDPOINT, else "+DefaultEndpoint+")")
	root.PersistentFlags().BoolVar(&b.json, "json", false, "answer in JSON, for programs")
	root.PersistentFlags().BoolVar(&b.readOnly, "read-only", false, "change nothing")
	b.screenFlags(root)
	root.AddGroup(
		&cobra.Group{ID: groupSee, Title: "See:"}, &cobra.Group{ID: groupChange, Title: "Change:"},
		&cobra.Group{ID: groupFiles, Title: "Workspace files:"}, &cobra.Group{ID: groupRun, Title: "Run:"},
	)
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupSee, b.list(), b.show(), b.copy(), b.legacy(), b.audit(), b.events())
	add(groupChange, b.rotate(), b.rotation(), b.create(), b.rename(), b.pause(), b.resume(), b.revoke())
	add(groupFiles, b.importFile(), b.export())
	add(groupRun, b.serve(), b.backup(), b.restore(), b.rekey(), b.demo(), b.version())
	root.SetHelpCommandGroupID(groupRun)
	root.SetCompletionCommandGroupID(groupRun)
	return root
}

// answer is what a command has found out: for programs, and for people.
type answer struct {
	data any
	text func(io.Writer)
	code int // exit code if there was no error
}

// run is the work of one command.
type run func(ctx context.Context, c *call, args []string) (answer, error)

// errNeedsYes says that somebody has to confirm, and nobody is there to be asked.
var errNeedsYes = &models.Error{
	Fault: models.FaultInvalid, Code: "confirmation-needed", Title: "this needs a confirmation, and there is nobody to ask",
	Fix: "look at the plan, then add --yes",
}

// errDeclined says that whoever was asked did not say yes.
var errDeclined = &models.Error{Fault: models.FaultInvalid, Code: "not-confirmed", Title: "not confirmed: nothing was changed"}

// command makes a command that asks the service.
func (b *builder) command(use, short, example string, args cobra.PositionalArgs, work run) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Example: indent(example), Args: args, DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			c := &call{Deps: b.deps, asJSON: b.json, endpoint: b.endpoint, readOnly: b.readOnly}
			c.quiet = b.saysThatItWaits()
			result, err := work(cmd.Context(), c, args)
			c.quiet()
			return b.tell(nameOf(cmd), result, err)
		},
	}
}

// nameOf is the name of a command without the program's.
func nameOf(cmd *cobra.Command) string {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	return name
}

// tell prints the answer: in JSON also what went wrong, so that a program reads one document.
func (b *builder) tell(name string, result answer, err error) error {
	b.code = result.code
	out := bufio.NewWriter(b.deps.Stdout)
	if b.json {
		b.told = true
		return errors.Join(err, writeJSON(out, name, result.data, err), out.Flush())
	}
	if result.text != nil {
		result.text(out)
	}
	if failed := out.Flush(); failed != nil {
		return errors.Join(err, fmt.Errorf("write the answer: %w", failed))
	}
	return err
}

// saysThatItWaits says so on a terminal if a command takes longer than people like to wonder.
func (b *builder) saysThatItWaits() (stop func()) {
	if !b.deps.ErrTTY || b.json {
		return func() {}
	}
	timer := time.AfterFunc(patience, func() { fmt.Fprintln(b.deps.Stderr, "waiting for the service…") })
	return sync.OnceFunc(func() { timer.Stop() })
}

// short is the tooltip of an action: the same words on the screen and here.
func short(id actions.ID) string { return strings.TrimSuffix(actions.Find(id).Tooltip, ".") }

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
