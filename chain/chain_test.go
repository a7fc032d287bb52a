package chain_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
)

// book is a history that is read a few events at a time.
type book struct {
	events []models.Event // the oldest first
	asked  int            // events that were read
}

func written(n int) *book {
	b := &book{}
	b.write(n, "")
	return b
}

func (b *book) write(n int, detail string) {
	for range n {
		e := models.Event{Seq: int64(len(b.events) + 1), At: time.UnixMilli(1_800_000_000_000), Actor: "ada", Action: models.EventRenamed, Detail: detail}
		e.Content = e.Digest()
		e.Hash = models.Link(b.head().Hash, e.Content)
		b.events = append(b.events, e)
	}
}

func (b *book) head() models.EventHead {
	if len(b.events) == 0 {
		return models.EventHead{}
	}
	last := b.events[len(b.events)-1]
	return models.EventHead{Seq: last.Seq, Hash: last.Hash}
}

func (b *book) Events(_ context.Context, f models.EventFilter, p models.Page) (models.EventPage, error) {
	limit := min(p.Limit, 7)
	before := int64(len(b.events) + 1)
	if p.Cursor != "" {
		n, err := strconv.ParseInt(p.Cursor, 10, 64)
		if err != nil {
			return models.EventPage{}, err
		}
		before = n
	}
	var page models.EventPage
	for seq := before - 1; seq > f.After; seq-- {
		if len(page.Items) == limit {
			page.Next = fmt.Sprint(seq + 1)
			break
		}
		page.Items = append(page.Items, b.events[seq-1])
		b.asked++
	}
	return page, nil
}

func (b *book) space() models.Workspace {
	return models.Workspace{ID: "w", Name: "Acme", Head: b.head(), Caller: models.Principal{Permissions: []models.Permission{models.MaySeeAllEvents}}}
}

func broken(t *testing.T, err error, says string) {
	t.Helper()
	var e *models.Error
	if !errors.As(err, &e) || e.Code != chain.Code || !strings.Contains(e.Title, says) || e.Fix == "" {
		t.Errorf("got %v, want it to say %q", err, says)
	}
}

func TestAWholeHistoryIsVerified(t *testing.T) {
	b := written(50)
	var read, of int64
	head, err := chain.Verify(t.Context(), b, b.head(), func(n, all int64) { read, of = n, all })
	if err != nil || head != b.head() || read != 50 || of != 50 {
		t.Errorf("head %+v after %d of %d, %v", head, read, of, err)
	}
	b.events[20].Content = models.EventHash{}
	_, err = chain.Verify(t.Context(), b, models.EventHead{}, func(int64, int64) {})
	broken(t, err, "Event 21 of the history, or the one before, was changed")
	if _, err := chain.Verify(t.Context(), written(0), models.EventHead{}, func(int64, int64) {}); err != nil {
		t.Errorf("an empty history: %v", err)
	}
}

// Only what is new is read again, however long the history is.
func TestANewHeadIsFollowedToTheOldOne(t *testing.T) {
	b := written(500)
	seen := b.head()
	b.write(20, "")
	b.asked = 0
	if err := chain.Follows(t.Context(), b, seen, b.head()); err != nil {
		t.Error(err)
	}
	if b.asked != 20 {
		t.Errorf("%d events were read", b.asked)
	}
	told := b.head()
	b.write(3, "") // meanwhile
	if err := chain.Follows(t.Context(), b, seen, told); err != nil {
		t.Errorf("a history that goes on: %v", err)
	}
}

func TestAnotherHistoryDoesNotFollow(t *testing.T) {
	b := written(30)
	seen := b.head()
	cut := written(29)
	broken(t, chain.Follows(t.Context(), cut, seen, cut.head()), "ends with event 29, before what was seen")
	other := written(20)
	other.write(10, "rewritten")
	broken(t, chain.Follows(t.Context(), other, seen, other.head()), "event 30 is not the one that was seen")
	other.write(10, "")
	broken(t, chain.Follows(t.Context(), other, seen, other.head()), "event 30 is not the one that was seen")
	lied := b.space().Head
	lied.Seq += 5
	broken(t, chain.Follows(t.Context(), b, seen, lied), "Event 35 of the history is missing")
}

func TestWhatWasSeenIsRemembered(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "seen")
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	b := written(10)
	watch := func() *chain.Watch {
		return &chain.Watch{Reader: b, Keeper: chain.Pins{Dir: dir}, Now: func() time.Time { return now }}
	}
	w := watch()
	old := b.space()
	for range 3 {
		if err := w.Check(t.Context(), b.space()); err != nil {
			t.Fatal(err)
		}
		b.write(5, "")
	}
	if err := w.Check(t.Context(), old); err != nil {
		t.Errorf("an answer that was late: %v", err) // what it finds now is the newest head
	}
	if pin, err := watch().Seen("w"); err != nil || pin.Head.Seq != 25 || !pin.At.Equal(now) || pin.Name != "Acme" {
		t.Errorf("another process knows of %+v, %v", pin, err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info, err)
	}
	b.events = nil
	b.write(40, "rewritten")
	for range 2 {
		broken(t, watch().Check(t.Context(), b.space()), "is not the one that was seen")
	}
	member := b.space()
	member.Caller.Permissions = nil
	if err := watch().Check(t.Context(), member); err != nil {
		t.Errorf("a member, who sees only a part, is told %v", err)
	}
}

