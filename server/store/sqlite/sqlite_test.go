package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
)

var (
	ctx  = context.Background()
	noon = time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC)
)

func now() time.Time { return noon }

func open(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(ctx, path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// filled is a store with the workspace of the contract's tests, and its file.
func filled(t testing.TB) (*sqlite.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "workspace.db")
	s := open(t, path)
	storetest.Fill(t, s)
	return s, path
}

func TestContract(t *testing.T) {
	storetest.Contract(t, func(t testing.TB) storetest.Open {
		path := filepath.Join(t.TempDir(), "workspace.db")
		return func(t testing.TB, now func() time.Time) policy.Store {
			t.Helper()
			s, err := sqlite.Open(ctx, path, now)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		}
	})
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	_, path := filled(t)
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %v, %v: where is the write-ahead log?", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", filepath.Base(f), info.Mode(), err)
		}
	}
}

func TestEventsAreAppendOnly(t *testing.T) {
	_, path := filled(t)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const another = `INSERT INTO events SELECT seq + %s, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, %s FROM events`
	for _, statement := range []string{
		`DELETE FROM events`, `UPDATE events SET actor = 'nobody'`, `REPLACE INTO events SELECT * FROM events`,
		fmt.Sprintf(another, "2", "hash"), fmt.Sprintf(another, "1", "''"),
	} {
		if _, err := db.Exec(statement); err == nil {
			t.Errorf("%s was done", statement)
		}
	}
}

func TestOlderRotationsLearnFromTheHistoryWhoStartedThem(t *testing.T) {
	s, path := filled(t)
	storetest.BeginRotations(t, s)
	db, err := sql.Open("sqlite", path)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, statement := range storetest.ForgetWhoStarted {
		var args []any
		if strings.Contains(statement, "$1") {
			args = []any{5}
		}
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	storetest.KnowsWhoStarted(t, open(t, path))
}

func TestOpenRefuses(t *testing.T) {
	_, newer := filled(t)
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	garbage := filepath.Join(t.TempDir(), "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		newer:   "use a newer keyturn",
		garbage: "not a database",
		filepath.Join(t.TempDir(), "missing", "x.db"): "open the database",
	} {
		s, err := sqlite.Open(ctx, path, now)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want it to say %q", filepath.Base(path), err, says)
		}
	}
}

func BenchmarkOpenUpToDate(b *testing.B) {
	_, path := filled(b)
	for b.Loop() {
		s, err := sqlite.Open(ctx, path, now)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
