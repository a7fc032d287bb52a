package proof_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
)

// burglar can do anything to a database, and has taken the triggers away.
type burglar struct {
	*stand
	db *sql.DB
}

const eventColumns = "seq, at, actor, actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, hash"

func breakIn(s *stand) *burglar {
	s.Helper()
	driver, name := "sqlite", "file:"+s.place.file()+"?_pragma=busy_timeout(20000)"
	triggers := []string{
		"DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete", "DROP TRIGGER events_no_replace", "DROP TRIGGER events_no_gap",
	}
	if s.place.Database != "" {
		driver, name = "pgx", s.place.Database
		triggers = []string{"ALTER TABLE events DISABLE TRIGGER ALL"}
	}
	db, err := sql.Open(driver, name)
	must(s, err)
	s.Cleanup(func() { must(s, db.Close()) })
	b := &burglar{stand: s, db: db}
	b.do(triggers...)
	b.do("CREATE TABLE loot AS SELECT * FROM events")
	return b
}

// do changes the database in one transaction.
func (b *burglar) do(statements ...string) {
	b.Helper()
	tx, err := b.db.BeginTx(b.Context(), nil)
	must(b, err)
	for _, statement := range statements {
		if _, err := tx.ExecContext(b.Context(), statement); err != nil {
			b.Fatalf("%s: %v", statement, errors.Join(err, tx.Rollback()))
		}
	}
	must(b, tx.Commit())
}

// putBack has everything as it was.
func (b *burglar) putBack() {
	b.Helper()
	b.do("DELETE FROM events", "INSERT INTO events ("+eventColumns+") SELECT "+eventColumns+" FROM loot ORDER BY seq")
}

// relink makes every hash anew, by what stands there.
func (b *burglar) relink() {
	b.Helper()
	rows, err := b.db.QueryContext(b.Context(), "SELECT "+eventColumns+" FROM events ORDER BY seq")
	must(b, err)
	defer func() { must(b, rows.Close()) }()
	var before models.EventHash
	var statements []string
	for rows.Next() {
		var e models.Event
		var at int64
		var hash string
		must(b, rows.Scan(&e.Seq, &at, &e.Actor, &e.ActorID, &e.From, &e.Action, &e.Credential, &e.Name, &e.Kind, &e.Rotation, &e.Detail, &hash))
		e.At = time.UnixMilli(at)
		before = models.Link(before, e.Digest())
		statements = append(statements, fmt.Sprintf("UPDATE events SET hash = '%s' WHERE seq = %d", before, e.Seq))
	}
	must(b, rows.Err())
	b.do(statements...)
}

// burglary is one thing to do to the event $N of a log. alone: it shows without a head that was seen before.
type burglary struct {
	name       string
	alone      bool
	statements string // apart by semicolons
	then       func(b *burglar)
}

func burglaries() []burglary {
	const (
		countAnew = "; UPDATE events SET seq = -(seq - 1) WHERE seq > $N; UPDATE events SET seq = -seq WHERE seq < 0"
		another   = "INSERT INTO events (" + eventColumns + ") SELECT $N, at, 'nobody', actor_id, from_addr, action, credential_id, name, kind, rotation_id, detail, hash FROM events WHERE seq = $N + 1"
	)
	list := []burglary{
		{"taken out", true, "DELETE FROM events WHERE seq = $N", nil},
		{"taken out and counted anew", true, "DELETE FROM events WHERE seq = $N" + countAnew, nil},
		{"moved", true, "UPDATE events SET seq = -seq WHERE seq IN ($N, $N + 1); UPDATE events SET seq = CASE WHEN seq = -$N THEN $N + 1 ELSE $N END WHERE seq < 0", nil},
		{"put in", true, "UPDATE events SET seq = -(seq + 1) WHERE seq >= $N; UPDATE events SET seq = -seq WHERE seq < 0; " + another, nil},
		{"the beginning cut off", true, "DELETE FROM events WHERE seq <= $N", nil},
		{"the time changed", true, "UPDATE events SET at = at + 1 WHERE seq = $N", nil},
		{"no hash", true, "UPDATE events SET hash = '" + strings.Repeat("g", 64) + "' WHERE seq = $N", nil},
		{"the hash of another", true, "UPDATE events SET hash = (SELECT o.hash FROM events o WHERE o.seq = $N + 1) WHERE seq = $N", nil},
		{"two columns exchanged", true, "UPDATE events SET actor = action, action = actor WHERE seq = $N", nil},
		{"the end cut off", false, "DELETE FROM events WHERE seq > $N", nil},
		{"all cut off", false, "DELETE FROM events", nil},
		{"changed, and all hashes made anew", false, "UPDATE events SET actor = 'nobody' WHERE seq = $N", (*burglar).relink},
		{"taken out, and all hashes made anew", false, "DELETE FROM events WHERE seq = $N" + countAnew, (*burglar).relink},
	}
	for _, column := range []string{"actor", "actor_id", "from_addr", "action", "credential_id", "name", "kind", "rotation_id", "detail"} {
		list = append(list, burglary{column + " changed", true, "UPDATE events SET " + column + " = " + column + " || 'x' WHERE seq = $N", nil})
	}
	return list
}

