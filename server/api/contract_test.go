package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.com/keyturn/server"
)

// contract is openapi.yaml, ready to judge requests and answers.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

var readContract = sync.OnceValues(func() (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(server.Contract)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	doc.Servers = nil // any host
	// Judged as 3.1, every schema would be compiled anew for every answer, which takes longer than all
	// else. The contract holds no keyword that 3.0 reads otherwise.
	doc.OpenAPI = "3.0.3"
	router, err := gorillamux.NewRouter(doc)
	return &contract{doc: doc, router: router}, err
})

func loadContract(t testing.TB) *contract {
	t.Helper()
	c, err := readContract()
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return c
}

// operations lists every "METHOD path" of the contract.
func (c *contract) operations() map[string]*openapi3.Operation {
	all := map[string]*openapi3.Operation{}
	for path, item := range c.doc.Paths.Map() {
		for method, op := range item.Operations() {
			all[method+" "+path] = op
		}
	}
	return all
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		MultiError: true, IncludeResponseStatus: true, SkipSettingDefaults: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
}

// exchange is one request with what the contract says about it.
type exchange struct {
	input *openapi3filter.RequestValidationInput // nil: the contract has no such operation
	wrong error                                  // how the request breaks the contract
}

func (c *contract) judge(r *http.Request, body []byte) exchange {
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return exchange{wrong: err}
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options()}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return exchange{input: in, wrong: openapi3filter.ValidateRequest(r.Context(), in)}
}

// operation names what was asked as the contract does: "GET /v1/members/{member_id}".
func (e exchange) operation() string {
	if e.input == nil {
		return ""
	}
	return e.input.Route.Method + " " + e.input.Route.Path
}

// holds reports how an answer breaks the contract.
func (e exchange) holds(a answer) error {
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: e.input, Status: a.status, Header: a.header, Options: options(),
	}
	in.SetBodyBytes(a.body)
	return openapi3filter.ValidateResponse(context.Background(), in)
}

func TestRoutesAreTheOperationsOfTheContract(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	want := w.contract.operations()
	for _, r := range w.srv.Handler().Routes() {
		name := r.Method + " " + r.Path
		if want[name] == nil {
			t.Errorf("%s is not in the contract", name)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("nothing answers %s", name)
	}
}

// An operation that says nothing about security is for members, as the document says at its head.
func TestOperationsForMembersRefuseStrangers(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	stranger := session{w: w}
	seen := 0
	for name, op := range w.contract.operations() {
		if op.Security != nil {
			continue
		}
		seen++
		method, path, _ := strings.Cut(name, " ")
		a := stranger.ask(method, strings.NewReplacer("{", "", "}", "").Replace(path), "{}", anyhow)
		a.problem(http.StatusUnauthorized, "not-signed-in")
		if a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s does not say how to sign in", name)
		}
	}
	if seen < 20 {
		t.Errorf("only %d operations are for members", seen)
	}
}

func TestContractIsServedAsItIs(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t)
	a := session{w: w}.get("/openapi.yaml")
	if a.status != http.StatusOK || !bytes.Equal(a.body, server.Contract) {
		t.Errorf("answered %d with %d bytes", a.status, len(a.body))
	}
	var health struct{ Status, Version string }
	session{w: w}.get("/healthz").into(http.StatusOK, &health)
	if health.Status != "ok" || health.Version != "1.2.3" {
		t.Errorf("healthy as %+v", health)
	}
}

// The judge of the other tests must be able to say no.
func TestContractJudgesStrictly(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	request := func(method, path, body string) exchange {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Content-Type", "application/json")
		return c.judge(r, []byte(body))
	}
	for _, bad := range []struct{ method, path, body string }{
		{"POST", "/v1/credentials", `{}`},
		{"POST", "/v1/credentials", `{"name":"a","nick":"b"}`},
		{"POST", "/v1/credentials", `{"name":7}`},
		{"GET", "/v1/members?limit=0", ""},
		{"GET", "/v1/credentials?kind=key", ""},
		{"DELETE", "/v1/members", ""},
	} {
		if request(bad.method, bad.path, bad.body).wrong == nil {
			t.Errorf("%s %s with %s was let through", bad.method, bad.path, bad.body)
		}
	}
	good := request("GET", "/v1/rotations/x", "")
	if good.wrong != nil {
		t.Fatal(good.wrong)
	}
	jsonHeader := http.Header{"Content-Type": {"application/json"}}
	for _, bad := range []answer{
		{status: 200, header: jsonHeader, body: []byte(`{}`)},
		{status: 200, header: http.Header{"Content-Type": {"text/plain"}}, body: []byte(`x`)},
		{status: 404, header: jsonHeader, body: []byte(`{"type":"t","title":"t","status":404}`)},
		{status: 404, header: http.Header{"Content-Type": {"application/problem+json"}}, body: []byte(`{"type":"t"}`)},
	} {
		if good.holds(bad) == nil {
			t.Errorf("the answer %d %s was let through", bad.status, bad.body)
		}
	}
	secret := request("GET", "/v1/credentials/x/secret", "")
	body, err := json.Marshal(map[string]any{"credential_id": "x", "version": 1, "fingerprint": "01234567", "value": "v"})
	if err != nil {
		t.Fatal(err)
	}
	cacheable := http.Header{"Content-Type": {"application/json"}, "Cache-Control": {"public"}}
	if secret.holds(answer{status: 200, header: cacheable, body: body}) == nil {
		t.Error("a secret that may be cached was let through")
	}
}
