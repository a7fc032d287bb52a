package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
)

// History remembers what was seen of the history of a workspace; see package chain.
type History interface {
	Seen(workspace string) (chain.Pin, error)
	Verified(space models.Workspace, head models.EventHead) error
	Accept(space models.Workspace, head models.EventHead) error
}

type jsonEventHead struct {
	Seq  int64      `json:"seq"`
	Hash string     `json:"hash"`
	At   *time.Time `json:"seen_at,omitempty"`
}

type jsonVerified struct {
	Workspace string         `json:"workspace"`
	Events    int64          `json:"events"`
	Head      jsonEventHead  `json:"head"`
	Seen      *jsonEventHead `json:"seen_before"`
	Accepted  bool           `json:"accepted,omitempty"`
}

func (b *builder) events() *cobra.Command {
	var accept bool
	verify := b.command("verify [--accept]", "Check that the history is whole, and continues what was seen here before", "keyturn events verify", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) { return c.verify(ctx, accept) })
	verify.Flags().BoolVar(&accept, "accept", false, "take it as it is now for the history to continue, whatever was seen here before: after a restore that you know of")
	parent := &cobra.Command{
		Use: "events verify", Short: "Check the history of the workspace", Args: takes(0, 0),
		Example: indent("keyturn events verify\nkeyturn list events"),
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what: keyturn events verify, or keyturn list events")
		},
	}
	parent.AddCommand(verify)
	return parent
}

func (c *call) verify(ctx context.Context, accept bool) (answer, error) {
	space, err := c.workspace(ctx)
	if err != nil {
		return answer{}, err
	}
	if !space.Caller.May(models.MaySeeAllEvents) {
		return answer{}, &models.Error{
			Fault: models.FaultForbidden, Code: "not-allowed", Title: "only who may see every event can verify the history", Fix: "ask an admin of the workspace",
		}
	}
	pin, err := c.remote.History.Seen(space.ID)
	if err != nil && !accept {
		return answer{}, err
	}
	through := pin.Head
	if accept {
		through = models.EventHead{}
	}
	head, err := chain.Verify(ctx, c.remote, through, c.reading())
	if err != nil {
		return answer{}, chain.Since(pin, err)
	}
	remember := c.remote.History.Verified
	if accept {
		remember = c.remote.History.Accept
	}
	if err := remember(space, head); err != nil {
		return answer{}, err
	}
	out := jsonVerified{Workspace: space.Name, Events: head.Seq, Head: jsonEventHead{Seq: head.Seq, Hash: head.Hash.String()}, Accepted: accept}
	if pin.Head.Seq > 0 {
		out.Seen = &jsonEventHead{Seq: pin.Head.Seq, Hash: pin.Head.Hash.String(), At: utc(pin.At)}
	}
	clock := c.clock(space.Now)
	return answer{data: out, text: func(w io.Writer) {
		fmt.Fprintf(w, "the history of %s is whole: %d events\n", space.Name, head.Seq)
		switch {
		case accept && out.Seen != nil:
			fmt.Fprintf(w, "from now on it has to continue this, no longer what was seen here at %s: event %d, %s\n", clock.Stamp(pin.At), pin.Head.Seq, out.Seen.Hash)
		case out.Seen == nil:
			fmt.Fprintln(w, "nothing of it had been seen here before; from now on it has to continue this")
		default:
			fmt.Fprintf(w, "it continues what was seen here at %s: event %d\n", clock.Stamp(pin.At), pin.Head.Seq)
		}
		facts(w, "its head", out.Head.Hash)
	}}, nil
}

// tellEveryEvent is after how many events progress is told again.
const tellEveryEvent = 10_000

// reading tells a terminal how far the history is read.
func (c *call) reading() func(read, of int64) {
	if !c.ErrTTY || c.asJSON {
		return func(int64, int64) {}
	}
	return func(read, of int64) {
		if c.quiet(); read%tellEveryEvent == 0 {
			fmt.Fprintf(c.Stderr, "%d of %d events\n", read, of)
		}
	}
}
