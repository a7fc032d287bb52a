package shelf_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
)

// active is the list of what is in use.
const active = 2

// ready has that list made ready, five to a page.
func (w *world) ready(s *shelf.Shelf) {
	w.Helper()
	w.must(shelf.MakeReady(context.Background(), s, 5, shelf.Credentials(filters[active], credentialText)))
}

// list reads a list to its end, five to a page, and counts what the shelf has to read for it.
func (w *world) list(o *office, s *shelf.Shelf, filter int) (pages, read int) {
	w.Helper()
	before := o.views.Load()
	for cursor, more := "", true; more; more = cursor != "" {
		body, err := page(o, s, filter, models.Page{Cursor: cursor, Limit: 5})
		w.must(err)
		cursor = nextOf(w, body)
		pages++
	}
	return pages, int(o.views.Load() - before)
}

func (w *world) reads(want int, when string, o *office, s *shelf.Shelf) {
	w.Helper()
	if pages, read := w.list(o, s, active); pages < 5 || read != want {
		w.Errorf("%s: of %d pages %d were read, want %d", when, pages, read, want)
	}
}

// TestWhatIsMadeReadyIsNotReadWhenItIsAskedFor, neither at first, nor after what has moved was made ready again, nor on
// another day.
func TestWhatIsMadeReadyIsNotReadWhenItIsAskedFor(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 30, 4)
	w.ready(o.shelf)
	w.reads(0, "at first", o, o.shelf)
	before := o.views.Load()
	w.ready(o.shelf)
	if read := o.views.Load() - before; read != 1 {
		t.Errorf("made ready again, it was read %d times, want once to see that nothing has moved", read)
	}

	w.uses(o, w.ids()[12])
	w.ready(o.shelf)
	w.reads(0, "after a use", o, o.shelf)
	w.load(o, 7, 1)
	w.ready(o.shelf)
	w.reads(0, "after some have come", o, o.shelf)
	w.clock.advance(24 * time.Hour)
	w.ready(o.shelf)
	w.reads(0, "on the next day", o, o.shelf)
}

// TestWhatIsMadeReadyStays, and what somebody asked for goes when nobody asks for it any more, as does what is no page of
// the list any more.
func TestWhatIsMadeReadyStays(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 0, 4)
	w.load(o, 30, 4)
	w.ready(o.shelf)
	w.list(o, o.shelf, 1)
	for range 3 {
		o.shelf.LetGo(shelf.Idle * 2 / 3)
		if _, read := w.list(o, o.shelf, 1); read != 0 {
			t.Errorf("%d pages that are asked for are gone", read)
		}
	}
	o.shelf.LetGo(shelf.Idle + time.Minute)
	w.reads(0, "after a time", o, o.shelf)
	pages, read := w.list(o, o.shelf, 1)
	if read != pages {
		t.Errorf("of %d pages that nobody has asked for, %d are gone", pages, read)
	}

	w.uses(o, w.ids()[12])
	w.reads(2, "after a use", o, o.shelf)
	o.shelf.LetGo(shelf.Idle + time.Minute)
	w.reads(0, "what was read anew", o, o.shelf)

	first, err := o.Credentials(t.Context(), w.admin, models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{Limit: 1})
	w.must(err)
	w.change(o, func(tx *policy.Tx) error { // so that the pages behind it begin elsewhere
		_, err := tx.Pause(models.ChangeRequest{Credential: first.Items[0].ID, Seen: first.Items[0].Revision})
		w.must(err)
		return err
	})
	w.ready(o.shelf)
	o.shelf.LetGo(shelf.Idle + time.Minute)
	whole, _ := w.list(o, o.shelf, active)
	if left := o.shelf.Pages(); left != whole {
		t.Errorf("%d pages are left, want the %d of the list as it is", left, whole)
	}
}

// TestWhatWasAskedForBeforeItWasMadeReadyStaysToo is about pages that are there already when they are made ready.
func TestWhatWasAskedForBeforeItWasMadeReadyStaysToo(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 30, 4)
	w.list(o, o.shelf, active)
	w.ready(o.shelf)
	o.shelf.LetGo(shelf.Idle + time.Minute)
	w.reads(0, "after a time", o, o.shelf)
}

// TestTheFirstListsAreReadyFirst where there is no room for all: when they grow, and when their pages begin elsewhere.
func TestTheFirstListsAreReadyFirst(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 60, 4)
	makeReady := func(s *shelf.Shelf) {
		w.must(shelf.MakeReady(t.Context(), s, 5, shelf.Credentials(filters[active], credentialText), shelf.Members(memberText)))
	}
	alone, both := shelf.New(o, shelf.Room), shelf.New(o, shelf.Room)
	w.ready(alone)
	makeReady(both)
	s := shelf.New(o, (alone.Taken()+both.Taken())/2)
	told := func(when string) {
		w.reads(0, when, o, s)
		if pages, read := w.list(o, s, len(filters)); read == 0 || read == pages {
			t.Errorf("%s: of %d pages of the members %d were read, want some ready", when, pages, read)
		}
	}
	makeReady(s)
	told("at first")

	s.LetGo(shelf.Idle + time.Minute) // so that nobody has asked for any of them
	for i, id := range w.ids() {
		if i%3 == 0 {
			w.uses(o, id)
		}
	}
	makeReady(s)
	told("when some tell more than before")

	s.LetGo(shelf.Idle + time.Minute)
	first, err := o.Credentials(t.Context(), w.admin, models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{Limit: 1})
	w.must(err)
	w.change(o, func(tx *policy.Tx) error {
		_, err := tx.Pause(models.ChangeRequest{Credential: first.Items[0].ID, Seen: first.Items[0].Revision})
		return err
	})
	makeReady(s)
	told("when most pages begin elsewhere")
}

// away is a database that does not answer.
type away struct{ *office }

var errAway = errors.New("the database is away")

func (a away) View(context.Context, func(policy.Queries) error) error {
	a.views.Add(1)
	return errAway
}

// TestADatabaseThatIsAwayIsAskedAndToldOnce, however many lists there are.
func TestADatabaseThatIsAwayIsAskedAndToldOnce(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	s := shelf.New(away{o}, shelf.Room)
	list := shelf.Members(memberText)
	if err := shelf.MakeReady(t.Context(), s, 5, list, list, list); err != errAway || o.views.Load() != 1 {
		t.Errorf("asked %d times, told %q", o.views.Load(), err)
	}
}

// TestMakingReadyTakesNoRoom from what somebody has asked for; and gives way to it.
func TestMakingReadyTakesNoRoom(t *testing.T) {
	w := newWorld(t, "SQLite")
	o := w.offices[0]
	w.load(o, 30, 4)
	whole, err := page(o, shelf.New(o, shelf.Room), 0, models.Page{Limit: 100})
	w.must(err)
	s := shelf.New(o, len(whole)*3/2)
	w.list(o, s, 1)
	w.ready(s)
	if pages, read := w.list(o, s, 1); read != 0 {
		t.Errorf("of %d pages that were asked for %d are gone", pages, read)
	}
	if pages, read := w.list(o, s, active); read == 0 || read == pages {
		t.Errorf("of %d pages %d were read, want some ready", pages, read)
	}

	s = shelf.New(o, len(whole)*3/2)
	w.ready(s)
	w.list(o, s, 1)
	if pages, read := w.list(o, s, 1); read != 0 {
		t.Errorf("of %d pages that were asked for only %d found room", pages, pages-read)
	}
}
