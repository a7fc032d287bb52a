package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/vault"
)

// Place says where a workspace is kept.
type Place struct {
	Dir      string
	KeyFile  string        // the file in Dir if empty
	Database models.Secret // address of a PostgreSQL database; empty: SQLite in Dir
	Now      func() time.Time

	LeaveBehind bool // Rekey does not care whether a service lacks the new key
}

func (p Place) database() string { return filepath.Join(p.Dir, databaseFile) }

func (p Place) key() string {
	if p.KeyFile != "" {
		return p.KeyFile
	}
	return filepath.Join(p.Dir, keyFile)
}

// Saved is a backup that has been made and checked.
type Saved struct {
	File    string
	Bytes   int64
	Head    models.Event // the last event in it
	Secrets int          // how many open with the key
	Key     string       // the file without which none opens; it is not in the backup
}

// BackUp copies the workspace of a folder, which may be served meanwhile, into a file that is not there
// yet; with replace it may be. The file is whole or not there. It is gone through before it gets its
// name, and each secret in it is opened with the key.
func BackUp(ctx context.Context, p Place, file string, replace bool) (s Saved, err error) {
	if _, err := os.Lstat(file); err == nil && !replace {
		return s, &models.Error{Fault: models.FaultConflict, Code: "file-exists", Title: file + " is there already", Fix: "name another file, or add --force"}
	}
	if err := ownFolder(p.Dir); err != nil {
		return s, err
	}
	keys, err := vault.Load(p.key())
	if err != nil {
		return s, noKey(p.key(), err)
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".keyturn-backup-")
	if err != nil {
		return s, &models.Error{Fault: models.FaultInvalid, Code: "unwritable-file", Title: file + " cannot be written", Detail: reason(err), Fix: "name a file in a folder where you may write", Err: err}
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	copied := filepath.Join(work, "copy")
	if err := newFile(copied); err != nil {
		return s, err
	}
	if err := sqlite.Copy(ctx, p.database(), copied); err != nil {
		return s, err
	}
	reached("backup: copied")
	s = Saved{File: file, Key: p.key()}
	if s.Head, s.Secrets, err = examine(ctx, copied, p.database(), work, keys, p.Now); err != nil {
		return s, err
	}
	if s.Bytes, err = size(copied); err != nil {
		return s, err
	}
	reached("backup: checked")
	if err := os.Rename(copied, file); err != nil {
		return s, fmt.Errorf("put the backup in its place: %w", err)
	}
	return s, syncFolder(filepath.Dir(file))
}

// examine checks a copy of a database without changing it: its pages first, then, in a second copy that may be
// brought up to date, what it holds. What is wrong with it is wrong with that database.
func examine(ctx context.Context, file, of, work string, keys *vault.Vault, now func() time.Time) (head models.Event, secrets int, err error) {
	if _, err := sqlite.Check(ctx, file); err != nil {
		return head, 0, err
	}
	second := filepath.Join(work, "second")
	if err := copyFile(ctx, file, second); err != nil {
		return head, 0, err
	}
	s, err := sqlite.Open(ctx, second, now)
	if err != nil {
		return head, 0, err
	}
	err = s.Read(ctx, func(q policy.Queries) (err error) {
		head, secrets, err = sound(q, of, keys)
		return err
	})
	return head, secrets, errors.Join(err, s.Close())
}

// sound goes through what a database holds: every secret opens with the key, and the history is the one that
// was written. It returns the last event and the number of secrets.
func sound(q policy.Queries, file string, keys *vault.Vault) (head models.Event, secrets int, err error) {
	if head, err = headOf(q); err != nil {
		return head, 0, err
	}
	secrets, err = policy.CheckSecrets(q, keys)
	if errors.Is(err, policy.ErrWrongKey) {
		return head, secrets, wrongKey(file, err)
	}
	if err == nil {
		err = policy.CheckHistory(q)
	}
	var broken *models.BrokenChain
	if errors.As(err, &broken) {
		err = &models.Error{
			Fault: models.FaultConflict, Code: "broken-history", Title: "the history in " + file + " is not the one that was written", Detail: broken.Error(),
			Fix: "use a backup from before; nothing was changed; docs/audit-log.md says what a broken history means", Err: err,
		}
	}
	return head, secrets, err
}

// headOf is the last event of a workspace's log; that of a log without any has the number 0.
func headOf(q policy.Queries) (models.Event, error) {
	last, err := q.Events(policy.EventQuery{Limit: 1})
	if err != nil || len(last) == 0 {
		return models.Event{}, err
	}
	return last[0], nil
}

func noKey(path string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &models.Error{
		Fault: models.FaultInvalid, Code: "no-key", Title: "there is no key file " + path,
		Fix: "put the key of this workspace there, or name its file with --key-file: without it no secret opens", Err: err,
	}
}

func wrongKey(file string, err error) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "wrong-key", Title: "the secrets in " + file + " were sealed with another key",
		Fix: "name the key file that belongs to it with --key-file; nothing was changed", Err: err,
	}
}

// newFile makes an empty file that only its owner may read.
func newFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// copyFile copies a file that nobody writes to a new one, which is on the disk afterwards.
func copyFile(ctx context.Context, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := out.ReadFrom(readerOf{ctx, in}); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return out.Sync()
}

// readerOf reads until its context ends.
type readerOf struct {
	ctx context.Context
	f   *os.File
}

func (r readerOf) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.f.Read(p)
}

func size(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// syncFolder makes the names in a folder outlast a power cut.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if runtime.GOOS == "windows" {
		err = nil // a folder cannot be synced there
	}
	return errors.Join(err, f.Close())
}

// reason is why a file could not be used, without the file's name.
func reason(err error) string {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}
