package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/pipeline"
	"example.com/keyturn/rotation/plan"
)

// rotateFlags are what the command line says about a rotation.
type rotateFlags struct {
	consent
	overlap, reason, filter string
	plan, run               string
	parallel                int
	reveal, supersede       bool
	wanted                  models.RotateRequest // what they ask for of each
}

func (b *builder) rotate() *cobra.Command {
	var f rotateFlags
	cmd := b.command("rotate NAME|ID… [--overlap first-use+24h|72h|none] [--dry-run] [--yes]", short(actions.Rotate),
		"keyturn rotate deploy-eu --dry-run\nkeyturn rotate deploy-eu --overlap 72h\nkeyturn rotate deploy-eu --overlap none --reason \"leaked in a log\"\n"+
			"keyturn rotate --filter team-payments --yes --json\n"+
			"keyturn rotate --filter legacy --plan legacy.plan --dry-run\nkeyturn rotate --run legacy.plan --yes",
		cobra.ArbitraryArgs, func(ctx context.Context, c *call, args []string) (answer, error) { return c.rotate(ctx, f, args) })
	f.flags(cmd)
	cmd.Flags().StringVar(&f.overlap, "overlap", "", "how long the old secret works beside the new one: first-use+24h (the default), a fixed time such as 72h or 7d, none")
	cmd.Flags().StringVar(&f.reason, "reason", "", "why, for the activity")
	cmd.Flags().StringVar(&f.filter, "filter", "", "rotate the CI tokens and legacy CI keys in whose name, id or owner every word occurs; legacy means every legacy CI key")
	cmd.Flags().StringVar(&f.plan, "plan", "", "write the plan for several into this file, before anything is sent; in the state folder if not given")
	cmd.Flags().StringVar(&f.run, "run", "", "run a plan, or go on with one: nothing is done twice")
	cmd.Flags().IntVar(&f.parallel, "parallel", usualParallel, "how many of a plan are rotated at a time")
	cmd.Flags().BoolVar(&f.supersede, "supersede", false, "take the place of a rotation that is open: it ends first, in the same step")
	cmd.Flags().BoolVar(&f.reveal, "reveal", false, "show the new value; the service notes it")
	return b.named(cmd)
}

func (c *call) rotate(ctx context.Context, f rotateFlags, args []string) (answer, error) {
	if f.parallel < 1 || f.parallel > maxParallel {
		return answer{}, usagef("--parallel: from 1 to %d", maxParallel)
	}
	if f.run != "" {
		return c.runPlan(ctx, f, args)
	}
	f.reason = strings.TrimSpace(f.reason)
	overlap, err := overlapOf(f.overlap)
	if err != nil {
		return answer{}, err
	}
	f.wanted = models.RotateRequest{Overlap: overlap, Reason: f.reason}
	targets, out, err := c.toRotate(ctx, f, args)
	if err != nil {
		return answer{}, err
	}
	ch := change{action: actions.Rotate, verb: "rotate", past: "rotated", asks: true, value: c.reader(f.reveal)}
	if targets[0].Kind == models.PersonalToken {
		ch.action, ch.verb, ch.past = actions.ResetOwn, "reset the personal token of", "reset the personal token of"
		if f.overlap != "" && overlap.Mode != models.OverlapNone {
			return answer{}, usagef("a personal token is reset without an overlap: leave --overlap out")
		}
		overlap = models.Overlap{Mode: models.OverlapNone}
	}
	ch.rotates = true
	ch.typed = overlap.Mode == models.OverlapNone
	if !f.supersede {
		ch.open = f.beingRotated
	} else if err := f.unexplained(targets); err != nil {
		return answer{}, err
	}
	p, err := c.foresee(ctx, targets)
	if err != nil {
		return answer{}, err
	}
	ch.lines = slices.Concat(superseding(targets, p.Clock), p.Outcome(overlap), p.OldClients(), f.leftOut(out, p.Clock))
	asked := func(t *models.Credential, key string) models.RotateRequest {
		req := models.RotateRequest{Credential: t.ID, Seen: t.Revision, Overlap: overlap, Reason: f.reason, Key: key}
		if open := t.OpenRotation(); open != nil {
			req.Supersedes = open.ID
		}
		return req
	}
	if len(targets) > 1 || f.plan != "" {
		return c.rotateAll(ctx, f, ch, p, asked, targets)
	}
	ch.send = func(ctx context.Context, t *models.Credential, key string) (models.Credential, error) {
		_, after, err := c.remote.Rotator.Start(ctx, asked(t, key))
		return after, outrun(err, f.wanted)
	}
	ch.after = func(w io.Writer, after *models.Credential) { c.whatNow(w, p, after) }
	return c.carryOut(ctx, ch, targets, f.consent)
}

