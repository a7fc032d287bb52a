package policy

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/models"
)

// pollEvery bounds how late a change made by another process is seen.
const pollEvery = 2 * time.Second

// Changes returns what has changed after a position, whole objects, and waits up to that long for
// a change if there is none yet. A negative position asks only where the workspace stands.
func (s *Service) Changes(ctx context.Context, c Caller, after int64, wait time.Duration) (models.Changes, error) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		told := s.news.next()
		changes, err := s.changesAfter(ctx, after)
		c.veilCredentials(changes.Credentials)
		c.veilMembers(changes.Members)
		if err != nil || wait <= 0 || after < 0 || changes.Position != after {
			return changes, err
		}
		select {
		case <-told:
		case <-poll.C:
		case <-deadline.C:
			return changes, nil
		case <-s.news.closed:
			return changes, nil
		case <-ctx.Done():
			return changes, ctx.Err()
		}
	}
}

// Release ends every wait for changes now and from now on, so that a server can stop.
func (s *Service) Release() { s.news.close() }

func (s *Service) changesAfter(ctx context.Context, after int64) (models.Changes, error) {
	changes := models.Changes{Credentials: []models.Credential{}, Members: []models.Member{}}
	err := s.store.Read(ctx, func(q Queries) error {
		position, err := q.Position()
		changes.Position = position
		if err != nil || after < 0 || after == position {
			return err
		}
		changes.Workspace = true
		credentials, err := q.CredentialsChanged(after, models.MaxPage)
		if err != nil {
			return err
		}
		members, err := q.MembersChanged(after, models.MaxPage)
		if err != nil {
			return err
		}
		fill(&changes, credentials, members)
		return nil
	})
	return changes, err
}

// fill takes objects up to the position before which nothing is missing from either list.
func fill(to *models.Changes, credentials []Changed[models.Credential], members []Changed[models.Member]) {
	until := to.Position
	if len(credentials) == models.MaxPage {
		until = min(until, credentials[len(credentials)-1].Position)
	}
	if len(members) == models.MaxPage {
		until = min(until, members[len(members)-1].Position)
	}
	for _, c := range credentials {
		if c.Position <= until {
			to.Credentials = append(to.Credentials, c.Object)
		}
	}
	for _, m := range members {
		if m.Position <= until {
			to.Members = append(to.Members, m.Object)
		}
	}
	to.More = until < to.Position
	to.Position = until
}

// notifier wakes everybody who waits for news of this process.
type notifier struct {
	mu     sync.Mutex
	news   chan struct{}
	closed chan struct{}
	once   sync.Once
}

func newNotifier() *notifier {
	return &notifier{news: make(chan struct{}), closed: make(chan struct{})}
}

// next returns a channel that is closed at the next news.
func (n *notifier) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.news
}

func (n *notifier) tell() {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.news)
	n.news = make(chan struct{})
}

func (n *notifier) close() { n.once.Do(func() { close(n.closed) }) }

// Heard wakes everybody who waits for changes: another process has made one.
func (s *Service) Heard() { s.news.tell() }

// News returns a channel that is closed at the next change made by this process.
func (s *Service) News() <-chan struct{} { return s.news.next() }
