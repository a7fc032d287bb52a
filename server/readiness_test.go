//go:build linux

package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/server/policy"
)

// askedAnew is what /readyz answers when nobody has asked for a while.
func askedAnew(s *Server) int {
	s.ready.asked = time.Time{}
	return status(s, "/readyz")
}

// readyOnAFullDisk lets no file grow, and asks before, meanwhile and afterwards.
func readyOnAFullDisk(dir string, out io.Writer) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(context.Background(), Config{Dir: dir, TokenPrefix: "lstest"})
	if err != nil {
		return err
	}
	for _, room := range []int64{-1, 0, -1} {
		if err := limitFiles(room); err != nil {
			return err
		}
		code, why := askedAnew(s), fmt.Sprint(s.ready.last)
		if err := limitFiles(-1); err != nil {
			return err
		}
		fmt.Fprintf(out, "reached %d %s\n", code, why)
	}
	return s.Close()
}

// A disk that takes nothing more shows in readiness, and only there: no change has to fail first.
func TestAFullDiskIsNotReady(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	answers, _ := apart(t, "", "ready on a full disk", h.dir)
	if len(answers) != 3 || !strings.HasPrefix(answers[0], "200") || !strings.HasPrefix(answers[1], "503 The service cannot write to its disk") || !strings.HasPrefix(answers[2], "200") {
		t.Errorf("with room, without and with: %q", answers)
	}
}

// state is what a workspace's readers know of its changes.
func (h house) state(s *Server) (position int64, last int64) {
	h.Helper()
	h.must(s.store.Read(context.Background(), func(q policy.Queries) error {
		head, err := q.EventHead()
		if err != nil {
			return err
		}
		last = head.Seq
		position, err = q.Position()
		return err
	}))
	return position, last
}

// However often it is asked, readiness is no change, and takes no more room.
func TestReadinessTakesNoRoom(t *testing.T) {
	t.Parallel()
	h := house{t, inMemory(t)}
	h.served(func(s *Server) {
		position, last := h.state(s)
		before, err := size(h.place().database())
		h.must(err)
		var most int64
		for range 3000 {
			if code := askedAnew(s); code != http.StatusOK {
				t.Fatalf("ready: %d", code)
			}
			n, err := size(h.place().database() + "-wal")
			h.must(err)
			most = max(most, n)
		}
		if now, seq := h.state(s); now != position || seq != last {
			t.Errorf("it counts as a change: position %d, now %d; event %d, now %d", position, now, last, seq)
		}
		after, err := size(h.place().database())
		h.must(err)
		if most > 1100*4120 || after > before+256<<10 {
			t.Errorf("the log grew to %d bytes, the database from %d to %d", most, before, after)
		}
		// Whoever asks within the second gets the same answer, and nothing is written.
		if code := askedAnew(s); code != http.StatusOK {
			t.Fatalf("ready: %d", code)
		}
		asked := s.ready.asked
		for range 100 {
			_ = status(s, "/readyz")
		}
		if s.ready.asked != asked {
			t.Error("everybody who asks is written down")
		}
	})
}

// In PostgreSQL a full disk shows in the same way, and a long change of somebody else does not.
func TestReadinessInPostgreSQL(t *testing.T) {
	t.Parallel()
	w := newShared(t, 1)
	position, last := w.state(w.service)
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- w.service.store.Write(context.Background(), func(policy.Writes) error { close(held); <-release; return nil })
	}()
	<-held
	if code := askedAnew(w.service); code != http.StatusOK {
		t.Errorf("during a long change: %d", code)
	}
	close(release)
	w.must(<-done)
	conn, err := pgx.Connect(t.Context(), w.at.Database.Reveal())
	w.must(err)
	defer func() { _ = conn.Close(context.Background()) }()
	do := func(statement string) {
		_, err := conn.Exec(t.Context(), statement)
		w.must(err)
	}
	do(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END; $$`)
	do(`CREATE TRIGGER no_room BEFORE UPDATE ON readiness FOR EACH ROW EXECUTE FUNCTION no_room()`)
	if code := askedAnew(w.service); code != http.StatusServiceUnavailable {
		t.Errorf("on a full disk: %d", code)
	}
	do(`DROP TRIGGER no_room ON readiness`)
	for range 20 {
		if code := askedAnew(w.service); code != http.StatusOK {
			t.Errorf("with room again: %d", code)
		}
	}
	var rows int
	w.must(conn.QueryRow(t.Context(), `SELECT count(*) FROM readiness`).Scan(&rows))
	if now, seq := w.state(w.service); rows != 1 || now != position || seq != last {
		t.Errorf("%d rows; position %d, now %d; event %d, now %d", rows, position, now, last, seq)
	}
}
