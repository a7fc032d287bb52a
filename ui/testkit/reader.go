package testkit

import (
	"context"
	"slices"
	"strconv"
	"time"

	"example.com/keyturn/models"
)

// Workspace answers with the workspace and the service's clock.
func (w *World) Workspace(ctx context.Context) (models.Workspace, error) {
	if err := w.enter(ctx, "workspace"); err != nil {
		return models.Workspace{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	space := w.space
	space.Now = time.Now()
	if history := w.history(); len(history) > 0 {
		last := history[len(history)-1]
		space.Head = models.EventHead{Seq: last.Seq, Hash: last.Hash}
	}
	return space, nil
}

// Members answers with a page of members.
func (w *World) Members(ctx context.Context, page models.Page) (models.MemberPage, error) {
	if err := w.enter(ctx, "members"); err != nil {
		return models.MemberPage{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	items, next := cut(w.members, page)
	return models.MemberPage{Items: items, Next: next}, nil
}

// Credentials answers with a page of the kinds that are asked for.
func (w *World) Credentials(ctx context.Context, filter models.CredentialFilter, page models.Page) (models.CredentialPage, error) {
	if err := w.enter(ctx, "credentials"); err != nil {
		return models.CredentialPage{}, err
	}
	items, next := w.credentialPage(filter, page)
	if err := w.wait(ctx, "credentials answer"); err != nil {
		return models.CredentialPage{}, err
	}
	return models.CredentialPage{Items: items, Next: next}, nil
}

func (w *World) credentialPage(filter models.CredentialFilter, page models.Page) (items []models.Credential, next string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []models.Credential
	for _, c := range w.shared {
		if len(filter.Kinds) == 0 || slices.Contains(filter.Kinds, c.Kind) {
			list = append(list, c)
		}
	}
	return cut(list, page)
}

// cut takes a page out of a list; the cursor is where it starts.
func cut[T any](list []T, page models.Page) (items []T, next string) {
	from, _ := strconv.Atoi(page.Cursor)
	limit := page.Limit
	if limit == 0 {
		limit = models.MaxPage
	}
	from = min(from, len(list))
	to := min(from+limit, len(list))
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	return slices.Clone(list[from:to]), next
}

// Credential answers with one credential.
func (w *World) Credential(ctx context.Context, id models.CredentialID) (models.Credential, error) {
	if err := w.enter(ctx, "credential"); err != nil {
		return models.Credential{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	if c == nil {
		return models.Credential{}, w.missing(id)
	}
	return *c, nil
}

// Usage answers with the callers of a credential.
func (w *World) Usage(ctx context.Context, id models.CredentialID) ([]models.Caller, bool, error) {
	if err := w.enter(ctx, "usage"); err != nil {
		return nil, false, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.usage[id]), w.more[id], nil
}

// Rotations answers with the latest rotation of a credential.
func (w *World) Rotations(ctx context.Context, id models.CredentialID) ([]models.Rotation, error) {
	if err := w.enter(ctx, "rotations"); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.find(id); c != nil && c.Rotation != nil {
		return []models.Rotation{*c.Rotation}, nil
	}
	return nil, nil
}

// Events answers with the history, the newest first.
func (w *World) Events(ctx context.Context, filter models.EventFilter, page models.Page) (models.EventPage, error) {
	if err := w.enter(ctx, "events"); err != nil {
		return models.EventPage{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []models.Event
	for _, e := range slices.Backward(w.history()) {
		if e.Seq > filter.After && (filter.Credential == "" || filter.Credential == e.Credential) {
			list = append(list, e)
		}
	}
	items, next := cut(list, page)
	return models.EventPage{Items: items, Next: next}, nil
}

// history is what happened, the oldest first, chained as a service chains it. The lock must be held.
func (w *World) history() []models.Event {
	var before models.EventHash
	list := slices.Clone(w.events)
	for i := range list {
		list[i].Content = list[i].Digest()
		list[i].Hash = models.Link(before, list[i].Content)
		before = list[i].Hash
	}
	return list
}

// Rewrite changes what happened, as somebody would who can write to the database.
func (w *World) Rewrite(change func([]models.Event) []models.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = change(w.events)
	w.signal()
}

// Changes waits for a change after the position.
func (w *World) Changes(ctx context.Context, after int64, wait time.Duration) (models.Changes, error) {
	if err := w.enter(ctx, "changes"); err != nil {
		return models.Changes{}, err
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	for {
		w.mu.Lock()
		now, wake := w.since(after), w.wake
		faults := w.faults["changes"]
		if len(faults) > 0 {
			w.faults["changes"] = faults[1:]
		}
		w.mu.Unlock()
		if len(faults) > 0 {
			return models.Changes{}, faults[0]
		}
		if after < 0 || now.Position > after {
			return now, nil
		}
		select {
		case <-wake:
		case <-patience.C:
			return now, nil
		case <-ctx.Done():
			return models.Changes{}, Unreachable()
		case <-w.over:
			return models.Changes{}, context.Canceled
		}
	}
}

// since collects what has changed; the lock must be held.
func (w *World) since(after int64) models.Changes {
	changes := models.Changes{Position: int64(len(w.changes))}
	if after < 0 || after > changes.Position {
		return changes
	}
	for _, one := range w.changes[after:] {
		changes.Workspace = changes.Workspace || one.workspace
		if c := w.find(one.credential); c != nil && c.Kind != models.PersonalToken {
			changes.Credentials = append(changes.Credentials, *c)
		}
		for _, m := range w.members {
			if m.ID == one.member || one.credential != "" && m.Token.ID == one.credential {
				changes.Members = append(changes.Members, m)
			}
		}
	}
	return changes
}

// Drop breaks the long poll that is open, as a service does that goes away.
func (w *World) Drop(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults["changes"] = append(w.faults["changes"], err)
	w.signal()
}

// note writes the log and wakes who waits; the lock must be held.
func (w *World) note(c change) {
	w.changes = append(w.changes, c)
	w.signal()
}

func (w *World) signal() {
	close(w.wake)
	w.wake = make(chan struct{})
}
