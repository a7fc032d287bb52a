package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/vault"
)

// Rekeyed is a workspace with a new key.
type Rekeyed struct {
	Key     string // its file
	Secrets int    // how many were sealed anew
	Resumed bool   // it finished what an earlier one had begun
}

// Rekey gives the workspace of a folder a new key, and removes the old one. Nobody may serve it
// meanwhile: a service that knows the old key alone would seal with it. A Rekey that was cut off anywhere
// is finished by the next one; a service that is started before that knows which key counts.
//
// First the new key is on the disk, beside the old one; then all secrets change in one transaction; then
// what the old key sealed is scrubbed from the file, and the new key takes the old one's place. So the key
// for what is in the database is always there.
func Rekey(ctx context.Context, p Place, progress func(int)) (done Rekeyed, err error) {
	if err := ownFolder(p.Dir); err != nil {
		return done, err
	}
	if _, err := os.Lstat(p.database()); err != nil {
		return done, &models.Error{Fault: models.FaultInvalid, Code: "no-database", Title: "there is no workspace in " + p.Dir, Detail: reason(err), Fix: "name the folder that keyturn serve --data was given", Err: err}
	}
	unlock, err := lock(filepath.Join(p.Dir, lockFile))
	if err != nil {
		return done, inUse(p.Dir, err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	s, err := sqlite.Open(ctx, p.database(), p.Now)
	if err != nil {
		return done, err
	}
	done, err = rekey(ctx, s, p, progress)
	if err = errors.Join(err, s.Close()); err != nil {
		return done, err
	}
	reached("rekey: sealed")
	if err := sqlite.Scrub(ctx, p.database()); err != nil {
		return done, err
	}
	reached("rekey: scrubbed")
	return done, vault.Promote(p.key())
}

// reached is told of every step after which the process may be killed.
var reached = func(string) {}

func rekey(ctx context.Context, s policy.Store, p Place, progress func(int)) (done Rekeyed, err error) {
	old, err := vault.Load(p.key())
	if err != nil {
		return done, noKey(p.key(), err)
	}
	begun, err := vault.PendingNext(p.key())
	if err != nil {
		return done, err
	}
	next, err := vault.Next(p.key())
	if err != nil {
		return done, err
	}
	reached("rekey: key made")
	done = Rekeyed{Key: p.key(), Resumed: begun != nil}
	done.Secrets, err = policy.Rekey(ctx, s, old, next, p.Now(), func(n int) {
		reached("rekey: batch")
		progress(n)
	})
	if errors.Is(err, policy.ErrWrongKey) {
		err = wrongKey(p.database(), err)
	}
	return done, err
}

// openVault returns the key of a workspace, if it is in the file; a new workspace gets one. It is the new key
// if a Rekey was cut off after its transaction.
func openVault(ctx context.Context, s storage, path string, log *slog.Logger) (*vault.Vault, error) {
	keys, err := vault.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return firstKey(ctx, s, path)
	}
	if err != nil || fits(ctx, s, keys, path) == nil {
		return keys, err
	}
	next, err := vault.PendingNext(path)
	if err != nil || next == nil || fits(ctx, s, next, path) != nil {
		return keys, err // which is refused when the workspace is surely there
	}
	log.Warn("the change of the key was cut off: run keyturn rekey to finish it; until then the old key is kept", "key", path)
	return next, nil
}

// firstKey makes the key of a workspace that has no secrets yet. To any other it would be a wrong one; but
// another service may have made the workspace just now, and its key first.
func firstKey(ctx context.Context, s policy.Store, path string) (*vault.Vault, error) {
	var some []policy.SealedSecret
	err := s.Read(ctx, func(q policy.Queries) (err error) {
		some, err = q.SealedSecrets(policy.SecretPlace{}, 1)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case len(some) == 0:
		return vault.LoadOrCreate(path)
	}
	keys, err := vault.Load(path)
	if err != nil {
		return nil, noKey(path, err)
	}
	return keys, nil
}
