package shelf_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
	"example.com/keyturn/server/store/sqlite"
)

// TestMain bounds the properties, unless somebody has asked for another number.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "12", "rapid.steps": "30"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestTheShelfTellsWhatTheDatabaseDoes lets people, clients, other services and the clock do what they like, and compares each page from the
// shelf with what is read of the database.
func TestTheShelfTellsWhatTheDatabaseDoes(t *testing.T) {
	for store := range stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, store)
			w.load(w.offices[0], 12, 4)
			rapid.Check(t, func(t *rapid.T) {
				w.full = len(w.ids()) > maxCredentials
				t.Repeat(w.deeds())
				w.compare(t)
			})
			for i, o := range w.offices {
				t.Logf("the shelf of service %d has read the database %d times", i, o.views.Load())
			}
		})
	}
}

// compare reads every list to its end, from each service's shelf and from an empty one.
func (w *world) compare(t *rapid.T) {
	limit := rapid.SampledFrom([]int{2, 5, 5, 100}).Draw(t, "limit")
	for i, o := range w.offices {
		for filter := range len(filters) + 1 {
			for cursor, more := "", true; more; {
				p := models.Page{Cursor: cursor, Limit: limit}
				got, err := page(o, o.shelf, filter, p)
				if err != nil {
					t.Fatal(err)
				}
				want, err := page(o, shelf.New(o.Service, shelf.Room), filter, p)
				if err != nil {
					t.Fatal(err)
				}
				if string(got) != string(want) {
					t.Fatalf("service %d, list %d behind %q: told\n%s\ninstead of\n%s", i, filter, cursor, got, want)
				}
				cursor = nextOf(t, got)
				more = cursor != ""
			}
		}
	}
}

// TestADatabaseThatWasPutBackIsReadAnew asks a shelf of a database that was put back to where it was before, and has
// gone on from there, to where the shelf was and beyond.
func TestADatabaseThatWasPutBackIsReadAnew(t *testing.T) {
	for _, tt := range []struct {
		undone string
		undo   func(w *world, o *office)
		later  []int // changes
	}{
		{"settings and a member", func(w *world, o *office) { w.settings(nil, o); w.load(o, 1, 0) }, []int{0, 1, 2, 3, 10}},
		{"use", func(w *world, o *office) { w.uses(o, w.ids()[0]) }, []int{0}},
	} {
		for _, later := range tt.later {
			w := newWorld(t, "SQLite")
			o := w.offices[0]
			w.load(o, 3, 1)
			copied := filepath.Join(t.TempDir(), "copy.db")
			w.must(os.WriteFile(copied, nil, 0o600))
			w.must(sqlite.Copy(t.Context(), w.path, copied))
			place := &places{office: o}
			s := shelf.New(place, shelf.Room)
			w.read(place, s, 0, models.Page{Limit: 100})
			tt.undo(w, o)
			before := w.read(place, s, 0, models.Page{Limit: 100})

			store, err := sqlite.Open(t.Context(), copied, w.clock.Now)
			w.must(err)
			place.office = w.another(store)
			for range later {
				w.settings(nil, place.office)
			}
			got, want := w.read(place, s, 0, models.Page{Limit: 100}), w.read(place, shelf.New(place, shelf.Room), 0, models.Page{Limit: 100})
			if got != want || got == before {
				t.Errorf("%s undone, %d changes later: told\n%s\ninstead of\n%s", tt.undone, later, got, want)
			}
		}
	}
}

// TestAPageKnowsWhatFollows: that the next page begins behind it is wrong once nothing is left there.
func TestAPageKnowsWhatFollows(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	const inUse = 2
	w.load(o, 0, 2) // with Ada's token five are in use
	p := models.Page{Limit: 4}
	if nextOf(t, []byte(w.read(o, o.shelf, inUse, p))) == "" {
		t.Fatal("nothing follows")
	}
	all := w.ids()
	last, err := o.Credential(t.Context(), w.admin, all[len(all)-1])
	w.must(err)
	w.change(o, func(tx *policy.Tx) error {
		_, err := tx.Pause(models.ChangeRequest{Credential: last.ID, Seen: last.Revision})
		return err
	})
	if got, want := w.read(o, o.shelf, inUse, p), w.read(o, shelf.New(o, shelf.Room), inUse, p); got != want || nextOf(t, []byte(got)) != "" {
		t.Errorf("told\n%s\ninstead of\n%s", got, want)
	}
}

