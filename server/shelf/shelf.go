// Package shelf keeps pages of long lists ready, as they are sent: reading a list of 100,000 objects from the
// database and writing them anew takes twenty times as long as sending them. Some are read ahead, before anybody asks.
//
// What a page tells depends on its list, on where it begins, on how many objects it may have, on the day, because
// recent use is counted by days, and on what the database holds; it does not depend on who asks. It holds no value
// of any secret.
//
// What must always hold: each page on the shelf is, but for the objects that it notes as moved, to the byte what is
// read of the workspace where it stands at Shelf.at. So a page is sent as it is only if the workspace stands there
// when it is asked for, and nothing on it has moved. If the workspace stands elsewhere, whoever asks first learns what has
// moved since, in the transaction in which it reads, and notes it on the pages that it belongs to; what has moved
// on a page is read anew, and nothing else of it. Everything goes where that cannot be told: when the key has changed with which fingerprints
// are made, and when the workspace does not stand behind where it stood, because its database was put back.
//
// It rests on three promises of the store: whatever an object tells moves that object, positions are given in the
// order of the commits, and objects are made but never deleted. Services that share a database need not know of
// each other: what has moved stands there.
package shelf

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// Bounds of a shelf.
const (
	Room     = 128 << 20        // bytes
	maxPages = 1024             // of whatever size
	maxMoved = 20_000           // objects that are noted one by one
	idle     = 10 * time.Minute // without being asked for, until a page goes that nobody made ready
	inUse    = time.Minute      // since it was asked for, before which no page makes room for another one
)

// Source is where a shelf reads.
type Source interface {
	View(ctx context.Context, fn func(policy.Queries) error) error
	Today() int64
}

// Shelf keeps pages. It is safe for concurrent use.
type Shelf struct {
	from Source
	room int
	now  func() time.Time // by which it is judged what nobody asks for

	mu    sync.Mutex
	at    policy.Standing
	pages map[key]*page
	taken int
	round int // how often pages have been made ready
	tidy  *time.Timer
}

// New returns an empty shelf with room for that many bytes.
func New(from Source, room int) *Shelf {
	return &Shelf{from: from, room: room, now: time.Now, pages: map[key]*page{}}
}

// Taken is how many bytes all pages take.
func (s *Shelf) Taken() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// key names a page.
type key struct {
	list  string
	after string
	limit int
}

// page is a sheet on the shelf.
type page struct {
	*sheet
	kind  kind
	day   int64
	moved []string // of what lies on it or would; in order
	used  time.Time
	ready int // in which round it was made ready: it stays though nobody asks for it; 0 if it need not
}

// Takes reports whether such a page is worth keeping: a short one is read as quickly.
func Takes(p models.Page) bool { return p.Limit == 0 || p.Limit >= policy.DefaultPage }

// standing is where the workspace stood when somebody looked last.
func (s *Shelf) standing() policy.Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// find returns a page if the shelf is right about a workspace that stands there, and what has moved on it, for
// somebody who asked at that time.
func (s *Shelf) find(k key, now policy.Standing, day int64, asked time.Time) (found *sheet, moved []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[k]
	if p == nil || s.at != now || p.day != day {
		return nil, nil
	}
	if p.used.Before(asked) {
		p.used = asked
	}
	if asked.IsZero() {
		p.ready = s.round
	}
	return p.sheet, p.moved
}

// follow brings the shelf to where the workspace stands for q. began is where it was when the request came.
func (s *Shelf) follow(q policy.Queries, began, now policy.Standing) error {
	at := s.standing()
	switch {
	case at == now:
		return nil
	case now.Position < at.Position && at != began:
		return nil // somebody has looked later than we
	}
	same, err := continues(q, at, now)
	if err != nil || !same {
		s.step(at, now, nil)
		return err
	}
	moved, ok, err := q.Moved(at.Position, maxMoved)
	if err != nil || !ok {
		s.step(at, now, nil)
		return err
	}
	s.step(at, now, &moved)
	return nil
}

