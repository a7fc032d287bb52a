package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server/api"
)

// identify asks whose values these are.
func (s session) identify(values ...string) answer {
	s.w.Helper()
	body, err := json.Marshal(map[string][]string{"values": values})
	if err != nil {
		s.w.Fatal(err)
	}
	return s.post("/v1/identifications", string(body), without("Idempotency-Key"))
}

type identification struct {
	Known   bool
	ID      string `json:"credential_id"`
	Kind    string
	Name    string
	Owner   *struct{ ID, Name, Email string }
	Version int
	State   string
	Paused  bool
}

func TestValuesAreIdentifiedInTheirOrder(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	bob, deploy := ada.member("bob@example.com"), ada.named("deploy")
	token := ada.secret(deploy.ID)
	ada.act(deploy.ID, "pause", "")
	var got list[identification]
	a := ada.identify(pipelineKey, "whoKnows12", bobsKey, token).into(http.StatusOK, &got)
	if a.header.Get("Retry-After") != "" || len(got.Items) != 4 {
		t.Fatalf("answered %v %s", a.header, a.body)
	}
	pipeline, unknown, key, ci := got.Items[0], got.Items[1], got.Items[2], got.Items[3]
	if pipeline.Kind != "legacy_ci_key" || pipeline.Name != "pipeline" || pipeline.ID == "" || pipeline.State != "current" || pipeline.Version != 1 || pipeline.Owner != nil {
		t.Errorf("the key of the pipeline is %+v", pipeline)
	}
	if (unknown != identification{}) {
		t.Errorf("nobody's value is %+v", unknown)
	}
	if key.Kind != "legacy_api_key" || key.ID != bob.LegacyKey.ID || key.Owner == nil || key.Owner.Name != "Bob" || key.Owner.Email != "bob@example.com" || key.Owner.ID != bob.ID {
		t.Errorf("Bob's key is %+v", key)
	}
	if ci.Kind != "ci_token" || ci.ID != deploy.ID || !ci.Paused || pipeline.Paused {
		t.Errorf("the paused token is %+v", ci)
	}
}

// The same call, said twice, is answered twice: nothing is remembered of it, and so nothing can be guessed
// from what is.
func TestNothingIsRememberedOfAnIdentification(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	for range 2 {
		if a := ada.post("/v1/identifications", `{"values":["`+pipelineKey+`"]}`, key("identify-0001")); a.header.Get("Idempotency-Replayed") != "" {
			t.Error("the answer was remembered")
		}
	}
	var events list[struct{ Action, Detail string }]
	ada.get("/v1/events?limit=3").into(http.StatusOK, &events)
	for _, e := range events.Items[:2] {
		if e.Action != "workspace.values_identified" || e.Detail != "values asked about: 1, known: 1" {
			t.Errorf("the history tells %+v", e)
		}
	}
}

// An admin who guesses is stopped, even where the guess is right; whoever knows the values goes on. Others at that
// address are in nobody's way.
func TestAGuesserAmongTheAdminsIsStopped(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Address: slow(4 * api.FailureCost)})
	w.furnish()
	known := make([]string, 20)
	for i := range known {
		known[i] = pipelineKey
	}
	var got list[identification]
	if ada.identify(known...).into(http.StatusOK, &got); len(got.Items) != len(known) {
		t.Fatalf("%d of %d known values were told", len(got.Items), len(known))
	}
	for range 10 {
		session{w: w, token: "lstest-nobody"}.get("/v1/workspace")
	}
	session{w: w, token: "lstest-nobody"}.get("/v1/workspace").comeBack()
	a := ada.identify("guess0001", bobsKey, "guess0002", "guess0003", "guess0004", "guess0005", pipelineKey).into(http.StatusOK, &got)
	if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); len(got.Items) != 5 || err != nil || seconds < 1 {
		t.Fatalf("told %d, come back in %q", len(got.Items), a.header.Get("Retry-After"))
	}
	ada.identify(pipelineKey).comeBack().problem(http.StatusTooManyRequests, "rate-limited")
	w.load(models.Inventory{Members: []models.InventoryMember{{Email: "carol@example.com", Role: models.RoleAdmin}}})
	if ada.signIn("carol@example.com").identify("guess0001", bobsKey).into(http.StatusOK, &got); len(got.Items) != 2 {
		t.Errorf("another admin was told of %d values", len(got.Items))
	}
	if a := ada.get("/v1/workspace"); a.status != http.StatusOK {
		t.Errorf("the admin is locked out of everything: %d", a.status)
	}
	var events list[struct{ Action, Detail string }]
	ada.get("/v1/events?limit=20").into(http.StatusOK, &events)
	var told []string
	for _, e := range events.Items {
		if e.Action == "workspace.values_identified" {
			told = append(told, e.Detail)
		}
	}
	if want := []string{"values asked about: 2, known: 1", "values asked about: 5, known: 1", "values asked about: 20, known: 20"}; !slices.Equal(told, want) {
		t.Errorf("the history tells %q", told)
	}
}

// A problem that concerns a value does not repeat it.
func TestARefusedIdentificationTellsNoValue(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	long := w.learn(strings.Repeat("x", 201))
	ada.post("/v1/identifications", `{"values":["`+w.learn("aValueOfSomebody")+`","`+long+`"]}`, broken).problem(http.StatusBadRequest, "invalid-request")
	ada.post("/v1/identifications", `{"values":"`+w.learn("anotherOfThem")+`"}`, broken).problem(http.StatusBadRequest, "invalid-request")
	ada.post("/v1/identifications", `{"values":["`+w.learn("halfABody")+`"`, broken).problem(http.StatusBadRequest, "invalid-request")
}
