package api_test

import (
	"net/http"
	"testing"
)

// What a member may see and do, operation by operation.
func TestMembersMayLookAndResetTheirOwn(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	bob := ada.signIn("bob@example.com")
	me, eve, deploy := ada.member("bob@example.com"), ada.member("eve@example.com"), ada.named("deploy")
	var open rotated
	ada.rotate(deploy.ID, firstUse).into(http.StatusCreated, &open)
	for _, path := range []string{
		"/v1/workspace", "/v1/members", "/v1/members/" + eve.ID, "/v1/credentials", "/v1/credentials/" + deploy.ID,
		"/v1/credentials/" + deploy.ID + "/usage", "/v1/credentials/" + deploy.ID + "/rotations", "/v1/rotations/" + open.Rotation.ID,
		"/v1/events", "/v1/changes", "/v1/credentials/" + me.Token.ID + "/secret", "/v1/credentials/" + me.LegacyKey.ID + "/secret",
	} {
		if a := bob.get(path); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
	}
	bob.get("/v1/export").problem(http.StatusForbidden, "not-allowed")
	bob.get("/v1/credentials/"+deploy.ID+"/secret").problem(http.StatusForbidden, "not-allowed")
	bob.get("/v1/credentials/"+eve.Token.ID+"/secret").problem(http.StatusForbidden, "secret-not-yours")
	bob.post("/v1/credentials", `{"name":"mine"}`).problem(http.StatusForbidden, "not-allowed")
	bob.post("/v1/imports", `{"inventory":{}}`).problem(http.StatusForbidden, "not-allowed")
	bob.identify(bob.token, "unknown").problem(http.StatusForbidden, "not-allowed")
	bob.patch("/v1/workspace", `{"name":"Bob's"}`, ifMatch(`"1"`)).problem(http.StatusForbidden, "not-allowed")
	bob.patch("/v1/credentials/"+deploy.ID, `{"name":"mine"}`, ifMatch(`"1"`)).problem(http.StatusForbidden, "not-allowed")
	for _, verb := range []string{"pause", "resume", "revoke"} {
		bob.act(deploy.ID, verb, "").problem(http.StatusForbidden, "not-allowed")
	}
	for _, id := range []string{deploy.ID, eve.Token.ID, me.LegacyKey.ID} {
		bob.rotate(id, noGrace).problem(http.StatusForbidden, "not-allowed")
	}
	for step, body := range map[string]string{"confirm": "", "cancel": "", "rollback": "", "end": "", "extend": `{"by_seconds":1}`} {
		bob.step(open.Rotation.ID, step, body).problem(http.StatusForbidden, "not-allowed")
	}
	var done rotated
	bob.rotate(me.Token.ID, noGrace).into(http.StatusCreated, &done)
}

// The two settings move what may be read at once.
func TestSettingsDecideWhoReads(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	bob := ada.signIn("bob@example.com")
	token, deploy := ada.member("bob@example.com").Token, ada.named("deploy")
	set := func(body string) {
		t.Helper()
		var got struct{ Name string }
		ada.patch("/v1/workspace", body, ifMatch(ada.get("/v1/workspace").etag())).into(http.StatusOK, &got)
		if got.Name != "Acme" {
			t.Errorf("the setting changed the name to %q", got.Name)
		}
	}
	set(`{"members_use_ci":true}`)
	if got := bob.secret(deploy.ID); got != ada.secret(deploy.ID) {
		t.Error("two readers got two values")
	}
	set(`{"members_use_ci":false,"personal_token_reveal":"owner"}`)
	bob.get("/v1/credentials/"+deploy.ID+"/secret").problem(http.StatusForbidden, "not-allowed")
	ada.get("/v1/credentials/"+token.ID+"/secret").problem(http.StatusForbidden, "secret-not-yours")
	if bob.secret(token.ID) != bob.token {
		t.Error("the owner reads another value")
	}
	var space struct {
		Caller struct {
			Email, Role string
			TokenID     string `json:"token_id"`
			Permissions []string
		}
		Reveal string `json:"personal_token_reveal"`
	}
	bob.get("/v1/workspace").into(http.StatusOK, &space)
	if c := space.Caller; c.Email != "bob@example.com" || c.Role != "member" || c.TokenID != token.ID || len(c.Permissions) != 0 || space.Reveal != "owner" {
		t.Errorf("Bob is told %+v", space)
	}
}

// Members see the history of their own credentials, with every reading of their token in it.
func TestHistoryIsForThoseConcerned(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	bob := ada.signIn("bob@example.com")
	token := ada.member("bob@example.com").Token
	ada.secret(ada.named("deploy").ID)
	type event struct {
		Action, Actor, From string
		CredentialID        string `json:"credential_id"`
	}
	var mine, all list[event]
	bob.get("/v1/events").into(http.StatusOK, &mine)
	if len(mine.Items) != 1 || mine.Items[0] != (event{"secret.read", "ada", "192.0.2.1", token.ID}) {
		t.Errorf("Bob sees %+v", mine.Items)
	}
	ada.get("/v1/events").into(http.StatusOK, &all)
	if len(all.Items) <= len(mine.Items) {
		t.Errorf("the admin sees %+v", all.Items)
	}
}
