package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/vault"
)

// Restored is a backup that has taken the place of a workspace.
type Restored struct {
	Backup  models.Event // the last event in the backup
	Head    models.Event // that of the workspace now: it tells of the restore
	Secrets int
	Undone  int64  // how many events of the workspace before are not in it
	Aside   string // where that workspace lies now; empty if there was none
}

// restoring is one restore under way.
type restoring struct {
	Place
	file   string
	reason string // why events may be undone
	keys   *vault.Vault
	work   string
	done   Restored
}

// Restore puts a backup in the place of a folder's workspace, which nobody may serve meanwhile; the
// database that was there is kept beside it. It happens as a whole or not at all. If the backup lacks
// events that have happened here, it does so only with a reason, which the log will tell.
func Restore(ctx context.Context, p Place, file, reason string) (done Restored, err error) {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return done, noFolder(p.Dir, err)
	}
	if err := ownFolder(p.Dir); err != nil {
		return done, err
	}
	unlock, err := lock(filepath.Join(p.Dir, lockFile))
	if err != nil {
		return done, inUse(p.Dir, err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	r := &restoring{Place: p, file: file, reason: reason}
	if r.keys, err = vault.Load(p.key()); err != nil {
		return done, noKey(p.key(), err)
	}
	if err := clearWork(p.Dir); err != nil {
		return done, err
	}
	if r.work, err = os.MkdirTemp(p.Dir, workFolder); err != nil {
		return done, fmt.Errorf("make a folder for the restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.work)) }()
	if err := r.prepare(ctx); err != nil {
		return done, err
	}
	reached("restore: prepared")
	return r.done, r.swap()
}

// workFolder begins the names of the folders in which restores work; a killed one leaves its behind.
const workFolder = ".restore-"

func clearWork(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, workFolder+"*"))
	for _, name := range left {
		err = errors.Join(err, os.RemoveAll(name))
	}
	return err
}

func inUse(dir string, err error) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "in-use", Title: "a service has the data folder " + dir, Fix: "stop it first; nothing was changed", Err: err,
	}
}

func (r *restoring) ready() string { return filepath.Join(r.work, databaseFile) }

// prepare makes the database that will be put in place.
func (r *restoring) prepare(ctx context.Context) error {
	if _, err := sqlite.Check(ctx, r.file); err != nil {
		return err
	}
	if err := copyFile(ctx, r.file, r.ready()); err != nil {
		return err
	}
	s, err := sqlite.Open(ctx, r.ready(), r.Now)
	if err != nil {
		return err
	}
	err = s.Read(ctx, func(q policy.Queries) (err error) {
		if _, err := q.Workspace(); err != nil {
			return &models.Error{Fault: models.FaultInvalid, Code: "unfit-database", Title: r.file + " holds no workspace", Fix: "use another backup; nothing was changed", Err: err}
		}
		r.done.Backup, r.done.Secrets, err = sound(q, r.file, r.keys)
		return err
	})
	if err == nil {
		err = r.compareAndTell(ctx, s)
	}
	return errors.Join(err, s.Close())
}

// compareAndTell writes into the new database that it was restored, once that may be.
func (r *restoring) compareAndTell(ctx context.Context, s *sqlite.Store) error {
	before, position, err := r.present(ctx)
	if err == nil {
		err = r.mayTakeThePlaceOf(ctx, s, before)
	}
	if err != nil {
		return err
	}
	what := fmt.Sprintf("a backup that ends at event %d of %s", r.done.Backup.Seq, r.done.Backup.At.UTC().Format(time.DateTime+" MST"))
	switch {
	case r.done.Undone < 0:
		what += "; the database before was damaged: " + r.reason
	case r.done.Undone > 0:
		what += fmt.Sprintf("; undone: %s: %s", inWords(r.done.Undone, "later event"), r.reason)
	}
	return s.Write(ctx, func(w policy.Writes) error {
		if err := w.TouchAll(position); err != nil {
			return err
		}
		err := w.AddEvent(models.Event{At: r.Now().UTC().Truncate(time.Millisecond), Actor: "keyturn", Action: models.EventRestored, Detail: what})
		if err != nil {
			return err
		}
		r.done.Head, err = headOf(w)
		return err
	})
}

