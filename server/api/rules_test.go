package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// TestTheEightRulesAtTheWire holds each rule of the product with its statuses, codes and headers.
func TestTheEightRulesAtTheWire(t *testing.T) {
	rules := []struct {
		name string
		tell func(w *world, ada session)
	}{
		{"1: one personal token a member, never revoked, only reset", ruleOneToken},
		{"2: a CI token is the workspace's: created, renamed, rotated, paused, revoked", ruleCIToken},
		{"3: in CI a CI credential is mandatory", ruleCIOnly},
		{"4: nothing issues a legacy key; rotating a legacy CI key makes a CI token", ruleNoLegacy},
		{"5: a legacy API key has no successor", ruleNoSuccessor},
		{"6: legacy keys pause in downtimes and end with the sunset", ruleSunset},
		{"7: a credential is judged by its kind, not by where it came in", ruleKindOnly},
		{"8: without a seat a personal token does not activate", ruleSeat},
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			w, ada := newWorld(t)
			w.furnish()
			rule.tell(w, ada)
		})
	}
}

func ruleOneToken(w *world, ada session) {
	bob := ada.signIn("bob@example.com")
	token := ada.member("bob@example.com").Token
	ada.act(token.ID, "revoke", `{}`).problem(http.StatusConflict, "not-revocable")
	ada.act(token.ID, "pause", "").problem(http.StatusConflict, "not-pausable")
	ada.patch("/v1/credentials/"+token.ID, `{"name":"x"}`, ifMatch(tag(token.Revision))).problem(http.StatusConflict, "name-refused")
	ada.ask(http.MethodDelete, "/v1/credentials/"+token.ID, "", broken).problem(http.StatusMethodNotAllowed, "method-not-allowed")
	bob.rotate(token.ID, firstUse).problem(http.StatusConflict, "overlap-refused")
	ada.signIn("eve@example.com").rotate(token.ID, noGrace).problem(http.StatusForbidden, "not-allowed")
	var done rotated
	bob.rotate(token.ID, noGrace).into(http.StatusCreated, &done)
	if done.Rotation.State != "done" || done.Credential.ID != token.ID || done.Credential.Kind != "personal_token" {
		w.Errorf("the reset answered %+v", done)
	}
	bob.get("/v1/workspace").problem(http.StatusUnauthorized, "token-unknown")
	w.activate(bob.token, false).refused(http.StatusUnauthorized, models.RefusedUnknown)
	again := ada.signIn("bob@example.com")
	if again.token == bob.token {
		w.Error("the reset kept the value")
	}
	if a := again.get("/v1/workspace"); a.status != http.StatusOK {
		w.Errorf("the new token does not sign in: %s", a.body)
	}
}

func ruleCIToken(w *world, ada session) {
	c := ada.create("nightly")
	first := ada.secret(c.ID)
	w.accepted(first)
	var got credential
	ada.patch("/v1/credentials/"+c.ID, `{"name":"nightly builds"}`, ifMatch(tag(ada.credential(c.ID).Revision))).into(http.StatusOK, &got)
	if got.Name != "nightly builds" || got.ID != c.ID {
		w.Errorf("renamed to %+v", got)
	}
	ada.act(c.ID, "pause", "").into(http.StatusOK, &got)
	w.activate(first, true).refused(http.StatusForbidden, models.RefusedPaused)
	ada.act(c.ID, "resume", "").into(http.StatusOK, &got)
	w.accepted(first)
	var open rotated
	ada.rotate(c.ID, firstUse).into(http.StatusCreated, &open)
	second := ada.secret(c.ID)
	w.accepted(first)
	w.accepted(second)
	ada.act(c.ID, "revoke", `{"reason":"moved to another project"}`).into(http.StatusOK, &got)
	w.activate(first, true).refused(http.StatusUnauthorized, models.RefusedUnknown)
	w.activate(second, true).refused(http.StatusUnauthorized, models.RefusedUnknown)
	ada.act(c.ID, "pause", "").problem(http.StatusConflict, "credential-revoked")
	ada.act(c.ID, "resume", "").problem(http.StatusConflict, "credential-revoked")
	ada.rotate(c.ID, firstUse).problem(http.StatusConflict, "credential-revoked")
	ada.patch("/v1/credentials/"+c.ID, `{"name":"x"}`, ifMatch(tag(ada.credential(c.ID).Revision))).problem(http.StatusConflict, "credential-revoked")
	ada.post("/v1/credentials", `{"name":"deploy"}`).problem(http.StatusConflict, "name-taken")
	ada.signIn("bob@example.com").post("/v1/credentials", `{"name":"bobs"}`).problem(http.StatusForbidden, "not-allowed")
	ada.post("/v1/imports", `{"inventory":{"ci_tokens":[{"name":"bobs","owner":"bob@example.com"}]}}`).problem(http.StatusBadRequest, "import-refused")
	ada.get("/v1/credentials/"+c.ID+"/secret").problem(http.StatusConflict, "credential-revoked")
}

