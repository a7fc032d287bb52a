// Package store reads and writes a workspace in SQL, within a transaction that somebody else began:
// package sqlite, or package postgres.
//
// It decides nothing: policy asks, and every rule that must hold under concurrency is also an
// index or a check of the schema. The SQL is the same for both databases.
package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/keyturn/server/policy"
)

// Dialect is where the databases differ.
type Dialect struct {
	Array   string           // the function that makes a JSON array of its arguments; empty where Rows is quicker
	Taken   func(error) bool // whether a write was refused because something must be unique
	Prepare bool             // whether keeping statements prepared for a transaction is worth it
}

// Transaction is one that has begun. Whoever began it ends it.
type Transaction struct {
	Dialect
	Ctx context.Context // of every statement
	Tx  *sql.Tx
	Now time.Time // says which days are recent

	// Rows runs a query and calls row for each row with its values as text, nil for NULL; they are only lent. It is
	// for databases without an Array.
	Rows func(query string, args []any, row func(values [][]byte)) error
}

// Read runs fn on what the transaction sees.
func Read(t Transaction, fn func(policy.Queries) error) error {
	return fn(t.queries())
}

// Written is what a transaction has done.
type Written struct {
	Counted bool // it has used the counters, and kept them
	Objects int  // that were made
}

// Write runs fn and keeps the counters that it moved. The transaction must be alone: counters are read once, and
// counted up in memory.
func Write(t Transaction, fn func(policy.Writes) error) (Written, error) {
	w := &writes{queries: *t.queries(), prepared: map[string]*sql.Stmt{}}
	defer w.close()
	if err := fn(w); err != nil {
		return Written{}, err
	}
	return Written{Counted: w.counting, Objects: w.made}, w.flush()
}

func (t Transaction) queries() *queries {
	return &queries{Transaction: t, today: dayOf(t.Now)}
}

// keepable replaces what no text column of PostgreSQL can hold, in place: both databases keep the
// same, and what is asked for by such a text is found again.
func keepable(args []any) []any {
	for i, arg := range args {
		if s, ok := arg.(string); ok {
			args[i] = keptText(s)
		}
	}
	return args
}

// keptText is a text as it is kept.
func keptText[T ~string](s T) T {
	if strings.IndexByte(string(s), 0) < 0 && utf8.ValidString(string(s)) {
		return s
	}
	return T(strings.ReplaceAll(strings.ToValidUTF8(string(s), "\ufffd"), "\x00", "\ufffd"))
}

func noRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return policy.ErrNotFound
	}
	return err
}

// ms writes a time as it is kept: milliseconds since 1970 in UTC, NULL for the zero time.
func ms(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: true}
}

// instant reads a time back.
func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func text(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }
