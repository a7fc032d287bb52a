package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.com/keyturn/models"
)

// Kept says where the workspace is that a command of the machine room is about.
type Kept struct {
	Dir      string
	KeyFile  string        // in Dir if empty
	Database models.Secret // address of a PostgreSQL database; empty: a file in Dir

	LeaveBehind bool // a new key is taken although a machine that serves lacks it
}

// Saved is a backup that was made and checked.
type Saved struct {
	File    string
	Bytes   int64
	Head    models.Event // the last event in it
	Secrets int
	Key     string // the file without which no secret of it opens
}

// Restored is a backup that took the place of a workspace.
type Restored struct {
	Backup, Head models.Event
	Secrets      int
	Undone       int64 // events that are not in the backup; negative if nobody can say
	Aside        string
}

// Keeper keeps workspaces from being lost. It works on their files, not through a service.
type Keeper struct {
	BackUp  func(ctx context.Context, at Kept, file string, replace bool) (Saved, error)
	Restore func(ctx context.Context, at Kept, file, reason string) (Restored, error)
	// PrepareKey makes the key that Rekey changes a workspace in PostgreSQL to.
	PrepareKey func(ctx context.Context, at Kept) (Prepared, error)
	Rekey      func(ctx context.Context, at Kept, progress func(int)) (Rekeyed, error)
}

// keptFlags are what a command line says about which workspace is meant.
type keptFlags struct {
	Kept
	config string
}

// flags adds the flags that say which workspace is meant.
func (k *keptFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&k.config, "config", "", "configuration file of the service")
	c.Flags().StringVar(&k.Dir, "data", "", "folder of the workspace")
	c.Flags().StringVar(&k.KeyFile, "key-file", "", "file with the key of the secrets at rest; workspace.key in the folder if not given")
}

// local wants the folder of a workspace that lies in it.
// Of one in PostgreSQL it says what to do instead, with the database's address in the place of %s.
func (k *keptFlags) local(c *call, verb, instead string) error {
	database, err := k.anywhere(c)
	if err != nil || database == "" {
		return err
	}
	return &models.Error{
		Fault: models.FaultInvalid, Code: "in-postgresql", Title: "the workspace is in PostgreSQL: keyturn does not " + verb,
		Fix: strings.ReplaceAll(instead, "%s", quoted(withoutPassword(database))),
	}
}

// anywhere wants the folder of a workspace, and returns the address of its database if that is not in it.
func (k *keptFlags) anywhere(c *call) (database string, err error) {
	var stored settingsFile
	if k.config != "" {
		if stored, err = readSettings(k.config); err != nil {
			return "", err
		}
	}
	k.Dir = cmp.Or(k.Dir, c.Env("KEYTURN_DATA"), said(stored.Data))
	k.KeyFile = cmp.Or(k.KeyFile, c.Env("KEYTURN_KEY_FILE"), said(stored.KeyFile))
	if database = cmp.Or(c.Env("KEYTURN_DATABASE"), said(stored.Database)); database == "" && k.Dir == "" {
		return "", usagef("say where the workspace is kept: --data DIR")
	}
	return database, nil
}

type jsonHead struct {
	Seq int64      `json:"seq"`
	At  *time.Time `json:"at,omitempty"`
}

func headJSON(e models.Event) jsonHead { return jsonHead{Seq: e.Seq, At: utc(e.At)} }

type jsonBackup struct {
	File    string   `json:"file"`
	Bytes   int64    `json:"bytes"`
	Head    jsonHead `json:"head"`
	Secrets int      `json:"secrets"`
	Key     string   `json:"key_file"`
}

