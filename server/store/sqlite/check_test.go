package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// furnished is an open store with a workspace and one credential.
func furnished(t *testing.T, path string) *Store {
	t.Helper()
	s := reopened(t, path)
	err := s.Write(t.Context(), func(w policy.Writes) error {
		return errors.Join(
			w.CreateWorkspace(models.Workspace{ID: "w", Name: "Acme", PersonalReveal: models.RevealAdmins, Revision: 1, Now: time.Now()}),
			w.InsertCredential(models.Credential{
				ID: "c1", Kind: models.CIToken, Name: "deploy", State: models.Active, CreatedAt: time.Now(), ChangedAt: time.Now(), Revision: 1,
			}, nil),
			w.InsertSecret("c1", models.SecretVersion{Version: 1, Kind: models.CIToken, State: models.SecretCurrent, CreatedAt: time.Now()}, policy.SecretMaterial{}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func reopened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func name(t *testing.T, s *Store) (name string) {
	t.Helper()
	err := s.Read(t.Context(), func(q policy.Queries) error {
		c, err := q.Credential("c1")
		name = c.Name
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func rename(ctx context.Context, s *Store, name string) error {
	return s.Write(ctx, func(w policy.Writes) error {
		c, err := w.Credential("c1")
		if err != nil {
			return err
		}
		c.Name, c.Revision = name, c.Revision+1
		return w.SaveCredential(c)
	})
}

// crash copies a store's files as they are while it is open: what a machine that lost its power has.
func crash(t *testing.T, path string) string {
	t.Helper()
	after := filepath.Join(t.TempDir(), "workspace.db")
	for _, ending := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + ending)
		if err != nil || len(content) == 0 {
			t.Fatalf("%s holds %d bytes, %v", filepath.Base(path+ending), len(content), err)
		}
		if err := os.WriteFile(after+ending, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return after
}

func TestWhichSQLiteIsNewEnough(t *testing.T) {
	for version, ok := range map[string]bool{
		"3.51.3": true, "3.51.4": true, "3.52.0": true, "4.0.0": true, "3.100.1": true,
		"3.51.2": false, "3.50.9": false, "2.99.99": false, "": false, "newest": false,
	} {
		err := newEnough(version)
		if (err == nil) != ok {
			t.Errorf("%q: %v", version, err)
		}
		if err != nil && !strings.Contains(err.Error(), "build") {
			t.Errorf("%q: %v does not say what to do", version, err)
		}
	}
}

// What was committed before a crash is there after it, because it was in the log and the log is read.
func TestACrashLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "workspace.db")
	s := furnished(t, path)
	if err := rename(t.Context(), s, "deploy to production"); err != nil {
		t.Fatal(err)
	}
	after := crash(t, path)
	if !uncleanStop(after) {
		t.Error("a crash is taken for a clean stop")
	}
	if got := name(t, reopened(t, after)); got != "deploy to production" {
		t.Errorf("after the crash its name is %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if uncleanStop(path) {
		t.Error("a clean stop is taken for a crash")
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "workspace.db")
	if err := furnished(t, path).Close(); err != nil { // now all of it is in the file
		t.Fatal(err)
	}
	stopped, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := rename(t.Context(), reopened(t, path), "again"); err != nil {
		t.Fatal(err)
	}
	const page = 4096
	half, last := func(size int) int { return size / 2 }, func(size int) int { return size - page }
	for name, harm := range map[string]struct {
		crash bool
		from  func(size int) int
	}{
		"half of it after a crash": {true, half}, "its last page after a crash": {true, last},
		"half of it after a clean stop": {false, half}, "its last page after a clean stop": {false, last},
	} {
		after := filepath.Join(t.TempDir(), "workspace.db")
		content, err := stopped, error(nil)
		if harm.crash {
			after = crash(t, path)
			content, err = os.ReadFile(after)
		}
		if err != nil {
			t.Fatal(err)
		}
		content = slices.Clone(content)
		for i := harm.from(len(content)); i < len(content); i++ {
			content[i] = 0xa5
		}
		if err := os.WriteFile(after, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), after, time.Now)
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "backup") || !strings.Contains(err.Error(), after) {
			t.Errorf("%s: got %v, want it to say which file is damaged and what to do", name, err)
		}
	}
}

// chained fails unless the history is a chain of at least that many events.
func chained(t *testing.T, s *Store, n int64) {
	t.Helper()
	err := s.Read(t.Context(), func(q policy.Queries) error {
		var chain models.Chain
		for before := int64(0); ; {
			page, err := q.Events(policy.EventQuery{Before: before, Limit: 500})
			if err != nil || len(page) == 0 {
				break
			}
			for _, e := range page {
				e.Content = e.Digest()
				if err := chain.Take(e); err != nil {
					return err
				}
				before = e.Seq
			}
		}
		if chain.Head.Seq < n {
			t.Errorf("there are %d events", chain.Head.Seq)
		}
		return chain.End()
	})
	if err != nil {
		t.Error(err)
	}
	err = s.Write(t.Context(), func(w policy.Writes) error {
		return w.AddEvent(models.Event{At: time.Now(), Actor: "ada", Action: models.EventRenamed})
	})
	if err != nil {
		t.Error(err)
	}
}

// A workspace of the first schema is brought up to date as it is opened, and keeps what it has.
func TestAnOlderSchemaIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "workspace.db")
	const events = chainBatch + 7
	olderSchema(t, path, events)
	s := reopened(t, path)
	for range 2 {
		chained(t, s, events)
	}
	err := s.Write(t.Context(), func(w policy.Writes) error {
		had, err := w.Workspace()
		if had.Name != "Acme" || had.Revision != 7 || !had.ChangedAt.IsZero() || had.ChangedBy != "" {
			t.Errorf("it has become %+v", had)
		}
		had.ChangedBy = "ada"
		return errors.Join(err, w.SaveWorkspace(had))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestHowConnectionsAreSet(t *testing.T) {
	s := furnished(t, filepath.Join(t.TempDir(), "workspace.db"))
	for kind, db := range map[string]*sql.DB{"writing": s.write, "reading": s.read} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "checkpoint_fullfsync": "1", "busy_timeout": "5000",
		} {
			var got string
			if err := db.QueryRow(`PRAGMA ` + pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s is %s, %v; want %s", kind, pragma, got, err, want)
			}
		}
	}
	if _, err := s.read.Exec(`DELETE FROM credentials`); err == nil {
		t.Error("a connection for reading has written")
	}
}

// A change holds the write lock from its beginning, so that what it reads is still true when it writes.
// Readers hold nobody up.
func TestAChangeLocksAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "workspace.db")
	s := furnished(t, path)
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	other.SetMaxOpenConns(1)
	lock := func() error {
		_, err := other.Exec(`BEGIN IMMEDIATE; ROLLBACK`)
		return err
	}
	err = s.Write(t.Context(), func(policy.Writes) error {
		if err := lock(); err == nil || !strings.Contains(err.Error(), "locked") {
			t.Errorf("in the middle of a change another one may begin: %v", err)
		}
		if got := name(t, s); got != "deploy" {
			t.Errorf("a reader reads %q", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Read(t.Context(), func(q policy.Queries) error {
		_, err := q.Credential("c1")
		return errors.Join(err, lock())
	})
	if err != nil {
		t.Errorf("a reader holds up writers: %v", err)
	}
}

// Two processes that read and then write come one after the other: no change is lost, and none fails
// because the other one was quicker.
func TestTwoProcessesLoseNoChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "workspace.db")
	first := furnished(t, path)
	const each = 15
	var wg sync.WaitGroup
	for _, s := range []*Store{first, reopened(t, path)} {
		wg.Go(func() {
			for range each {
				if err := rename(t.Context(), s, "deploy"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	err := first.Read(t.Context(), func(q policy.Queries) error {
		c, err := q.Credential("c1")
		if c.Revision != 1+2*each {
			t.Errorf("after %d changes the revision is %d", 2*each, c.Revision)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
