package chain

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/models"
)

// Keeper remembers heads.
type Keeper interface {
	Load(workspace string) (Pin, error)
	// Change keeps what change makes of the pin that is kept, or of why it cannot be read; nobody else changes
	// it meanwhile.
	Change(workspace string, change func(have Pin, unread error) (Pin, error)) error
}

// Watch compares each head that a service tells with the one that was seen before, and remembers it. It is
// safe for concurrent use, and processes may share what is kept: each reads it anew.
type Watch struct {
	Reader Reader
	Keeper Keeper
	Now    func() time.Time

	mu sync.Mutex
}

// Check says whether the history of a workspace, as just told, continues what was seen before; then its head
// is what was seen. An error with Code says that it does not, and stays the answer until Accept. Who may not
// see every event cannot tell, and is not warned.
func (w *Watch) Check(ctx context.Context, space models.Workspace) error {
	if !space.Caller.May(models.MaySeeAllEvents) {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	pin, err := w.Keeper.Load(space.ID)
	if err != nil || pin.Head == space.Head {
		return err
	}
	head := space.Head
	if head.Seq < pin.Head.Seq { // or the answer is older than what another one told meanwhile
		if head, err = newest(ctx, w.Reader); err != nil {
			return err
		}
	}
	if err := Follows(ctx, w.Reader, pin.Head, head); err != nil {
		return Since(pin, err)
	}
	return w.keep(space, head)
}

// Seen is what was seen of a workspace before.
func (w *Watch) Seen(workspace string) (Pin, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Keeper.Load(workspace)
}

// Verified remembers a head to which the whole history was read.
func (w *Watch) Verified(space models.Workspace, head models.EventHead) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.keep(space, head)
}

// Accept remembers a head whatever was seen before, even if that cannot be read: somebody knows why the
// history is another one now.
func (w *Watch) Accept(space models.Workspace, head models.EventHead) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Keeper.Change(space.ID, func(Pin, error) (Pin, error) { return w.pin(space, head), nil })
}

// keep never goes back, whoever keeps something at the same moment: an answer that was on its way longer
// than another is no older history.
func (w *Watch) keep(space models.Workspace, head models.EventHead) error {
	return w.Keeper.Change(space.ID, func(have Pin, unread error) (Pin, error) {
		if unread != nil || have.Head.Seq >= head.Seq {
			return have, unread
		}
		return w.pin(space, head), nil
	})
}

func (w *Watch) pin(space models.Workspace, head models.EventHead) Pin {
	return Pin{Workspace: space.ID, Name: space.Name, Head: head, At: w.Now()}
}
