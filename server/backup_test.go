//go:build linux

package server

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
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

// A backup that was made while others changed the workspace is one consistent state of it: it restores
// on another machine with the key alone, and every token that was there before the backup works.
func TestABackupOfAServedWorkspaceRestoresElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	values := h.create("deploy", "nightly")
	file := filepath.Join(t.TempDir(), "copy.db")
	var saved Saved
	h.served(func(s *Server) {
		stop := make(chan struct{})
		var busy sync.WaitGroup
		busy.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					h.change(s, func(tx *policy.Tx) error { _, err := tx.CreateCIToken(fmt.Sprintf("more-%d", i)); return err })
				}
			}
		})
		var err error
		saved, err = BackUp(t.Context(), h.place(), file, false)
		close(stop)
		busy.Wait()
		h.must(err)
	})
	info, err := os.Stat(file)
	h.must(err)
	if info.Mode().Perm() != 0o600 || info.Size() != saved.Bytes || saved.Key != h.place().key() {
		t.Errorf("the file has the mode %v and %d bytes; told: %+v", info.Mode(), info.Size(), saved)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(left) != 1 {
		t.Errorf("beside it lies %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); len(left) != 0 {
		t.Errorf("beside it lies %v", left)
	}
	text, err := os.ReadFile(file)
	h.must(err)
	key, err := os.ReadFile(saved.Key)
	h.must(err)
	for _, secret := range []string{values[0].Reveal(), values[1].Reveal(), strings.TrimSpace(string(key))} {
		if bytes.Contains(text, []byte(secret)) {
			t.Error("the backup holds a secret or the key")
		}
	}
	other := h.keyAlone()
	done, err := Restore(t.Context(), other.place(), file, "")
	h.must(err)
	if done.Backup != saved.Head || done.Secrets != saved.Secrets || saved.Secrets < 3 || done.Aside != "" || done.Undone != 0 {
		t.Errorf("restored %+v of %+v", done, saved)
	}
	if !allTrue(other.works(values...)) {
		t.Error("a token of before the backup does not work")
	}
	if e := other.head(); e != done.Head || e.Action != models.EventRestored || e.Seq != saved.Head.Seq+1 {
		t.Errorf("the log ends with %+v", e)
	}
}

func TestABackupThatCannotBeMadeLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	taken := h.backup()
	before, err := os.ReadFile(taken)
	h.must(err)
	_, err = BackUp(t.Context(), h.place(), taken, false)
	h.refusedAs(err, "file-exists")
	_, err = BackUp(t.Context(), h.place(), filepath.Join(t.TempDir(), "no", "folder"), false)
	h.refusedAs(err, "unwritable-file")
	_, err = BackUp(t.Context(), Place{Dir: h.keyAlone().dir, Now: time.Now}, filepath.Join(t.TempDir(), "a"), false)
	h.refusedAs(err, "no-database")
	_, err = BackUp(t.Context(), Place{Dir: filepath.Join(t.TempDir(), "missing"), Now: time.Now}, filepath.Join(t.TempDir(), "a"), false)
	h.refusedAs(err, "no-folder")
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	folder := t.TempDir()
	if _, err = BackUp(cancelled, h.place(), filepath.Join(folder, "a"), false); err == nil {
		t.Error("made, although nobody wants it any more")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	h.must(os.Rename(h.place().key(), h.place().key()+".elsewhere"))
	_, err = BackUp(t.Context(), h.place(), filepath.Join(folder, "a"), false)
	h.refusedAs(err, "no-key")
	_, err = BackUp(t.Context(), Place{Dir: h.dir, KeyFile: h.place().key() + ".elsewhere", Now: time.Now}, taken, true)
	h.must(err)
	if after, err := os.ReadFile(taken); err != nil || bytes.Equal(before, after) && len(before) == 0 {
		t.Error("the backup that was to be replaced is gone")
	}
}

// fixOf is what an error says to do.
func fixOf(err error) string {
	var e *models.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Fix
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := h.backup()
	h.create("later")
	head := h.head()
	file := func(spoil func([]byte) []byte) string {
		text, err := os.ReadFile(good)
		h.must(err)
		name := filepath.Join(t.TempDir(), "file")
		h.must(os.WriteFile(name, spoil(text), 0o600))
		return name
	}
	newer := file(func(b []byte) []byte { return b })
	db, err := sql.Open("sqlite", newer)
	h.must(err)
	_, err = db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`)
	h.must(err)
	h.must(db.Close())
	half := file(func(b []byte) []byte { return b })
	h.must(os.WriteFile(half+"-wal", []byte("something"), 0o600))
	stranger := newHouse(t)
	same := func(b []byte) []byte { return b }
	for name, tc := range map[string]struct{ file, code, says string }{
		"what would undo events":     {good, "rollback", "1 event would be undone"},
		"no database":                {file(func(b []byte) []byte { return []byte(strings.Repeat("words ", 999)) }), "unfit-database", ""},
		"nothing":                    {file(func([]byte) []byte { return nil }), "unfit-database", ""},
		"no file":                    {good + ".missing", "no-database", "no such file"},
		"a folder":                   {h.dir, "no-database", ""},
		"half of it":                 {file(func(b []byte) []byte { return b[:len(b)/2] }), "unfit-database", ""},
		"one without its log":        {half, "unfinished-database", ""},
		"a later keyturn's":          {newer, "unfit-database", "newer"},
		"that of another workspace":  {stranger.backup(), "wrong-key", ""},
		"one that is spoilt":         {file(func(b []byte) []byte { clear(b[3*4096 : 9*4096]); return b }), "unfit-database", ""},
		"the same with another path": {file(same), "rollback", ""},
	} {
		_, err := Restore(t.Context(), h.place(), tc.file, "")
		h.refusedAs(err, tc.code)
		if !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
		if fix := fixOf(err); strings.Contains(fix, "folder") {
			t.Errorf("%s: to do: %s, although it is about the file", name, fix)
		}
	}
	h.served(func(*Server) {
		_, err := Restore(t.Context(), h.place(), good, "because")
		h.refusedAs(err, "in-use")
	})
	if h.head() != head {
		t.Error("a refused restore changed something")
	}
	want := []string{"admin-token", "serve.lock", "workspace.db", "workspace.key"}
	if got := h.files(); !slices.Equal(got, want) {
		t.Errorf("left behind: %v", got)
	}
}

// What is undone with a reason is told by the log, kept aside, and heard of by whoever watches.
func TestARollbackIsToldAndKeptAside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	values := h.create("deploy")
	file := h.backup()
	at := h.head()
	h.revoke("deploy")
	later := h.create("later")
	if works := h.works(append(values, later...)...); works[0] || !works[1] {
		t.Fatal("revoked tokens work")
	}
	before := h.head()
	watched := h.position()
	done, err := Restore(t.Context(), h.place(), file, "the import went wrong")
	h.must(err)
	if done.Undone != before.Seq-at.Seq || done.Backup != at || done.Aside == "" {
		t.Errorf("%+v", done)
	}
	if works := h.works(append(values, later...)...); !works[0] || works[1] {
		t.Error("it is not as it was at the backup")
	}
	e := h.head()
	if e.Action != models.EventRestored || !strings.Contains(e.Detail, "the import went wrong") || !strings.Contains(e.Detail, fmt.Sprintf("%d later events", done.Undone)) {
		t.Errorf("the log tells %+v", e)
	}
	h.served(func(s *Server) {
		changes, err := s.service.Changes(t.Context(), policy.Caller{}, watched, 0)
		h.must(err)
		if len(changes.Members) != 1 || len(changes.Credentials) == 0 {
			t.Errorf("whoever watched hears of %+v", changes)
		}
	})
	// The way back: what is kept aside is a backup as any other.
	_, err = Restore(t.Context(), h.place(), done.Aside, "")
	h.refusedAs(err, "rollback")
	_, err = Restore(t.Context(), h.place(), done.Aside, "it was right after all")
	h.must(err)
	if works := h.works(append(values, later...)...); works[0] || !works[1] {
		t.Error("it is not as it was before the restore")
	}
}

func (h house) position() (at int64) {
	h.Helper()
	h.served(func(s *Server) {
		changes, err := s.service.Changes(h.Context(), policy.Caller{}, -1, 0)
		h.must(err)
		at = changes.Position
	})
	return at
}

// A backup takes the place of a damaged database, but not without a word: nobody can say what it lacks.
func TestRestoreReplacesADamagedDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	values := h.create("deploy")
	file := h.backup()
	h.must(os.WriteFile(h.place().database(), []byte(strings.Repeat("x", 9999)), 0o600))
	h.must(os.WriteFile(h.place().database()+"-wal", []byte("left over"), 0o600))
	_, err := Restore(t.Context(), h.place(), file, "")
	h.refusedAs(err, "rollback")
	done, err := Restore(t.Context(), h.place(), file, "the disk failed")
	h.must(err)
	if !allTrue(h.works(values...)) || !strings.Contains(done.Head.Detail, "was damaged: the disk failed") {
		t.Errorf("restored %+v", done)
	}
	if kept, err := os.ReadFile(done.Aside); err != nil || len(kept) != 9999 {
		t.Errorf("the damaged one is not kept: %v", err)
	}
}

// Killed at any point, a restore has happened or not, and the next one goes through.
func TestAKilledRestoreIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	made := newHouse(t)
	values := made.create("deploy")
	file := made.backup()
	made.revoke("deploy")
	died := everyPoint(t, func() ([]string, func(bool)) {
		h := made.copied()
		return []string{"restore", h.dir, file, "test"}, func(bool) {
			restored := h.head().Action == models.EventRestored
			if works := h.works(values...); works[0] != restored {
				t.Errorf("restored %v, but the token works: %v", restored, works[0])
			}
			_, err := Restore(t.Context(), h.place(), file, "again")
			h.must(err)
			for _, name := range h.files() {
				if strings.HasPrefix(name, workFolder) {
					t.Errorf("left behind: %s", name)
				}
			}
		}
	})
	if died < 3 {
		t.Errorf("killed at %d points only", died)
	}
}

// Killed at any point, a backup is whole or not there.
func TestAKilledBackupIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	died := everyPoint(t, func() ([]string, func(bool)) {
		file := filepath.Join(t.TempDir(), "copy.db")
		return []string{"back up", h.dir, file}, func(died bool) {
			if _, err := os.Stat(file); err == nil && died {
				t.Error("there is a file of that name")
			}
		}
	})
	if died < 2 {
		t.Errorf("killed at %d points only", died)
	}
}

// copied is the same folder elsewhere.
func (h house) copied() house {
	h.Helper()
	other := house{h.TB, filepath.Join(h.TempDir(), "data")}
	h.must(os.CopyFS(other.dir, os.DirFS(h.dir)))
	for _, name := range []string{"", "workspace.key", "workspace.db"} {
		mode := os.FileMode(0o600)
		if name == "" {
			mode = 0o700
		}
		h.must(os.Chmod(filepath.Join(other.dir, name), mode))
	}
	return other
}
