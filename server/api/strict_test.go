package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/keyturn/models"
	"example.com/keyturn/server/api"
)

// What breaks the contract is refused by name, and nothing has happened.
func TestStrictBodies(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	create, rotations := "/v1/credentials", "/v1/credentials/"+c.ID+"/rotations"
	tests := []struct{ name, path, body, detail string }{
		{"an unknown field", create, `{"name":"a","nick":"b"}`, `unknown field "nick"`},
		{"an unknown field further in", rotations, `{"overlap":{"mode":"none","until":"noon"}}`, `unknown field "overlap.until"`},
		{"a name in other letters", create, `{"Name":"a"}`, `unknown field "Name"`},
		{"a number for a text", create, `{"name":7}`, `field "name" must be text`},
		{"a text for a number", rotations, `{"overlap":{"mode":"fixed","grace_seconds":"1h"}}`, `must be a whole number`},
		{"a fraction", rotations, `{"overlap":{"mode":"fixed","grace_seconds":1.5}}`, `must be a whole number`},
		{"a text for an object", rotations, `{"overlap":"none"}`, `field "overlap" must be an object`},
		{"a list for an object", create, `[]`, `the body must be an object`},
		{"an object for a list", "/v1/imports", `{"inventory":{"members":{}}}`, `field "inventory.members" must be a list`},
		{"a text for yes or no", "/v1/imports", `{"inventory":{},"dry_run":"yes"}`, `field "dry_run" must be true or false`},
		{"nothing", create, ` `, "the body is empty"},
		{"null", create, `null`, `the body must be an object`},
		{"no JSON", create, `name: a`, "is not JSON: at byte"},
		{"half of it", create, `{"name":"a"`, "is not JSON"},
		{"two values", create, `{"name":"a"}{"name":"b"}`, "more than one JSON value"},
		{"a field twice", create, `{"name":"a","name":"b"}`, `field "name" comes twice`},
		{"null for a text", create, `{"name":null}`, `field "name" must not be null`},
		{"null further in", rotations, `{"overlap":{"mode":"none","grace_seconds":null}}`, `must not be null`},
		{"null in a list", "/v1/imports", `{"inventory":{"members":[null]}}`, `field "inventory.members[0]" must not be null`},
		{"no overlap", rotations, `{}`, "overlap is missing"},
		{"no inventory", "/v1/imports", `{}`, "inventory is missing"},
		{"a role of its own", "/v1/imports", `{"inventory":{"members":[{"email":"a@b","role":"owner"}]}}`, "members[0]: role must be"},
		{"a state of its own", "/v1/imports", `{"inventory":{"ci_tokens":[{"name":"a","state":"gone"}]}}`, "ci_tokens[0]: state must be"},
		{"a setting of its own", "/v1/imports", `{"inventory":{"workspace":{"personal_token_reveal":"all"}}}`, "personal_token_reveal must be"},
		{"a field twice further in", "/v1/imports", `{"inventory":{"members":[{"email":"a@b","use":[{"host":"a","host":"b"}]}]}}`, `field "inventory.members[0].use[0].host" comes twice`},
		{"no time", "/v1/imports", `{"inventory":{"sunset":{"start":"soon","downtimes":[]}}}`, `field "inventory.sunset.start" must be a time as in RFC 3339`},
		{"a number for a time", "/v1/imports", `{"inventory":{"members":[{"email":"a@b"},{"email":"b@b","created_at":7}]}}`, `field "inventory.members[1].created_at" must be a time`},
		{"a time after the last year", "/v1/imports", `{"inventory":{"members":[{"email":"a@b","created_at":"9999-12-31T23:59:59-23:59"}]}}`, `field "inventory.members[0].created_at" must be a time`},
		{"a time before the first year", "/v1/imports", `{"inventory":{"ci_tokens":[{"name":"a","use":[{"last":"0000-01-01T00:00:00+23:59","count":1}]}]}}`, `field "inventory.ci_tokens[0].use[0].last" must be a time`},
		{"an empty word", "/v1/imports", `{"inventory":{"members":[{"role":"member"},{"role":"admin"},{"role":""}]}}`, `field "inventory.members[2].role" is empty: leave it out`},
		{"an unknown field of an entry", "/v1/imports", `{"inventory":{"ci_tokens":[{},{"use":[{},{"nick":1}]}]}}`, `unknown field "inventory.ci_tokens[1].use[1].nick"`},
		{"a wrong entry", "/v1/imports", `{"inventory":{"ci_tokens":[{},7]}}`, `field "inventory.ci_tokens[1]" must be an object`},
		{"no values", "/v1/identifications", `{}`, "values must hold 1 to 100"},
		{"an empty value", "/v1/identifications", `{"values":["a",""]}`, "values[1] must have 1 to 200"},
		{"a long value", "/v1/identifications", `{"values":["` + strings.Repeat("ä", 201) + `"]}`, "values[0] must have 1 to 200"},
		{"too many values", "/v1/identifications", `{"values":["a"` + strings.Repeat(`,"a"`, 100) + `]}`, "values must hold 1 to 100"},
		{"a number for a value", "/v1/identifications", `{"values":["a",12345678]}`, `field "values[1]" must be text`},
		{"a long reason", rotations, `{"overlap":{"mode":"none"},"reason":"` + strings.Repeat("ä", 501) + `"}`, "reason must have"},
		{"more time without a time", "/v1/rotations/x/extend", `{"reason":"please"}`, "by_seconds"},
		{"more time where there is none to give", "/v1/rotations/x/end", `{"by_seconds":60}`, "by_seconds"},
	}
	for _, tt := range tests {
		p := ada.post(tt.path, tt.body, ifMatch(tag(c.Revision)), anyhow).problem(http.StatusBadRequest, "invalid-request")
		if !strings.Contains(p.Detail, tt.detail) {
			t.Errorf("%s: it says %q, want %q", tt.name, p.Detail, tt.detail)
		}
	}
	if after := ada.named("deploy"); after.Revision != c.Revision {
		t.Error("a refused request changed something")
	}
}