// continues reports whether a workspace that stood there has gone on from there, under the same key.
func continues(q policy.Queries, at, now policy.Standing) (bool, error) {
	if now.Position <= at.Position || now.Key != at.Key || now.Head.Seq < at.Head.Seq {
		return false, nil
	}
	if at.Head.Seq == 0 || at.Head == now.Head {
		return true, nil
	}
	then, err := q.Events(policy.EventQuery{After: at.Head.Seq - 1, Before: at.Head.Seq + 1, Limit: 1})
	return len(then) == 1 && then[0].Hash == at.Head.Hash, err
}

// step goes from one standing to another one, unless somebody has gone on already. Without knowing what has moved
// nothing stays.
func (s *Shelf) step(at, now policy.Standing, moved *policy.Moved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at != at {
		return
	}
	s.at = now
	if moved == nil {
		s.clear()
		return
	}
	ids := [kinds][]string{credentials: as[string](moved.Credentials), members: as[string](moved.Members)}
	for k, p := range s.pages {
		if !p.note(k.after, ids[p.kind]) {
			s.drop(k)
		}
	}
}

// note takes down what of these lies on the page, or would: an object can come in. It reports whether reading that
// is less than reading the page.
func (p *page) note(after string, ids []string) bool {
	from, found := slices.BinarySearch(ids, after)
	if found {
		from++
	}
	to := len(ids)
	if p.more() {
		if to, found = slices.BinarySearch(ids, p.ids[len(p.ids)-1]); found {
			to++
		}
	}
	if from < to {
		p.moved = append(slices.Clip(p.moved), ids[from:to]...)
		slices.Sort(p.moved)
		p.moved = slices.Compact(p.moved)
	}
	return 2*len(p.moved) <= len(p.ids)
}

// keep puts a page on the shelf, in the place of what was there, if the shelf is where the page was read. It reports
// whether there is room.
func (s *Shelf) keep(k key, now policy.Standing, p *page) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at != now {
		return true
	}
	ahead := p.used.IsZero()
	if ahead {
		p.ready = s.round
	}
	if old := s.pages[k]; old != nil {
		p.ready = max(p.ready, old.ready)
		if p.used.Before(old.used) {
			p.used = old.used
		}
		s.drop(k)
	}
	for s.taken+p.size() > s.room || len(s.pages) >= maxPages {
		if !s.makeRoom(ahead) {
			return false
		}
	}
	s.pages[k] = p
	s.taken += p.size()
	s.tidyLater()
	return true
}

// makeRoom drops the page that nobody has asked for the longest, if it is not in use. Whoever reads a list that is
// longer than the shelf asks for the oldest page next: all would go, and none be found. For what is read ahead only
// what was read ahead goes, and is not yet found to be as important.
func (s *Shelf) makeRoom(ahead bool) bool {
	var oldest key
	found, before := false, s.now().Add(-inUse)
	for k, p := range s.pages {
		if p.used.Before(before) && (!ahead || p.ready > 0 && p.ready < s.round) {
			oldest, before, found = k, p.used, true
		}
	}
	s.drop(oldest)
	return found
}

func (s *Shelf) drop(k key) {
	if p := s.pages[k]; p != nil {
		s.taken -= p.size()
		delete(s.pages, k)
	}
}

func (s *Shelf) clear() {
	clear(s.pages)
	s.taken = 0
}

// tidyLater has what nobody asks for let go of, if there is anything that does not stay.
func (s *Shelf) tidyLater() {
	if s.tidy != nil {
		return
	}
	for _, p := range s.pages {
		if p.ready == 0 {
			s.tidy = time.AfterFunc(idle, s.letGo)
			return
		}
	}
}

// letGo drops what nobody asks for any more, and comes back as long as there is anything that can go.
func (s *Shelf) letGo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.now().Add(-idle)
	for k, p := range s.pages {
		if p.ready == 0 && p.used.Before(before) {
			s.drop(k)
		}
	}
	s.tidy = nil
	s.tidyLater()
}
