package shelf_test

import (
	"context"
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
	w.must(shelf.MakeReady(context.Background(), s, shelf.Credentials(filters[active], credentialText), 5))
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
