package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
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

// Whoever tries legacy keys, which may be short, is told after so many different ones neither that one is wrong nor
// that it is right. A key that was right at that address before goes on, one that has ended is no guess however
// often it comes, and other addresses have their own allowance.
func TestWhoGuessesLegacyKeysIsNotToldOfARightOne(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Address: slow(3 * api.FailureCost)})
	w.furnish()
	show := func(value, host string) answer {
		return session{w: w}.post("/v1/license/request", strings.Replace(lstkBody, "TOKEN", value, 1), without("Idempotency-Key"), from(host))
	}
	works := func(value, host string) {
		t.Helper()
		if a := show(value, host); a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	const farm, elsewhere = "198.51.100.1", "198.51.100.2"
	token := ada.secret(ada.named("deploy").ID)
	works(pipelineKey, farm)
	for range 20 {
		show("endedKey01", farm)
	}
	works(bobsKey, elsewhere)
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "nightly", Value: models.NewSecret(w.learn("nightKey01"))}}})
	works("nightKey01", farm) // the one that has ended was one guess
	for i := range 2 {
		show("guessedKey"+strconv.Itoa(i), farm)
	}
	show(bobsKey, farm).comeBack()
	show("guessedKey9", farm).comeBack()
	show("endedKey01", farm).comeBack()
	works(pipelineKey, farm)
	works("nightKey01", farm)
	works(token, farm)
	works(bobsKey, elsewhere)
	if a := ada.get("/v1/workspace", from(farm)); a.status != http.StatusOK {
		t.Errorf("a member behind the same address: %d", a.status)
	}
	session{w: w, token: bobsKey}.get("/v1/workspace", from(farm)).comeBack()
}

// A legacy key that has ended is answered like one that never was.
func TestAnEndedLegacyKeyIsAnsweredLikeNone(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	ada.act(ada.named("pipeline").ID, "revoke", `{"reason":"test"}`)
	ended, none := w.activate(pipelineKey, true), w.activate("neverAKey1", true)
	for _, h := range []http.Header{ended.header, none.header} {
		h.Del("X-Request-Id")
	}
	if diff := cmp.Diff(none.header, ended.header); diff != "" || string(ended.body) != string(none.body) || ended.status != none.status {
		t.Errorf("they differ: %d %s, %d %s%s", none.status, none.body, ended.status, ended.body, diff)
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