func ruleCIOnly(w *world, ada session) {
	bob, ci := ada.signIn("bob@example.com"), ada.secret(ada.named("deploy").ID)
	w.activate(bob.token, true).refused(http.StatusForbidden, models.RefusedInCI)
	var doc struct{ ID string }
	w.activate(bob.token, false).into(http.StatusOK, &doc)
	w.activate(ci, false).into(http.StatusOK, &doc)
	w.accepted(ci)
	token := ada.member("bob@example.com").Token
	if doc.ID == "" || token.RefusedCI.Count != 1 || token.Use.Count != 1 {
		w.Errorf("counted as %+v", token)
	}
}

func ruleNoLegacy(w *world, ada session) {
	key := ada.named("pipeline")
	if key.Kind != "legacy_ci_key" || key.Secrets[0].Masked != "legacy key ••••••••" {
		w.Errorf("listed as %+v", key)
	}
	var open rotated
	ada.rotate(key.ID, firstUse).into(http.StatusCreated, &open)
	if c := open.Credential; c.Kind != "ci_token" || c.ID != key.ID || c.Name != "pipeline" || open.Rotation.State != "pending" {
		w.Errorf("rotated into %+v", open)
	}
	token := ada.secret(key.ID)
	if _, err := models.ParseToken(token); err != nil {
		w.Errorf("the new secret is no Auth Token: %v", err)
	}
	if a := w.accepted(pipelineKey); a.header.Get("Deprecation") == "" {
		w.Error("the old key works without a word of its end")
	}
	if a := w.accepted(token); a.header.Get("Deprecation") != "" {
		w.Error("the new token is called deprecated")
	}
	w.clock.advance(24 * time.Hour)
	w.activate(pipelineKey, true).refused(http.StatusUnauthorized, models.RefusedUnknown)
	ada.post("/v1/credentials", `{"name":"x","kind":"legacy_ci_key"}`, broken).problem(http.StatusBadRequest, "invalid-request")
	ada.post("/v1/imports", `{"inventory":{"ci_tokens":[{"name":"x","kind":"legacy_ci_key"}]}}`).problem(http.StatusBadRequest, "import-refused")
}

func ruleNoSuccessor(w *world, ada session) {
	key := *ada.member("bob@example.com").LegacyKey
	ada.rotate(key.ID, firstUse).problem(http.StatusConflict, "not-rotatable")
	ada.rotate(key.ID, noGrace).problem(http.StatusConflict, "not-rotatable")
	ada.patch("/v1/credentials/"+key.ID, `{"name":"x"}`, ifMatch(tag(key.Revision))).problem(http.StatusConflict, "name-refused")
	w.accepted(bobsKey)
	var got credential
	ada.act(key.ID, "revoke", "").into(http.StatusOK, &got)
	w.activate(bobsKey, false).refused(http.StatusUnauthorized, models.RefusedUnknown)
	if m := ada.member("bob@example.com"); m.LegacyKey != nil && m.LegacyKey.State != "revoked" {
		w.Errorf("Bob still shows %+v", m.LegacyKey)
	}
}

func ruleSunset(w *world, ada session) {
	token := ada.secret(ada.named("deploy").ID)
	days := func(n int) time.Time { return newYear.AddDate(0, 0, n) }
	moments := []struct {
		at     time.Time
		status int
		code   models.Refusal
		retry  string
	}{
		{days(10).Add(-time.Millisecond), http.StatusOK, "", ""},
		{days(10), http.StatusServiceUnavailable, models.RefusedDowntime, "86400"},
		{days(10).Add(time.Millisecond), http.StatusServiceUnavailable, models.RefusedDowntime, "86400"}, // rounded up
		{days(11).Add(-time.Millisecond), http.StatusServiceUnavailable, models.RefusedDowntime, "1"},
		{days(11), http.StatusOK, "", ""},
		{days(30).Add(-time.Millisecond), http.StatusOK, "", ""},
		{days(30), http.StatusForbidden, models.RefusedRetired, ""},
		{days(300), http.StatusForbidden, models.RefusedRetired, ""},
	}
	for _, m := range moments {
		w.clock.set(m.at)
		for _, key := range []string{pipelineKey, bobsKey} {
			for _, a := range []answer{w.activate(key, false), w.pods(":" + key)} {
				if m.code != "" {
					a.refused(m.status, m.code)
				}
				if a.status != m.status || a.header.Get("Retry-After") != m.retry {
					w.Errorf("%s: %s with %d, retry after %q", m.at, a.what, a.status, a.header.Get("Retry-After"))
				}
				a.deprecated()
			}
		}
		w.accepted(token)
	}
}

// deprecated checks what rides on every answer to a legacy key.
func (a answer) deprecated() {
	a.w.Helper()
	want := map[string]string{
		"Deprecation": "@1798761600",
		"Sunset":      "Sun, 31 Jan 2027 00:00:00 GMT",
		"Link":        `<https://example.com/sunset>; rel="deprecation", <https://example.com/sunset>; rel="sunset"`,
	}
	for name, value := range want {
		if got := a.header.Get(name); got != value {
			a.w.Errorf("%s: the header %s is %q, want %q", a.what, name, got, value)
		}
	}
}

