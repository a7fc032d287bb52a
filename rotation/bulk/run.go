package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
)

// Starter starts one rotation; see rotation.Engine.
type Starter interface {
	Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error)
}

// Options say how a plan is run.
type Options struct {
	Parallel int // how many at a time
	Now      func() time.Time
	Report   func(Result) // hears of every item as it ends, one at a time; may be nil
}

// Bounds of a run.
const (
	oneItem      = time.Minute      // for one answer, asking again included
	afterPause   = 20 * time.Second // that what is under way may take after a pause
	limitedTries = 30               // for one item, if the service asks to wait
	longestLimit = 2 * time.Minute  // that the service may ask to wait at once
	firstLimit   = time.Second
)

// Ended says why a run ended before its plan did.
type Ended struct {
	Paused bool  // somebody asked for it
	Err    error // nothing would have come of going on
}

// runner is one run of a plan.
type runner struct {
	run     *Run
	starter Starter
	o       Options
	mu      sync.Mutex
	todo    []int
	until   time.Time // nobody asks before
	unknown int       // in a row
	ended   Ended
	torn    bool // the end of the plan is damaged: nothing is added to it any more
	stop    context.CancelFunc
}

// Do asks for every item that is not over, a few at a time, until all are or ctx ends: then nothing
// new is begun, and what is under way may still finish. Each result is on the disk before the next
// item of its worker is begun.
func (r *Run) Do(ctx context.Context, starter Starter, o Options) Ended {
	begin, stop := context.WithCancel(ctx)
	defer stop()
	work, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	defer context.AfterFunc(begin, func() { time.AfterFunc(afterPause, giveUp) })()
	w := &runner{run: r, starter: starter, o: o, stop: stop}
	for i := range r.results {
		if !r.results[i].State.Over() {
			w.todo = append(w.todo, i)
		}
	}
	var workers sync.WaitGroup
	for range min(max(1, o.Parallel), len(w.todo)) {
		workers.Go(func() { w.work(begin, work) })
	}
	workers.Wait()
	w.ended.Paused = ctx.Err() != nil && len(w.todo) > 0
	return w.ended
}

func (w *runner) work(begin, ctx context.Context) {
	for {
		item, ok := w.next(begin)
		if !ok {
			return
		}
		result, ok := w.one(begin, ctx, item)
		if !ok {
			w.putBack(item)
			return
		}
		w.record(result)
	}
}

func (w *runner) next(begin context.Context) (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if begin.Err() != nil || len(w.todo) == 0 {
		return 0, false
	}
	item := w.todo[0]
	w.todo = w.todo[1:]
	return item, true
}

func (w *runner) putBack(item int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.todo = append(w.todo, item)
}

// one asks for one item. It reports false if the item was surely not done for a reason that is not
// the item's own: then it is left for another run.
func (w *runner) one(begin, ctx context.Context, item int) (Result, bool) {
	for try := 1; ; try++ {
		if !w.wait(begin) {
			return Result{}, false
		}
		rotation, c, err := w.start(ctx, item)
		if told := models.Outrun(err); told != nil {
			err = told
		}
		result := Result{Item: item, At: w.o.Now(), Err: err}
		switch models.FaultOf(err) {
		case "":
			result.State, result.Rotation, result.Credential = Done, rotation.ID, &c
			return result, true
		case models.FaultUnknown:
			result.State = Unknown
		case models.FaultRateLimited:
			if w.hold(err, try) {
				continue
			}
			w.end(err)
			return Result{}, false
		case models.FaultUnreachable, models.FaultUnauthorized, models.FaultForbidden, models.FaultInternal:
			w.end(err)
			return Result{}, false
		default:
			result.State = Failed
		}
		result.Code, result.Why, result.Fix, result.First = codeOf(err), err.Error(), models.FixOf(err), firstOf(err)
		return result, true
	}
}

func (w *runner) start(ctx context.Context, item int) (models.Rotation, models.Credential, error) {
	ctx, done := context.WithTimeout(ctx, oneItem)
	defer done()
	return w.starter.Start(ctx, w.run.Plan.Items[item].Request)
}

// wait lets the time pass that the service asked for.
func (w *runner) wait(begin context.Context) bool {
	for {
		w.mu.Lock()
		rest := time.Until(w.until)
		w.mu.Unlock()
		if begin.Err() != nil {
			return false
		}
		if rest <= 0 {
			return true
		}
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-begin.Done():
			timer.Stop()
		}
	}
}

// hold has every worker wait as long as the service asks. It reports false if that is too long.
func (w *runner) hold(err error, try int) bool {
	wait := min(firstLimit<<min(try-1, 6), longestLimit)
	var e *models.Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		wait = e.RetryAfter
	}
	if try >= limitedTries || wait > longestLimit {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := time.Now().Add(wait); until.After(w.until) {
		w.until = until
	}
	return true
}

// end begins nothing any more.
func (w *runner) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended.Err == nil {
		w.ended.Err = err
	}
	w.stop()
}

// record puts a result on the disk, and ends the run if the disk refuses or the service has not
// answered for as many items in a row as are asked for at a time.
func (w *runner) record(result Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.run.results[result.Item] = result
	if w.unknown++; result.State != Unknown {
		w.unknown = 0
	}
	if w.unknown >= max(2, w.o.Parallel) && w.ended.Err == nil {
		w.ended.Err = result.Err
		w.stop()
	}
	err := w.write(result)
	if err != nil && (w.ended.Err == nil || models.FaultOf(w.ended.Err) == models.FaultUnknown) {
		w.ended.Err = &models.Error{
			Fault: models.FaultInternal, Code: "plan-not-written", Title: "what became of an item could not be written into the plan", Detail: err.Error(),
			Fix: "make room there, then go on with " + GoOn(w.run.Path) + ": nothing is done twice", Err: err,
		}
		w.stop()
	}
	if w.o.Report != nil {
		w.o.Report(result)
	}
}

func (w *runner) write(result Result) error {
	if w.torn {
		return nil
	}
	text, err := json.Marshal(line{Result: &result})
	if err == nil {
		err = durable.Append(w.run.file, append(text, '\n'))
	}
	w.torn = err != nil
	return err
}
