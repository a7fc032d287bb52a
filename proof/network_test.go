package proof_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/wire"
)

// patience of the client where an answer will come, and where none will.
const (
	patient   = 30 * time.Second
	impatient = 100 * time.Millisecond
)

// silent are the strikes after which nothing comes, so that only the client's own clock ends the wait.
func silent(s wire.Strike) bool {
	return s.Fault == wire.BlackHole || s.Fault == wire.Late
}

// harmless are the strikes that a client gets over without noticing.
func harmless(s wire.Strike) bool {
	switch s.Fault {
	case wire.Latency:
		return true
	case wire.Trickle, wire.Duplicated:
		return s.Place != wire.BeforeSend
	}
	return false
}

// late are the strikes that may come when all is over: none at all, and the end of the requests when one
// has arrived.
func late(s wire.Strike) bool {
	return s.Fault == "" || s == wire.Strike{Fault: wire.HalfCloseClient, Place: wire.AfterCommit}
}

// trap is another host. Nobody may ever come there.
func trap(t *testing.T) (url string, came *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	came = &atomic.Int32{}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			came.Add(1)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return "http://" + l.Addr().String(), came
}

// Block B: each fault at each place of each change. What the client was told is true, one repeat with the
// same key settles it, and what is late changes nothing any more.
func TestEveryFaultAtEveryPlaceOfEveryChange(t *testing.T) {
	elsewhere, came := trap(t)
	told := &tally{}
	t.Cleanup(func() {
		if n := came.Load(); n != 0 {
			t.Errorf("the client came to another host %d times", n)
		}
		t.Logf("block B: %d cases (%d operations x %d faults x %d places); told: %s", told.total(), len(operations), len(wire.Faults), len(wire.Places), told)
	})
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, onSQLite)
			for _, at := range wire.Places {
				for _, fault := range wire.Faults {
					strike := wire.Strike{Fault: fault, Place: at}
					t.Run(fmt.Sprintf("%s %s", fault, at), func(t *testing.T) {
						if op.name != "settings" { // of which there is one
							t.Parallel()
						}
						own := *s
						own.TB = t
						told.add(own.survives(op, strike, elsewhere))
					})
				}
			}
		})
	}
}

// survives strikes one change, and returns what the client was told.
func (s *stand) survives(op operation, strike wire.Strike, elsewhere string) string {
	s.Helper()
	ctx := s.Context()
	name := fmt.Sprintf("%s %s %s", op.name, strike.Fault, strike.Place)
	proxy, err := wire.New(strings.TrimPrefix(s.url, "http://"), elsewhere)
	must(s, err)
	closing := sync.OnceValue(proxy.Close)
	defer func() { must(s, closing()) }()
	first := s.client(proxy.URL(), patient)
	sent := 1
	if _, err = first.Health(ctx); strike.Fault == wire.Duplicated { // the line stands, and has carried the like of it
		err = op.prepare(s, name+" before").do(ctx, first)
		sent++
	}
	must(s, err)
	d := op.prepare(s, name)
	w := newWitness()
	if d.credential != "" {
		must(s, w.hold(ctx, s.admin, d.credential))
	}
	proxy.Strike(strike)
	if silent(strike) {
		waiting, stop := context.WithTimeout(ctx, impatient)
		defer stop()
		err = d.do(waiting, first)
	} else {
		err = d.do(ctx, first)
	}
	if n := proxy.Sent(); n != sent {
		s.Errorf("the client sent %d changes by itself, want %d", n, sent)
	}
	told := s.truthful(d, strike, err)

	second := s.client(proxy.URL(), patient)
	s.settled(d, d.again(ctx, second))
	must(s, closing()) // and now comes what was late
	s.settledForGood(d, proxy)
	if d.credential != "" {
		s.holds(w, d.credential)
	}
	return told
}

// truthful compares what the client was told with what is.
func (s *stand) truthful(d deed, strike wire.Strike, told error) string {
	s.Helper()
	done, err := d.done(s.Context(), s.admin)
	must(s, err)
	var e *models.Error
	switch {
	case told == nil:
		if !done {
			s.Error("I7: told that it was done, and it was not")
		}
		if !harmless(strike) && !late(strike) {
			s.Error("the fault did not strike")
		}
		return "done"
	case harmless(strike):
		s.Errorf("a client should get over this: %v", told)
	case !errors.As(told, &e):
		s.Errorf("told no models.Error: %v", told)
	case e.Fault == models.FaultUnknown:
		if e.Fix == "" {
			s.Errorf("told that it is unknown, and not what to do: %v", e)
		}
		return "unknown"
	}
	if done || strike == (wire.Strike{Fault: wire.Late, Place: wire.BeforeSend}) {
		s.Errorf("I7: told that it was surely not done, and it was or will be: %s, %v", models.FaultOf(told), told)
	}
	return "surely not: " + string(models.FaultOf(told))
}

// settled checks what one repeat says: done, or, where the revision is all that guards a repeat, that it
// has been changed to just this.
func (s *stand) settled(d deed, told error) {
	s.Helper()
	done, err := d.done(s.Context(), s.admin)
	must(s, err)
	if !done {
		s.Errorf("I7: after a repeat it is not done: %v", told)
	}
	if told != nil && (d.key != "" || models.FaultOf(told) != models.FaultStale) {
		s.Errorf("I7: a repeat says %s: %v", models.FaultOf(told), told)
	}
}

// settledForGood: nothing that came late has changed anything, and each key has one answer, to the byte.
func (s *stand) settledForGood(d deed, proxy *wire.Proxy) {
	s.Helper()
	if done, err := d.done(s.Context(), s.admin); err != nil || !done {
		s.Errorf("what came late undid it, or did it twice: %v", err)
	}
	if d.key == "" {
		return
	}
	replies := proxy.Replies(d.key)
	if len(replies) == 0 {
		s.Error("the service never said that it was done")
	}
	for _, body := range replies {
		if !bytes.Equal(body, replies[0]) {
			s.Errorf("I3: one key, two answers:\n%s\n%s", replies[0], body)
		}
	}
}

// Whoever cannot even connect is told that surely nothing was done.
func TestNobodyThereIsSurelyNotDone(t *testing.T) {
	s := start(t, onSQLite)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	nobody := s.client("http://"+l.Addr().String(), patient)
	must(t, l.Close())
	for _, op := range operations {
		d := op.prepare(s, op.name)
		if err := d.do(context.Background(), nobody); models.FaultOf(err) != models.FaultUnreachable {
			t.Errorf("%s: told %s: %v", op.name, models.FaultOf(err), err)
		}
		if done, err := d.done(t.Context(), s.admin); err != nil || done {
			t.Errorf("%s: it was done, %v", op.name, err)
		}
	}
}

// tally counts words.
type tally struct {
	mu    sync.Mutex
	words []string
	count map[string]int
}

func (c *tally) add(word string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[string]int{}
	}
	if c.count[word] == 0 {
		c.words = append(c.words, word)
	}
	c.count[word]++
}

func (c *tally) of(word string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count[word]
}

func (c *tally) total() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.count {
		n += k
	}
	return n
}

func (c *tally) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var parts []string
	for _, word := range c.words {
		parts = append(parts, fmt.Sprintf("%d %s", c.count[word], word))
	}
	return strings.Join(parts, ", ")
}