// A value that does not fit is not repeated: it may be a secret.
func TestRefusalsRepeatNoValue(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	value := w.learn("hunter2-hunter2-hunter2")
	for _, body := range []string{
		`{"inventory":{"members":[{"email":"bob@example.com","token":"` + value + `"}]}}`,
		`{"inventory":{"members":[{"email":"bob@example.com","seat":"` + value + `"}]}}`,
		`{"inventory":{"members":[{"email":"bob@example.com","created_at":"` + value + `"}]}}`,
		`{"inventory":{"ci_tokens":[{"name":"a","value":"` + value + `"}]}}`,
		`{"inventory":{"legacy_keys":[{"kind":"legacy_ci_key","name":"a","value":"` + strings.Repeat(value, 4) + `"}]}}`,
		`{"inventory":{"legacy_keys":"` + value + `"}}`,
		value,
	} {
		if a := ada.post("/v1/imports", body, anyhow); a.status != http.StatusBadRequest {
			t.Errorf("answered %d %s", a.status, a.body)
		}
	}
	w.activate(value, true).refused(http.StatusUnauthorized, models.RefusedUnknown)
	w.pods(":"+value).refused(http.StatusForbidden, models.RefusedUnknown)
	w.session(value).get("/v1/workspace").problem(http.StatusUnauthorized, "token-unknown")
}

func TestQueriesAreStrict(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	for _, path := range []string{
		"/v1/members?limit=0", "/v1/members?limit=1001", "/v1/members?limit=-1", "/v1/members?limit=ten",
		"/v1/credentials?kind=key", "/v1/credentials?state=gone", "/v1/credentials?kind=ci_token&kind=key",
		"/v1/events?after=-1", "/v1/changes?after=-1", "/v1/changes?wait=51", "/v1/changes?wait=-1", "/v1/changes?after=now",
		"/v1/credentials/x/secret?version=0", "/v1/credentials/x/secret?version=newest",
	} {
		ada.get(path, broken).problem(http.StatusBadRequest, "invalid-request")
	}
	for _, path := range []string{"/v1/members?cursor=%00", "/v1/credentials?cursor=..%2F", "/v1/events?cursor=x"} {
		ada.get(path).problem(http.StatusBadRequest, "invalid-cursor")
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v1/workspaces", "/v1/workspace/", "/v2/workspace", "/v1//workspace", "/v1/members/../workspace",
		"/v1/credentials/a/b/c", "/openapi.json",
	} {
		ada.get(path, anyhow).problem(http.StatusNotFound, "not-found")
	}
	for _, path := range []string{"/v1/members/x", "/v1/credentials/x", "/v1/credentials/x/secret", "/v1/credentials/x/usage", "/v1/credentials/x/rotations", "/v1/rotations/x"} {
		ada.get(path).problem(http.StatusNotFound, "not-found")
	}
	for method, allowed := range map[string]string{"DELETE": "GET, PATCH", "POST": "GET, PATCH", "PUT": "GET, PATCH"} {
		a := ada.ask(method, "/v1/workspace", "", broken)
		a.problem(http.StatusMethodNotAllowed, "method-not-allowed")
		if a.header.Get("Allow") != allowed {
			t.Errorf("%s: allowed are %q, want %q", method, a.header.Get("Allow"), allowed)
		}
	}
}

