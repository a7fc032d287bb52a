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
	"database/sql/driver"
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

// dialect does not prepare: the driver keeps statements on its own. It makes no arrays: that takes the server longer
// than all the rest of reading a page.
var dialect = store.Dialect{Taken: taken}

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
	conn, tx, err := begin(ctx, s.read, sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return away(fmt.Errorf("read the workspace: %w", err))
	}
	defer func() { _, _ = tx.Rollback(), conn.Close() }()
	return away(store.Read(s.within(ctx, conn, tx), fn))
}

// begin begins a transaction, which ends before its connection is given back. As with database/sql, connections
// that turn out to be gone are let go of.
func begin(ctx context.Context, db *sql.DB, options sql.TxOptions) (*sql.Conn, *sql.Tx, error) {
	for gone := 0; ; gone++ {
		conn, err := db.Conn(ctx)
		if err != nil {
			return nil, nil, err
		}
		tx, err := conn.BeginTx(ctx, &options)
		if err == nil {
			return conn, tx, nil
		}
		_ = conn.Close() // which has failed already
		if !errors.Is(err, driver.ErrBadConn) || gone > readers {
			return nil, nil, err
		}
	}
}

// SignIn is one statement by itself: one wait for the server.
func (s *Store) SignIn(ctx context.Context, lookup []byte) (policy.SignIn, error) {
	found, err := store.ScanSignIn(s.read.QueryRowContext(ctx, store.SignInQuery, lookup))
	return found, away(err)
}

func (s *Store) within(ctx context.Context, conn *sql.Conn, tx *sql.Tx) store.Transaction {
	return store.Transaction{Ctx: ctx, Tx: tx, Dialect: dialect, Now: s.now(), Rows: func(query string, args []any, row func([][]byte)) error {
		return conn.Raw(func(c any) error { return values(ctx, c.(*stdlib.Conn).Conn(), query, args, row) })
	}}
}

// values reads rows as the server sends them, past database/sql, which makes an object of every value.
func values(ctx context.Context, conn *pgx.Conn, query string, args []any, row func([][]byte)) error {
	rows, err := conn.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.TextFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row(rows.RawValues())
	}
	return rows.Err()
}

// Write runs fn in one transaction that no other write, of any process, can come between.
//
// It waits for a lock first, and each statement sees what was committed before it began: so what fn
// reads is still true when it writes, and nothing is ever to be repeated, as with SQLite. Locking rows
// would not do, because a new workspace has none, and because each row that is found by searching would
// need to be locked. Isolation that fails at the end would have to run fn again, whose effects outside
// the database, such as the file with the first admin's token, happen once.
func (s *Store) Write(ctx context.Context, fn func(policy.Writes) error) error {
	done, err := s.commit(ctx, fn)
	if err == nil && done.Objects >= manyMade {
		s.analyze(ctx)
	}
	return err
}

func (s *Store) commit(ctx context.Context, fn func(policy.Writes) error) (done store.Written, err error) {
	conn, tx, err := begin(ctx, s.write, sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return done, away(fmt.Errorf("change the workspace: %w", err))
	}
	defer func() { _, _ = tx.Rollback(), conn.Close() }()
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, lockToWrite, s.space); err != nil {
		return done, away(fmt.Errorf("wait for other changes of the workspace: %w", err))
	}
	done, err = store.Write(s.within(ctx, conn, tx), fn)
	if err == nil && done.Counted {
		_, err = tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, s.channel(), s.name)
	}
	if err != nil {
		return done, away(err)
	}
	if err := tx.Commit(); err != nil {
		return done, undecided(fmt.Errorf("change the workspace: %w", err))
	}
	return done, nil
}

// manyMade is how many new objects make the server's idea of its tables wrong.
const manyMade = 1000

// analyze has the server look at its tables now that much was put into them. It does so by itself, but within a minute;
// until then it plans queries as for the tables that there were, and a list takes three times as long. Whether or not that
// succeeds, the change is made.
func (s *Store) analyze(ctx context.Context) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), analyzeTimeout)
	defer stop()
	_, _ = s.read.ExecContext(ctx, `ANALYZE members, credentials, secrets, callers, events`)
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
