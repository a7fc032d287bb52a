// Package postgres keeps a workspace in a PostgreSQL database, for any number of processes at a time:
// the database carries the locks.
//
// It knows connections, locks, notifications and the schema; what is read and written is in package
// store. It needs a session of its own for each connection: a pooler that hands one session to many
// clients takes its locks away.
package postgres

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store"
)

// readers is how many transactions of one process may read at the same time.
const readers = 8

// uniqueViolation is what PostgreSQL calls a refused uniqueness.
const uniqueViolation = "23505"

// dialect does not prepare: the driver keeps statements on its own.
var dialect = store.Dialect{Array: "json_build_array", Taken: taken}

// Store is a workspace in one schema of a PostgreSQL database. It is safe for concurrent use.
type Store struct {
	cfg   *pgx.ConnConfig
	write *sql.DB // one connection: the changes of this process queue here, not in the database
	read  *sql.DB
	now   func() time.Time
	space int32  // the schema, as locks and channels are named after it
	name  string // of this process, so that it knows its own notifications
	duty  duty
	said  atomic.Bool // that this process serves

	looker looker
}

var _ policy.Store = (*Store)(nil)

// Open connects to a database, such as postgres://keyturn@db.example.com/keyturn?sslmode=verify-full, and
// brings its schema up to date. What the address leaves out comes from the environment and the password
// file, as with psql. It refuses a server that can lose what it has committed. now says which days are
// recent.
func Open(ctx context.Context, database models.Secret, now func() time.Time) (*Store, error) {
	cfg, err := configure(database)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, now: now, name: rand.Text()}
	s.duty.cfg = cfg
	s.write = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(durable))
	s.write.SetMaxOpenConns(1)
	s.read = stdlib.OpenDB(*cfg)
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	s.looker.db = s.read
	if s.space, err = examine(ctx, s.write); err == nil {
		err = migrate(ctx, cfg, s.space)
	}
	if err != nil {
		return nil, errors.Join(refused(cfg, err), s.Close())
	}
	return s, nil
}

// Close closes the connections after the transactions that run.
func (s *Store) Close() error {
	s.sayGone()
	return errors.Join(s.duty.close(), s.read.Close(), s.write.Close())
}

// Read runs fn on one consistent state.
func (s *Store) Read(ctx context.Context, fn func(policy.Queries) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return away(fmt.Errorf("read the workspace: %w", err))
	}
	defer func() { _ = tx.Rollback() }()
	return away(store.Read(s.within(ctx, tx), fn))
}

func (s *Store) within(ctx context.Context, tx *sql.Tx) store.Transaction {
	return store.Transaction{Ctx: ctx, Tx: tx, Dialect: dialect, Now: s.now()}
}

// Write runs fn in one transaction that no other write, of any process, can come between.
//
// It waits for a lock first, and each statement sees what was committed before it began: so what fn
// reads is still true when it writes, and nothing is ever to be repeated, as with SQLite. Locking rows
// would not do, because a new workspace has none, and because each row that is found by searching would
// need to be locked. Isolation that fails at the end would have to run fn again, whose effects outside
// the database, such as the file with the first admin's token, happen once.
func (s *Store) Write(ctx context.Context, fn func(policy.Writes) error) error {
	tx, err := s.write.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return away(fmt.Errorf("change the workspace: %w", err))
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, lockToWrite, s.space); err != nil {
		return away(fmt.Errorf("wait for other changes of the workspace: %w", err))
	}
	moved, err := store.Write(s.within(ctx, tx), fn)
	if err == nil && moved {
		_, err = tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, s.channel(), s.name)
	}
	if err != nil {
		return away(err)
	}
	if err := tx.Commit(); err != nil {
		return undecided(fmt.Errorf("change the workspace: %w", err))
	}
	return nil
}

// Touch writes one row in place, which needs the write-ahead log, and some that are more than the memory that it
// gives itself, for which the server needs room among its files for as long as the statement runs. It does not wait
// for the changes of the workspace: while a long one runs, the database is well.
func (s *Store) Touch(ctx context.Context) error {
	const roomToSort = `SET LOCAL work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 20000); `
	_, err := s.read.ExecContext(ctx, roomToSort+fmt.Sprintf("UPDATE readiness SET asked_at = %d", s.now().UnixMilli()))
	return away(err)
}

// taken reports a refused uniqueness.
func taken(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == uniqueViolation
}
