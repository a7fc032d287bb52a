// Package batch runs a plan of several rotations beside whoever looks on, on the screen or in lines: each
// outcome comes as it is known, and what has not been begun can be held back.
package batch

import (
	"context"
	"sync"
	"time"

	"example.com/keyturn/crash"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
)

// SideBySide is how many rotations of a plan are under way at a time, whatever was marked.
const SideBySide = 4

// Batch is a plan that runs. Its methods are for one goroutine.
type Batch struct {
	items   []bulk.Item
	over    int
	paused  bool
	pause   context.CancelFunc
	results chan bulk.Result
	end     End
}

// End is how a run of a plan ended.
type End struct {
	bulk.Ended
	Standing bulk.Standing
	Closed   error        // the plan could not be let go of
	Crash    *crash.Crash // somebody who asked did not come back
}

// guarded keeps a panic from ending the process before the terminal has been given back. The run ends.
type guarded struct {
	bulk.Starter
	mu    sync.Mutex
	crash *crash.Crash // the first one
}

// Start starts one rotation.
func (g *guarded) Start(ctx context.Context, req models.RotateRequest) (r models.Rotation, c models.Credential, err error) {
	defer func() {
		recovered := recover()
		if recovered == nil {
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.crash == nil {
			g.crash = crash.Of(recovered)
		}
		err = &models.Error{Fault: models.FaultInternal, Code: "panic", Title: "keyturn failed"}
	}()
	return g.Starter.Start(ctx, req)
}

// Start runs a plan that is held, and lets go of it at the end.
func Start(run *bulk.Run, starter bulk.Starter, now func() time.Time) *Batch {
	ctx, pause := context.WithCancel(context.Background())
	standing := run.Standing()
	b := &Batch{
		items: run.Plan.Items, over: len(standing.Begun) - standing.ToGo(), pause: pause,
		results: make(chan bulk.Result, standing.ToGo()), // room for all: nobody who looks on holds up the rotations
	}
	guard := &guarded{Starter: starter}
	go func() {
		defer close(b.results)
		defer pause()
		b.end.Ended = run.Do(ctx, guard, bulk.Options{Parallel: SideBySide, Now: now, Report: func(one bulk.Result) { b.results <- one }})
		b.end.Standing = run.Standing()
		b.end.Closed, b.end.Crash = run.Close(), guard.crash
	}()
	return b
}

// Results is how each rotation ended, as it is known. It is closed at the end.
func (b *Batch) Results() <-chan bulk.Result { return b.results }

// Count takes a result into the progress.
func (b *Batch) Count(bulk.Result) { b.over++ }

// Progress is how many rotations of the plan are over, those of earlier runs too.
func (b *Batch) Progress() (over, size int) { return b.over, len(b.items) }

// Item is what a result is about.
func (b *Batch) Item(one bulk.Result) bulk.Item { return b.items[one.Item] }

// Pause begins nothing more; what is under way still finishes. It reports whether that is news.
func (b *Batch) Pause() bool {
	news := !b.paused
	b.paused = true
	b.pause()
	return news
}

// Paused reports whether nothing more is begun.
func (b *Batch) Paused() bool { return b.paused }

// End is how it ended, once the results have.
func (b *Batch) End() End { return b.end }
