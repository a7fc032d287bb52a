package server

import (
	"context"
	"errors"
	mathrand "math/rand/v2"
	"path/filepath"
	"time"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
)

// storage is a database that one or several services work on.
type storage interface {
	policy.Store
	// Touch writes something that nobody reads, to see whether anything can be written. It takes no more room
	// however often it is called.
	Touch(ctx context.Context) error
	// OnDuty reports whether this service is the one that does what only one at a time shall do. To keep
	// the duty it has to ask every few seconds.
	OnDuty(ctx context.Context) (bool, error)
	// SayHere says that this service serves, and which keys it has. It is forgotten unless it is said again within
	// half a minute.
	SayHere(ctx context.Context, i store.Instance) error
	// Listen calls heard once it hears the other services' changes, and then at each, until ctx or its
	// connection ends.
	Listen(ctx context.Context, heard func()) error
}

var (
	_ storage = (*sqlite.Store)(nil)
	_ storage = (*postgres.Store)(nil)
)

// openStorage opens the database, and returns what lets go of the folder afterwards. SQLite's file is for
// one service at a time; a folder that only holds the key is for any number.
func openStorage(ctx context.Context, cfg Config) (s storage, unlock func() error, err error) {
	if !cfg.Database.Empty() {
		db, err := postgres.Open(ctx, cfg.Database, cfg.Now)
		if err != nil {
			return nil, nil, err
		}
		return db, nil, nil
	}
	if unlock, err = lock(filepath.Join(cfg.Dir, lockFile)); err != nil {
		return nil, nil, err
	}
	db, err := sqlite.Open(ctx, filepath.Join(cfg.Dir, databaseFile), cfg.Now)
	if err != nil {
		return nil, nil, errors.Join(err, unlock())
	}
	return db, unlock, nil
}

// Pauses before listening again.
const (
	firstRelisten = 250 * time.Millisecond
	lastRelisten  = 5 * time.Second
)

// listen tells our clients of what other services change, until ctx ends.
func (s *Server) listen(ctx context.Context) {
	wait := firstRelisten
	for {
		err := s.store.Listen(ctx, func() {
			wait = firstRelisten
			s.service.Heard()
		})
		if ctx.Err() != nil {
			return
		}
		s.cfg.Log.Error("hearing of other services' changes failed; it will be tried again", "error", err)
		if !waitFor(ctx, nil, wait/2+mathrand.N(wait/2)) { //nolint:gosec // a wait, not a secret
			return
		}
		wait = min(2*wait, lastRelisten)
	}
}
