package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
	"example.com/keyturn/when"
)

type jsonShow struct {
	Credential jsonCredential `json:"credential"`
	Callers    []jsonCaller   `json:"callers"`
	More       bool           `json:"more_callers"`
	Findings   []jsonFinding  `json:"findings"`
	Secret     string         `json:"secret,omitempty"`
}

type jsonLines struct {
	System   string   `json:"system"`
	Variable string   `json:"variable"`
	Reason   string   `json:"reason"`
	Store    string   `json:"store"`
	File     string   `json:"file"`
	Lines    []string `json:"lines"`
}

func (b *builder) show() *cobra.Command {
	var reveal bool
	var version int
	var system string
	cmd := b.command("show NAME|ID [--reveal] [--lines SYSTEM]", "Show a credential: state, versions, callers, rotation and findings",
		"keyturn show deploy-eu\nkeyturn show deploy-eu --reveal --json\nkeyturn show deploy-eu --lines github", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			target, err := c.find(ctx, args[0])
			if err != nil {
				return answer{}, err
			}
			if system != "" {
				return c.lines(ctx, target, system)
			}
			return c.show(ctx, target, reveal, version)
		})
	cmd.Flags().BoolVar(&reveal, "reveal", false, "show the value too; the service notes it")
	cmd.Flags().IntVar(&version, "secret-version", 0, "which version is revealed: the one for the next reader unless another is named")
	cmd.Flags().StringVar(&system, "lines", "", "show the lines to change in a pipeline instead: "+strings.Join(systems(), ", "))
	return b.named(cmd)
}

func systems() []string {
	var ids []string
	for _, t := range pipeline.Targets() {
		ids = append(ids, t.ID)
	}
	return ids
}

func (c *call) show(ctx context.Context, target *models.Credential, reveal bool, version int) (answer, error) {
	callers, truncated, err := c.remote.Usage(ctx, target.ID)
	if err != nil {
		return answer{}, err
	}
	space, err := c.workspace(ctx)
	if err != nil {
		return answer{}, err
	}
	findings := models.FindCredential(target, space.Sunset, space.Now)
	data := jsonShow{Credential: toJSON(target), Callers: callersJSON(callers), More: truncated, Findings: findingsJSON(findings)}
	if reveal {
		value, err := c.value(ctx, target, version)
		if err != nil {
			return answer{}, err
		}
		data.Secret = shown(value)
	}
	return answer{data: data, text: func(w io.Writer) {
		clock := c.clock(space.Now)
		printCredential(w, target, data.Secret, clock)
		printVersions(w, target, clock)
		printCallers(w, callers, truncated, clock)
		for _, f := range findings {
			fmt.Fprintf(w, "\n%s: %s\n  to do: %s\n", f.Severity, f.Message, f.Fix)
		}
	}}, nil
}

func printCredential(w io.Writer, t *models.Credential, value string, clock when.Clock) {
	owner, used, rotation := "", clock.Ago(t.Use.Last), ""
	if t.Owner != nil {
		owner = t.Owner.Name + " <" + t.Owner.Email + ">"
	}
	if t.Use.Used() {
		used += fmt.Sprintf(" by %s; %s in %d days", caller(t.Use), count(int(t.Use.Recent), "use", "uses"), models.RecentDays)
	}
	if t.Rotation != nil {
		rotation = standing(t.Rotation, clock)
	}
	refused := ""
	if n := t.RefusedCI.Count; n > 0 {
		refused = fmt.Sprintf("%s in CI, where a personal token does not work", count(int(n), "time", "times"))
	}
	facts(w, "name", t.Label(), "kind", t.Kind.Label(), "state", string(t.State), "owner", owner, "created", clock.Stamp(t.CreatedAt),
		"last used", used, "refused", refused, "rotation", rotation, "id", string(t.ID), "secret", value)
}

func printVersions(w io.Writer, t *models.Credential, clock when.Clock) {
	rows := [][]string{}
	for _, s := range t.Secrets {
		rows = append(rows, []string{
			strconv.Itoa(s.Version), string(s.State), s.Masked, s.Fingerprint, clock.Stamp(s.CreatedAt), clock.Ago(s.LastUse), strconv.FormatInt(s.Uses, 10),
		})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		table(w, []string{"VERSION", "STATE", "VALUE", "FINGERPRINT", "CREATED", "LAST USED", "USES"}, rows)
	}
}

func printCallers(w io.Writer, list []models.Caller, truncated bool, clock when.Clock) {
	rows := [][]string{}
	for _, one := range list {
		rows = append(rows, []string{one.Label(), strconv.Itoa(one.SecretVersion), clock.Ago(one.Last), strconv.FormatInt(one.Count, 10)})
	}
	if len(rows) > 0 {
		fmt.Fprintln(w)
		table(w, []string{"CALLER", "VERSION", "LAST", "USES"}, rows)
	}
	if truncated {
		fmt.Fprintln(w, "and more")
	}
}

// lines is the lines to change in a pipeline.
func (c *call) lines(ctx context.Context, target *models.Credential, system string) (answer, error) {
	place, ok := pipeline.Find(system)
	if !ok {
		return answer{}, usagef("--lines knows %s, not %q", strings.Join(systems(), ", "), system)
	}
	if !target.Kind.Shared() {
		return answer{}, usagef("a %s does not belong into a pipeline: make a CI token with keyturn create NAME", target.Kind.Label())
	}
	if err := c.allowed(ctx, actions.Lines, target); err != nil {
		return answer{}, err
	}
	callers, _, err := c.remote.Usage(ctx, target.ID)
	if err != nil {
		return answer{}, err
	}
	variable, reason := pipeline.Choose(callers, c.space.Now)
	data := jsonLines{System: place.ID, Variable: variable, Reason: reason, Store: place.Store(variable), File: place.File, Lines: place.Lines(variable)}
	return answer{data: data, text: func(w io.Writer) {
		fmt.Fprintf(w, "# %s: %s. %s\n# %s; %s\n%s", place.Name, variable, reason, data.Store, place.File, place.Text(variable))
	}}, nil
}