// A history that was emptied tells the head of none, which continues nothing that was seen.
func TestAnEmptiedHistoryIsFound(t *testing.T) {
	b := written(10)
	w := &chain.Watch{Reader: b, Keeper: chain.Pins{Dir: t.TempDir()}, Now: time.Now}
	empty := b.space()
	empty.Head = models.EventHead{}
	if err := w.Check(t.Context(), empty); err != nil {
		t.Errorf("a new workspace: %v", err)
	}
	if err := w.Check(t.Context(), b.space()); err != nil {
		t.Fatal(err)
	}
	if err := w.Check(t.Context(), empty); err != nil {
		t.Errorf("an answer that was late: %v", err)
	}
	b.events = nil
	broken(t, w.Check(t.Context(), b.space()), "ends with event 0, before what was seen")
}

// A console that has been open for long does not put back what another process has seen since.
func TestProcessesForgetNothingOfEachOther(t *testing.T) {
	b, pins := written(10), chain.Pins{Dir: t.TempDir()}
	long, short := &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}, &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}
	if err := long.Check(t.Context(), b.space()); err != nil {
		t.Fatal(err)
	}
	b.write(5, "")
	early := b.space()
	b.write(5, "")
	newest := b.space()
	if err := short.Check(t.Context(), newest); err != nil {
		t.Fatal(err)
	}
	if err := long.Check(t.Context(), early); err != nil {
		t.Errorf("an answer that was late: %v", err)
	}
	if pin, err := pins.Load("w"); err != nil || pin.Head != newest.Head {
		t.Errorf("what was seen is now %+v, %v", pin, err)
	}
	b.events = b.events[:15]
	b.write(5, "rewritten") // it still continues all that the long one has seen by itself
	broken(t, long.Check(t.Context(), b.space()), "is not the one that was seen")
}

// After a restore that somebody knows of, the history that is there now is the one to continue.
func TestAnotherHistoryIsAcceptedByWordOnly(t *testing.T) {
	b, pins := written(10), chain.Pins{Dir: t.TempDir()}
	w := &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}
	if err := w.Check(t.Context(), b.space()); err != nil {
		t.Fatal(err)
	}
	b.events = b.events[:6]
	b.write(1, "restored")
	broken(t, w.Check(t.Context(), b.space()), "ends with event 7, before what was seen")
	if err := w.Accept(b.space(), b.head()); err != nil {
		t.Fatal(err)
	}
	other := &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}
	for _, w := range []*chain.Watch{w, other} {
		if err := w.Check(t.Context(), b.space()); err != nil {
			t.Errorf("after it was accepted: %v", err)
		}
	}
	b.write(3, "")
	if err := w.Check(t.Context(), b.space()); err != nil {
		t.Errorf("as it goes on: %v", err)
	}
}

func save(pins chain.Pins, head models.EventHead) error {
	return pins.Change("w", func(chain.Pin, error) (chain.Pin, error) { return chain.Pin{Workspace: "w", Head: head}, nil })
}

// Processes that hear of the history at the same moment keep the newest head of them all.
func TestTheNewestHeadIsKeptWhoeverKeepsItLast(t *testing.T) {
	b, pins := written(0), chain.Pins{Dir: t.TempDir()}
	var spaces []models.Workspace
	for range 60 {
		b.write(1, "")
		spaces = append(spaces, b.space())
	}
	var all sync.WaitGroup
	for _, at := range rand.Perm(len(spaces)) {
		all.Go(func() {
			w := &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}
			if err := w.Verified(spaces[at], spaces[at].Head); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if pin, err := pins.Load("w"); err != nil || pin.Head != b.head() {
		t.Errorf("kept is %+v of %+v, %v", pin.Head, b.head(), err)
	}
}

func TestNothingIsKeptWithoutAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	b := written(3)
	w := &chain.Watch{Reader: b, Keeper: chain.Pins{}, Now: time.Now}
	for range 2 {
		if err := w.Check(t.Context(), b.space()); err != nil {
			t.Error(err)
		}
		b.write(1, "")
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

// That nothing can be read or kept here says nothing about the history.
func TestAFolderOfNoUseIsNoDoubt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b, pins := written(3), chain.Pins{Dir: dir}
	w := &chain.Watch{Reader: b, Keeper: pins, Now: time.Now}
	for what, err := range map[string]error{
		"checked": w.Check(t.Context(), b.space()), "kept": save(pins, b.head()),
	} {
		if err == nil || chain.Doubtful(err) || !strings.Contains(models.FixOf(err), "KEYTURN_STATE_DIR") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What cannot be read is not taken for nothing: somebody may want to make us forget.
func TestADamagedPinIsAnError(t *testing.T) {
	dir := t.TempDir()
	pins := chain.Pins{Dir: dir}
	if err := save(pins, written(3).head()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	for _, text := range []string{"", "{", `{"version":2}`, `{"version":1,"workspace":"x","seq":1,"hash":"00"}`} {
		if err := os.WriteFile(files[0], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := pins.Load("w"); !chain.Doubtful(err) || models.FixOf(err) == "" {
			t.Errorf("%q is read as %v", text, err)
		}
	}
	if pin, err := pins.Load("another"); err != nil || pin.Head.Seq != 0 {
		t.Errorf("of an unknown workspace: %+v, %v", pin, err)
	}
}
