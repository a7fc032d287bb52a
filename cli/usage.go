package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/keyturn/models"
)

// usageError is a mistake in the command line itself, with what to write instead where the mistake
// does not say so already.
type usageError struct {
	error
	fix string
}

func usagef(format string, args ...any) error { return usageError{error: fmt.Errorf(format, args...)} }

// fixOf is what to do about an error, or "".
func fixOf(err error) string {
	var usage usageError
	if errors.As(err, &usage) {
		return usage.fix
	}
	return models.FixOf(err)
}

// any number of words.
const unbounded = -1

// takes wants so many words after a command.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		instead := "write " + cmd.UseLine()
		switch {
		case len(args) < least:
			return usageError{fmt.Errorf("something is missing after %s", strings.Join(append([]string{cmd.CommandPath()}, args...), " ")), instead}
		case most != unbounded && len(args) > most:
			if most > 0 {
				instead += "; quotes keep a name with spaces together"
			}
			return usageError{fmt.Errorf("%q is one word too many after %s", args[most], cmd.CommandPath()), instead}
		}
		return nil
	}
}

// onlyCommands wants no word but the commands of a group.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args[0])
}

const closeEnough = 2 // letters

func unknownCommand(group *cobra.Command, word string) error {
	group.SuggestionsMinimumDistance = closeEnough
	fix := "look at " + group.CommandPath() + " --help"
	if near := group.SuggestionsFor(word); len(near) > 0 {
		fix = "did you mean " + group.CommandPath() + " " + strings.Join(near, ", or "+group.CommandPath()+" ") + "?"
	}
	return usageError{fmt.Errorf("unknown command %q for %q", word, group.CommandPath()), fix}
}

// misread is the mistake in a command line that no command has understood.
func misread(cmd *cobra.Command, err error) error {
	var usage usageError
	if errors.As(err, &usage) {
		return err
	}
	text := err.Error()
	if cause := errors.Unwrap(err); cause != nil {
		text = strings.TrimSuffix(text, ": "+cause.Error()) // how it was parsed helps nobody
	}
	fix := "look at " + cmd.CommandPath() + " --help"
	if strings.Contains(text, "unknown shorthand flag") {
		fix += "; a name that begins with a dash stands behind a -- of its own"
	}
	return usageError{errors.New(text), fix}
}

// strictHelp makes asking for help about nothing, and completing for no shell, the mistakes they are.
func strictHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(_ *cobra.Command, args []string) error {
				topic, rest, err := root.Find(args)
				if err == nil && len(rest) > 0 && topic.HasSubCommands() {
					return unknownCommand(topic, rest[0])
				}
				return err
			}
		case "completion":
			c.Args = onlyCommands
			c.RunE = func(cmd *cobra.Command, _ []string) error {
				return usagef("say for which shell: keyturn completion bash, zsh, fish or powershell")
			}
		}
	}
}
