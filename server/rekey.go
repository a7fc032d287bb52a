package server

import (
	"context"
	"errors"
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
	Before  string // the file in which the key before is kept; empty: it is removed
}

// Rekey gives a workspace a new key. One that was cut off anywhere is finished by the next one; a service
// that is started before that knows which key counts.
//
// A workspace in PostgreSQL may be served meanwhile, by services that have the new key: see rekeyShared. One in
// a folder may not; there the old key is removed.
//
// First the new key is on the disk, beside the old one; then all secrets change in one transaction; then
// what the old key sealed is scrubbed from the file, and the new key takes the old one's place. So the key
// for what is in the database is always there.
func Rekey(ctx context.Context, p Place, progress func(int)) (done Rekeyed, err error) {
	if !p.Database.Empty() {
		return rekeyShared(ctx, p, progress)
	}
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
