//go:build linux

package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/keyturn/server/policy"
)

func status(s *Server, path string) int {
	w := httptest.NewRecorder()
	s.Operations().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code
}

// Ready means that the database would take a change within a second, asked at most once a second.
func TestReadinessIsThatOfTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.served(func(s *Server) {
		if got := status(s, "/readyz"); got != http.StatusOK {
			t.Fatalf("ready: %d", got)
		}
		held, release := make(chan struct{}), make(chan struct{})
		done := make(chan error, 1)
		go func() {
			done <- s.store.Write(context.Background(), func(policy.Writes) error { close(held); <-release; return nil })
		}()
		<-held
		if got := status(s, "/readyz"); got != http.StatusOK {
			t.Errorf("asked again within the second: %d", got)
		}
		s.ready.asked = time.Time{}
		began := time.Now()
		if got := status(s, "/readyz"); got != http.StatusServiceUnavailable {
			t.Errorf("while nobody can write: %d", got)
		}
		if took := time.Since(began); took < readyWithin || took > 5*readyWithin {
			t.Errorf("it took %s", took)
		}
		if got := status(s, "/healthz"); got != http.StatusOK {
			t.Errorf("the process runs all the same: %d", got)
		}
		close(release)
		h.must(<-done)
		s.ready.asked = time.Time{}
		if got := status(s, "/readyz"); got != http.StatusOK {
			t.Errorf("after that: %d", got)
		}
	})
}

// What looks after the service is for this machine alone, and answers nothing else.
func TestOperationsAreForThisMachine(t *testing.T) {
	t.Parallel()
	if l, err := ListenForOperations("0.0.0.0:0"); err == nil {
		_ = l.Close()
		t.Error("everybody may read the counts")
	}
	h := newHouse(t)
	h.served(func(s *Server) {
		for path, want := range map[string]int{"/metrics": 200, "/healthz": 200, "/readyz": 200, "/v1/workspace": 404, "/": 404} {
			if got := status(s, path); got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("the counts are for everybody: %d", w.Code)
		}
	})
}

// Told to stop, the service is no longer ready, ends waits at once, finishes what it began, and lets
// nobody in.
func TestStoppingFinishesWhatWasBegun(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.served(func(s *Server) {
		l, err := Listen("127.0.0.1:0", "", "")
		h.must(err)
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		url := "http://" + l.Addr().String()
		resp, err := http.Get(url + "/readyz")
		h.must(err)
		h.must(resp.Body.Close())
		// A request whose body is still on its way is in flight.
		conn, err := net.Dial("tcp", l.Addr().String())
		h.must(err)
		defer func() { _ = conn.Close() }()
		body := `{"credentials":{"token":"nobody"}}`
		_, err = fmt.Fprintf(conn, "POST /v1/license/request HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
		h.must(err)
		answers := bufio.NewReader(conn)
		for line := ""; line != "\r\n"; { // the service says that it waits for the body
			line, err = answers.ReadString('\n')
			h.must(err)
		}
		stop()
		deadline := time.Now().Add(10 * time.Second)
		for status(s, "/readyz") != http.StatusServiceUnavailable {
			if time.Now().After(deadline) {
				t.Fatal("still ready")
			}
			time.Sleep(time.Millisecond)
		}
		_, err = io.WriteString(conn, body)
		h.must(err)
		answer, err := http.ReadResponse(answers, nil)
		h.must(err)
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("what was begun ends with %d", answer.StatusCode)
		}
		h.must(answer.Body.Close())
		h.must(<-served)
		if _, err := http.Get(url + "/healthz"); err == nil {
			t.Error("somebody is let in")
		}
	})
}

// pipes is a listener whose connections are pipes in memory, so that time may be that of a test.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// Nobody holds up a connection: neither by a header or a body that does not end, nor by saying nothing,
// nor by reading nothing.
func TestSlowCallersAreLetGo(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		send  string
		every time.Duration // then a byte each
		most  time.Duration
	}{
		"a header without an end": {"GET / HTTP/1.1\r\nX-A: ", time.Second, headerTimeout},
		"a body without an end":   {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", time.Second, readTimeout},
		"nothing at all":          {"", 0, headerTimeout},
		"nothing after a request": {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0, idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener := make(pipes, 1)
				web := newWeb(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						w.WriteHeader(http.StatusRequestTimeout)
					}
				}))
				served := make(chan error, 1)
				go func() { served <- web.Serve(listener) }()
				ours, theirs := net.Pipe()
				listener <- theirs
				began := time.Now()
				written := make(chan struct{})
				go func() {
					defer close(written)
					_, err := io.WriteString(ours, tc.send)
					for err == nil && tc.every > 0 {
						time.Sleep(tc.every)
						_, err = io.WriteString(ours, "a")
					}
				}()
				_, _ = io.Copy(io.Discard, ours) // until it is closed
				if took := time.Since(began); took < tc.most || took > tc.most+5*time.Second {
					t.Errorf("let go after %s, want %s", took, tc.most)
				}
				_ = ours.Close()
				<-written
				close(listener)
				<-served
				_ = web.Close()
			})
		})
	}
}

// What is too large is refused before it is held in memory.
func TestLargeRequestsAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.served(func(s *Server) {
		l, err := Listen("127.0.0.1:0", "", "")
		h.must(err)
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, l) }()
		defer func() { stop(); h.must(<-served) }()
		url := "http://" + l.Addr().String()
		req, err := http.NewRequest(http.MethodGet, url+"/healthz", nil)
		h.must(err)
		req.Header.Set("X-Large", strings.Repeat("a", 2*maxHeader))
		resp, err := http.DefaultTransport.RoundTrip(req)
		h.must(err)
		if h.must(resp.Body.Close()); resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a large header: %d", resp.StatusCode)
		}
		resp, err = http.Post(url+"/v1/license/request", "application/json", bytes.NewReader(bytes.Repeat([]byte(" "), 2<<20)))
		h.must(err)
		if h.must(resp.Body.Close()); resp.StatusCode != http.StatusBadRequest || !resp.Close {
			t.Errorf("a large body: %d, closed: %v", resp.StatusCode, resp.Close)
		}
	})
}
