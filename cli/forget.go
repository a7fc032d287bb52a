package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/plan"
)

// Local is what was left on this machine; see rotation.Local. It needs no service, and nobody who is signed in.
type Local interface {
	Look(ctx context.Context) (rotation.Lying, error)
	Forget(ctx context.Context, one rotation.Loose) error
}

func (b *builder) forgetRotation() *cobra.Command {
	var f consent
	cmd := b.command("forget ID|PLAN", short(actions.Forget),
		"keyturn rotation forget 4FQK5LWJ2ZP7XN3VYB6TRC2M4H --dry-run\nkeyturn rotation forget 20261124-150405-QK7RZP.plan", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) { return c.forget(ctx, args[0], f) })
	cmd.Long = "Give up a request without a known outcome, or a plan that is half done, as keyturn rotation unfinished lists them: for\n" +
		"example because the service is gone for good. The service is asked for a name at most, and need not be there. What\n" +
		"is not known stays so: a rotation may have been done all the same, and keyturn cannot ask for it any more."
	f.flags(cmd)
	return cmd
}

func (c *call) forget(ctx context.Context, id string, f consent) (answer, error) {
	lying, err := c.Local().Look(ctx)
	if err != nil {
		return answer{}, err
	}
	one, err := lying.Find(id)
	if err != nil {
		return answer{}, err
	}
	if c.readOnly {
		return answer{}, &models.Error{Fault: models.FaultForbidden, Code: "read-only", Title: "keyturn was started with --read-only", Fix: "leave --read-only out"}
	}
	uncertain := plan.Uncertain(one, func(id models.CredentialID) *models.Credential { return c.named(ctx, id) })
	name := ""
	if len(uncertain) > 0 {
		name = uncertain[0].Label()
	}
	p := planned{action: actions.Forget, verb: "forget", targets: uncertain, lines: plan.Forgetting(one, name, c.clock(c.Now())), typed: len(uncertain) > 0}
	if !one.IsPlan() {
		p.lines = append(p.lines, "To find out instead: keyturn rotation resume "+one.ID())
	} else {
		p.lines = append(p.lines, "To go on instead: "+bulk.GoOn(one.ID()))
	}
	if told, goOn, err := c.agreed(ctx, p, f); !goOn {
		return told, err
	}
	if err := c.Local().Forget(ctx, one); err != nil {
		return answer{}, err
	}
	return answer{data: forgottenJSON(p, one, name), text: func(w io.Writer) { fmt.Fprintln(w, plan.Forgotten(one, name)) }}, nil
}

// patienceToTell is how long the service may take to tell what is told without it too, though not as well.
const patienceToTell = 3 * time.Second

// named is a credential as the service tells it; nil if it does not, or nobody is signed in.
func (c *call) named(ctx context.Context, id models.CredentialID) *models.Credential {
	s, err := c.service()
	if err != nil {
		return nil
	}
	ctx, stop := context.WithTimeout(ctx, patienceToTell)
	defer stop()
	one, err := s.Credential(ctx, id)
	if err != nil {
		return nil
	}
	return &one
}

// forgottenJSON says of each that was given up what is known of it.
func forgottenJSON(p planned, one rotation.Loose, name string) jsonOutcome {
	outcome := jsonOutcome{Plan: p.json()}
	if !one.IsPlan() {
		outcome.Results = []jsonResult{{ID: one.Intent.Credential(), Name: name, Outcome: string(bulk.Unknown), Key: one.ID()}}
		return outcome
	}
	outcome.File = one.ID()
	for _, item := range one.Unknown {
		outcome.Results = append(outcome.Results, jsonResult{ID: item.Credential, Name: item.Name, Outcome: string(bulk.Unknown), Key: item.Request.Key})
	}
	for _, item := range one.Left {
		outcome.Results = append(outcome.Results, jsonResult{ID: item.Credential, Name: item.Name, Outcome: notBegun, Key: item.Request.Key})
	}
	return outcome
}
