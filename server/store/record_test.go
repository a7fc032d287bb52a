package store

import (
	"context"
	"database/sql"
	"testing"
	"time"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"example.com/keyturn/proof/night"
)

// TestRecordsReadWhatWasWritten sends values through SQLite and back as one array. That those of PostgreSQL come
// back is held by the contract of the stores.
func TestRecordsReadWhatWasWritten(t *testing.T) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	hostile := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", `"`, `\`, `\"`, `a,"b"]`, "\x1b[2J\u202e", "]", "null", "12", "a\x00b", "\xff"}))
	night.Check(t, func(rt *rapid.T) {
		a, b := hostile.Draw(rt, "a"), hostile.Draw(rt, "b")
		n := rapid.Int64().Draw(rt, "n")
		at := time.UnixMilli(rapid.Int64Range(-1<<45, 1<<45).Draw(rt, "at")).UTC()
		rows, err := db.QueryContext(ctx, `SELECT json_array($1, $2, NULL, $3, $4, NULL, $5, NULL)`, a, n, at.UnixMilli(), b, n > 0)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		var r record
		for rows.Next() {
			if err := r.load(rows); err != nil {
				t.Fatal(err)
			}
			if got := r.text(); got != a {
				t.Fatalf("%q comes back as %q", a, got)
			}
			if got := r.number(); got != n {
				t.Fatalf("%d comes back as %d", n, got)
			}
			if got := r.text(); got != "" {
				t.Fatalf("no text comes back as %q", got)
			}
			if got := r.instant(); !got.Equal(at) {
				t.Fatalf("%s comes back as %s", at, got)
			}
			if got := r.text(); got != b {
				t.Fatalf("%q comes back as %q", b, got)
			}
			if got := r.instant(); !got.IsZero() {
				t.Fatalf("no time comes back as %s", got)
			}
			if got := r.flag(); got != (n > 0) {
				t.Fatalf("a flag comes back as %v", got)
			}
			if got := r.number(); got != 0 || r.rest != "" {
				t.Fatalf("no number comes back as %d before %q", got, r.rest)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	})
}
