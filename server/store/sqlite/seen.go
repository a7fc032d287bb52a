package sqlite

import (
	"sync"
	"sync/atomic"
	"time"

	"example.com/keyturn/server/policy"
)

// Bounds of what is remembered of presented secrets.
const (
	maxSeen = 20_000
	seenFor = time.Second // whoever writes to the file past this process, as nobody should, is heeded that soon
)

// seen is what was found of presented secrets since the last change: a pipeline presents one token again and again,
// and the file is changed by this process alone. It holds secrets that work and have been used; whatever is refused
// is looked for each time, and so takes as long whether or not it is known.
//
// Nobody is told what was true before a change: what is found counts only if no change was being committed from
// before the look until after it, and is told only while none has begun since.
type seen struct {
	changes atomic.Uint64 // odd while one is being committed

	mu    sync.RWMutex
	at    uint64 // as of how many changes the rest is
	since time.Time
	found map[string]policy.Presented
}

// changing says that a change is about to be committed; the function that it returns, that this has ended.
func (s *seen) changing() (done func()) {
	s.changes.Add(1)
	return func() { s.changes.Add(1) }
}

// get returns what was found of a secret, if that still holds; else the moment to be told to put.
func (s *seen) get(lookup []byte) (p policy.Presented, ok bool, moment uint64) {
	moment = s.changes.Load()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.at == moment && moment%2 == 0 && time.Since(s.since) < seenFor {
		p, ok = s.found[string(lookup)]
	}
	return p, ok, moment
}

// put remembers what was found of a secret after that moment.
func (s *seen) put(lookup []byte, p policy.Presented, moment uint64) {
	if !p.Known() || p.Fresh || p.Awaited || !p.Secret.State.Works() || moment%2 != 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes.Load() != moment {
		return
	}
	if s.at != moment || s.found == nil || time.Since(s.since) >= seenFor {
		s.at, s.since, s.found = moment, time.Now(), map[string]policy.Presented{}
	}
	if len(s.found) < maxSeen {
		s.found[string(lookup)] = p
	}
}
