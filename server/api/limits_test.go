package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"example.com/keyturn/server/api"
)

// slow is a limit that a test reaches, and that gains nothing while the test runs.
func slow(burst int) api.Bucket { return api.Bucket{PerSecond: 0.001, Burst: burst} }

// comeBack fails unless the answer says that there were too many requests, and when to come back.
func (a answer) comeBack() answer {
	a.w.Helper()
	if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); a.status != http.StatusTooManyRequests || err != nil || seconds < 1 {
		a.w.Errorf("%s: %d, Retry-After %q: %s", a.what, a.status, a.header.Get("Retry-After"), a.body)
	}
	return a
}

func TestAMemberWhoAsksForTooMuchWaitsAlone(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Member: slow(20)})
	w.furnish() // does not ask over HTTP
	bob := ada.signIn("bob@example.com")
	for range 40 {
		if ada.get("/v1/workspace").status == http.StatusTooManyRequests {
			break
		}
	}
	ada.get("/v1/workspace").comeBack().problem(http.StatusTooManyRequests, "rate-limited")
	if a := bob.get("/v1/workspace"); a.status != http.StatusOK {
		t.Errorf("bob waits for ada: %d", a.status)
	}
}

func TestAGuesserIsStoppedAndNobodyElse(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Address: slow(3 * api.FailureCost)})
	token := ada.secret(ada.create("deploy").ID)
	for i := range 3 {
		guess := "lstest-" + strings.Repeat(strconv.Itoa(i), 36)
		if i == 1 {
			session{w: w, token: guess}.get("/v1/workspace").problem(http.StatusUnauthorized, "token-unknown")
			continue
		}
		if a := w.activate(guess, true); a.status == http.StatusOK || a.status == http.StatusTooManyRequests {
			t.Errorf("guess %d: %d", i, a.status)
		}
	}
	w.activate("another1", true).comeBack()
	session{w: w, token: "another"}.get("/v1/workspace").comeBack()
	session{w: w}.get("/v1/workspace").comeBack()
	if a := w.activate(token, true); a.status != http.StatusOK {
		t.Errorf("a valid token behind the same address: %d %s", a.status, a.body)
	}
	if a := ada.get("/v1/workspace"); a.status != http.StatusOK {
		t.Errorf("a member behind the same address: %d", a.status)
	}
}

func TestATokenThatActivatesTooOftenWaitsAlone(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Credential: slow(2)})
	busy, other := ada.secret(ada.create("busy").ID), ada.secret(ada.create("other").ID)
	w.activate(busy, true)
	w.activate(busy, true)
	if a := w.activate(busy, true).comeBack(); !strings.Contains(string(a.body), `"message":"generic.rate_limited: `) {
		t.Errorf("LocalStack's clients do not understand %s", a.body)
	}
	if a := w.activate(other, true); a.status != http.StatusOK {
		t.Errorf("another token: %d", a.status)
	}
}
