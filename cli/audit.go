package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/known"
	"example.com/keyturn/audit/report"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/rotation/bulk"
)

// Incomplete is the exit code of an audit that could not read everything, or not do what it was asked to.
// No other command has it with this meaning: an audit confirms nothing.
const Incomplete = 3

// incompleteError is why an audit could not be done, or not whole.
type incompleteError struct{ error }

func (e incompleteError) Unwrap() error { return e.error }

// auditFlags is what a command line says of an audit.
type auditFlags struct {
	source.Options
	repos                            string
	fix, write, force, renameSecrets bool
	patch                            string
	format, output, failOn           string
	baseline, writeBaseline          string
	askWorkspace                     bool
	inventory                        string
	noIgnores, compatIgnores         bool
	exportGitleaks                   bool
}

const auditLong = `Look for what is left of legacy credentials in checkouts, folders, single files and bare repositories, and
say what to change to what. A dash reads standard input; without a PATH the current folder is read. It
needs no service and no token, and reads what git does not ignore.

With --workspace it asks the service, as an admin, whose the literals are that it finds: nothing counts as
use, and no value is shown. With --inventory it compares them with a workspace file, and asks nobody. Both
know the members: a secret in CI that is called by the name of one, or is one's personal token, is told.

--fix shows what can be changed, and --fix --write changes it: only the bytes concerned, and no file with
changes that are not committed.

A line is left alone that says keyturn:ignore[CODE] and a reason, in a comment of its own above it or at its
end. A baseline lists the findings that are known: it holds no value and no hash of one.

Exit codes: 0 nothing found at or above --fail-on, 1 something, 2 usage, 3 something could not be read, or
not be proven (what was found is told all the same).`

const auditExamples = `keyturn audit
keyturn audit services/api compose.yml --fail-on error
keyturn audit --fix
keyturn audit --fix --write
keyturn audit --repos checkouts.txt --format sarif --output audit.sarif
keyturn audit --history ~/src/api.git
keyturn audit --staged
keyturn audit --workspace
keyturn audit --inventory workspace.yaml
git show HEAD:compose.yml | keyturn audit - --stdin-name compose.yml`

func (b *builder) audit() *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use: "audit [PATH…]", Short: short(actions.Audit), Long: auditLong, Example: indent(auditExamples),
		Args: takes(0, unbounded), DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Paths = args
			a, err := b.newAuditing(&f)
			if err == nil {
				b.code, err = a.run(cmd.Context())
			}
			if err != nil && f.format == string(report.JSON) {
				b.told = true
				return writeJSONError(b.deps.Stdout, nameOf(cmd), err)
			}
			return err
		},
	}
	f.add(c)
	return c
}

func (f *auditFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.repos, "repos", "", "read the checkouts and bare repositories that FILE lists, one a line")
	flags.BoolVar(&f.Staged, "staged", false, "read the index: what is about to be committed")
	flags.BoolVar(&f.History, "history", false, "read the history: every content of every file once")
	flags.BoolVar(&f.IncludeVendored, "include-vendored", false, "read vendored, generated and lock files too")
	flags.StringVar(&f.StdinName, "stdin-name", "", "file name of what comes on standard input: it tells what kind of file it is")
	flags.BoolVar(&f.fix, "fix", false, "show what can be changed, as a diff")
	flags.BoolVar(&f.write, "write", false, "with --fix: change the files")
	flags.StringVar(&f.patch, "patch", "", "with --fix: write a patch for git apply to this file, or to standard output (-)")
	flags.BoolVar(&f.force, "force", false, "with --write: also files with changes that are not committed, or that git does not know")
	flags.BoolVar(&f.renameSecrets, "rename-secrets", false, "with --fix: also point to secrets by their new names, which must be created first")
	flags.StringVar(&f.format, "format", string(report.Text), "text, json, sarif, github or junit; --json is the same as --format json")
	flags.StringVar(&f.output, "output", "", "write the report to this file")
	flags.StringVar(&f.failOn, "fail-on", string(finding.Warning), "exit with 1 from this severity on: error, warning, note or never")
	flags.StringVar(&f.baseline, "baseline", "", "leave out the findings that this file lists")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write a baseline of everything that is found to this file")
	flags.BoolVar(&f.askWorkspace, "workspace", false, "ask the workspace service whose the literals are that are found")
	flags.StringVar(&f.inventory, "inventory", "", "compare the literals with the values in this workspace file, and ask nobody")
	flags.BoolVar(&f.noIgnores, "no-ignores", false, "show what keyturn:ignore marks hide")
	flags.BoolVar(&f.compatIgnores, "compat-ignores", false, "obey the marks of gitleaks, trufflehog, kingfisher and detect-secrets for values")
	flags.BoolVar(&f.exportGitleaks, "export-gitleaks", false, "print the rules as a configuration for gitleaks, and read nothing")
	words := func(list ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
	}
	// The flags are there: they were added above.
	_ = c.RegisterFlagCompletionFunc("format", words(formatNames()...))
	_ = c.RegisterFlagCompletionFunc("fail-on", words(thresholds...))
	_ = c.RegisterFlagCompletionFunc("stdin-name", words())
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats {
		names = append(names, string(f))
	}
	return names
}