func TestBodiesHaveLimits(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	large := `{"name":"` + strings.Repeat("a", 1<<20) + `"}`
	ada.post("/v1/credentials", large, broken).problem(http.StatusRequestEntityTooLarge, "body-too-large")
	session{w: ada.w}.post("/v1/license/request", large, broken).refused(http.StatusBadRequest, models.RefusedFormat)
	import2MiB := `{"dry_run":true,"inventory":{"members":[` + strings.Repeat(" ", 2<<20) + `]}}`
	if a := ada.post("/v1/imports", import2MiB); a.status != http.StatusOK {
		t.Errorf("a large import is answered with %d", a.status)
	}
	ada.post("/v1/credentials", `{"name":"`+strings.Repeat("ä", 201)+`"}`, broken).problem(http.StatusBadRequest, "name-refused")
	if c := ada.create(strings.Repeat("ä", 200)); c.Name != strings.Repeat("ä", 200) {
		t.Errorf("200 characters were kept as %q", c.Name)
	}
	hostile := "\u202etxt.exe\u0007 \x1b[31m 令牌 🔑"
	if c := ada.create(hostile); ada.credential(c.ID).Name != hostile {
		t.Errorf("a hostile name was changed to %q", ada.credential(c.ID).Name)
	}
}

// unread is a body that nobody may read.
type unread struct{ testing.TB }

func (u unread) Read([]byte) (int, error) {
	u.Error("the body was read")
	return 0, io.EOF
}

// A large body costs the service several times its size in memory: it is taken from those only who may import.
func TestAnImportIsReadFromThoseOnlyWhoMayImport(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	bob := ada.signIn("bob@example.com")
	bob.post("/v1/imports", `{"inventory":{}}`, func(r *request) { r.Body = io.NopCloser(unread{t}) }).problem(http.StatusForbidden, "not-allowed")
}

// It does not matter whether the length of an import is known before; one that ends before its length is refused.
func TestAnImportOfAnyLengthArrives(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	announced := func(n int64) option { return func(r *request) { r.ContentLength = n } }
	members := `{"dry_run":true,"inventory":{"members":[{"email":"bob@example.com"}` + strings.Repeat(" ", 2<<20) + `]}}`
	for _, n := range []int64{-1, int64(len(members))} {
		if a := ada.post("/v1/imports", members, announced(n)); a.status != http.StatusOK || !strings.Contains(string(a.body), `"created":1`) {
			t.Errorf("of a length of %d it is answered with %d %s", n, a.status, a.body)
		}
	}
	if p := ada.post("/v1/imports", members, announced(int64(len(members))+1)).problem(http.StatusBadRequest, "invalid-request"); p.Detail != "the body did not arrive whole" {
		t.Errorf("it says %q", p.Detail)
	}
}

