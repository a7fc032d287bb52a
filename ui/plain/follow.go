package plain

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
)

// follower keeps up with the service in a goroutine of its own, and hands over what came.
type follower struct {
	reader  kit.Reader
	came    func(func())
	part    func(follow.Part)
	changes func(models.Changes, *models.Workspace)
	failed  func(error)
	watch   kit.Watch
	watched func(error)

	ports kit.Ports
	left  func(follow.Left, error)

	mu    sync.Mutex
	again bool               // everything is to be loaded anew
	stop  context.CancelFunc // ends what is asked now
}

// refresh makes it load everything anew.
func (f *follower) refresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.again = true
	if f.stop != nil {
		f.stop()
	}
}

// begin returns the context of what is asked next, and whether that is everything.
func (f *follower) begin(ctx context.Context) (context.Context, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ctx, f.stop = context.WithCancel(ctx)
	again := f.again
	f.again = false
	return ctx, again
}

func (f *follower) wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.again
}

const nowhere = -1 // the position of who has loaded nothing

// run goes on until ctx ends.
func (f *follower) run(ctx context.Context) {
	position, failures := int64(nowhere), 0
	for ctx.Err() == nil {
		asking, again := f.begin(ctx)
		if again {
			position = nowhere
		}
		next, err := f.once(asking, position, failures)
		switch {
		case err == nil:
			position, failures = next, 0
		case !f.wanted():
			if follow.LostPlace(err) {
				position = nowhere
			}
			f.came(func() { f.failed(err) })
			pause(asking, follow.Retry(failures))
			failures++
		}
		f.stop()
	}
}

// once loads everything, or waits for a change. After a failure it does not wait: whether the
// service is back must be known at once.
func (f *follower) once(ctx context.Context, position int64, failures int) (int64, error) {
	if position == nowhere {
		return f.load(ctx)
	}
	wait := follow.Wait
	if failures > 0 {
		wait = 0
	}
	changes, workspace, err := follow.Changes(ctx, f.reader, position, wait)
	if err != nil {
		return position, err
	}
	if changes.Position < position {
		return nowhere, nil // not the history that was followed: the service was set back
	}
	f.came(func() { f.changes(changes, workspace) })
	f.compare(ctx, workspace)
	return changes.Position, nil
}

// compare has the history, as just told, compared with what was seen before.
func (f *follower) compare(ctx context.Context, space *models.Workspace) {
	if f.watch == nil || space == nil {
		return
	}
	asking, stop := context.WithTimeout(ctx, follow.AskTimeout)
	defer stop()
	if err := f.watch(asking, *space); err != nil && ctx.Err() == nil {
		f.came(func() { f.watched(err) })
	}
}

func (f *follower) load(ctx context.Context) (int64, error) {
	loader, position := follow.NewLoader(f.reader), int64(nowhere)
	for {
		part, err := loader.Next(ctx)
		if err != nil {
			return nowhere, err
		}
		if part.Workspace != nil {
			position = part.Position
		}
		f.came(func() { f.part(part) })
		f.compare(ctx, part.Workspace)
		if part.Done {
			f.unfinished(ctx)
			return position, nil
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
