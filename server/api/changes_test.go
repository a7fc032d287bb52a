package api_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

type changes struct {
	Position    int64
	Credentials []credential
	Members     []member
	Workspace   bool
	More        bool
}

func (s session) changes(query string, how ...option) changes {
	s.w.Helper()
	var got changes
	s.get("/v1/changes"+query, how...).into(http.StatusOK, &got)
	return got
}

func after(position int64) string { return "?after=" + strconv.FormatInt(position, 10) }

func TestChangesAtTheWire(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	here := ada.changes("")
	if here.Position == 0 || len(here.Credentials)+len(here.Members) != 0 || here.More {
		t.Errorf("asked only for the position: %+v", here)
	}
	all := ada.changes("?after=0")
	if len(all.Credentials) != 6 || len(all.Members) != 3 || !all.Workspace || all.Position != here.Position {
		t.Errorf("everything there is: %+v", all)
	}
	token := ada.secret(ada.named("deploy").ID)
	now := ada.changes(after(here.Position))
	w.accepted(token)
	used := ada.changes(after(now.Position))
	if len(used.Credentials) != 1 || used.Credentials[0].Use.Count != 1 || used.Credentials[0].Use.Host != "m-1" {
		t.Errorf("after a use: %+v", used)
	}
	if nothing := ada.changes(after(used.Position)); nothing.Position != used.Position || nothing.Workspace {
		t.Errorf("after nothing: %+v", nothing)
	}
}

// changesInParts checks that what is more than one answer can hold comes in parts, and none is missing.
func changesInParts(w *world, ada session) {
	w.Helper()
	seen := map[string]bool{}
	parts := 0
	for position := int64(0); ; {
		got := ada.changes(after(position))
		parts++
		if len(got.Credentials)+len(got.Members) > 2000 || parts > 20 {
			w.Fatalf("part %d holds %d credentials and %d members", parts, len(got.Credentials), len(got.Members))
		}
		for _, c := range got.Credentials {
			seen[c.ID] = true
		}
		if position = got.Position; !got.More {
			break
		}
	}
	if len(seen) != many+1 || parts < 3 {
		w.Errorf("%d credentials in %d parts", len(seen), parts)
	}
}

// Waits are tested in a bubble whose time runs only while everybody waits.
func inBubble(t *testing.T, tell func(w *world, ada session, here int64)) {
	synctest.Test(t, func(t *testing.T) {
		w, ada := newWorld(t)
		tell(w, ada, ada.changes("").Position)
	})
}

// wait asks for changes with the longest wait there is.
func (s session) wait(here int64) <-chan changes {
	got := make(chan changes, 1)
	go func() { got <- s.changes(after(here) + "&wait=50") }()
	synctest.Wait() // it waits now
	return got
}

func TestAChangeEndsTheWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, ada session, here int64) {
		start := time.Now()
		got := ada.wait(here)
		if len(got) != 0 {
			w.Fatalf("it did not wait: %+v", <-got)
		}
		c := ada.create("nightly")
		news := <-got
		if len(news.Credentials) != 1 || news.Credentials[0].ID != c.ID || news.Position <= here {
			w.Errorf("woken with %+v", news)
		}
		if at := <-ada.wait(here); len(at.Credentials) != 1 || time.Since(start) != 0 {
			w.Errorf("what is there already is not waited for: %+v", at)
		}
	})
}

func TestAnActivationEndsTheWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, ada session, here int64) {
		token := ada.secret(ada.create("nightly").ID)
		got := ada.wait(ada.changes("").Position)
		w.accepted(token)
		if news := <-got; len(news.Credentials) != 1 || news.Credentials[0].Use.Count != 1 {
			w.Errorf("woken with %+v", news)
		}
	})
}

func TestTheWaitEnds(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, ada session, here int64) {
		start := time.Now()
		got := <-ada.wait(here)
		if waited := time.Since(start); got.Position != here || got.Workspace || waited != 50*time.Second {
			w.Errorf("after %s: %+v", waited, got)
		}
	})
}

func TestTheWaitEndsWhenTheServiceStops(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, ada session, here int64) {
		start := time.Now()
		got := ada.wait(here)
		w.srv.Service().Release()
		if news := <-got; news.Position != here || len(news.Credentials) != 0 || time.Since(start) != 0 {
			w.Errorf("released with %+v", news)
		}
	})
}

// Whoever goes away while waiting is not answered, and no failure is logged.
func TestTheWaitEndsWhenTheCallerGoes(t *testing.T) {
	t.Parallel()
	inBubble(t, func(w *world, ada session, here int64) {
		leaving, leave := context.WithCancel(w.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.silent(leaving, ada, after(here)+"&wait=50")
		}()
		synctest.Wait()
		leave()
		<-done
		if log := w.log.String(); strings.Contains(log, `"level":"WARN"`) || strings.Contains(log, `"level":"ERROR"`) {
			w.Errorf("logged %s", log)
		}
	})
}
