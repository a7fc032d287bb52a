package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
)

// kept runs fn on one connection and returns how many statements that keeps afterwards.
func kept(t *testing.T, fn func(*sql.Conn)) int {
	t.Helper()
	ctx := context.Background()
	db, err := connect(filepath.Join(t.TempDir(), "a.db"), "_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fn(c)
	var n int
	if err := c.Raw(func(raw any) error { n = len(raw.(*conn).idle); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	return n
}

func ask(t *testing.T, c *sql.Conn, query string, want int, args ...any) {
	t.Helper()
	var got int
	if err := c.QueryRowContext(context.Background(), query, args...).Scan(&got); err != nil || got != want {
		t.Fatalf("%s: %d, %v, want %d", query, got, err, want)
	}
}

func TestStatementsAreKept(t *testing.T) {
	n := kept(t, func(c *sql.Conn) {
		for i := range 5 {
			ask(t, c, "SELECT $1 + 1", i+1, i)
		}
	})
	if n != 1 {
		t.Errorf("%d statements are kept of one", n)
	}
}

func TestOnlySomeStatementsAreKept(t *testing.T) {
	n := kept(t, func(c *sql.Conn) {
		for i := range 2 * maxIdle {
			ask(t, c, fmt.Sprintf("SELECT %d", i), i)
		}
	})
	if n != maxIdle {
		t.Errorf("%d statements are kept, want %d", n, maxIdle)
	}
}

// The same query within itself needs a statement of its own.
func TestKeptStatementsAreNotShared(t *testing.T) {
	const query = "SELECT value FROM json_each('[1,2,3]')"
	n := kept(t, func(c *sql.Conn) {
		rows, err := c.QueryContext(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		for want := 1; rows.Next(); want++ {
			var got int
			if err := rows.Scan(&got); err != nil || got != want {
				t.Errorf("read %d, %v, want %d", got, err, want)
			}
			ask(t, c, query, 1)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	})
	if n != 1 {
		t.Errorf("%d statements are kept of one query", n)
	}
}

func TestKeptStatementsFollowTheSchema(t *testing.T) {
	kept(t, func(c *sql.Conn) {
		for i, change := range []string{"CREATE TABLE a (n)", "ALTER TABLE a ADD COLUMN m", "CREATE INDEX a_n ON a (n)"} {
			if _, err := c.ExecContext(context.Background(), change); err != nil {
				t.Fatal(err)
			}
			if _, err := c.ExecContext(context.Background(), "INSERT INTO a (n) VALUES ($1)", i); err != nil {
				t.Fatal(err)
			}
			ask(t, c, "SELECT COUNT(*) FROM a", i+1)
		}
	})
}