var thresholds = []string{string(finding.Error), string(finding.Warning), string(finding.Note), string(report.Never)}

// check refuses what makes no sense.
func (f *auditFlags) check(asJSON, readOnly, outputToFile bool) error {
	piped := slices.Contains(f.Paths, "-")
	for _, rule := range []struct {
		wrong bool
		say   string
	}{
		{!slices.Contains(formatNames(), f.format), "--format is text, json, sarif, github or junit"},
		{!slices.Contains(thresholds, f.failOn), "--fail-on is error, warning, note or never"},
		{f.write && !f.fix, "--write changes files only with --fix"},
		{f.patch != "" && !f.fix, "--patch writes a patch only with --fix"},
		{f.renameSecrets && !f.fix, "--rename-secrets says how to fix: add --fix"},
		{f.force && !f.write, "--force says how to write: add --fix --write"},
		{f.write && f.patch != "", "--write changes the files and --patch leaves them: choose one"},
		{f.write && readOnly, "--read-only changes nothing: leave --write out"},
		{f.fix && f.Staged, "--fix changes files, not the index: leave --staged out"},
		{f.fix && f.History, "--fix changes files, and a commit cannot be changed: leave --history out"},
		{f.fix && piped, "--fix changes files: name one instead of standard input"},
		{f.fix && f.writeBaseline != "", "--write-baseline keeps what --fix would change: do one after the other"},
		{f.Staged && f.History, "--staged reads the index and --history the commits: choose one"},
		{piped && (len(f.Paths) > 1 || f.repos != ""), "standard input is read by itself: leave the other paths out"},
		{piped && (f.Staged || f.History), "standard input has no index and no history"},
		{f.StdinName != "" && !piped, "--stdin-name names what comes on standard input: write a dash for PATH"},
		{f.baseline != "" && f.writeBaseline != "", "--write-baseline writes all that is found: leave --baseline out"},
		{f.askWorkspace && f.inventory != "", "--workspace asks the service and --inventory asks nobody: choose one"},
		{f.inventory == "-" && (piped || f.repos == "-"), "standard input is read once: name a file after --inventory"},
		{f.noIgnores && f.compatIgnores, "--no-ignores and --compat-ignores contradict each other"},
		{f.patch == "-" && f.format != string(report.Text) && !outputToFile, "--patch - takes standard output: name a file for the report with --output"},
		{asJSON && f.format != string(report.JSON), "--json contradicts --format " + f.format},
	} {
		if rule.wrong {
			return usagef("%s", rule.say)
		}
	}
	return nil
}

// auditScope reads what the command line names: the mistakes in it are found before anything else is read.
func (c *call) auditScope(f *auditFlags) (*known.Baseline, []source.Root, error) {
	var err error
	if f.repos != "" {
		if f.Repos, err = c.repoList(f.repos); err != nil {
			return nil, nil, usagef("%w", err)
		}
	}
	var base *known.Baseline
	if f.baseline != "" {
		if base, err = known.Load(f.baseline); err != nil {
			return nil, nil, usagef("%w", err)
		}
	}
	f.Stdin = c.Stdin
	roots, err := source.Roots(f.Options)
	if err != nil {
		return nil, nil, usagef("%w", err)
	}
	return base, roots, nil
}

// again is the command line of this audit with other flags before its paths.
func (f *auditFlags) again(flags string) string {
	words := []string{"keyturn audit", flags}
	for _, with := range []struct{ flag, value string }{{"--repos", f.repos}, {"--baseline", f.baseline}} {
		if with.value != "" {
			words = append(words, with.flag, bulk.Word(with.value))
		}
	}
	for _, with := range []struct {
		flag string
		on   bool
	}{{"--rename-secrets", f.renameSecrets}, {"--include-vendored", f.IncludeVendored}, {"--no-ignores", f.noIgnores}, {"--compat-ignores", f.compatIgnores}} {
		if with.on {
			words = append(words, with.flag)
		}
	}
	for _, path := range f.Paths {
		words = append(words, bulk.Word(path))
	}
	return strings.Join(words, " ")
}
