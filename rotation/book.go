package rotation

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

// bookkeeper knows whose intents an engine writes.
type bookkeeper struct {
	service  Known
	endpoint string
	journal  *journal.Journal
	mu       sync.Mutex
	me       *identity
}

// identity is who asks, with the service's clock.
type identity struct {
	id   models.MemberID
	name string
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
	b.me = &identity{id: space.Caller.ID, name: name, at: space.Now, seen: time.Now()}
	return *b.me, nil
}

// Canonical is an endpoint as it is compared: without a name or a password in it, which are nobody's
// to be written down.
func Canonical(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return strings.TrimRight(endpoint, "/")
	}
	u.User, u.Host, u.Scheme = nil, strings.ToLower(u.Host), strings.ToLower(u.Scheme)
	u.Path, u.RawQuery, u.Fragment = strings.TrimRight(u.Path, "/"), "", ""
	return u.String()
}