// A token is taken wherever the legacy key was, and a legacy key in the place of a token is still
// a legacy key.
func ruleKindOnly(w *world, ada session) {
	token := ada.secret(ada.named("deploy").ID)
	w.clock.set(newYear.AddDate(0, 0, 10))
	stranger := session{w: w}
	tokens := []answer{
		w.accepted(token),
		w.pods(":" + token),
		stranger.get("/v1/cloudpods", header("ls-api-key", token)),
		stranger.post("/v1/license/request", `{"credentials":{"type":"api-key","token":"`+token+`"}}`),
	}
	keys := []answer{
		w.activate(pipelineKey, true),
		w.pods(":" + pipelineKey),
		stranger.get("/v1/cloudpods", header("ls-api-key", pipelineKey)),
		stranger.post("/v1/license/request", `{"credentials":{"type":"auth-token","token":"`+pipelineKey+`"}}`),
	}
	for _, a := range tokens {
		if a.status != http.StatusOK || a.header.Get("Deprecation") != "" {
			w.Errorf("%s refuses a token in a downtime: %d %s", a.what, a.status, a.body)
		}
	}
	for _, a := range keys {
		a.refused(http.StatusServiceUnavailable, models.RefusedDowntime)
		a.deprecated()
	}
	ada.get("/v1/workspace", header("Authorization", "Bearer "+token)).problem(http.StatusUnauthorized, "not-a-personal-token")
	ada.get("/v1/workspace", header("Authorization", "Bearer "+pipelineKey)).problem(http.StatusUnauthorized, "not-a-personal-token")
}

func ruleSeat(w *world, ada session) {
	eve := ada.signIn("eve@example.com")
	w.activate(eve.token, false).refused(http.StatusBadRequest, models.RefusedNoSeat)
	w.pods(":"+eve.token).refused(http.StatusForbidden, models.RefusedNoSeat)
	if m := ada.member("eve@example.com"); m.Seat || m.Token.State != "active" {
		w.Errorf("Eve is shown as %+v", m)
	}
	if a := eve.get("/v1/workspace"); a.status != http.StatusOK {
		w.Errorf("Eve may not even look: %s", a.body)
	}
	w.load(models.Inventory{Members: []models.InventoryMember{{Email: "eve@example.com", Role: models.RoleMember, Seat: true}}})
	if a := w.activate(eve.token, false); a.status != http.StatusOK {
		w.Errorf("with a seat: %d %s", a.status, a.body)
	}
}

// The whole life of a rotation, asked and told over HTTP.
func TestRotationFromIntentToDone(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	id := ada.named("deploy").ID
	old := ada.secret(id)
	w.accepted(old)
	var open, now rotated
	ada.rotate(id, firstUse).into(http.StatusCreated, &open)
	ada.rotate(id, firstUse).problem(http.StatusConflict, "rotation-open")
	ada.step(open.Rotation.ID, "confirm", "").problem(http.StatusConflict, "needs-reason")
	ada.step(open.Rotation.ID, "rollback", "").problem(http.StatusConflict, "rotation-step-refused")
	ada.step(open.Rotation.ID, "extend", `{"by_seconds":60}`).problem(http.StatusConflict, "rotation-step-refused")
	next := ada.secret(id)
	w.accepted(next)
	ada.get("/v1/rotations/"+open.Rotation.ID).into(http.StatusOK, &now)
	if now.Rotation.State != "retiring" || now.Rotation.GraceEnds != "2027-01-02T00:00:00Z" || now.Rotation.Revision == open.Rotation.Revision {
		t.Errorf("after the first use: %+v", now.Rotation)
	}
	ada.step(open.Rotation.ID, "extend", `{"by_seconds":3600,"reason":"one host is asleep"}`).into(http.StatusOK, &now)
	w.clock.set(newYear.Add(25*time.Hour - time.Millisecond))
	w.accepted(old)
	w.clock.advance(time.Millisecond)
	w.activate(old, true).refused(http.StatusUnauthorized, models.RefusedUnknown)
	if _, err := w.srv.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ada.get("/v1/rotations/"+open.Rotation.ID).into(http.StatusOK, &now)
	if now.Rotation.State != "done" || now.Rotation.EndedBy != "" {
		t.Errorf("in the end: %+v", now.Rotation)
	}
	ada.step(open.Rotation.ID, "cancel", "").problem(http.StatusConflict, "rotation-over")
	var events list[struct{ Action string }]
	ada.get("/v1/events?limit=1000&credential="+id).into(http.StatusOK, &events)
	var actions []string
	for _, e := range events.Items {
		actions = append(actions, e.Action)
	}
	want := []string{
		"rotation.old_secret_ended", "rotation.extended", "secret.first_use", "secret.read", "rotation.started", "secret.read",
	}
	if !slices.Equal(actions, want) {
		t.Errorf("its history is %v, want %v", actions, want)
	}
}