func overlapOf(text string) (models.Overlap, error) {
	if text == "" {
		return models.DefaultOverlap, nil
	}
	overlap, err := models.ParseOverlap(text)
	if err != nil {
		return overlap, usagef("--overlap: %w", err)
	}
	return overlap, nil
}

// toRotate is what is meant: those that are named, or those that the filter finds and that can be rotated now. out is
// what the filter finds beside them, and somebody rotates already.
func (c *call) toRotate(ctx context.Context, f rotateFlags, args []string) (targets, out []*models.Credential, err error) {
	switch {
	case len(args) > 0 && f.filter != "":
		return nil, nil, usagef("name what to rotate, or filter: not both")
	case len(args) == 0 && f.filter == "":
		return nil, nil, usagef("say what to rotate: keyturn rotate NAME, or --filter WORDS")
	}
	if f.filter != "" {
		return c.rotatable(ctx, f)
	}
	if targets, err = c.findAll(ctx, args); err != nil {
		return nil, nil, err
	}
	for _, t := range targets {
		if t.Kind == models.PersonalToken && targets[0].Kind != t.Kind || t.Kind != models.PersonalToken && targets[0].Kind == models.PersonalToken {
			return nil, nil, usagef("rotate personal tokens and CI tokens apart: the old personal token ends at once")
		}
	}
	return targets, nil, nil
}

func (c *call) rotatable(ctx context.Context, f rotateFlags) (targets, out []*models.Credential, err error) {
	s, err := c.service()
	if err != nil {
		return nil, nil, err
	}
	list, err := everyCredential(ctx, s, []models.Kind{models.CIToken, models.LegacyCIKey})
	if err != nil {
		return nil, nil, err
	}
	for _, one := range matching(list, f.filter) {
		switch {
		case one.State == models.Revoked:
		case one.OpenRotation() == nil || f.supersede:
			targets = append(targets, &one)
		default:
			out = append(out, &one)
		}
	}
	switch {
	case len(targets) > 0:
		return targets, out, nil
	case len(out) == 1:
		return nil, nil, f.beingRotated(out[0])
	}
	none := &models.Error{
		Fault: models.FaultNotFound, Code: "nothing-to-rotate", Title: fmt.Sprintf("nothing that can be rotated now matches %q", f.filter),
		Fix: "look at keyturn list ci-tokens --filter; what is revoked or being rotated already is left out",
	}
	if len(out) > 0 {
		first := out[0]
		none.Detail = fmt.Sprintf("%d are being rotated already; %s: a rotation is open, %s", len(out), first.Label(), plan.Started(*first.OpenRotation(), c.clock(c.Now())))
		none.Fix = "follow them: keyturn rotation show NAME; or take their place: add --supersede"
	}
	return nil, nil, none
}

// maxAsked is about how many targets the service is asked who uses them, maxSideBySide at a time.
const maxAsked = 1000

// foresee finds out what is needed to say what a rotation will do.
func (c *call) foresee(ctx context.Context, targets []*models.Credential) (plan.Plan, error) {
	space, err := c.workspace(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	p := plan.Plan{Sunset: space.Sunset, Now: space.Now, Clock: c.clock(space.Now)}
	used, err := c.usages(ctx, targets)
	if err != nil {
		return plan.Plan{}, err
	}
	for i, t := range targets {
		p.Targets = append(p.Targets, plan.Target{Credential: plan.Superseded(*t), Usage: used[i]})
	}
	return p, nil
}

// whatNow says where a rotation stands, where the new secret is, and where it has to go.
func (c *call) whatNow(w io.Writer, p plan.Plan, after *models.Credential) {
	if after.Rotation != nil {
		fmt.Fprintln(w, "  "+standing(after.Rotation, c.clock(p.Now)))
	}
	if after.Kind == models.PersonalToken {
		facts(w, whereIs(after)...)
		return
	}
	variable, reason := pipeline.Choose(p.Targets[0].Callers(), p.Now)
	takeBack := ""
	if after.OpenRotation() != nil {
		takeBack = "keyturn rotation cancel " + word(after)
	}
	facts(w, append(whereIs(after), "  put it into", variable+": "+reason, "  the lines", "keyturn show "+word(after)+" --lines github",
		"  watch it", "keyturn rotation show "+word(after), "  take it back", takeBack)...)
}

// whereIs says how to get at a new secret.
func whereIs(after *models.Credential) []string {
	return []string{"  the new secret", "keyturn copy " + word(after) + ", or keyturn show " + word(after) + " --reveal"}
}
