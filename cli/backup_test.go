package cli_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// aKeeper keeps one workspace that has told 120 events when it is backed up, and 150 when restored.
func aKeeper() cli.Keeper {
	at := func(seq int64) models.Event {
		return models.Event{Seq: seq, At: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC).Add(time.Duration(seq) * time.Minute)}
	}
	return cli.Keeper{
		BackUp: func(_ context.Context, k cli.Kept, file string, _ bool) (cli.Saved, error) {
			return cli.Saved{File: file, Bytes: 262_144, Head: at(120), Secrets: 41, Key: k.Dir + "/workspace.key"}, nil
		},
		Restore: func(_ context.Context, k cli.Kept, _, _ string) (cli.Restored, error) {
			return cli.Restored{Backup: at(120), Head: at(121), Secrets: 41, Undone: 30, Aside: k.Dir + "/workspace.db.before-20261123T120000.000Z"}, nil
		},
		PrepareKey: func(_ context.Context, k cli.Kept) (cli.Prepared, error) {
			return cli.Prepared{Key: k.Dir + "/workspace.key", Next: k.Dir + "/workspace.key.new", ID: "8c1f0a5b9d3e7246", Made: true}, nil
		},
		Rekey: func(_ context.Context, k cli.Kept, progress func(int)) (cli.Rekeyed, error) {
			progress(500)
			progress(10_000)
			done := cli.Rekeyed{Key: k.Dir + "/workspace.key", Secrets: 10_041}
			if !k.Database.Empty() {
				done.Before = k.Dir + "/workspace.key.0011223344556677"
			}
			return done, nil
		},
	}
}

func TestKeepingAWorkspaceSaysWhatWasDoneAndWhatIsLeftToDo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.env["LOCALSTACK_AUTH_TOKEN"] = "" // nobody signs in: the files are there
		d.deps.Keeper = aKeeper()
		d.run(cli.Done, "backup", "monday.db", "--data", "w").says("wrote monday.db: 256 KiB, whole; it ends at event 120, and 41 secrets open", "keep a copy of w/workspace.key apart")
		d.run(cli.Done, "restore", "monday.db", "--data", "w", "--accept-rollback", "why").says("ends at event 120; event 121 tells of it", "30 later events are undone", "kept as w/workspace.db.before-")
		d.run(cli.Done, "rekey", "--data", "w").says("10041 secrets were sealed anew", "make a new backup").doesNotSay("10000")
		d.deps.ErrTTY = true
		d.run(cli.Done, "rekey", "--data", "w").says("10000 secrets sealed anew")
		for _, args := range [][]string{{"backup", "x"}, {"restore", "x"}, {"rekey"}, {"backup", "--data", "w"}, {"restore", "--data", "w", "x", "--read-only"}, {"rekey", "--data", "w", "--read-only"}} {
			d.run(cli.Usage, args...)
		}
	})
}

func TestTheReasonAndTheFolderArriveAsTyped(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		asked := 0
		d.deps.Keeper.Restore = func(_ context.Context, k cli.Kept, file, reason string) (cli.Restored, error) {
			asked++
			if k.Dir != "w" || k.KeyFile != "k" || !k.Database.Empty() || file != "f" || reason != "it broke" {
				t.Errorf("%+v %q %q", k, file, reason)
			}
			return cli.Restored{Undone: -1}, nil
		}
		d.run(cli.Done, "restore", "f", "--data", "w", "--key-file", "k", "--accept-rollback", " it broke ")
		d.deps.Keeper.Rekey = func(context.Context, cli.Kept, func(int)) (cli.Rekeyed, error) {
			return cli.Rekeyed{}, errors.Join(errors.New("x"), context.Canceled)
		}
		d.run(cli.Failed, "rekey", "--data", "w").says("interrupted: every secret is as it was", "run keyturn rekey again")
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
	})
}

// Of a workspace in PostgreSQL the exact command is told, with no password in it.
func TestAWorkspaceInPostgreSQLHasItsOwnTools(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.env["KEYTURN_DATABASE"] = "postgres://kt:hunter2@db.example.com:5433/keys?sslmode=verify-full&password=hunter2"
		const address = "'postgres://kt@db.example.com:5433/keys?sslmode=verify-full'"
		d.run(cli.Failed, "backup", "it's.dump").says("keyturn does not back it up", `pg_dump --format=custom --no-owner --file='it'\''s.dump' `+address).doesNotSay("hunter2")
		d.run(cli.Failed, "restore", "a.dump").says("keyturn does not restore it", "pg_restore --clean --if-exists --single-transaction --no-owner --dbname="+address+" 'a.dump'").doesNotSay("hunter2")
	})
}

// The key of a workspace in PostgreSQL is changed in two steps, with the copying between them.
func TestTheKeyOfASharedWorkspaceIsPreparedFirst(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.deps.Keeper = aKeeper()
		const address = "postgres://kt@db.example.com/keys?sslmode=verify-full"
		d.run(cli.Done, "rekey", "--prepare", "--data", "w", "--database", address).says("made w/workspace.key.new, the key 8c1f0a5b9d3e7246", "copy it to every machine")
		d.run(cli.Done, "rekey", "--data", "w", "--database", address).says("the key in w/workspace.key is a new one", "kept as w/workspace.key.0011223344556677")
		d.run(cli.Usage, "rekey", "--prepare", "--data", "w").says("PostgreSQL")
		d.run(cli.Usage, "rekey", "--leave-behind", "--data", "w").says("PostgreSQL")
		d.run(cli.Usage, "rekey", "--leave-behind", "--prepare", "--data", "w", "--database", address)
		d.run(cli.Usage, "rekey", "--database", address).says("--data")
		d.run(cli.Usage, "rekey", "--data", "w", "--database", "postgres://kt:hunter2@db.example.com/keys").says("must not hold a password").doesNotSay("hunter2")
		d.run(cli.Usage, "rekey", "--prepare", "--data", "w", "--database", address, "--read-only")
		d.env["KEYTURN_DATABASE"] = "postgres://kt:hunter2@db.example.com/keys"
		d.run(cli.Done, "rekey", "--data", "w").says("kept as").doesNotSay("hunter2")
	})
}