func (b *builder) backup() *cobra.Command {
	var at keptFlags
	var force bool
	cmd := b.command("backup FILE --data DIR", "Copy a workspace into one file, while it is served or not", "keyturn backup /backups/workspace-monday.db --data ./workspace", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			file := args[0]
			if err := at.local(c, "back it up", "run pg_dump --format=custom --no-owner --file="+quoted(file)+" %s, with the password in PGPASSWORD or ~/.pgpass; keep the key file apart from the dump"); err != nil {
				return answer{}, err
			}
			s, err := c.Keeper.BackUp(ctx, at.Kept, file, force)
			if err != nil {
				return answer{}, err
			}
			return answer{
				data: jsonBackup{File: s.File, Bytes: s.Bytes, Head: headJSON(s.Head), Secrets: s.Secrets, Key: s.Key},
				text: func(w io.Writer) {
					fmt.Fprintf(w, "wrote %s: %d KiB, whole; it ends at event %d, and %s open with the key\n", s.File, (s.Bytes+1023)/1024, s.Head.Seq, count(s.Secrets, "secret", "secrets"))
					fmt.Fprintf(w, "the key is not in it: keep a copy of %s apart from the backup; without it no secret opens\n", s.Key)
				},
			}, nil
		})
	cmd.Long = "Copy a workspace into one file, while it is served or not. The copy is one moment of it, is gone through\n" +
		"before it gets its name, and can be read by you alone. The key is not in it."
	at.flags(cmd)
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

type jsonRestore struct {
	File    string   `json:"file"`
	Dir     string   `json:"data"`
	Backup  jsonHead `json:"backup_head"`
	Head    jsonHead `json:"head"`
	Secrets int      `json:"secrets"`
	Undone  *int64   `json:"undone_events"` // null if nobody can say
	Aside   string   `json:"database_before,omitempty"`
}

func (b *builder) restore() *cobra.Command {
	var at keptFlags
	var reason string
	cmd := b.command(`restore FILE --data DIR [--accept-rollback "REASON"]`, "Put a backup in the place of a workspace that nobody serves", "keyturn restore /backups/workspace-monday.db --data ./workspace", takes(1, 1),
		func(ctx context.Context, c *call, args []string) (answer, error) {
			file := args[0]
			if err := at.local(c, "restore it", "stop every service, then run pg_restore --clean --if-exists --single-transaction --no-owner --dbname=%s "+quoted(file)); err != nil {
				return answer{}, err
			}
			if c.readOnly {
				return answer{}, usagef("--read-only changes nothing")
			}
			done, err := c.Keeper.Restore(ctx, at.Kept, file, strings.TrimSpace(reason))
			if err != nil {
				return answer{}, err
			}
			data := jsonRestore{File: file, Dir: at.Dir, Backup: headJSON(done.Backup), Head: headJSON(done.Head), Secrets: done.Secrets, Aside: done.Aside}
			if done.Undone >= 0 {
				data.Undone = &done.Undone
			}
			return answer{data: data, text: func(w io.Writer) { done.print(w, file) }}, nil
		})
	cmd.Long = "Put a backup in the place of a workspace that nobody serves. What the backup lacks of the history here is only\n" +
		"undone for a reason, which the history will tell; the database that was there is kept beside it."
	at.flags(cmd)
	cmd.Flags().StringVar(&reason, "accept-rollback", "", "why events that are not in the backup may be undone")
	return cmd
}

func (r Restored) print(w io.Writer, file string) {
	fmt.Fprintf(w, "restored %s, which ends at event %d; event %d tells of it, and %s open with the key\n", file, r.Backup.Seq, r.Head.Seq, count(r.Secrets, "secret", "secrets"))
	if r.Undone > 0 {
		fmt.Fprintf(w, "%s undone: look whether secrets work again that were replaced or revoked since\n", count(int(r.Undone), "later event is", "later events are"))
	}
	if r.Aside != "" {
		fmt.Fprintf(w, "the database before is kept as %s; it holds secrets, sealed: remove it when it is no longer needed\n", r.Aside)
	}
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// withoutPassword is an address as it may be shown, and stand among arguments.
func withoutPassword(database string) string {
	address, err := url.Parse(database)
	if err != nil || address.Host == "" {
		return "postgres://USER@HOST/DATABASE"
	}
	if address.User != nil {
		address.User = url.User(address.User.Username())
	}
	options := address.Query()
	options.Del("password")
	options.Del("sslpassword")
	address.RawQuery = options.Encode()
	return address.String()
}

// quoted is a word as a shell reads it.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
