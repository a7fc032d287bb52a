package source

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"
	"sync"

	"example.com/keyturn/audit/finding"
)

// Each reads everything that the options name, and calls visit for every text that is worth it: from several
// goroutines at once and in no order. What could not be read is in the outcome; the error is that of a
// mistake in the options, of visit, or of ctx, and the outcome holds what was done until then.
func Each(ctx context.Context, o Options, visit func(File) error) (Outcome, error) {
	roots, err := Roots(o)
	if err != nil {
		return Outcome{}, err
	}
	s := newScan(ctx, o, visit)
	defer s.end(nil)
	defer s.clean()
	for _, r := range roots {
		s.begin(r)
	}
	s.work(s.workers)
	return s.outcome(len(roots)), context.Cause(s.ctx)
}

// scan is one run of Each.
type scan struct {
	Options
	limits
	visit   func(File) error
	ctx     context.Context
	end     context.CancelCauseFunc
	workers int

	jobs    chan job
	pending sync.WaitGroup // lists that are made and jobs that are waiting: both may make more
	lists   chan struct{}  // held by those that make a list: not all roots at once

	ignorer func() (string, error)
	temp    string
	large   chan []byte // memory for large texts, for all workers together

	mu      sync.Mutex
	skipped map[finding.Skipped]bool
	remarks map[finding.Remark]bool
}

// job is a piece of work for any worker.
type job interface{ do(*worker) error }

// waiting is how many jobs may wait: enough for no worker to, and few enough to be small.
const waiting = 64

func newScan(ctx context.Context, o Options, visit func(File) error) *scan {
	s := &scan{
		Options: o, limits: usual, visit: visit, jobs: make(chan job, waiting),
		workers: cmp.Or(o.Workers, runtime.GOMAXPROCS(0)),
		skipped: map[finding.Skipped]bool{}, remarks: map[finding.Remark]bool{},
	}
	s.ctx, s.end = context.WithCancelCause(ctx)
	s.lists = make(chan struct{}, s.workers)
	if s.Live == nil {
		s.Live = &Live{}
	}
	if s.Worth == nil {
		s.Worth = func([]byte) bool { return true }
	}
	s.ignorer = sync.OnceValues(s.makeIgnorer)
	s.large = largeMemory(2)
	return s
}

// largeMemory is a number of pieces of memory for large texts. None is made before it is needed.
func largeMemory(pieces int) chan []byte {
	memory := make(chan []byte, pieces)
	for range pieces {
		memory <- nil
	}
	return memory
}

// begin makes the list of a root, and with it the jobs, beside everything else.
func (s *scan) begin(r Root) {
	s.pending.Go(func() {
		select {
		case s.lists <- struct{}{}:
			defer func() { <-s.lists }()
		case <-s.ctx.Done():
			return
		}
		s.Live.Root.Store(&r.Name)
		if err := s.list(r); err != nil {
			s.end(err)
		}
	})
}

func (s *scan) list(r Root) error {
	switch {
	case r.kind == absent:
		s.fail(r, ".", r.lack)
		return nil
	case r.kind == stdin:
		return s.stdin(r)
	case r.kind == singles:
		return s.singles(r)
	case s.History:
		return s.history(r)
	case s.Staged:
		return s.staged(r)
	case r.kind == bare:
		return s.bare(r)
	}
	return s.tree(r)
}

// give leaves a job to the workers.
func (s *scan) give(j job) error {
	s.pending.Add(1)
	select {
	case s.jobs <- j:
		return nil
	case <-s.ctx.Done():
		s.pending.Done()
		return context.Cause(s.ctx)
	}
}

// work does the jobs until there is none and nobody can make one any more.
func (s *scan) work(workers int) {
	go func() {
		s.pending.Wait()
		close(s.jobs)
	}()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			w := newWorker(s)
			for j := range s.jobs {
				w.do(j)
			}
		})
	}
	all.Wait()
}

func (w *worker) do(j job) {
	defer w.pending.Done()
	if w.ctx.Err() != nil {
		return
	}
	if err := j.do(w); err != nil {
		w.end(err)
	}
}

// skip counts what is not read. The same thing is counted once, however often it is met.
func (s *scan) skip(r Root, path, reason string, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skipped[finding.Skipped{Root: r.shown, Path: path, Reason: reason, Failed: failed}] = true
}

// fail counts what should have been read.
func (s *scan) fail(r Root, path string, err error) {
	if s.ctx.Err() == nil {
		s.skip(r, path, reasonOf(err), true)
	}
}

// reasonOf is an error without the path that stands beside it anyway.
func reasonOf(err error) string {
	if errors.Is(err, os.ErrPermission) {
		return "it may not be read"
	}
	return cause(err).Error()
}

func (s *scan) remark(r Root, path, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remarks[finding.Remark{Root: r.shown, Path: path, Text: text}] = true
}

func (s *scan) outcome(roots int) Outcome {
	o := Outcome{Roots: roots, Files: int(s.Live.Files.Load()), Bytes: s.Live.Bytes.Load()}
	for skipped := range s.skipped {
		o.Skipped = append(o.Skipped, skipped)
		o.Incomplete = o.Incomplete || skipped.Failed
	}
	for remark := range s.remarks {
		o.Remarks = append(o.Remarks, remark)
	}
	o.Skipped = finding.SortSkipped(o.Skipped)
	o.Remarks = finding.SortRemarks(o.Remarks)
	return o
}
