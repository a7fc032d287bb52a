package postgres

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/server/store/storetest"
)

// A page of a long list is read by its keys, and so are the owners of what is on it: reading every member for each
// page takes longer than all else.
func TestAPageIsReadByItsKeys(t *testing.T) {
	t.Parallel()
	cfg, err := configure(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for _, statement := range []string{
		`CREATE TEMPORARY TABLE long_members AS SELECT to_char(n, '000000') AS id, 'Member of a team ' || n AS name, 'member' || n || '@example.com' AS email FROM generate_series(1, 77000) n`,
		`ALTER TABLE long_members ADD PRIMARY KEY (id)`,
		`CREATE TEMPORARY TABLE long_list AS SELECT 'c' || id AS id, id AS owner_id, repeat('x', 200) AS rest FROM long_members`,
		`ALTER TABLE long_list ADD PRIMARY KEY (id)`,
		`ANALYZE long_members, long_list`,
		`PREPARE page (text, text) AS SELECT json_build_array(c.id, c.rest, m.name, m.email)
			FROM long_list c LEFT JOIN long_members m ON m.id = c.owner_id WHERE c.id > $1 AND c.id <= $2`,
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := conn.Query(t.Context(), `EXPLAIN EXECUTE page('c 010000', 'c 011000')`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(lines, "\n"); strings.Contains(plan, "Seq Scan") {
		t.Errorf("whole tables are read:\n%s", plan)
	}
}
