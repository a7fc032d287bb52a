package policy

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/models"
)

// Bounds of what is known of use before it is written.
const (
	// UseDelay is how long use waits for more of the same, so that activations do not wait for the disk.
	// What a process has not written when it is killed is not known.
	UseDelay = 2 * time.Second

	usesAtOnce   = 200    // in one transaction, so that nobody waits long for it
	maxUnwritten = 20_000 // then callers are put together
)

// ledger holds the activations that are not written yet, the like ones put together.
type ledger struct {
	mu     sync.Mutex
	uses   map[likeUses]*Uses
	waits  chan struct{} // holds a token from the first activation on
	writes sync.Mutex    // one at a time
}

// likeUses is what activations that are written together have in common.
type likeUses struct {
	credential              models.CredentialID
	version                 int
	client, clientVer, host string
	ci                      bool
	day                     int64
}

func newLedger() *ledger {
	return &ledger{uses: map[likeUses]*Uses{}, waits: make(chan struct{}, 1)}
}

func (l *ledger) add(u SingleUse) { l.merge(Uses{SingleUse: u, First: u.At, Count: 1}) }

// merge takes uses in; many a caller that nobody has seen before must not fill the memory.
func (l *ledger) merge(u Uses) {
	l.mu.Lock()
	defer l.mu.Unlock()
	like := likeUses{u.Credential, u.Version, u.Client, u.ClientVer, u.Host, u.CI, dayOf(u.At)}
	have := l.uses[like]
	if have == nil && len(l.uses) >= maxUnwritten {
		u.Client, u.ClientVer, u.Host, u.CI = OtherClient, "", "", false
		like.client, like.clientVer, like.host, like.ci = OtherClient, "", "", false
		have = l.uses[like]
	}
	if have == nil {
		l.uses[like] = &u
		select {
		case l.waits <- struct{}{}:
		default:
		}
		return
	}
	have.Count += u.Count
	if u.At.After(have.At) {
		have.At = u.At
	}
	if u.First.Before(have.First) {
		have.First = u.First
	}
}

func dayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

func (l *ledger) take() []*Uses {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*Uses, 0, len(l.uses))
	for _, u := range l.uses {
		all = append(all, u)
	}
	l.uses = map[likeUses]*Uses{}
	return all
}

// WriteUses writes use as it comes, until ctx ends; what failed to be written is tried again. failed
// is told why. It does nothing while nobody activates.
func (s *Service) WriteUses(ctx context.Context, failed func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.ledger.waits:
		}
		timer := time.NewTimer(UseDelay)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		if err := s.FlushUses(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
	}
}

// FlushUses writes all use that is known. What could not be written stays known.
func (s *Service) FlushUses(ctx context.Context) error {
	s.ledger.writes.Lock()
	defer s.ledger.writes.Unlock()
	all := s.ledger.take()
	for len(all) > 0 {
		some := all[:min(len(all), usesAtOnce)]
		err := s.store.Write(ctx, func(w Writes) error {
			for _, u := range some {
				if err := w.AddUse(*u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			for _, u := range all {
				s.ledger.merge(*u)
			}
			return err
		}
		all = all[len(some):]
		s.news.tell()
	}
	return nil
}
