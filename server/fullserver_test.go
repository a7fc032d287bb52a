//go:build linux

package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// A PostgreSQL server has no room left under a service that serves, among its tables or in its write-ahead log: what
// is changed then is refused with a word that is true, nothing is half done, the history stays whole, and the
// service is not ready. When there is room again, and the server runs, the service goes on as it is. By night a little
// room is left, each time more.
func TestAFullDatabaseServer(t *testing.T) {
	t.Parallel()
	for _, what := range []string{storetest.Tables, storetest.Log} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			small := storetest.SmallServer(t, what)
			h := house{t, filepath.Join(t.TempDir(), "data")}
			storetest.Hunt(t)
			s, err := Open(t.Context(), Config{Dir: h.dir, Database: small.Database(), TokenPrefix: "lstest", Log: h.log()})
			h.must(err)
			t.Cleanup(func() { h.must(s.Close()) })
			f := &filled{house: h, s: s, small: small, what: what}
			f.serves()
			for n := range night.Seeds(t) {
				f.run(int64(24 * n))
			}
		})
	}
}

// filled is a service over a server without room.
type filled struct {
	house
	s     *Server
	small *storetest.Small
	what  string
	done  int // changes
}

// serves has the service run as it does, so that it also sweeps and listens meanwhile.
func (f *filled) serves() {
	f.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	f.must(err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- f.s.Serve(ctx, l) }()
	f.Cleanup(func() { stop(); f.must(<-served) })
}

// create makes a token with a name and a key of its own, and a long history beside it.
func (f *filled) create(n int) error {
	_, _, err := f.s.service.Change(context.Background(), operator, policy.Once{Key: fmt.Sprintf("create-%04d", n)}, func(tx *policy.Tx) (policy.Reply, error) {
		var err error
		for i := range 20 {
			if err == nil {
				_, err = tx.CreateCIToken(fmt.Sprintf("deploy-%d-%d", n, i))
			}
		}
		return policy.Reply{Status: 200, Body: []byte("{}")}, err
	})
	return err
}

// run fills the server up to that much room, and makes room again.
func (f *filled) run(room int64) {
	f.must(f.create(f.done))
	if code := askedAnew(f.s); code != http.StatusOK {
		f.Fatalf("with room: %d", code)
	}
	f.small.Fill(room)
	last, said := f.done, error(nil)
	for said == nil && last < f.done+500 {
		last++
		said = f.create(last)
	}
	var e *models.Error
	if !errors.As(said, &e) || e.Fix == "" || e.Fault != models.FaultUnreachable && e.Fault != models.FaultUnknown {
		f.Fatalf("change %d is told as %v", last, said)
	}
	if f.what == storetest.Tables && e.Code != "disk-full" {
		f.Errorf("change %d is told as %v", last, said)
	}
	if f.what == storetest.Log {
		f.small.Ended()
	}
	if code, why := askedAnew(f.s), f.s.ready.last; code != http.StatusServiceUnavailable || models.FixOf(why) == "" {
		f.Errorf("without room: %d, %v", code, why)
	}
	if f.what == storetest.Tables {
		f.goesOnReading(last)
	}
	if started := f.small.Free(); started != (f.what == storetest.Log) {
		f.Errorf("the server had to be started: %v", started)
	}
	f.Logf("%s: change %d was told as %q", f.what, last, e.Code)
	f.goesOn(last, e.Fault == models.FaultUnknown)
}

// goesOnReading fails unless what was there can be read and used, and nothing of what was refused is there.
func (f *filled) goesOnReading(last int) {
	f.Helper()
	before, _, err := everything(f.s)
	f.must(err)
	if err := f.create(last); models.FaultOf(err) != models.FaultUnreachable {
		f.Errorf("again: %v", err)
	}
	after, _, err := everything(f.s)
	f.must(err)
	if after != before {
		f.Errorf("half of it is done: %s", cmp.Diff(before, after))
	}
	f.holds(last, false)
}

// goesOn fails unless the service does everything again, without having been started anew.
func (f *filled) goesOn(last int, unsure bool) {
	f.Helper()
	deadline := time.Now().Add(time.Minute)
	for askedAnew(f.s) != http.StatusOK {
		if time.Now().After(deadline) {
			f.Fatalf("with room again: %v", f.s.ready.last)
		}
		time.Sleep(50 * time.Millisecond)
	}
	f.holds(last, unsure)
	f.must(f.create(last))
	f.must(f.create(last + 1))
	f.holds(last+2, false)
	f.done = last + 2
}

// holds fails unless each change before that one is there once and whole, and that one not, or whole if nobody can
// know; and the history with them.
func (f *filled) holds(last int, unsure bool) {
	f.Helper()
	f.must(f.s.store.Read(context.Background(), func(q policy.Queries) error {
		tokens := 0
		for after := models.CredentialID(""); ; {
			page, err := q.Credentials(models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, after, 1000)
			if err != nil {
				return err
			}
			if tokens += len(page); len(page) == 0 {
				break
			}
			after = page[len(page)-1].ID
		}
		if want := 20 * last; tokens != want && (!unsure || tokens != want+20) {
			f.Errorf("there are %d tokens after %d changes of 20", tokens, last)
		}
		return nil
	}))
	f.must(f.s.store.Read(context.Background(), func(q policy.Queries) error { return policy.CheckHistory(q) }))
}
