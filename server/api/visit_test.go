package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/keyturn/server/api"
)

const canary = "lstest-CANARYCANARYCANARYCANARYCANARY"

// line is one request in the log.
type line struct {
	Msg, Level, Request, Method, Route, Principal string
	Status                                        int
}

func (w *world) lines() (list []line) {
	w.Helper()
	for text := range strings.Lines(w.log.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			w.Fatal(err)
		}
		if l.Msg == "request" {
			list = append(list, l)
		}
	}
	return list
}

// Wherever somebody puts a secret, the log of even every request and the counts repeat none of it; nor do
// they repeat names, which whoever may read a log need not know.
func TestTheLogAndTheCountsRepeatNothing(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	w.learn(canary)
	for _, path := range []string{"/" + canary, "/v1/" + canary, "/v1/credentials/" + canary, "/v1/credentials/" + canary + "/secret", "/v1/members?cursor=" + canary, "/v1/workspace?" + canary + "=1", "//" + canary, "/v1/rotations/" + canary} {
		ada.get(path, anyhow)
		session{w: w, token: canary}.get(path, anyhow)
		ada.ask(canary[:6], path, "", anyhow)
		ada.post(path, canary, anyhow)
		for _, id := range []string{canary, canary + "!", "run-" + canary, pipelineKey} {
			ada.get(path, header("X-Request-Id", id), anyhow)
		}
		ada.get(path, header("User-Agent", canary), anyhow)
	}
	w.activate(canary, true)
	w.activate(pipelineKey, true)
	ada.post("/v1/credentials", `{"name":"CANARY"}`, anyhow)
	counts := httptest.NewRecorder()
	w.srv.Operations().ServeHTTP(counts, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for what, text := range map[string]string{"log": w.log.String(), "counts": counts.Body.String()} {
		for _, hidden := range []string{"CANARY", ada.token, pipelineKey, "ada@example.com", "192.0.2.1", "lstest"} {
			if strings.Contains(text, hidden) {
				t.Errorf("the %s repeat %s:\n%s", what, hidden, text)
			}
		}
		if len(text) < 1000 {
			t.Errorf("the %s are short: %q", what, text)
		}
	}
	for _, want := range []string{
		`keyturn_activations_total{verdict="accepted"} 1`, `keyturn_http_requests_total{method="GET",route="/v1/credentials/{credential_id}",status="404"}`,
		`keyturn_http_requests_total{method="other",route="none",status="404"}`, `keyturn_events_total{action="credential.created"}`, `keyturn_build_info{version="1.2.3"`,
	} {
		if !strings.Contains(counts.Body.String(), want) {
			t.Errorf("%s is missing in the counts:\n%s", want, counts.Body)
		}
	}
}

func TestEachRequestIsOneLineOfItsOwnWeight(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Address: slow(api.FailureCost)})
	c := ada.create("deploy")
	ada.get("/v1/credentials/"+c.ID, header("X-Request-Id", "read-1"))
	ada.get("/v1/credentials/nothing", header("X-Request-Id", "miss-1"))
	session{w: w, token: "wrong"}.get("/v1/workspace", header("X-Request-Id", "wrong-1"))
	session{w: w, token: "wrong"}.get("/v1/workspace", header("X-Request-Id", "wrong-2"))
	byID := map[string]line{}
	var change line
	for _, l := range w.lines() {
		if _, twice := byID[l.Request]; twice {
			t.Errorf("two lines for %s", l.Request)
		}
		if byID[l.Request] = l; l.Method == http.MethodPost {
			change = l
		}
	}
	me := change.Principal
	if me == "" {
		t.Fatal("the line of a change does not say whose it is")
	}
	for got, want := range map[line]line{
		change:          {"request", "INFO", change.Request, "POST", "/v1/credentials", me, 201},
		byID["read-1"]:  {"request", "DEBUG", "read-1", "GET", "/v1/credentials/{credential_id}", me, 200},
		byID["miss-1"]:  {"request", "INFO", "miss-1", "GET", "/v1/credentials/{credential_id}", me, 404},
		byID["wrong-1"]: {"request", "INFO", "wrong-1", "GET", "/v1/workspace", "", 401},
		byID["wrong-2"]: {"request", "DEBUG", "wrong-2", "GET", "/v1/workspace", "", 429},
	} {
		if got != want {
			t.Errorf("logged %+v, want %+v", got, want)
		}
	}
}
