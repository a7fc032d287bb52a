package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/wire"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/storetest"
)

// Whoever makes the schema may lose the line to the server after each thing that is said on it. Whether
// that opening then fails or finds another way, opening again finishes the work. The server does what was
// said last, which leaves the same as a cut just before the next thing.
func TestMigrationsMayBeCutAnywhere(t *testing.T) {
	whole := storetest.Postgres(t)
	opens(t, whole)
	want := schemaOf(t, whole)
	const side = 2 // as many as there are processors, at least
	for first := range side {
		t.Run(fmt.Sprint(first), func(t *testing.T) {
			t.Parallel()
			failed := 0
			n := first + 1
			for ; ; n += side {
				database := storetest.Postgres(t)
				cut, err := openCut(t, database, n)
				if !cut {
					if err != nil {
						t.Errorf("nothing was cut, and opening failed: %v", err)
					}
					break
				}
				if err != nil {
					failed++
				}
				opens(t, database)
				if got := schemaOf(t, database); got != want {
					t.Errorf("cut at %d, the schema has become\n%s\nwant\n%s", n, got, want)
				}
			}
			if failed < 20 {
				t.Errorf("only %d cuts made opening fail", failed)
			}
			t.Logf("cut at every one of %d things said whose number is %d modulo %d; opening failed %d times", n-side, (first+1)%side, side, failed)
		})
	}
}

// openCut opens a database on a line that is cut at that place, and reports whether it came to that.
func openCut(t *testing.T, database models.Secret, n int) (cut bool, err error) {
	t.Helper()
	address, err := url.Parse(database.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	line, err := wire.NewLine(address.Host)
	if err != nil {
		t.Fatal(err)
	}
	address.Host = line.Address()
	line.CutAt(n, true)
	s, err := postgres.Open(t.Context(), models.NewSecret(address.String()), time.Now)
	cut = line.WasCut()
	if s != nil {
		_ = s.Close()
	}
	if err := line.Close(); err != nil {
		t.Error(err)
	}
	return cut, err
}

// opens fails unless the database can be opened and holds a workspace.
func opens(t *testing.T, database models.Secret) {
	t.Helper()
	s := open(t, database, time.Now)
	storetest.Fill(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// schemaOf describes a schema, and which migrations are on record.
func schemaOf(t *testing.T, database models.Secret) string {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, database.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var lines []string
	for _, query := range []string{
		`SELECT concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default)
			FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`,
		`SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname`,
		`SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
			WHERE connamespace = current_schema()::regnamespace ORDER BY 1`,
		`SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
			WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal ORDER BY tgname`,
		`SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY proname`,
		`SELECT concat_ws(' ', version_id, is_applied) FROM goose_db_version ORDER BY id`,
	} {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err = errors.Join(err, rows.Err()); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		lines = append(lines, found...)
	}
	var schema string
	if err := conn.QueryRow(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), schema, "SCHEMA")
}
