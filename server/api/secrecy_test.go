package api_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"example.com/keyturn/models"
)

// One tour through every operation of the contract. Each keeps to it, and no answer but that of the
// one that reads secrets holds a secret: not even one that is read only afterwards.
func TestNoAnswerHoldsASecret(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	left := w.contract.operations()
	did := func(a answer, operation string) {
		t.Helper()
		if a.status >= 300 {
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
		delete(left, operation)
	}
	bob := ada.member("bob@example.com")
	for _, path := range []string{"/openapi.yaml", "/healthz", "/readyz", "/v1/workspace", "/v1/members", "/v1/credentials", "/v1/events", "/v1/changes", "/v1/export"} {
		did(ada.get(path), "GET "+path)
	}
	did(ada.get("/v1/members/"+bob.ID), "GET /v1/members/{member_id}")
	did(ada.get("/v1/changes?after=0"), "GET /v1/changes")
	did(ada.patch("/v1/workspace", `{"members_use_ci":true}`, ifMatch(ada.get("/v1/workspace").etag())), "PATCH /v1/workspace")
	c := ada.create("nightly")
	delete(left, "POST /v1/credentials")
	one := "/v1/credentials/{credential_id}"
	did(ada.patch("/v1/credentials/"+c.ID, `{"name":"daily"}`, ifMatch(tag(c.Revision))), "PATCH "+one)
	did(ada.act(c.ID, "pause", ""), "POST "+one+"/pause")
	did(ada.act(c.ID, "resume", ""), "POST "+one+"/resume")
	rotateInEveryWay(w, ada, c.ID, did)
	for _, of := range []string{"", "/usage", "/rotations"} {
		did(ada.get("/v1/credentials/"+c.ID+of), "GET "+one+of)
	}
	did(ada.get("/v1/credentials/"+c.ID+"/secret"), "GET "+one+"/secret")
	did(ada.act(c.ID, "revoke", `{"reason":"over"}`), "POST "+one+"/revoke")
	did(ada.identify(bobsKey, pipelineKey, w.learn("someUnknownKey"), ada.token), "POST /v1/identifications")
	did(w.activate(pipelineKey, true), "POST /v1/license/request")
	did(w.pods(":"+pipelineKey), "GET /v1/cloudpods")
	did(ada.post("/v1/imports", `{"inventory":{"legacy_keys":[{"kind":"legacy_ci_key","name":"more","value":"`+w.learn("valueOfMore")+`"}]}}`), "POST /v1/imports")
	for name := range left {
		t.Errorf("%s was not asked", name)
	}
	readEverything(w, ada)
	if w.hunt.Values() < 11 {
		t.Errorf("only %d secrets were looked for", w.hunt.Values())
	}
}

// rotateInEveryWay rotates a credential so that every step is taken once.
func rotateInEveryWay(w *world, ada session, id string, did func(answer, string)) {
	w.Helper()
	for _, steps := range [][]string{{"confirm", "extend", "end"}, {"cancel"}, {"confirm", "rollback"}} {
		var open rotated
		did(ada.rotate(id, firstUse).into(http.StatusCreated, &open), "POST /v1/credentials/{credential_id}/rotations")
		ada.secret(id)
		did(ada.get("/v1/rotations/"+open.Rotation.ID), "GET /v1/rotations/{rotation_id}")
		for _, step := range steps {
			body := `{"reason":"by hand"}`
			if step == "extend" {
				body = `{"by_seconds":60,"reason":"by hand"}`
			}
			did(ada.step(open.Rotation.ID, step, body), "POST /v1/rotations/{rotation_id}/"+step)
		}
	}
}

// readEverything reads every version of every secret that can still be read.
func readEverything(w *world, ada session) {
	w.Helper()
	var found list[credential]
	ada.get("/v1/credentials?limit=1000").into(http.StatusOK, &found)
	for _, c := range found.Items {
		for _, s := range c.Secrets {
			a := ada.get("/v1/credentials/" + c.ID + "/secret?version=" + strconv.Itoa(s.Version))
			var got struct{ Value string }
			if s.State == "revoked" {
				a.problem(http.StatusConflict, "credential-revoked")
				continue
			}
			a.into(http.StatusOK, &got)
			w.learn(got.Value)
		}
	}
}

// The search of the test above must be able to find something.
func TestSecretsAreFound(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	var got struct {
		Value, Fingerprint string
		CredentialID       string `json:"credential_id"`
		Version            int
	}
	c := ada.create("nightly")
	a := ada.get("/v1/credentials/"+c.ID+"/secret").into(http.StatusOK, &got)
	if _, err := models.ParseToken(got.Value); err != nil || got.CredentialID != c.ID || got.Version != 1 || len(got.Fingerprint) != 8 {
		t.Errorf("read %+v", got)
	}
	if !strings.Contains(string(a.body), got.Value) || strings.Contains(got.Value, "•") {
		t.Error("the value does not stand in the answer as it is")
	}
	for _, kept := range w.told {
		if strings.Contains(kept.what, "/secret") {
			t.Error("the answer that hands out a secret is searched for it")
		}
	}
}

// A key that was imported without its value is listed, and nobody pretends to know it.
func TestUnknownValuesAreSaidToBeUnknown(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "forgotten"}}})
	c := ada.named("forgotten")
	if c.Known {
		t.Errorf("listed as %+v", c)
	}
	ada.get("/v1/credentials/"+c.ID+"/secret").problem(http.StatusConflict, "value-unknown")
}

// What is exported can be imported: nothing changes, and no value is in it.
func TestExportComesBackUnchanged(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	w.accepted(ada.secret(ada.named("deploy").ID))
	w.accepted(pipelineKey)
	inventory := ada.get("/v1/export").body
	if again := ada.get("/v1/export").body; string(again) != string(inventory) {
		t.Error("two exports differ")
	}
	body, err := json.Marshal(map[string]any{"inventory": json.RawMessage(inventory), "dry_run": false})
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Created, Updated, Unchanged int
		Changes                     []any
	}
	ada.post("/v1/imports", string(body)).into(http.StatusOK, &report)
	if report.Created != 0 || report.Updated != 0 || report.Unchanged < 6 || len(report.Changes) != 0 {
		t.Errorf("the import reports %+v", report)
	}
	var dry struct {
		DryRun  bool `json:"dry_run"`
		Created int
	}
	ada.post("/v1/imports", `{"dry_run":true,"inventory":{"ci_tokens":[{"name":"new"}]}}`).into(http.StatusOK, &dry)
	var found list[credential]
	ada.get("/v1/credentials?kind=ci_token").into(http.StatusOK, &found)
	if !dry.DryRun || dry.Created != 1 || len(found.Items) != 1 {
		t.Errorf("the dry run reports %+v and leaves %d CI tokens", dry, len(found.Items))
	}
}
