package main

import (
	"database/sql"
	"strings"
	"testing"

	"example.com/keyturn/cli"
)

// Somebody who can write to the database takes the triggers away and changes what happened.
func TestTamperingWithTheDatabaseIsFound(t *testing.T) {
	t.Setenv("KEYTURN_STATE_DIR", t.TempDir())
	w := newWorld(t)
	for _, name := range []string{"deploy", "nightly", "release"} {
		w.keyturn(cli.Done, "", "create", name)
	}
	if said := w.keyturn(cli.Done, "", "events", "verify"); !strings.Contains(said, "is whole: 4 events") && !strings.Contains(said, "is whole: 3 events") {
		t.Errorf("it says:\n%s", said)
	}
	db, err := sql.Open("sqlite", w.dir+"/workspace.db")
	w.must(err)
	defer func() { _ = db.Close() }()
	for _, trigger := range []string{"events_no_update", "events_no_delete"} {
		_, err := db.Exec(`DROP TRIGGER ` + trigger)
		w.must(err)
	}
	do := func(statement string) {
		t.Helper()
		done, err := db.Exec(statement)
		w.must(err)
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", statement, n, err)
		}
	}
	do(`UPDATE events SET actor = 'nobody' WHERE seq = 2`)
	w.keyturn(cli.Failed, "", "events", "verify")
	do(`UPDATE events SET actor = 'admin' WHERE seq = 2`)
	w.keyturn(cli.Done, "", "events", "verify")
	do(`DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)`)
	w.keyturn(cli.Failed, "", "events", "verify", "--json")
	// Without what was seen here before, what is left looks whole.
	t.Setenv("KEYTURN_STATE_DIR", t.TempDir())
	w.keyturn(cli.Done, "", "events", "verify")
}
