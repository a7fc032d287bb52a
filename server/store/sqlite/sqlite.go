// Package sqlite keeps a workspace in one SQLite file, for one process at a time.
//
// It knows files, connections, locks and the schema; what is read and written is in package store.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the number of the last migration.
const schemaVersion = 5

// readers is how many transactions may read at the same time.
const readers = 4

// Store is a workspace in one SQLite file. It is safe for concurrent use.
type Store struct {
	write *sql.DB // one connection: SQLite has one writer
	read  *sql.DB
	look  *sql.Stmt // store.PresentedQuery
	enter *sql.Stmt // store.SignInQuery
	seen  seen
	now   func() time.Time
}

var _ policy.Store = (*Store)(nil)

// Open opens or makes the database file, readable by its owner only, and brings its schema up to
// date. It refuses a damaged file. now says which days are recent.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s := &Store{now: now}
	if s.write, err = connect(path, "_txlock=immediate"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	err = examine(ctx, s.write)
	if err == nil {
		err = migrate(ctx, s.write)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, explained(err)), s.write.Close())
	}
	if s.read, err = connect(path, "_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	for query, into := range map[string]**sql.Stmt{store.PresentedQuery: &s.look, store.SignInQuery: &s.enter} {
		if *into, err = s.read.PrepareContext(ctx, query); err != nil {
			return nil, errors.Join(fmt.Errorf("open the database: %w", err), s.Close())
		}
	}
	return s, nil
}

// connect returns connections to the file with those options.
func connect(path, options string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn(path, options))
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return sql.OpenDB(keeper{c}), nil
}

func dsn(path, more string) string {
	const pragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=checkpoint_fullfsync(1)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)"
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path}).String() + "?" + pragmas + "&" + more
}

// migrate asks goose only when the version differs: an up-to-date file opens in a millisecond.
func migrate(ctx context.Context, db *sql.DB) error {
	var at int
	err := db.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&at)
	if err == nil && at == schemaVersion {
		return nil
	}
	if err == nil && at > schemaVersion {
		return fmt.Errorf("its schema %d is newer than this keyturn knows (%d): use a newer keyturn", at, schemaVersion)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithGoMigrations(chainEvents))
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Close closes the file after the transactions that run.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// Read runs fn on one consistent state.
func (s *Store) Read(ctx context.Context, fn func(policy.Queries) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read the workspace: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return store.Read(s.within(ctx, tx), fn)
}

// Present is one statement by itself, which sees one state; none, while that state is known to last.
func (s *Store) Present(ctx context.Context, lookup []byte) (policy.Presented, error) {
	p, ok, moment := s.seen.get(lookup)
	if ok {
		return p, nil
	}
	p, err := store.ScanPresented(s.look.QueryRowContext(context.WithoutCancel(ctx), lookup))
	if err == nil {
		s.seen.put(lookup, p, moment)
	}
	return p, err
}

// SignIn is one statement by itself.
func (s *Store) SignIn(ctx context.Context, lookup []byte) (policy.SignIn, error) {
	return store.ScanSignIn(s.enter.QueryRowContext(context.WithoutCancel(ctx), lookup))
}

// within is a transaction, which ends with ctx. Its statements do not watch ctx on their own:
// SQLite's driver would start a goroutine for each.
func (s *Store) within(ctx context.Context, tx *sql.Tx) store.Transaction {
	return store.Transaction{Ctx: context.WithoutCancel(ctx), Tx: tx, Dialect: dialect, Now: s.now()}
}

// SayHere does nothing: the file is one process's.
func (s *Store) SayHere(context.Context, store.Instance) error { return nil }

// OnDuty is always true: the file is one process's.
func (s *Store) OnDuty(context.Context) (bool, error) { return true, nil }

// Listen hears nothing until ctx ends: nobody else makes changes.
func (s *Store) Listen(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

// dialect prepares: parsing a statement takes SQLite longer than running most of them.
var dialect = store.Dialect{Array: "json_array", Taken: taken, Prepare: true}

// Write runs fn in one transaction that no other write can come between.
func (s *Store) Write(ctx context.Context, fn func(policy.Writes) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("change the workspace: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := store.Write(s.within(ctx, tx), fn); err != nil {
		return unwritten(err)
	}
	defer s.seen.changing()()
	if err := tx.Commit(); err != nil {
		return undecided(unwritten(fmt.Errorf("change the workspace: %w", err)))
	}
	return nil
}

// Touch writes one row in place. The log begins anew after every so many pages, these among them.
func (s *Store) Touch(ctx context.Context) error {
	_, err := s.write.ExecContext(ctx, `UPDATE readiness SET asked_at = $1`, s.now().UnixMilli())
	return unwritten(err)
}

// taken reports a refused uniqueness.
func taken(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY)
}
