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

// step is one thing that a person can do to an open rotation.
type step struct {
	step   models.RotationStep
	action actions.ID
	verb   string
	past   string
}

var steps = []step{
	{models.StepConfirm, actions.Confirm, "confirm the new secret of", "confirmed the new secret of"},
	{models.StepCancel, actions.Cancel, "cancel the rotation of", "cancelled the rotation of"},
	{models.StepRollback, actions.RollBack, "roll back", "rolled back"},
	{models.StepEnd, actions.EndOld, "end the old secret of", "ended the old secret of"},
	{models.StepExtend, actions.Extend, "give more time to the old secret of", "gave more time to the old secret of"},
}

func (b *builder) rotation() *cobra.Command {
	group := &cobra.Command{
		Use: "rotation", Short: "See and steer a rotation that is under way", Args: onlyCommands,
		Example: indent("keyturn rotation show deploy-eu\nkeyturn rotation extend deploy-eu --by 48h"),
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what: keyturn rotation show, confirm, cancel, rollback, end, extend, unfinished, resume or forget")
		},
	}
	group.AddCommand(b.rotationShow(), b.unfinished(), b.resumeRotation(), b.forgetRotation())
	for _, s := range steps {
		group.AddCommand(b.step(s))
	}
	return group
}

func (b *builder) step(s step) *cobra.Command {
	var f consent
	var reason, by string
	name := string(s.step)
	example := "keyturn rotation " + name + " deploy-eu"
	if s.step == models.StepExtend {
		example += " --by 48h"
	}
	cmd := b.command(name+" NAME|ID", short(s.action), example, takes(1, 1), func(ctx context.Context, c *call, args []string) (answer, error) {
		grace, err := models.ParseGrace(by)
		if s.step == models.StepExtend && err != nil {
			return answer{}, usagef("--by: %w", err)
		}
		target, err := c.find(ctx, args[0])
		if err != nil {
			return answer{}, err
		}
		return c.takeStep(ctx, s, target, models.StepRequest{Step: s.step, Reason: strings.TrimSpace(reason), Extend: grace}, f)
	})
	f.flags(cmd)
	if s.step == models.StepConfirm || s.step == models.StepEnd {
		cmd.Flags().StringVar(&reason, "reason", "", "why, if the new secret has never been used")
	}
	if s.step == models.StepExtend {
		cmd.Short = "Give the old secret more time"
		cmd.Flags().StringVar(&by, "by", models.FormatGrace(models.DefaultGrace), "how much more")
	}
	return b.named(cmd)
}

func (c *call) takeStep(ctx context.Context, s step, target *models.Credential, req models.StepRequest, f consent) (answer, error) {
	if err := c.allowed(ctx, s.action, target); err != nil {
		return answer{}, err
	}
	r := target.OpenRotation()
	unused := r.NeedsReason(s.step)
	if unused && req.Reason == "" {
		return answer{}, usagef("%w: --reason \"…\"", models.ErrNeedsReason)
	}
	if s.step != models.StepExtend {
		req.Extend = 0
	}
	req.Rotation, req.Credential, req.Seen = r.ID, target.ID, r.Revision
	ch := change{
		action: s.action, verb: s.verb, past: s.past, asks: true, rotates: true, typed: s.step == models.StepEnd && !unused,
		lines: c.inUse(change{action: s.action}, []*models.Credential{target}),
		send: func(ctx context.Context, _ *models.Credential, key string) (models.Credential, error) {
			req.Key = key
			_, after, err := c.remote.Rotator.Step(ctx, req)
			return after, err
		},
		after: func(w io.Writer, after *models.Credential) {
			if after.Rotation != nil {
				fmt.Fprintln(w, "  "+standing(after.Rotation, c.clock(c.space.Now)))
			}
		},
	}
	if s.step == models.StepExtend {
		ch.lines[0] = "The old secret gets " + models.FormatGrace(req.Extend) + " more."
	}
	return c.carryOut(ctx, ch, []*models.Credential{target}, f)
}

// standing says in one sentence where a rotation stands.
func standing(r *models.Rotation, clock when.Clock) string {
	switch {
	case r.State == models.RotationPending:
		return "both secrets work; the new one has not been used yet"
	case r.State == models.RotationRetiring && !r.GraceEnds.IsZero():
		return "both secrets work; the old one ends " + clock.In(r.GraceEnds) + ", " + clock.Moment(r.GraceEnds)
	}
	return r.State.Label() + " " + clock.Ago(r.EndedAt)
}

type jsonRotations struct {
	Credential jsonCredential `json:"credential"`
	Rotations  []jsonRotation `json:"rotations"`
}

func (b *builder) rotationShow() *cobra.Command {
	return b.named(b.command("show NAME|ID", "Show the steps of its rotations, the newest first", "keyturn rotation show deploy-eu", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			target, err := c.find(ctx, args[0])
			if err != nil {
				return answer{}, err
			}
			list, err := c.remote.Rotations(ctx, target.ID)
			if err != nil {
				return answer{}, err
			}
			space, err := c.workspace(ctx)
			if err != nil {
				return answer{}, err
			}
			data := jsonRotations{Credential: toJSON(target), Rotations: []jsonRotation{}}
			for i := range list {
				data.Rotations = append(data.Rotations, rotationJSON(&list[i]))
			}
			return answer{data: data, text: func(w io.Writer) { printRotations(w, target, list, c.clock(space.Now)) }}, nil
		}))
}

func printRotations(w io.Writer, target *models.Credential, list []models.Rotation, clock when.Clock) {
	if len(list) == 0 {
		fmt.Fprintf(w, "%s has never been rotated; begin with: keyturn rotate %s\n", target.Label(), word(target))
	}
	for i := range list {
		r := &list[i]
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: version %d to %d\n", target.Label(), r.OldVersion, r.NewVersion)
		facts(w, "  state", standing(r, clock), "  overlap", r.Overlap.String(), "  started", startedAt(clock, r), "  reason", r.Reason,
			"  first use of the new", moment(clock, r.FirstUse, ""), "  confirmed", moment(clock, r.ConfirmedAt, ""),
			"  old one ends", moment(clock, r.GraceEnds, ""), "  ended", moment(clock, r.EndedAt, r.EndedBy), "  id", string(r.ID))
	}
}

// startedAt is when a rotation was started, by whom and from where.
func startedAt(clock when.Clock, r *models.Rotation) string {
	text := moment(clock, r.StartedAt, r.StartedBy)
	if r.StartedFrom != "" {
		text += ", from " + r.StartedFrom
	}
	return text
}

func moment(clock when.Clock, t time.Time, by string) string {
	if t.IsZero() {
		return ""
	}
	text := clock.Moment(t)
	if by != "" {
		text += ", by " + by
	}
	return text
}
