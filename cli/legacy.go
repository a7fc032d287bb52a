package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/when"
)

var legacyKinds = []models.Kind{models.LegacyAPIKey, models.LegacyCIKey}

type jsonLegacy struct {
	jsonCredential
	Reason   string          `json:"reason"`
	Used     bool            `json:"used_recently"`
	Severity models.Severity `json:"severity"`
	Downtime *jsonDowntime   `json:"next_downtime"`
	HitUses  int64           `json:"activations_refused_then"`
	Next     models.NextStep `json:"next_step"`
}

type jsonDowntime struct {
	ID    string     `json:"id"`
	Start *time.Time `json:"start"`
	End   *time.Time `json:"end"`
	Note  string     `json:"note,omitempty"`
}

func downtimeJSON(d *models.Downtime) *jsonDowntime {
	if d == nil {
		return nil
	}
	return &jsonDowntime{ID: d.ID, Start: utc(d.Start), End: utc(d.End), Note: d.Note}
}

// judged is a legacy key with what is said about it.
type judged struct {
	models.Credential
	models.LegacyVerdict
}

// legacyKeys is what is left of the legacy keys: also those whose replacement is under way.
func (c *call) legacyKeys(ctx context.Context, filter string) ([]judged, error) {
	space, err := c.workspace(ctx)
	if err != nil {
		return nil, err
	}
	list, err := everyCredential(ctx, c.remote, append([]models.Kind{models.CIToken}, legacyKinds...))
	if err != nil {
		return nil, err
	}
	var out []judged
	for _, one := range matching(list, filter) {
		if v, legacy := models.JudgeLegacy(&one, space.Sunset, space.Now); legacy {
			out = append(out, judged{one, v})
		}
	}
	return out, nil
}

func (c *call) listLegacy(ctx context.Context, filter string) (answer, error) {
	list, err := c.legacyKeys(ctx, filter)
	if err != nil {
		return answer{}, err
	}
	data := []jsonLegacy{}
	for i := range list {
		k := &list[i]
		data = append(data, jsonLegacy{
			jsonCredential: toJSON(&k.Credential), Reason: k.Reason, Used: k.Used, Severity: k.Severity, Downtime: downtimeJSON(k.Hit), HitUses: k.HitUses, Next: k.Next,
		})
	}
	clock := c.clock(c.space.Now)
	return answer{data: data, text: func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, nothing("legacy key", filter, ""))
			return
		}
		var rows [][]string
		for i := range list {
			rows = append(rows, legacyRow(&list[i], clock))
		}
		table(w, []string{"NAME", "KIND", "OWNER", "LAST USED", "USES 30D", "LAST CALLER", "NEXT DOWNTIME", "NEXT STEP", "ID"}, rows)
	}}, nil
}

func legacyRow(k *judged, clock when.Clock) []string {
	owner, hit := "", ""
	if k.Owner != nil {
		owner = k.Owner.Email
	}
	if k.Hit != nil {
		hit = clock.Window(*k.Hit)
	}
	return []string{
		k.Label(), k.Kind.Label(), dash(owner), clock.Ago(k.Use.Last), fmt.Sprint(k.Use.Recent), caller(k.Use), dash(hit), string(k.Next), string(k.ID),
	}
}

type jsonFindings struct {
	SunsetEnd    *time.Time    `json:"sunset_end"`
	NextDowntime *jsonDowntime `json:"next_downtime"`
	LegacyLeft   int           `json:"legacy_keys_left"`
	Findings     []jsonFinding `json:"findings"`
}

func (b *builder) legacy() *cobra.Command {
	var filter string
	cmd := b.command("legacy [--filter WORDS]", short(actions.LegacyReport), "keyturn legacy\nkeyturn legacy --json", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.findings(ctx, filter) })
	cmd.Long = cmd.Short + ".\n\nExits with 1 as long as a finding blocks: a key that is in use and will be refused."
	cmd.Flags().StringVar(&filter, "filter", "", filterHelp)
	return cmd
}

// findings is everything that the sunset asks to be done.
func (c *call) findings(ctx context.Context, filter string) (answer, error) {
	keys, err := c.legacyKeys(ctx, filter)
	if err != nil {
		return answer{}, err
	}
	list := []models.Finding{}
	for i := range keys {
		list = append(list, models.FindCredential(&keys[i].Credential, c.space.Sunset, c.space.Now)...)
	}
	members, err := everyMember(ctx, c.remote)
	if err != nil {
		return answer{}, err
	}
	for i := range members {
		if matches(filter, members[i].Name, members[i].Email) {
			list = append(list, models.FindMember(&members[i])...)
		}
	}
	models.SortFindings(list)
	clock := c.clock(c.space.Now)
	told := answer{
		data: jsonFindings{
			SunsetEnd: utc(c.space.Sunset.End), NextDowntime: downtimeJSON(c.space.Sunset.Next(clock.Now)), LegacyLeft: len(keys), Findings: findingsJSON(list),
		},
		text: func(w io.Writer) { printFindings(w, list, len(keys), c.space.Sunset, clock) },
	}
	for _, f := range list {
		if f.Severity == models.Blocking {
			told.code = Failed
		}
	}
	return told, nil
}

func printFindings(w io.Writer, list []models.Finding, left int, sunset models.Sunset, clock when.Clock) {
	for _, f := range list {
		fmt.Fprintf(w, "%s: %s: %s\n  to do: %s\n", f.Severity, f.Subject, f.Message, f.Fix)
	}
	if len(list) > 0 {
		fmt.Fprintln(w)
	}
	by := map[models.Severity]int{}
	for _, f := range list {
		by[f.Severity]++
	}
	parts := []string{count(left, "legacy key left", "legacy keys left")}
	for _, s := range []models.Severity{models.Blocking, models.Fixable, models.Informational} {
		if by[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", by[s], s))
		}
	}
	if d := sunset.Next(clock.Now); d != nil {
		parts = append(parts, "next downtime "+clock.Window(*d))
	}
	if !sunset.End.IsZero() {
		parts = append(parts, count(clock.Days(sunset.End), "day", "days")+" to the end of the sunset")
	}
	fmt.Fprintln(w, strings.Join(parts, ", "))
}
