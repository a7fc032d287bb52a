package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/api"
)

// allowance is how much each caller has in these tests.
const allowance = 30

// free is what can be asked for as often as one likes.
const free = 0

// costs fails unless asking for that can be done as often as its price allows, and is then refused.
func costs(t *testing.T, what string, price int, ask func() answer) {
	t.Helper()
	want := 2 * allowance
	if price != free {
		want = allowance / price
	}
	for n := range want {
		if a := ask(); a.status == http.StatusTooManyRequests {
			t.Errorf("%s: refused after %d times, want %d", what, n, want)
			return
		}
	}
	if price == free {
		return
	}
	if a := ask(); a.status != http.StatusTooManyRequests {
		t.Errorf("%s: answered %d for the %dth time", what, a.status, want+1)
	}
}

// from says which address a request comes from.
func from(host string) option { return func(r *request) { r.RemoteAddr = host + ":12345" } }

// A request costs its member 1, one that fails because of what was asked 10 in all; not one that lost a race.
func TestWhatARequestCostsAMember(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Member: slow(allowance)})
	tests := []struct {
		what  string
		role  models.Role
		price int
		ask   func(s session) answer
	}{
		{"reading", models.RoleMember, 1, func(s session) answer { return s.get("/v1/workspace") }},
		{"the contract", models.RoleMember, 1, func(s session) answer { return s.get("/openapi.yaml") }},
		{"changing", models.RoleAdmin, 1, func(s session) answer { return s.post("/v1/credentials", `{"name":"`+w.newKey()+`"}`) }},
		{"a name that is taken", models.RoleAdmin, 1, func(s session) answer { return s.post("/v1/credentials", `{"name":"deploy"}`) }},
		{"what has changed since", models.RoleAdmin, 1, func(s session) answer { return s.patch("/v1/workspace", `{"name":"Acme"}`, ifMatch(`"999"`)) }},
		{"without saying what was seen", models.RoleAdmin, 10, func(s session) answer { return s.patch("/v1/workspace", `{"name":"Acme"}`) }},
		{"a request that makes no sense", models.RoleMember, 10, func(s session) answer { return s.get("/v1/members?limit=none", broken) }},
		{"what is forbidden", models.RoleMember, 10, func(s session) answer { return s.post("/v1/credentials", `{"name":"mine"}`) }},
		{"what is not there", models.RoleMember, 10, func(s session) answer { return s.get("/v1/credentials/nothing") }},
		{"no path", models.RoleMember, 10, func(s session) answer { return s.get("/v2", broken) }},
		{"no method", models.RoleMember, 10, func(s session) answer { return s.ask(http.MethodDelete, "/v1/workspace", "", broken) }},
		{"whether it is alive", models.RoleMember, free, func(s session) answer { return s.get("/healthz") }},
		{"whether it is ready", models.RoleMember, free, func(s session) answer { return s.get("/readyz") }},
	}
	inv := models.Inventory{CITokens: []models.InventoryCredential{{Name: "deploy"}}}
	for i, tt := range tests {
		inv.Members = append(inv.Members, models.InventoryMember{Email: fmt.Sprintf("m%d@example.com", i), Role: tt.role, Token: w.aToken()})
	}
	w.load(inv)
	for i, tt := range tests {
		s := w.session(inv.Members[i].Token.Reveal())
		costs(t, tt.what, tt.price, func() answer { return tt.ask(s) })
	}
	if a := ada.get("/v1/workspace"); a.status != http.StatusOK {
		t.Errorf("another member: %d", a.status)
	}
}

