package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.com/keyturn/models"
)

// Readiness is asked by anybody, and so must not cost much.
const (
	readyWithin = time.Second // how soon the database must take a change
	readyFor    = time.Second // how long an answer is good
)

// readiness knows whether requests are welcome.
type readiness struct {
	store    storage
	key      func(context.Context) error // whether this service has the key that counts
	draining atomic.Bool

	mu    sync.Mutex
	asked time.Time
	last  error
}

// check fails while the service is about to stop, while the database does not take what is written, and while
// the key that counts is not here. It really writes: a full disk shows in nothing less. Everybody who asks
// within a second gets one answer; while nobody asks, nothing is written.
func (r *readiness) check(context.Context) error {
	if r.draining.Load() {
		return &models.Error{Fault: models.FaultUnreachable, Code: "draining", Title: "The service is about to stop", Fix: "ask another instance, or try again in a while"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.asked) < readyFor && !r.asked.IsZero() {
		return r.last
	}
	// Not the caller's context: somebody who leaves early must not make the service look sick to others.
	ctx, stop := context.WithTimeout(context.Background(), readyWithin)
	defer stop()
	r.last = r.look(ctx)
	r.asked = time.Now()
	return r.last
}

func (r *readiness) look(ctx context.Context) error {
	err := r.store.Touch(ctx)
	var full *models.Error
	switch {
	case errors.As(err, &full) && (full.Code == "disk-full" || full.Code == "database-full"):
		return err
	case err != nil:
		return &models.Error{
			Fault: models.FaultUnreachable, Code: "database-away", Title: "The database takes no change within " + readyWithin.String(),
			Fix: "try again in a while; see the service's log", Err: err,
		}
	}
	return r.key(ctx)
}

// Operations answers those who look after the service: whether it runs, whether it is ready, and its
// counts. It asks nobody to sign in, and so belongs on an address that only they reach.
func (s *Server) Operations() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", s.handler)
	mux.Handle("GET /readyz", s.handler)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		s.counts.Kept(s.handler.Kept())
		if err := s.counts.Write(w); err != nil {
			s.cfg.Log.Debug("writing the counts failed", "error", err)
		}
	})
	return mux
}

// ListenForOperations opens the address of Operations: of this machine alone, whatever was asked for.
func ListenForOperations(addr string) (net.Listener, error) {
	return listenHere(addr, &models.Error{
		Fault: models.FaultInvalid, Code: "open-operations", Title: fmt.Sprintf("%q can be reached by others, and nobody has to sign in at the address of operations", addr),
		Fix: "listen on 127.0.0.1 there, such as 127.0.0.1:8421; who collects counts from elsewhere needs a way to this machine",
	})
}

// ServeOperations answers on the listener until ctx ends.
func (s *Server) ServeOperations(ctx context.Context, l net.Listener) error {
	web := newWeb(s.Operations())
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err := web.Close()
	if left := <-failed; !errors.Is(left, http.ErrServerClosed) {
		err = errors.Join(err, left)
	}
	return err
}
