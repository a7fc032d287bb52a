package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/keyturn/models"
)

// Prepared is a new key that waits to be copied to every machine.
type Prepared struct {
	Key  string // the present one's file
	Next string
	ID   string
	Made bool // just now
}

// Rekeyed is a workspace with a new key.
type Rekeyed struct {
	Key     string
	Secrets int
	Resumed bool
	Before  string // where the key before is kept; empty: it is removed
}

// tellEvery is how many secrets are sealed between two words of it.
const tellEvery = 10_000

type jsonPrepared struct {
	Key  string `json:"key_file"`
	Next string `json:"new_key_file"`
	ID   string `json:"new_key_id"`
	Made bool   `json:"made"`
}

type jsonRekey struct {
	Key     string `json:"key_file"`
	Secrets int    `json:"secrets"`
	Resumed bool   `json:"resumed"`
	Before  string `json:"key_before,omitempty"`
}

func (b *builder) rekey() *cobra.Command {
	var at keptFlags
	var database string
	var prepare bool
	cmd := b.command("rekey --data DIR", "Give a workspace a new key for its secrets at rest",
		"keyturn rekey --data ./workspace\nkeyturn rekey --prepare --config keyturn.toml   # in PostgreSQL: then copy workspace.key.new to every machine\nkeyturn rekey --config keyturn.toml", takes(0, 0),
		func(ctx context.Context, c *call, _ []string) (answer, error) {
			if err := at.either(c, database); err != nil {
				return answer{}, err
			}
			if c.readOnly {
				return answer{}, usagef("--read-only changes nothing")
			}
			if at.LeaveBehind && (prepare || at.Database.Empty()) {
				return answer{}, usagef("--leave-behind is for the change of the key of a workspace in PostgreSQL")
			}
			if prepare {
				return prepareKey(ctx, c, at.Kept)
			}
			return changeKey(ctx, c, at.Kept)
		})
	cmd.Long = "Give a workspace a new key for its secrets at rest. The secrets stay the same. All change at once: cut off\n" +
		"anywhere, it is finished by the next keyturn rekey. Backups that were made before need the old key.\n\n" +
		"Nobody may serve a workspace in a folder meanwhile; its old key is removed. One in PostgreSQL is served on:\n" +
		"first --prepare makes the new key beside the old one, then you copy it to every machine, then rekey changes to it.\n" +
		"It refuses while a machine that serves lacks the new key, and says which; with --leave-behind it goes on, and a\n" +
		"service without the key refuses whatever needs it, until it has it."
	at.flags(cmd)
	cmd.Flags().StringVar(&database, "database", "", "address of the PostgreSQL database that keeps the workspace, without a password")
	cmd.Flags().BoolVar(&prepare, "prepare", false, "make the new key of a workspace in PostgreSQL, and change nothing")
	cmd.Flags().BoolVar(&at.LeaveBehind, "leave-behind", false, "change the key although a machine that serves does not have it")
	return cmd
}

// either wants the folder of a workspace, whether or not it is in PostgreSQL.
func (k *keptFlags) either(c *call, flag string) error {
	if hasPassword(flag) {
		return passwordInFlag()
	}
	database, err := k.anywhere(c)
	if err != nil {
		return err
	}
	if k.Dir == "" {
		return usagef("say in which folder the key is kept: --data DIR")
	}
	k.Database = models.NewSecret(cmp.Or(flag, database))
	return nil
}

func prepareKey(ctx context.Context, c *call, at Kept) (answer, error) {
	if at.Database.Empty() {
		return answer{}, usagef("--prepare is for a workspace in PostgreSQL; one in a folder needs nothing but keyturn rekey")
	}
	p, err := c.Keeper.PrepareKey(ctx, at)
	if err != nil {
		return answer{}, err
	}
	return answer{data: jsonPrepared(p), text: p.print}, nil
}

func (p Prepared) print(w io.Writer) {
	if p.Made {
		fmt.Fprintf(w, "made %s, the key %s; nothing has changed yet\n", p.Next, p.ID)
	} else {
		fmt.Fprintf(w, "%s is there, the key %s; nothing has changed yet\n", p.Next, p.ID)
	}
	fmt.Fprintf(w, "copy it to every machine, beside the key that is there, with mode 0600 and the service's user; then run keyturn rekey\n")
}

func changeKey(ctx context.Context, c *call, at Kept) (answer, error) {
	progress := func(int) {}
	if c.ErrTTY && !c.asJSON {
		progress = func(n int) {
			if c.quiet(); n%tellEvery == 0 {
				fmt.Fprintf(c.Stderr, "%d secrets sealed anew\n", n)
			}
		}
	}
	done, err := c.Keeper.Rekey(ctx, at, progress)
	if errors.Is(err, context.Canceled) {
		err = &models.Error{Fault: models.FaultConflict, Code: "interrupted", Title: "interrupted: every secret is as it was", Fix: "run keyturn rekey again", Err: err}
	}
	if err != nil {
		return answer{}, err
	}
	return answer{data: jsonRekey(done), text: done.print}, nil
}

func (r Rekeyed) print(w io.Writer) {
	if r.Resumed {
		fmt.Fprintln(w, "finished what was cut off before")
	}
	fmt.Fprintf(w, "the key in %s is a new one; %s sealed anew with it\n", r.Key, count(r.Secrets, "secret was", "secrets were"))
	if r.Before != "" {
		fmt.Fprintf(w, "the key before is kept as %s: dumps from before need it; remove it when none does\n", r.Before)
		return
	}
	fmt.Fprintln(w, "earlier backups open with the old key alone: make a new backup, and keep a copy of the new key apart from it")
}