// The contract names the bounds of an import that the service keeps.
func TestTheContractNamesTheBounds(t *testing.T) {
	t.Parallel()
	schemas := loadContract(t).doc.Components.Schemas
	of := func(schema, field string) *openapi3.Schema { return schemas[schema].Value.Properties[field].Value }
	for _, tt := range []struct {
		list *openapi3.Schema
		most uint64
	}{
		{of("Inventory", "members"), models.MaxInventoryEntries},
		{of("Inventory", "ci_tokens"), models.MaxInventoryEntries},
		{of("Inventory", "legacy_keys"), models.MaxInventoryEntries},
		{of("Inventory", "members").Items.Value.Properties["use"].Value, models.MaxInventoryUse},
		{of("InventoryCredential", "use"), models.MaxInventoryUse},
		{of("Sunset", "downtimes"), models.MaxInventoryDowntimes},
	} {
		if tt.list.MaxItems == nil || *tt.list.MaxItems != tt.most {
			t.Errorf("the contract has %v, the service takes %d", tt.list.MaxItems, tt.most)
		}
	}
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	ci := ada.secret(ada.named("deploy").ID)
	for _, tt := range []struct{ header, code string }{
		{"", "not-signed-in"},
		{"Bearer", "not-signed-in"},
		{"Bearer  ", "not-signed-in"},
		{"Basic " + ada.token, "not-signed-in"},
		{ada.token, "not-signed-in"},
		{"Bearer x" + ada.token, "token-unknown"},
		{"Bearer " + ada.token + "x", "token-unknown"},
		{"Bearer " + ci, "not-a-personal-token"},
		{"Bearer " + bobsKey, "not-a-personal-token"},
		{"Bearer " + pipelineKey, "not-a-personal-token"},
	} {
		stranger := session{w: w}
		a := stranger.get("/v1/workspace", header("Authorization", tt.header))
		a.problem(http.StatusUnauthorized, tt.code)
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER  "} {
		if a := (session{w: w}).get("/v1/workspace", header("Authorization", scheme+ada.token)); a.status != http.StatusOK {
			t.Errorf("%q is answered with %d", scheme, a.status)
		}
	}
}

func TestACallIsNamedInItsAnswer(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	for call, want := range map[string]string{"7-A_b": "7-A_b", "": "", "a b": "", "é": "", strings.Repeat("a", 65): ""} {
		for _, path := range []string{"/healthz", "/v1/workspace"} {
			if got := (session{w: w}).get(path, header("Keyturn-Call", call)).header.Get("Keyturn-Call"); got != want {
				t.Errorf("%s: the call %q came back as %q", path, call, got)
			}
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	ask := func(id string) string {
		return session{w: w}.get("/healthz", header("X-Request-Id", id)).header.Get("X-Request-Id")
	}
	for _, good := range []string{"run-7_A", "0f9a8b7c6d5e4f30", "550E8400-e29b-41d4-a716-446655440000"} {
		if got := ask(good); got != good {
			t.Errorf("the id %s came back as %q", good, got)
		}
	}
	seen := map[string]bool{}
	for _, bad := range []string{"", "", "a b", "a\tb", "é", "{}", strings.Repeat("a", 65), "a1b2c3d4e5", "0123456789abcdefg", "ls-anything", "run_lstest-x"} {
		got := ask(bad)
		if got == bad || got == "" || seen[got] {
			t.Errorf("%q became %q", bad, got)
		}
		seen[got] = true
	}
}

// A failure of the service tells the caller where to look and the log what happened; neither says
// more than it must.
func TestFailuresOfTheService(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	if err := w.srv.Close(); err != nil {
		t.Fatal(err)
	}
	p := ada.get("/v1/workspace", header("X-Request-Id", "run-7")).problem(http.StatusInternalServerError, "internal")
	if p.Detail != "" || !strings.Contains(w.log.String(), `"request":"run-7"`) || !strings.Contains(w.log.String(), "closed") {
		t.Errorf("told %+v, logged %s", p, w.log)
	}
	w.activate(ada.token, true).into(http.StatusInternalServerError, &refusal{})
}

func TestPanicsBecomeProblems(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	broken := api.New(api.Config{Log: slog.New(slog.NewJSONHandler(&log, nil)), Version: strconv.Itoa(1)})
	r := httptest.NewRequest(http.MethodGet, "/v1/workspace", nil)
	r.Header.Set("Authorization", "Bearer hunter2")
	r.Header.Set("X-Request-Id", "run-7")
	recorder := httptest.NewRecorder()
	broken.ServeHTTP(recorder, r)
	body, err := io.ReadAll(recorder.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	if recorder.Code != http.StatusInternalServerError || !strings.Contains(string(body), `"urn:keyturn:problem:internal"`) {
		t.Errorf("answered %d %s", recorder.Code, body)
	}
	if !strings.Contains(log.String(), `"request":"run-7"`) || !strings.Contains(log.String(), "stack") {
		t.Errorf("logged %s", log.String())
	}
	if strings.Contains(log.String()+string(body), "hunter2") || strings.Contains(string(body), "goroutine") {
		t.Errorf("it says too much: %s, %s", body, log.String())
	}
}