// unreadable is the head of a database that cannot be read.
var unreadable = models.Event{Seq: -1}

// present reads the head of the workspace that is there, and how far its changes count.
func (r *restoring) present(ctx context.Context) (head models.Event, position int64, err error) {
	if _, err := os.Lstat(r.database()); errors.Is(err, fs.ErrNotExist) {
		return head, 0, nil
	}
	s, err := sqlite.Open(ctx, r.database(), r.Now)
	if err != nil {
		return unreadable, 0, ctx.Err()
	}
	err = s.Read(ctx, func(q policy.Queries) (err error) {
		if _, err := q.Workspace(); errors.Is(err, policy.ErrNotFound) {
			return nil
		}
		if head, err = headOf(q); err != nil {
			return err
		}
		position, err = q.Position()
		return err
	})
	if err = errors.Join(err, s.Close()); err != nil {
		return unreadable, 0, ctx.Err()
	}
	if n, err := size(r.database() + "-wal"); err == nil && n > 0 { // whoever closes it last leaves none
		return head, 0, &models.Error{
			Fault: models.FaultConflict, Code: "in-use", Title: "somebody else reads the database " + r.database(), Fix: "wait until the backup of it is done; nothing was changed",
		}
	}
	return head, position, nil
}

// mayTakeThePlaceOf refuses to undo what has happened, unless there is a reason.
func (r *restoring) mayTakeThePlaceOf(ctx context.Context, s *sqlite.Store, before models.Event) error {
	lost := &models.Error{
		Fault: models.FaultConflict, Code: "rollback", Detail: "secrets that were replaced or revoked since would work again",
		Fix: `look at keyturn list events, then say why with --accept-rollback "REASON"; the database that is there is kept`,
	}
	r.done.Undone = max(before.Seq-r.done.Backup.Seq, 0)
	switch {
	case before.Seq < 0:
		r.done.Undone = -1
		lost.Title = "the database that is there cannot be read: nobody can say what the backup lacks"
	case before.Seq == 0:
		return nil
	default:
		same, err := has(ctx, s, before)
		if err != nil || same {
			return err
		}
		if r.done.Undone == 0 {
			r.done.Undone = before.Seq
			lost.Title = fmt.Sprintf("the backup tells another history: event %d is not the one that has happened here", before.Seq)
			break
		}
		lost.Title = fmt.Sprintf("the backup ends at event %d, the workspace at event %d: %s would be undone", r.done.Backup.Seq, before.Seq, inWords(r.done.Undone, "event"))
	}
	if r.reason == "" {
		return lost
	}
	return nil
}

// inWords counts.
func inWords(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// has reports whether exactly that event is in a log, and with it all before.
func has(ctx context.Context, s *sqlite.Store, e models.Event) (same bool, err error) {
	err = s.Read(ctx, func(q policy.Queries) error {
		found, err := q.Events(policy.EventQuery{After: e.Seq - 1, Before: e.Seq + 1, Limit: 1})
		same = len(found) == 1 && found[0] == e
		return err
	})
	return same, err
}

// swap keeps the old database under another name, and gives its name to the new one in one step. A cut
// before that step leaves the old one, with a second name at most.
func (r *restoring) swap() error {
	old := r.database()
	if _, err := os.Lstat(old); err == nil {
		aside := old + ".before-" + r.Now().UTC().Format("20060102T150405.000Z")
		// A log that is still there belongs to a database that cannot be read: it must not meet the new one.
		for _, part := range []string{"-wal", "-shm"} {
			if err := os.Rename(old+part, aside+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("keep the old database: %w", err)
			}
		}
		if err := os.Link(old, aside); err != nil {
			return fmt.Errorf("keep the old database: %w", err)
		}
		r.done.Aside = aside
		reached("restore: kept")
	}
	if err := os.Rename(r.ready(), old); err != nil {
		return fmt.Errorf("put the backup in its place: %w", err)
	}
	reached("restore: in place")
	return syncFolder(r.Dir)
}
