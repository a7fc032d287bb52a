package chain

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.com/keyturn/models"
)

// Keeper remembers heads.
type Keeper interface {
	Load(workspace string) (Pin, error)
	Save(Pin) error
}

// Watch compares each head that a service tells with the one that was seen before, and remembers it. It is
// safe for concurrent use.
type Watch struct {
	Reader Reader
	Keeper Keeper
	Now    func() time.Time

	mu   sync.Mutex
	pins map[string]Pin // what this process knows of, by workspace
}

// Check says whether the history of a workspace, as just told, continues what was seen before; then its head
// is what was seen. An error with Code says that it does not, and stays the answer. Who may not see every
// event cannot tell, and is not warned.
func (w *Watch) Check(ctx context.Context, space models.Workspace) error {
	if !slices.Contains(space.Caller.Permissions, models.MaySeeAllEvents) || space.Head.Seq == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	pin, err := w.pin(space.ID)
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
		return err
	}
	return w.keep(Pin{Workspace: space.ID, Name: space.Name, Head: head, At: w.Now()})
}

// Seen is what was seen of a workspace before.
func (w *Watch) Seen(workspace string) (Pin, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pin(workspace)
}

// Verified remembers a head to which the whole history was read.
func (w *Watch) Verified(space models.Workspace, head models.EventHead) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.keep(Pin{Workspace: space.ID, Name: space.Name, Head: head, At: w.Now()})
}

func (w *Watch) pin(workspace string) (Pin, error) {
	if pin, known := w.pins[workspace]; known {
		return pin, nil
	}
	pin, err := w.Keeper.Load(workspace)
	if err == nil {
		w.know(workspace, pin)
	}
	return pin, err
}

func (w *Watch) know(workspace string, pin Pin) {
	if w.pins == nil {
		w.pins = map[string]Pin{}
	}
	w.pins[workspace] = pin
}

// keep never goes back: an answer that was on its way longer than another is no older history.
func (w *Watch) keep(pin Pin) error {
	if have, err := w.pin(pin.Workspace); err != nil || have.Head.Seq >= pin.Head.Seq {
		return err
	}
	w.know(pin.Workspace, pin)
	return w.Keeper.Save(pin)
}
