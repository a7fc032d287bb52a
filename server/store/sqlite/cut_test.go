package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// olderSchema makes a database of the first schema, with a workspace and that many events.
func olderSchema(t *testing.T, path string, events int) {
	t.Helper()
	db, err := connect(path, "_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		t.Fatal(err)
	}
	_, err = provider.UpTo(t.Context(), 1)
	if err == nil {
		_, err = db.Exec(`INSERT INTO workspace (id, name, reveal, revision, created_at) VALUES ('w', 'Acme', 'owner', 7, 0)`)
	}
	for seq := 1; seq <= events && err == nil; seq++ {
		_, err = db.Exec(`INSERT INTO events VALUES ($1, 1800000000123, 'ada', 'm1', '192.0.2.1', 'credential.renamed', 'c1', 'x', 'ci_token', '', '')`, seq)
	}
	if err == nil {
		_, err = db.Exec(`UPDATE workspace SET last_event = $1`, events)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// From where the schema is brought up to date: how a file begins, and what it still has to hold then.
var beginnings = map[string]struct {
	begin, holds func(*testing.T, string)
}{
	"a new file": {
		begin: func(*testing.T, string) {},
		holds: func(t *testing.T, path string) { _ = furnished(t, path) },
	},
	"the first schema": {
		begin: func(t *testing.T, path string) { olderSchema(t, path, 3) },
		holds: func(t *testing.T, path string) { chained(t, reopened(t, path), 3) },
	},
}

// Whoever brings the schema up to date may be killed before and after each statement: whoever opens the
// file next finishes the work.
func TestMigrationsMayBeKilledAnywhere(t *testing.T) {
	for name, from := range beginnings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "workspace.db")
			from.begin(t, path)
			var left [][2]string // the file and its log, as they are between two statements
			err := tapped(t, path, func(int) error {
				file, log, err := bytesOf(path)
				left = append(left, [2]string{file, log})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			want := schemaOf(t, path)
			if len(left) < 12 {
				t.Fatalf("only %d statements were seen", len(left))
			}
			different := 0
			for n, state := range left {
				if n > 0 && state == left[n-1] {
					continue // what is not committed is not in the files
				}
				different++
				dead := filepath.Join(t.TempDir(), "workspace.db")
				if err := errors.Join(os.WriteFile(dead, []byte(state[0]), 0o600), os.WriteFile(dead+"-wal", []byte(state[1]), 0o600)); err != nil {
					t.Fatal(err)
				}
				from.holds(t, dead)
				if got := schemaOf(t, dead); got != want {
					t.Errorf("killed before statement %d, the schema has become\n%s\nwant\n%s", n+1, got, want)
				}
			}
			t.Logf("killed before each of %d statements, which leaves %d different files", len(left), different)
		})
	}
}

// Every statement may fail, as on a full disk: opening fails with it, and opening again finishes the work.
func TestMigrationsMayFailAnywhere(t *testing.T) {
	for name, from := range beginnings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on := func(int) error { return nil }
			begun := filepath.Join(t.TempDir(), "workspace.db")
			from.begin(t, begun)
			file, _, err := bytesOf(begun)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if err := tapped(t, begun, on); err != nil {
				t.Fatal(err)
			}
			want := schemaOf(t, begun)
			n, different, before := 1, 0, ""
			for failed := true; failed; n++ {
				failed = false
				path := filepath.Join(t.TempDir(), "workspace.db")
				if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
					t.Fatal(err)
				}
				err := tapped(t, path, func(at int) error {
					if at == n {
						failed = true
						return errors.New("the disk is full")
					}
					return nil
				})
				if failed == (err == nil) {
					t.Errorf("statement %d failed: %v; and opening: %v", n, failed, err)
				}
				left := schemaOf(t, path)
				if left == before {
					continue // as the failure before left it
				}
				different++
				before = left
				if err := tapped(t, path, on); err != nil {
					t.Errorf("after statement %d had failed, so did opening again: %v", n, err)
				}
				if got := schemaOf(t, path); got != want {
					t.Errorf("statement %d failed, and the schema has become\n%s\nwant\n%s", n, got, want)
				}
				from.holds(t, path)
			}
			if n < 12 {
				t.Errorf("only %d statements were seen", n-2)
			}
			t.Logf("each of %d statements failed, which leaves %d different schemas", n-2, different)
		})
	}
}

// tapped brings a file's schema up to date, and asks before each statement, whose number it tells, whether
// to go on. An error takes the statement's place, and nothing is tried again.
func tapped(t *testing.T, path string, before func(n int) error) error {
	t.Helper()
	c, err := sqlite.NewConnector(dsn(path, "_txlock=immediate&_pragma=synchronous(0)")) // only processes die here
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var n int
	db := sql.OpenDB(keeper{tap{Connector: c, before: func() error {
		n++
		err := before(n)
		if err != nil {
			stop()
		}
		return err
	}}})
	db.SetMaxOpenConns(1)
	return errors.Join(migrate(ctx, db), db.Close())
}

type tap struct {
	driver.Connector
	before func() error
}

func (p tap) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return tappedConn{c.(sqliteConn), p.before}, nil
}

type tappedConn struct {
	sqliteConn
	before func() error
}

func (c tappedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return tappedStmt{s.(sqliteStmt), c.before}, nil
}

func (c tappedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.before(); err != nil {
		return nil, err
	}
	tx, err := c.sqliteConn.BeginTx(ctx, o)
	return tappedTx{tx, c.before}, err
}

type tappedStmt struct {
	sqliteStmt
	before func() error
}

func (s tappedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.before(); err != nil {
		return nil, err
	}
	return s.sqliteStmt.ExecContext(ctx, args)
}

func (s tappedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.before(); err != nil {
		return nil, err
	}
	return s.sqliteStmt.QueryContext(ctx, args)
}

type tappedTx struct {
	driver.Tx
	before func() error
}

func (tx tappedTx) Commit() error {
	if err := tx.before(); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Tx.Commit()
}

// bytesOf reads a file and its log: what a process leaves that is killed.
func bytesOf(path string) (file, log string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", "", err
	}
	more, err := os.ReadFile(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return string(text), string(more), err
}

// schemaOf describes a file's schema, and which migrations are on record.
func schemaOf(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var lines strings.Builder
	for _, query := range []string{
		`SELECT type || ' ' || name, COALESCE(sql, '') FROM sqlite_master ORDER BY 1`, `SELECT version_id, is_applied FROM goose_db_version ORDER BY id`,
	} {
		rows, err := db.Query(query)
		if err != nil && strings.Contains(err.Error(), "no such table") {
			continue // nothing was done yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var name, what string
			if err := rows.Scan(&name, &what); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&lines, name, what)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return lines.String()
}
