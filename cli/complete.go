package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// completionLimit is how long pressing tab may take.
const completionLimit = time.Second

// named completes the names of credentials for a command that takes them.
func (b *builder) named(cmd *cobra.Command) *cobra.Command {
	several := strings.Contains(cmd.Use, "NAME|ID…")
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 && !several {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return b.names(cmd.Context(), typed), cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// names is the names that begin so. Whoever presses tab wants no error: without an answer there is
// nothing to offer.
func (b *builder) names(ctx context.Context, typed string) []cobra.Completion {
	ctx, stop := context.WithTimeout(ctx, completionLimit)
	defer stop()
	c := &call{Deps: b.deps, endpoint: b.endpoint}
	s, err := c.service()
	if err != nil {
		return nil
	}
	list, err := everyCredential(ctx, s, named)
	if err != nil {
		return nil
	}
	var out []cobra.Completion
	for i := range list {
		if name := word(&list[i]); strings.HasPrefix(name, typed) {
			out = append(out, cobra.CompletionWithDesc(name, list[i].Kind.Label()+", "+string(list[i].State)))
		}
	}
	return out
}
