package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"example.com/keyturn/models"
)

// Limits of the HTTP server.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute // a large import over a slow line
	writeTimeout  = 3 * time.Minute // longer than a wait for changes
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10
	stopTimeout   = 30 * time.Second       // for what is in flight
	maxSweepPause = 5 * time.Second        // so that the duty is kept, or moves on soon
	readyPause    = time.Minute            // until the lists are read ahead again
	minSweepPause = 250 * time.Millisecond // activations are news too, and may be many
)

// Listen opens the address. One that others can reach is refused without TLS files: tokens would
// travel in the clear.
func Listen(addr, certFile, keyFile string) (net.Listener, error) {
	if (certFile == "") != (keyFile == "") {
		return nil, &models.Error{Fault: models.FaultInvalid, Code: "no-tls", Title: "TLS needs both files: the certificate and its key", Fix: "give both, or none and listen on 127.0.0.1"}
	}
	if certFile == "" {
		return listenHere(addr, &models.Error{
			Fault: models.FaultInvalid, Code: "no-tls", Title: fmt.Sprintf("%q can be reached by others, who would read every token on its way", addr),
			Fix: "give a certificate and its key, or listen on 127.0.0.1",
		})
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, &models.Error{Fault: models.FaultInvalid, Code: "no-tls", Title: "the TLS files cannot be used", Detail: err.Error(), Fix: "give a certificate and its key, both in PEM", Err: err}
	}
	l, err := tls.Listen("tcp", addr, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, noListening(addr, err)
	}
	return l, nil
}

// listenHere opens an address of this machine alone, and refuses any other one with that error.
func listenHere(addr string, open *models.Error) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &models.Error{Fault: models.FaultInvalid, Code: "bad-address", Title: fmt.Sprintf("%q is no address to listen on", addr), Fix: "write host:port, such as 127.0.0.1:8420"}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, open
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, noListening(addr, err)
	}
	return l, nil
}

// noListening says why nobody can listen there.
func noListening(addr string, err error) error {
	why := err
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		why = op.Err
	}
	if call := (*os.SyscallError)(nil); errors.As(why, &call) {
		why = call.Err
	}
	return &models.Error{
		Fault: models.FaultConflict, Code: "cannot-listen", Title: "cannot listen on " + addr, Detail: why.Error(),
		Fix: "stop what listens there, or choose another address", Err: err,
	}
}

// newWeb is an HTTP server that nobody holds up: not by headers or a body that do not end, nor by not
// reading what is answered.
func newWeb(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
}

// Serve answers on the listener until ctx ends, then finishes what it began. It also ends the
// graces that are over, and writes down who used what.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	web := newWeb(s.handler)
	aside, stopAside := context.WithCancel(ctx)
	var chores sync.WaitGroup
	chores.Go(func() { s.sweep(aside) })
	chores.Go(func() { s.listen(aside) })
	chores.Go(func() { s.rememberOften(aside) })
	chores.Go(func() { s.makeReady(aside) })
	chores.Go(func() {
		s.service.WriteUses(aside, func(err error) { s.cfg.Log.Error("writing use failed; it will be tried again", "error", err) })
	})
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = s.stop(web)
		<-failed
	}
	stopAside()
	chores.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func (s *Server) stop(web *http.Server) error {
	s.ready.draining.Store(true)
	s.service.Release()
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := web.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop: some requests did not end in %s", stopTimeout), web.Close())
	}
	return nil
}

// makeReady reads the long lists ahead, at the start and again and again: much may have moved, and each day they are told
// anew.
func (s *Server) makeReady(ctx context.Context) {
	for {
		if err := s.handler.MakeReady(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("reading the lists ahead failed; whoever asks for one waits longer", "error", err)
		}
		if !waitFor(ctx, nil, readyPause) {
			return
		}
	}
}

// sweep ends graces when they are due, in one of the services of a workspace. A change can bring the
// next one nearer, so it never sleeps long; refusing an ended secret does not wait for it. Every service
// looks on the way whether the key has changed, so that its log tells of it before anybody asks, and says which
// keys it has.
func (s *Server) sweep(ctx context.Context) {
	for {
		told := s.service.News()
		_ = s.service.CheckKey(ctx) // the log tells what is missing
		if err := s.sayHere(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("telling the other services of this one failed", "error", err)
		}
		next, err := s.sweepOnce(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("ending graces failed", "error", err)
		}
		pause := maxSweepPause
		if due := next.Sub(s.cfg.Now()); !next.IsZero() && due < pause {
			pause = max(due, 0)
		}
		if !waitFor(ctx, told, pause) || !waitFor(ctx, nil, minSweepPause) {
			return
		}
	}
}

// sweepOnce sweeps if that is this service's duty.
func (s *Server) sweepOnce(ctx context.Context) (next time.Time, err error) {
	duty, err := s.store.OnDuty(ctx)
	if err == nil && duty {
		next, err = s.service.Sweep(ctx)
	}
	s.counts.Sweep(duty, err)
	return next, err
}

// waitFor returns after the pause or at the news; false if ctx ended first.
func waitFor(ctx context.Context, news <-chan struct{}, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-news:
	case <-timer.C:
	}
	return true
}
