package shelf

import (
	"context"
	"time"

	"example.com/keyturn/server/policy"
)

// Readable is a list that can be made ready.
type Readable interface {
	makeReady(ctx context.Context, s *Shelf, now policy.Standing, limit int) error
}

// MakeReady puts each page of some lists on the shelf as it would be sent now, with so many objects to a page, and reads
// no more than what is not there or has moved. Those pages stay, asked for or not, until they are no pages of these lists
// any more, or somebody asks for others and there is no room. The lists that come first are made ready first: what was
// made ready before gives way to them, but nothing that somebody asks for. What does not fit then is left out.
func MakeReady(ctx context.Context, s *Shelf, limit int, lists ...Readable) error {
	now, err := s.look(ctx)
	if err != nil {
		return err
	}
	s.begin()
	for _, l := range lists {
		if err := l.makeReady(ctx, s, now, limit); err != nil {
			return err
		}
	}
	s.release()
	return nil
}

func (l List[T]) makeReady(ctx context.Context, s *Shelf, now policy.Standing, limit int) error {
	k := key{list: l.name, limit: limit}
	for more := true; more; more = k.after != "" {
		p, fits, err := l.at(ctx, s, k, now, time.Time{})
		if err != nil || !fits {
			return err
		}
		k.after = p.next()
	}
	return nil
}

// look sees where the workspace stands.
func (s *Shelf) look(ctx context.Context) (now policy.Standing, err error) {
	err = s.from.View(ctx, func(q policy.Queries) (err error) {
		now, err = q.Standing()
		return err
	})
	return now, err
}

// begin has whatever is found or kept from now on, and nobody has asked for, stay.
func (s *Shelf) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.round++
}

// release lets go of what stayed until now and was not made ready this time.
func (s *Shelf) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		if p.ready < s.round {
			p.ready = 0
		}
	}
	s.tidyLater()
}
