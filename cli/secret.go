package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
)

// value reads the value of a credential, if whoever asks may. The service notes it.
func (c *call) value(ctx context.Context, target *models.Credential, version int) (models.Secret, error) {
	if err := c.allowed(ctx, actions.Reveal, target); err != nil {
		return models.Secret{}, err
	}
	return c.remote.Secret(ctx, target.ID, version)
}

// reader reads the new value after a change, if --reveal says so.
func (c *call) reader(reveal bool) func(context.Context, *models.Credential) (models.Secret, error) {
	if !reveal {
		return nil
	}
	return func(ctx context.Context, t *models.Credential) (models.Secret, error) { return c.value(ctx, t, 0) }
}

// shown is a value in the open: --reveal and copy --stdout asked for it.
func shown(s models.Secret) string { return s.Reveal() }

type jsonCopy struct {
	ID        models.CredentialID `json:"id"`
	Name      string              `json:"name"`
	How       string              `json:"how"`
	Clearable bool                `json:"clearable"`
}

// clipboardLife is how long a value stays in the clipboard.
const clipboardLife = 45 * time.Second

// clearLimit is how long clearing it may take, even for somebody who presses ctrl+c.
const clearLimit = 3 * time.Second

func (b *builder) copy() *cobra.Command {
	var stdout bool
	cmd := b.command("copy NAME|ID [--stdout]", short(actions.Copy),
		"keyturn copy deploy-eu\nkeyturn copy deploy-eu --stdout | gh secret set LOCALSTACK_AUTH_TOKEN", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			if stdout && (c.OutTTY || c.asJSON) {
				return answer{}, usagef("--stdout is for a pipe: on a terminal, or in JSON, use keyturn show %s --reveal", args[0])
			}
			target, err := c.find(ctx, args[0])
			if err != nil {
				return answer{}, err
			}
			value, err := c.value(ctx, target, 0)
			if err != nil {
				return answer{}, err
			}
			if stdout {
				return answer{text: func(w io.Writer) { fmt.Fprint(w, shown(value)) }}, nil
			}
			return c.copy(ctx, target, value)
		})
	cmd.Flags().BoolVar(&stdout, "stdout", false, "hand it to a pipe, without a line end; refused on a terminal")
	return b.named(cmd)
}

// copy hands a value over, and takes it back if there is somebody to wait for.
func (c *call) copy(ctx context.Context, target *models.Credential, value models.Secret) (answer, error) {
	clipboard := c.Clipboard()
	how, clearable, err := clipboard.Copy(ctx, value)
	if err != nil {
		return answer{}, err
	}
	data := jsonCopy{ID: target.ID, Name: target.Label(), How: how, Clearable: clearable}
	told := answer{data: data}
	if c.asJSON {
		return told, nil
	}
	c.quiet()
	fmt.Fprintf(c.Stdout, "%s %s\n", target.Label(), how)
	switch {
	case !clearable:
		fmt.Fprintln(c.Stderr, "clear your clipboard yourself: it cannot be read back from here")
		return told, nil
	case !c.InTTY || !c.ErrTTY:
		fmt.Fprintln(c.Stderr, "it stays in the clipboard: nobody waits here to clear it")
		return told, nil
	}
	fmt.Fprintf(c.Stderr, "enter clears the clipboard; it is cleared after %d seconds\n", int(clipboardLife.Seconds()))
	waiting, stop := context.WithTimeout(ctx, clipboardLife)
	defer stop()
	if _, err := c.readLine(waiting); err != nil {
		fmt.Fprintln(c.Stderr)
	}
	clearing, stopClearing := context.WithTimeout(context.WithoutCancel(ctx), clearLimit)
	defer stopClearing()
	cleared, err := clipboard.ClearIfOurs(clearing)
	switch {
	case err != nil:
		return answer{}, fmt.Errorf("clear the clipboard: %w", err)
	case cleared:
		fmt.Fprintln(c.Stderr, "the clipboard is cleared")
	default:
		fmt.Fprintln(c.Stderr, "the clipboard holds something else by now: left as it is")
	}
	return told, nil
}