// places is a database that can be put in the place of another one.
type places struct{ *office }

// TestNobodyIsToldWhatWasBefore has a pair of credentials changed together, again and again, while others list, and the
// list is made ready all the time: what they are told is never older than their question, and never half of a change.
func TestNobodyIsToldWhatWasBefore(t *testing.T) {
	for store := range stores {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, store)
			w.load(w.offices[0], 0, 4)
			ids := w.ids()
			var done atomic.Int64
			var wg sync.WaitGroup
			for reader := range 4 {
				o := w.offices[reader%len(w.offices)]
				wg.Go(func() {
					for done.Load() < 100 {
						least := done.Load()
						body, err := page(o, o.shelf, 0, models.Page{Limit: 100})
						if err != nil {
							t.Error(err)
							return
						}
						a, b := countOf(t, body, ids[0]), countOf(t, body, ids[len(ids)-1])
						if a != b || a < least {
							t.Errorf("told of %d uses and %d, after %d", a, b, least)
							return
						}
					}
				})
			}
			for _, o := range w.offices {
				wg.Go(func() {
					for done.Load() < 100 {
						if err := shelf.MakeReady(context.Background(), o.shelf, 100, shelf.Credentials(filters[0], credentialText)); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			writer := w.offices[len(w.offices)-1]
			for n := range int64(100) {
				w.uses(writer, ids[0], ids[len(ids)-1])
				done.Store(n + 1)
			}
			wg.Wait()
		})
	}
}

func countOf(t *testing.T, body []byte, id models.CredentialID) int64 {
	var page struct {
		Items []models.Credential
	}
	if err := json.Unmarshal(body, &page); err != nil {
		t.Error(err)
	}
	for _, c := range page.Items {
		if c.ID == id {
			return c.Use.Count
		}
	}
	return -1
}

// TestWhatHasNotMovedIsNotReadAgain counts what is read, beyond where the workspace stands.
func TestWhatHasNotMovedIsNotReadAgain(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 20, 0)
	list := func() (views int64) {
		before := o.views.Load()
		for cursor, more := "", true; more; more = cursor != "" {
			body, err := page(o, o.shelf, 0, models.Page{Cursor: cursor, Limit: 5})
			w.must(err)
			cursor = nextOf(t, body)
		}
		return o.views.Load() - before
	}
	pages := list()
	if again := list(); pages < 5 || again != 0 {
		t.Errorf("%d pages, of which %d were read again", pages, again)
	}
	w.settings(nil, o)
	if again := list(); again != 1 {
		t.Errorf("after a change of none of them %d were read again, want only what has moved", again)
	}
	w.uses(o, w.ids()[12])
	if again := list(); again != 2 {
		t.Errorf("after a change of one of them %d were read again, want what has moved and one page", again)
	}
}

// TestTheShelfIsBounded: a list that is longer than it is told all the same, and what is there stays.
func TestTheShelfIsBounded(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 30, 0)
	whole, err := page(o, shelf.New(o, shelf.Room), 0, models.Page{Limit: 100})
	w.must(err)
	small := shelf.New(o, len(whole)/2)
	var told []string
	for range 3 {
		before := o.views.Load()
		var b strings.Builder
		pages := 0
		for cursor, more := "", true; more; more = cursor != "" {
			body, err := page(o, small, 0, models.Page{Cursor: cursor, Limit: 2})
			w.must(err)
			cursor = nextOf(t, body)
			b.Write(body)
			pages++
		}
		told = append(told, b.String())
		if read := o.views.Load() - before; len(told) > 1 && (read == 0 || read >= int64(pages)) {
			t.Errorf("%d pages of %d were read again, want some", read, pages)
		}
	}
	if told[0] != told[1] || told[1] != told[2] {
		t.Error("told otherwise the next time")
	}
}
