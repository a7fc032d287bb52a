package audit

import (
	"sync"
	"sync/atomic"
	"time"
)

// Progress is how far an audit is.
type Progress struct {
	Root       string // that was begun last
	Files      int    // read
	Bytes      int64  // read
	Candidates int
	Findings   int // before what is known is taken away
	Done       bool
}

// counts is what only the looking knows.
type counts struct{ candidates, findings atomic.Int64 }

// often is how much time passes between two words about the progress.
const often = 100 * time.Millisecond

// tell tells how far the audit is until stop is called, and then once more.
func (r *run) tell() (stop func()) {
	if r.Progress == nil {
		return func() {}
	}
	done := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() {
		tick := time.NewTicker(often)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				r.Progress(r.now())
			case <-done:
				p := r.now()
				p.Done = true
				r.Progress(p)
				return
			}
		}
	})
	return func() {
		close(done)
		telling.Wait()
	}
}

func (r *run) now() Progress {
	p := Progress{
		Files: int(r.Live.Files.Load()), Bytes: r.Live.Bytes.Load(),
		Candidates: int(r.progress.candidates.Load()), Findings: int(r.progress.findings.Load()),
	}
	if root := r.Live.Root.Load(); root != nil {
		p.Root = *root
	}
	return p
}