// aToken is a token that somebody brings with them.
func (w *world) aToken() models.Secret {
	w.Helper()
	token, err := models.NewToken(strings.NewReader(strings.Repeat(w.newKey(), 100)), "lstest")
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// A request without a valid credential costs its address 1 if anybody may ask for that, and 10 if it fails. One with
// a valid credential costs it nothing, whatever comes of it, and is not refused because of it.
func TestWhatARequestCostsAnAddress(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Address: slow(allowance)})
	w.furnish()
	license := func(body string) func(session, option) answer {
		return func(s session, here option) answer {
			return session{w: w}.post("/v1/license/request", body, without("Idempotency-Key"), here, anyhow)
		}
	}
	token := ada.secret(ada.named("deploy").ID)
	tests := []struct {
		what  string
		token string
		price int
		ask   func(s session, here option) answer
	}{
		{"the contract", "", 1, func(s session, here option) answer { return s.get("/openapi.yaml", here) }},
		{"the contract with a token of nobody's", "lstest-nobody", 1, func(s session, here option) answer { return s.get("/openapi.yaml", here) }},
		{"whether it is alive", "", free, func(s session, here option) answer { return s.get("/healthz", here) }},
		{"whether it is ready", "", free, func(s session, here option) answer { return s.get("/readyz", here) }},
		{"without a token", "", 10, func(s session, here option) answer { return s.get("/v1/workspace", here) }},
		{"with a token of nobody's", "lstest-nobody", 10, func(s session, here option) answer { return s.get("/v1/workspace", here) }},
		{"with a token of CI", token, 10, func(s session, here option) answer { return s.get("/v1/workspace", here) }},
		{"no path", "", 10, func(s session, here option) answer { return s.get("/v2", here, broken) }},
		{"no path with a token of nobody's", "lstest-nobody", 10, func(s session, here option) answer { return s.get("/v2", here, broken) }},
		{"no JSON", "", 10, license("no JSON")},
		{"no credential", "", 10, license("{}")},
		{"a user", "", 10, func(s session, here option) answer {
			return s.get("/v1/cloudpods", here, func(r *request) { r.SetBasicAuth("me", token) })
		}},
		{"an unknown value", "", 10, license(strings.Replace(cliBody, "TOKEN", "aLegacyKey", 1))},
		{"a valid one", "", free, license(strings.Replace(cliBody, "TOKEN", token, 1))},
		{"a member's in CI", "", free, license(strings.Replace(cliBody, "TOKEN", ada.token, 1))},
		{"a member", ada.token, free, func(s session, here option) answer { return s.get("/v1/workspace", here) }},
		{"what a member does not find", ada.token, free, func(s session, here option) answer { return s.get("/v2", here, broken) }},
	}
	for i, tt := range tests {
		s, here := session{w: w, token: tt.token}, from(fmt.Sprintf("198.51.100.%d", i))
		costs(t, tt.what, tt.price, func() answer { return tt.ask(s, here) })
		if tt.price == free {
			continue
		}
		if a := (session{w: w, token: ada.token}).get("/v1/workspace", here); a.status != http.StatusOK {
			t.Errorf("%s: a member at the same address: %d", tt.what, a.status)
		}
		if a := license(strings.Replace(cliBody, "TOKEN", token, 1))(session{}, here); a.status != http.StatusOK {
			t.Errorf("%s: a token at the same address: %d", tt.what, a.status)
		}
	}
}

// An activation costs its credential 1, a refusal 10 in all; not one in a planned downtime, which is nobody's doing.
func TestWhatAnActivationCosts(t *testing.T) {
	t.Parallel()
	w, ada := newLimitedWorld(t, api.Limits{Credential: slow(allowance)})
	w.furnish()
	bob, eve := ada.signIn("bob@example.com").token, ada.signIn("eve@example.com").token
	deploy, paused, gone := ada.create("works"), ada.create("paused"), ada.create("gone")
	values := map[string]string{}
	for _, c := range []credential{deploy, paused, gone} {
		values[c.Name] = ada.secret(c.ID)
	}
	ada.act(paused.ID, "pause", "")
	ada.act(gone.ID, "revoke", `{"reason":"test"}`)
	for _, tt := range []struct {
		what  string
		price int
		value string
		ci    bool
		at    time.Time
	}{
		{"accepted", 1, values[deploy.Name], true, newYear},
		{"a legacy key", 1, bobsKey, false, newYear},
		{"paused", 10, values[paused.Name], true, newYear},
		{"revoked", 10, values[gone.Name], true, newYear},
		{"a personal token in CI", 10, bob, true, newYear},
		{"no seat", 10, eve, false, newYear},
		{"unknown", 10, "aLegacyKey", true, newYear},
		{"in a downtime", 1, pipelineKey, true, sunset().Downtimes[0].Start},
	} {
		w.clock.set(tt.at)
		costs(t, tt.what, tt.price, func() answer { return w.activate(tt.value, tt.ci) })
	}
}
