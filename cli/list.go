package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/when"
)

const filterHelp = "keep those in whose name, id or owner every word occurs"

func (b *builder) list() *cobra.Command {
	list := &cobra.Command{
		Use: "list", Short: short(actions.ListTokens), Args: onlyCommands,
		Example: indent("keyturn list ci-tokens --filter deploy\nkeyturn list legacy --json"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usagef("say what: keyturn list ci-tokens, members, legacy or events")
		},
	}
	var filter string
	var limit int
	tokens := b.command("ci-tokens [--filter WORDS]", "List the shared CI tokens", "keyturn list ci-tokens --filter deploy", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) {
			return c.listCredentials(ctx, []models.Kind{models.CIToken}, filter)
		})
	members := b.command("members [--filter WORDS]", "List the members with their personal tokens", "keyturn list members --filter example.com", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.listMembers(ctx, filter) })
	legacy := b.command("legacy [--filter WORDS]", "List the legacy keys that are left", "keyturn list legacy --json", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.listLegacy(ctx, filter) })
	events := b.command("events [--limit N] [--filter WORDS]", "List who did what, the newest first", "keyturn list events --limit 20", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) {
			return c.listEvents(ctx, filter, limit)
		})
	events.Flags().IntVar(&limit, "limit", 100, "how many, at most")
	for _, c := range []*cobra.Command{tokens, members, legacy, events} {
		c.Flags().StringVar(&filter, "filter", "", filterHelp)
		list.AddCommand(c)
	}
	return list
}

func (c *call) listCredentials(ctx context.Context, kinds []models.Kind, filter string) (answer, error) {
	s, err := c.service()
	if err != nil {
		return answer{}, err
	}
	list, err := everyCredential(ctx, s, kinds)
	if err != nil {
		return answer{}, err
	}
	list = matching(list, filter)
	clock := c.clock(c.Now())
	return answer{data: credentialsJSON(list), text: func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, nothing("CI token", filter, "make one with: keyturn create NAME"))
			return
		}
		var rows [][]string
		for i := range list {
			rows = append(rows, credentialRow(&list[i], clock))
		}
		table(w, []string{"NAME", "STATE", "ROTATION", "LAST USED", "USES 30D", "LAST CALLER", "ID"}, rows)
	}}, nil
}

func credentialRow(c *models.Credential, clock when.Clock) []string {
	return []string{
		c.Label(), string(c.State), rotationWord(c, clock), clock.Ago(c.Use.Last), strconv.FormatInt(c.Use.Recent, 10), caller(c.Use), string(c.ID),
	}
}

func credentialsJSON(list []models.Credential) []jsonCredential {
	out := make([]jsonCredential, 0, len(list))
	for i := range list {
		out = append(out, toJSON(&list[i]))
	}
	return out
}

// nothing is the sentence of an empty list.
func nothing(what, filter, fix string) string {
	if filter != "" {
		return fmt.Sprintf("no %s matches %q", what, filter)
	}
	if fix == "" {
		return "there is no " + what
	}
	return "there is no " + what + "; " + fix
}

func (c *call) listMembers(ctx context.Context, filter string) (answer, error) {
	s, err := c.service()
	if err != nil {
		return answer{}, err
	}
	all, err := everyMember(ctx, s)
	if err != nil {
		return answer{}, err
	}
	list, out := all[:0], []jsonMember{}
	for i := range all {
		if matches(filter, all[i].Name, all[i].Email, string(all[i].Token.ID)) {
			list = append(list, all[i])
			out = append(out, memberJSON(&list[len(list)-1]))
		}
	}
	clock := c.clock(c.Now())
	return answer{data: out, text: func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, nothing("member", filter, ""))
			return
		}
		var rows [][]string
		for _, m := range list {
			rows = append(rows, []string{
				m.DisplayName(), m.Email, string(m.Role), yesNo(m.Seat), string(m.Token.State), clock.Ago(m.Token.Use.Last), yesNo(m.LegacyKey != nil),
				strconv.FormatInt(m.Token.RefusedCI.Count, 10), string(m.Token.ID),
			})
		}
		table(w, []string{"NAME", "E-MAIL", "ROLE", "SEAT", "TOKEN", "LAST USED", "LEGACY KEY", "REFUSED IN CI", "TOKEN ID"}, rows)
	}}, nil
}

func (c *call) listEvents(ctx context.Context, filter string, limit int) (answer, error) {
	if limit < 1 {
		return answer{}, usagef("--limit must be at least 1")
	}
	s, err := c.service()
	if err != nil {
		return answer{}, err
	}
	var list []models.Event
	out := []jsonEvent{}
	for cursor := ""; len(list) < limit; {
		page, err := s.Events(ctx, models.EventFilter{}, models.Page{Cursor: cursor, Limit: models.MaxPage})
		if err != nil {
			return answer{}, err
		}
		for _, e := range page.Items {
			if len(list) < limit && matches(filter, e.Actor, e.Name, string(e.Action), string(e.Credential)) {
				list, out = append(list, e), append(out, eventJSON(e))
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	clock := c.clock(c.Now())
	return answer{data: out, text: func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, nothing("event", filter, ""))
			return
		}
		var rows [][]string
		for _, e := range list {
			rows = append(rows, []string{clock.Stamp(e.At), e.Actor, e.Action.Sentence() + " " + e.Name, dash(e.From), e.Detail})
		}
		table(w, []string{"WHEN", "WHO", "WHAT", "FROM", "DETAIL"}, rows)
	}}, nil
}
