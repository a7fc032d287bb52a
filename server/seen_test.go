package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/server"
)

// putBack makes a database what it was before its last events, as restoring an older dump does.
func (c *cluster) putBack(events int) {
	c.Helper()
	conn, err := pgx.Connect(c.Context(), c.database.Reveal())
	c.must(err)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, statement := range []string{
		"ALTER TABLE events DISABLE TRIGGER USER",
		"DELETE FROM events WHERE seq > (SELECT max(seq) FROM events) - " + string(rune('0'+events)),
		"ALTER TABLE events ENABLE TRIGGER USER",
		"UPDATE workspace SET last_event = (SELECT max(seq) FROM events)",
	} {
		_, err := conn.Exec(c.Context(), statement)
		c.must(err)
	}
}

func (c *cluster) open(dir, accept string) (*server.Server, error) {
	return server.Open(c.Context(), server.Config{Dir: dir, Database: c.database, KeyFile: c.key, Now: c.Now, TokenPrefix: "lstest", AdminEmail: "ada@example.com", AcceptHistory: accept})
}

// A database that was put back to before what a service has served is not served again without a word, and
// with one the history tells it.
func TestADatabaseThatWasPutBackIsNotServedWithoutAWord(t *testing.T) {
	c := newCluster(t)
	m := c.start()
	m.create("one")
	m.create("two")
	before, err := m.Service().Changes(t.Context(), c.admin, -1, 0)
	c.must(err)
	m.stop()
	again, err := c.open(m.at.Dir, "")
	c.must(err)
	c.must(again.Close())

	c.putBack(1)
	for range 2 { // being refused is not forgotten
		s, err := c.open(m.at.Dir, "")
		if err == nil {
			c.must(s.Close())
			t.Fatal("a history without the last event was served")
		}
		c.refusedAs(err, "history-undone")
		if !strings.Contains(err.Error(), "not the one that was served") {
			t.Errorf("it says %v", err)
		}
	}
	s, err := c.open(m.at.Dir, "the disk died")
	c.must(err)
	// Somebody has followed changes that are undone, and has come further than the database.
	told, err := s.Service().Changes(t.Context(), c.admin, before.Position+1000, 0)
	c.must(err)
	if len(told.Credentials) < 2 || len(told.Members) != 1 || told.Position <= before.Position+1000 {
		t.Errorf("from position %d on, %d credentials and %d members are told, up to %d", before.Position+1000, len(told.Credentials), len(told.Members), told.Position)
	}
	c.must(s.Close())
	last := c.start()
	defer last.stop()
	if n := c.count(last, "", models.EventRestored); n != 1 {
		t.Errorf("%d events tell of it", n)
	}
	s, err = c.open(m.at.Dir, "")
	c.must(err)
	c.must(s.Close())
}

// Another service's folder has seen less, or nothing: it serves what the database says.
func TestAnotherFolderServesTheSameHistory(t *testing.T) {
	c := newCluster(t)
	first := c.start()
	first.create("one")
	second := c.start()
	first.create("two")
	second.stop()
	first.create("three")
	first.stop()
	s, err := c.open(second.at.Dir, "")
	c.must(err)
	c.must(s.Close())
	if files, err := filepath.Glob(filepath.Join(second.at.Dir, "seen", "*.json")); err != nil || len(files) != 1 {
		t.Errorf("%d files of what was seen: %v", len(files), err)
	}
	if info, err := os.Stat(filepath.Join(second.at.Dir, "seen")); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may look into it: %v", err)
	}
}
