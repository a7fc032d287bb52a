package rotation

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
)

// bookkeeper knows whose intents an engine writes.
type bookkeeper struct {
	service  Known
	endpoint string // canonical
	journal  *journal.Journal
	mu       sync.Mutex
	me       *identity
}

// identity is who asks, with the service's clock.
type identity struct {
	owner.Owner
	at   time.Time // of the service
	seen time.Time // the same moment here: only what has passed since counts
}

func (me identity) serviceTime() time.Time { return me.at.Add(time.Since(me.seen)) }

// who asks the service once who is signed in.
func (b *bookkeeper) who(ctx context.Context) (identity, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.me != nil {
		return *b.me, nil
	}
	space, err := b.service.Workspace(ctx)
	if err != nil {
		return identity{}, err
	}
	name := space.Caller.Name
	if name == "" {
		name = space.Caller.Email
	}
	b.me = &identity{
		Owner: owner.Owner{Endpoint: b.endpoint, Workspace: space.ID, Member: space.Caller.ID, MemberName: name}, at: space.Now, seen: time.Now(),
	}
	return *b.me, nil
}
