//go:build linux

package server

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/store/sqlite"
)

// tampered is a copy of a backup in which somebody has changed the history.
func (h house) tampered(backup string, statements ...string) string {
	h.Helper()
	text, err := os.ReadFile(backup)
	h.must(err)
	file := filepath.Join(h.TempDir(), "tampered.db")
	h.must(os.WriteFile(file, text, 0o600))
	db, err := sql.Open("sqlite", file)
	h.must(err)
	for _, s := range append([]string{"DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"}, statements...) {
		_, err := db.Exec(s)
		h.must(err)
	}
	h.must(db.Close())
	if _, err := sqlite.Check(h.Context(), file); err != nil {
		h.Fatalf("that is no sound file any more, whoever looks sees it: %v", err)
	}
	return file
}

// Whichever event of a backup was changed, taken out or given another hash, the backup does not take the place of
// anything, and the refusal names the event; so does a backup of such a workspace.
func TestATamperedBackupIsNotRestored(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var names []string
	for i := range 5 * night.Seeds(t) {
		names = append(names, fmt.Sprintf("deploy-%d", i))
	}
	h.create(names...)
	good := h.backup()
	last := h.head().Seq
	if last < 4 {
		t.Fatalf("the history has %d events", last)
	}
	tried := 0
	refused := func(event int64, file string) {
		t.Helper()
		tried++
		other := h.keyAlone()
		before := other.files()
		_, err := Restore(t.Context(), other.place(), file, "because")
		other.refusedAs(err, "broken-history")
		if says := fmt.Sprintf("event %d:", event); !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), file) {
			t.Errorf("it does not name %s and the file: %v", says, err)
		}
		if after := other.files(); len(after) != len(before)+1 { // the lock
			t.Errorf("it leaves %v", after)
		}
	}
	for seq := int64(1); seq <= last; seq++ {
		refused(seq, h.tampered(good, fmt.Sprintf(`UPDATE events SET actor = 'nobody' WHERE seq = %d`, seq)))
		refused(seq, h.tampered(good, fmt.Sprintf(`UPDATE events SET at = at + 1 WHERE seq = %d`, seq)))
		if seq < last { // a history that ends earlier is that of an earlier backup
			refused(seq, h.tampered(good, fmt.Sprintf(`DELETE FROM events WHERE seq = %d`, seq)))
			refused(seq+1, h.tampered(good, fmt.Sprintf(`UPDATE events SET hash = (SELECT hash FROM events WHERE seq = %d) WHERE seq = %d`, last, seq)))
		}
	}
	t.Logf("%d tampered backups of a history of %d events", tried, last)
	spoilt := h.keyAlone()
	h.must(os.Rename(h.tampered(good, `UPDATE events SET detail = 'nothing happened' WHERE seq = 2`), spoilt.place().database()))
	file := filepath.Join(t.TempDir(), "backup.db")
	_, err := BackUp(t.Context(), spoilt.place(), file, false)
	spoilt.refusedAs(err, "broken-history")
	if _, left := os.Stat(file); !errors.Is(left, os.ErrNotExist) || !strings.Contains(err.Error(), "event 2:") {
		t.Errorf("the backup is there, or was refused otherwise: %v", err)
	}
	if _, err := Restore(t.Context(), h.keyAlone().place(), good, ""); err != nil {
		t.Errorf("the good one: %v", err)
	}
}
