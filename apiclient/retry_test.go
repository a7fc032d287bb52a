package apiclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/keyturn/models"
)

// attempts answers each attempt in its turn, the last one for ever, and notes when each came.
type attempts struct {
	answers []exchange
	at      []time.Duration
	start   time.Time
}

func (a *attempts) RoundTrip(req *http.Request) (*http.Response, error) {
	a.at = append(a.at, time.Since(a.start))
	x := a.answers[min(len(a.at), len(a.answers))-1]
	if x.fail != nil {
		return nil, x.fail
	}
	return x.response(req), nil
}

func busyAnswer(status int, retryAfter string) exchange {
	return exchange{status: status, reply: http.Header{"Content-Type": {"text/plain"}, "Retry-After": {retryAfter}}}
}

func TestAReadingIsRepeatedWhileTheServiceIsBusy(t *testing.T) {
	good := exchange{answer: sample(t, "workspace")}
	lost := exchange{fail: errors.New("connection lost")}
	for name, tc := range map[string]struct {
		answers []exchange
		times   int
		fault   models.Fault
		longest time.Duration
		atLeast time.Duration
	}{
		"lost once":              {answers: []exchange{lost, good}, times: 2, longest: time.Second},
		"every busy word":        {answers: []exchange{busyAnswer(502, ""), busyAnswer(503, ""), busyAnswer(504, ""), good}, times: 4, longest: 3 * time.Second},
		"lost for good":          {answers: []exchange{lost}, times: 4, fault: models.FaultUnreachable, longest: 3 * time.Second},
		"too many, then not":     {answers: []exchange{busyAnswer(429, "3"), good}, times: 2, atLeast: 3 * time.Second, longest: 3 * time.Second},
		"too many for long":      {answers: []exchange{busyAnswer(429, "3600")}, times: 1, fault: models.FaultRateLimited},
		"a downtime by the date": {answers: []exchange{busyAnswer(503, "Mon, 23 Nov 2099 14:00:00 GMT")}, times: 1, fault: models.FaultUnreachable},
		"a date that is over":    {answers: []exchange{busyAnswer(503, "Mon, 23 Nov 1998 14:00:00 GMT"), good}, times: 2, longest: time.Second},
		"a refusal":              {answers: []exchange{busyAnswer(500, "")}, times: 1, fault: models.FaultUnreachable},
		"waits beyond the limit": {answers: []exchange{busyAnswer(503, "9"), busyAnswer(503, "9"), busyAnswer(503, "9"), good}, times: 2, fault: models.FaultUnreachable, longest: 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &attempts{answers: tc.answers, start: time.Now()}
				c := clientOn(t, a)
				c.timeout = 10 * time.Second
				_, err := c.Workspace(t.Context())
				if models.FaultOf(err) != tc.fault {
					t.Errorf("got %v, want %q", err, tc.fault)
				}
				if len(a.at) != tc.times {
					t.Errorf("asked at %v, want %d times", a.at, tc.times)
				}
				if took := time.Since(a.start); took > tc.longest || took < tc.atLeast {
					t.Errorf("took %v, want %v to %v", took, tc.atLeast, tc.longest)
				}
			})
		})
	}
}

func TestAnErrorSaysHowLongTheServiceAsksToWait(t *testing.T) {
	c := clientOn(t, &attempts{answers: []exchange{busyAnswer(429, "120")}, start: time.Now()})
	_, err := c.Workspace(t.Context())
	if e := asError(t, err); !strings.Contains(e.Fix, "2m0s") {
		t.Errorf("fix %q", e.Fix)
	}
}

func TestADateIsTakenByTheClockOfTheService(t *testing.T) {
	header := http.Header{"Date": {"Mon, 23 Nov 1998 14:00:00 GMT"}, "Retry-After": {"Mon, 23 Nov 1998 14:00:07 GMT"}}
	if got := retryAfter(&http.Response{Header: header}); got != 7*time.Second {
		t.Errorf("got %v", got)
	}
}

func TestGivingUpEndsTheRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &attempts{answers: []exchange{busyAnswer(503, "5")}, start: time.Now()}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := clientOn(t, a).Workspace(ctx)
		if e := asError(t, err); !errors.Is(e, context.DeadlineExceeded) || len(a.at) != 1 || time.Since(a.start) != time.Second {
			t.Errorf("asked at %v: %v", a.at, err)
		}
	})
}

func TestALongPollIsGivenItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := roundTrip(func(req *http.Request) (*http.Response, error) {
			select {
			case <-time.After(50 * time.Second):
				return exchange{answer: sample(t, "changes")}.response(req), nil
			case <-req.Context().Done():
				return nil, req.Context().Err()
			}
		})
		c := clientOn(t, slow)
		c.timeout = 5 * time.Second
		if _, err := c.Changes(t.Context(), 1, 50*time.Second); err != nil {
			t.Error(err)
		}
		if _, err := c.Changes(t.Context(), 1, 40*time.Second); models.FaultOf(err) != models.FaultUnreachable {
			t.Errorf("got %v, want the end of its patience", err)
		}
	})
}
