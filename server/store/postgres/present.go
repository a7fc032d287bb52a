package postgres

import (
	"context"
	"database/sql"
	"sync"

	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store"
)

// Bounds of looking up together.
const (
	maxLooks    = 2  // queries on their way at the same time
	maxTogether = 64 // secrets in one query
)

// looker finds presented secrets. Those that come while a query is on its way are asked for together by
// the next one: a query costs the server and us far more than one more secret in it. Nobody is answered
// by a query that began before they asked.
type looker struct {
	db *sql.DB

	mu      sync.Mutex
	waiting []*look
	running int
}

// look is one secret that is looked for.
type look struct {
	lookup []byte
	done   chan struct{}
	found  policy.Presented
	err    error
}

// Present finds a secret outside any transaction, which would be three more waits for the server.
func (s *Store) Present(ctx context.Context, lookup []byte) (policy.Presented, error) {
	l := &look{lookup: lookup, done: make(chan struct{})}
	s.looker.add(l)
	select {
	case <-l.done:
		return l.found, l.err
	case <-ctx.Done():
		return policy.Presented{}, ctx.Err()
	}
}

func (lk *looker) add(l *look) {
	lk.mu.Lock()
	defer lk.mu.Unlock()
	lk.waiting = append(lk.waiting, l)
	if lk.running < maxLooks {
		lk.running++
		go lk.run()
	}
}

// run asks until nobody waits any more.
func (lk *looker) run() {
	for {
		lk.mu.Lock()
		n := min(len(lk.waiting), maxTogether)
		if n == 0 {
			lk.running--
			lk.mu.Unlock()
			return
		}
		some := lk.waiting[:n:n]
		lk.waiting = lk.waiting[n:]
		lk.mu.Unlock()
		err := lk.ask(some)
		for _, l := range some {
			if err != nil {
				l.found, l.err = policy.Presented{}, away(err)
			}
			close(l.done)
		}
	}
}

func (lk *looker) ask(some []*look) (err error) {
	// Whoever asked may give up; the others still want their answer.
	ctx, stop := context.WithTimeout(context.Background(), connectTimeout)
	defer stop()
	lookups := make([][]byte, len(some))
	for i, l := range some {
		lookups[i] = l.lookup
	}
	rows, err := lk.db.QueryContext(ctx, store.PresentedTogether, lookups)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	answered := 0
	for ; rows.Next(); answered++ {
		n := 0
		found, err := store.ScanPresented(rows, &n)
		if err != nil {
			return err
		}
		some[n-1].found = found
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if answered == 0 {
		return policy.ErrNotFound // there is no workspace
	}
	return nil
}
