package shelf

import (
	"context"
	"time"

	"example.com/keyturn/server/policy"
)

// MakeReady puts each page of a list on the shelf as it would be sent now, with so many objects to a page, and reads
// no more than what is not there or has moved. Those pages stay, asked for or not, until they are no pages of the list
// any more, or somebody asks for others and there is no room. It takes no room from anybody: what does not fit is left out.
func MakeReady[T any](ctx context.Context, s *Shelf, l List[T], limit int) error {
	now, err := s.look(ctx)
	if err != nil {
		return err
	}
	k := key{list: l.name, limit: limit}
	told := map[key]bool{}
	for more := true; more; more = k.after != "" {
		told[k] = true
		p, fits, err := l.at(ctx, s, k, now, time.Time{})
		if err != nil {
			return err
		}
		if !fits {
			return nil
		}
		k.after = p.next()
	}
	s.release(l.name, limit, told)
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

// release lets go of what was a page of that list and is none of these.
func (s *Shelf) release(list string, limit int, told map[key]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, p := range s.pages {
		if k.list == list && k.limit == limit && !told[k] {
			p.stays = false
		}
	}
}