// verified is what a client says who reads the whole log.
func (b *burglar) verified(seen models.EventHead) error {
	_, err := chain.Verify(b.Context(), b.admin, seen, func(int64, int64) {})
	return err
}

// Block N on a real database: whatever somebody who owns it does to the log, the client finds it by what the
// service serves then. What makes every hash anew, or cuts the end off, only who has seen the head before.
func TestWhoeverOwnsTheDatabaseIsFoundOut(t *testing.T) {
	t.Parallel()
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, database)
			for i := range 12 {
				_, err := s.admin.Create(t.Context(), fmt.Sprintf(`<%d> & "é" 鍵 🔑`, i), strconv.Itoa(i)+"-0123456789abcdef")
				must(t, err)
			}
			space, err := s.admin.Workspace(t.Context())
			must(t, err)
			head := space.Head
			b := breakIn(s)
			must(t, b.verified(head))
			found, byPin := 0, 0
			for n, how := range burglaries() {
				r := rand.New(rand.NewPCG(7, uint64(n))) //nolint:gosec // a test
				for range 2 {
					at := 1 + r.Int64N(head.Seq-1)
					b.do(strings.Split(strings.ReplaceAll(how.statements, "$N", strconv.FormatInt(at, 10)), "; ")...)
					if how.then != nil {
						how.then(b)
					}
					b.mustBeFound(how, at, head)
					b.putBack()
					must(t, b.verified(head))
					found++
					if !how.alone {
						byPin++
					}
				}
			}
			b.growsAgain(head)
			t.Logf("block N, %s: %d burglaries found, %d of them only with the head that was seen before", database, found+1, byPin+1)
		})
	}
}

func (b *burglar) mustBeFound(how burglary, at int64, head models.EventHead) {
	b.Helper()
	if err := b.verified(head); !broken(err) {
		b.Errorf("event %d %s: %v", at, how.name, err)
	}
	switch err := b.verified(models.EventHead{}); {
	case how.alone && !broken(err):
		b.Errorf("event %d %s, to who has seen nothing: %v", at, how.name, err)
	case !how.alone && err != nil:
		b.Errorf("event %d %s should fit together: %v", at, how.name, err)
	}
}

// growsAgain cuts the end off and lets the service itself write another, longer one. The console that was
// open meanwhile finds it by reading only what is new.
func (b *burglar) growsAgain(head models.EventHead) {
	b.Helper()
	ctx := b.Context()
	watch := &chain.Watch{Reader: b.admin, Keeper: chain.Pins{Dir: b.TempDir()}, Now: time.Now}
	check := func() error {
		space, err := b.admin.Workspace(ctx)
		must(b, err)
		return watch.Check(ctx, space)
	}
	must(b, check())
	cut := fmt.Sprintf("DELETE FROM events WHERE seq > %d", head.Seq-3)
	b.do(cut, fmt.Sprintf("UPDATE workspace SET last_event = %d", head.Seq-3))
	if err := check(); !broken(err) {
		b.Errorf("the end cut off, and the console open: %v", err)
	}
	for i := range 6 {
		_, err := b.admin.Create(context.WithoutCancel(ctx), fmt.Sprintf("again %d", i), strconv.Itoa(i)+"-again-0123456789")
		must(b, err)
	}
	if err := check(); !broken(err) {
		b.Errorf("the end cut off and grown again, and the console open: %v", err)
	}
	if err := b.verified(head); !broken(err) {
		b.Errorf("the end cut off and grown again: %v", err)
	}
	must(b, b.verified(models.EventHead{}))
}

func broken(err error) bool {
	var e *models.Error
	return errors.As(err, &e) && e.Code == chain.Code
}
