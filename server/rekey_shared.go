package server

import (
	"context"
	"errors"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/vault"
)

// Prepared is a new key that waits beside the present one.
type Prepared struct {
	Key  string // the present one's file
	Next string // the new one's, to be copied to every machine
	ID   string // of the new one
	Made bool   // just now
}

// PrepareKey makes the key that the next Rekey of a workspace in PostgreSQL will use, and changes nothing else.
// Called again it finds the same key.
func PrepareKey(ctx context.Context, p Place) (done Prepared, err error) {
	if err := ownFolder(p.Dir); err != nil {
		return done, err
	}
	err = withShared(ctx, p, func(_ *postgres.Store, s sharedKeys) error {
		if s.next != nil && s.next.ID() == s.counts {
			return unfinished(p.key())
		}
		if _, err := s.present(p); err != nil {
			return err
		}
		next, err := vault.Next(p.key())
		if err == nil {
			done = Prepared{Key: p.key(), Next: vault.Pending(p.key()), ID: next.ID(), Made: s.next == nil}
		}
		return err
	})
	return done, err
}

// rekeyShared changes to the key that PrepareKey has made. All secrets and the name of the key that counts
// change in one transaction, while no other change of the workspace can come between: before it, every
// service works with the old key, after it with the new one, or not at all until it has that; so every one that
// serves is asked first whether it does. The new key has
// a name that nobody takes away before the transaction begins, and the old one afterwards: it opens dumps
// from before, and the workspace itself if the database falls back to an earlier moment.
func rekeyShared(ctx context.Context, p Place, progress func(int)) (done Rekeyed, err error) {
	if err := ownFolder(p.Dir); err != nil {
		return done, err
	}
	err = withShared(ctx, p, func(store *postgres.Store, s sharedKeys) error {
		if s.next == nil {
			return unprepared(p.key())
		}
		done = Rekeyed{Key: p.key(), Resumed: s.next.ID() == s.counts}
		if err := vault.Keep(p.key()); err != nil {
			return err
		}
		reached("rekey: key kept")
		if !done.Resumed {
			old, err := s.present(p)
			if err != nil {
				return err
			}
			if !p.LeaveBehind {
				if err := allHave(ctx, store, s.next.ID()); err != nil {
					return err
				}
			}
			done.Before = vault.Kept(p.key(), old)
			if done.Secrets, err = sealAnew(ctx, store, old, s.next, p, progress); err != nil {
				return err
			}
		}
		reached("rekey: sealed")
		if err := vault.Settle(p.key(), s.next.ID()); err != nil {
			return err
		}
		reached("rekey: settled")
		return nil
	})
	return done, err
}

func sealAnew(ctx context.Context, s policy.Store, old, next *vault.Vault, p Place, progress func(int)) (int, error) {
	n, err := policy.Rekey(ctx, s, old, next, p.Now(), func(n int) {
		reached("rekey: batch")
		progress(n)
	})
	switch {
	case errors.Is(err, policy.ErrWrongKey):
		err = strangeKey(p.key(), err)
	case models.FaultOf(err) == models.FaultUnknown:
		err = &models.Error{
			Fault: models.FaultUnknown, Code: "outcome-unknown", Title: "the database went away at the end: whether the key was changed is not known",
			Fix: "run keyturn rekey again: it finds out; both keys are kept", Err: err,
		}
	}
	return n, err
}

// sharedKeys are what is known of keys before one is changed.
type sharedKeys struct {
	counts string       // the id of the one that counts
	next   *vault.Vault // the one that was prepared; nil if none was
}

// withShared opens the database of a workspace that is there.
func withShared(ctx context.Context, p Place, fn func(*postgres.Store, sharedKeys) error) (err error) {
	store, err := postgres.Open(ctx, p.Database, p.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var s sharedKeys
	err = store.Read(ctx, func(q policy.Queries) (err error) {
		s.counts, err = q.KeyID()
		return err
	})
	if errors.Is(err, policy.ErrNotFound) {
		return &models.Error{Fault: models.FaultInvalid, Code: "no-database", Title: "there is no workspace in that database", Fix: "name the database that keyturn serve --database was given", Err: err}
	}
	if err == nil {
		s.next, err = vault.PendingNext(p.key())
	}
	if err != nil {
		return err
	}
	return fn(store, s)
}

// present is the key that counts, which must be here.
func (s sharedKeys) present(p Place) (*vault.Vault, error) {
	if s.counts == "" {
		v, err := vault.Load(p.key())
		return v, noKey(p.key(), err)
	}
	v, err := vault.Find(p.key(), s.counts)
	if err != nil {
		if _, missing := vault.Load(p.key()); missing != nil {
			return nil, noKey(p.key(), missing)
		}
		return nil, strangeKey(p.key(), err)
	}
	return v, nil
}

func unprepared(key string) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "not-prepared", Title: "no new key was prepared: there is no " + vault.Pending(key),
		Fix: "run keyturn rekey --prepare here, copy that file to the same place on every machine, then run keyturn rekey; nothing was changed",
	}
}

func unfinished(key string) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "unfinished", Title: "the key in " + vault.Pending(key) + " counts already, and is not in its place yet",
		Fix: "run keyturn rekey to finish; then prepare another key, if you want one",
	}
}
