package apiclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

const (
	testToken    = "lsdemo-TEST0000-0000-0000-0000-00000000ffff"
	testEndpoint = "http://127.0.0.1:8420"
)

// sample reads an answer as the service gives it.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "answers", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

var contract = sync.OnceValues(func() (*openapi3.T, error) {
	return openapi3.NewLoader().LoadFromFile("../server/openapi.yaml")
})

var contractRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := contract()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// exchange is one request that must come and its answer. An answer with a nil header is JSON.
type exchange struct {
	want   string // "GET /v1/members?limit=2"
	body   string // that must be sent
	header map[string]string
	status int
	answer []byte
	reply  http.Header
	fail   error // instead of an answer
}

// script is a transport that knows what must be asked, in which order. Every request and every
// answer of a success is checked against the contract.
type script struct {
	t         testing.TB
	exchanges []exchange
	asked     int
}

func scripted(t testing.TB, exchanges ...exchange) (*Client, *script) {
	t.Helper()
	s := &script{t: t, exchanges: exchanges}
	canaries(t)
	t.Cleanup(func() {
		if s.asked != len(s.exchanges) {
			t.Errorf("%d requests came, want %d", s.asked, len(s.exchanges))
		}
	})
	return clientOn(t, s), s
}

// canaries are the token that signs, and the values that are asked for and sent here: requests hold them only where
// they are meant to be, and errors nowhere.
func canaries(t testing.TB) *hunt.Hunt {
	t.Helper()
	h := hunt.For(t)
	h.Learn(testToken)
	h.Learn(sampleValue)
	return h
}

// sampleValue is the one in the sample of an answer that hands one out.
const sampleValue = "lsdemo-ABCD1234-efgh-5678-IJKL-mnop90123456"

// meant is where a request may hold a value: whoever imports or asks whose a value is sends it in the body.
func meant(req *http.Request) bool {
	return slices.Contains([]string{"/v1/imports", "/v1/identifications"}, req.URL.Path)
}

// look hunts in a request: beside the line that signs it.
func (s *script) look(req *http.Request, body []byte) {
	header := req.Header.Clone()
	for name := range header {
		if http.CanonicalHeaderKey(name) == "Authorization" {
			delete(header, name)
		}
	}
	h := canaries(s.t)
	h.Keep("the line and the headers of a request", fmt.Appendf(nil, "%s %v", req.URL, header))
	if !meant(req) {
		h.Keep("the body of a request", body)
	}
}

func clientOn(t testing.TB, transport http.RoundTripper) *Client {
	t.Helper()
	canaries(t)
	c, err := New(Config{Endpoint: testEndpoint, Token: models.NewSecret(testToken), UserAgent: "keyturn/test", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RoundTrip answers as the script says, and tells a trace what a real transport would.
func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.asked++
	if s.asked > len(s.exchanges) {
		s.t.Errorf("nobody expected %s %s", req.Method, req.URL)
		return nil, errors.New("unexpected request")
	}
	x := s.exchanges[s.asked-1]
	body := readAll(s.t, req.Body)
	s.look(req, body)
	if got := req.Method + " " + req.URL.RequestURI(); got != x.want {
		s.t.Errorf("asked %s, want %s", got, x.want)
	}
	if string(body) != x.body {
		s.t.Errorf("%s sent %q, want %q", x.want, body, x.body)
	}
	canonical := http.Header{}
	for name, values := range req.Header {
		for _, v := range values {
			canonical.Add(name, v)
		}
	}
	for name, want := range x.header {
		if got := canonical.Get(name); got != want {
			s.t.Errorf("%s sent %s %q, want %q", x.want, name, got, want)
		}
	}
	if x.fail != nil {
		return nil, x.fail
	}
	resp := x.response(req)
	s.holdToContract(req, canonical, body, resp, x)
	return resp, nil
}

func (x exchange) response(req *http.Request) *http.Response {
	header := x.reply.Clone()
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	status := x.status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{
		StatusCode: status, Header: header, Request: req, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(x.answer)), ContentLength: int64(len(x.answer)),
	}
}

func (s *script) holdToContract(req *http.Request, header http.Header, body []byte, resp *http.Response, x exchange) {
	s.t.Helper()
	router, err := contractRouter()
	if err != nil {
		s.t.Fatal(err)
	}
	asked := req.Clone(context.Background())
	asked.Header, asked.Body = header, io.NopCloser(bytes.NewReader(body))
	route, params, err := router.FindRoute(asked)
	if err != nil {
		s.t.Errorf("%s is not in the contract: %v", x.want, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: needsToken, IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		s.t.Errorf("%s breaks the contract: %v", x.want, err)
	}
	if x.reply != nil || resp.StatusCode >= 300 {
		return // an answer that is meant to be wrong
	}
	answered := resp.Header.Clone()
	answered.Set("ETag", `"1"`)
	answered.Set("Cache-Control", "no-store")
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: resp.StatusCode, Header: answered, Options: in.Options}
	if err := openapi3filter.ValidateResponse(context.Background(), out.SetBodyBytes(x.answer)); err != nil {
		s.t.Errorf("the test's own answer to %s breaks the contract: %v", x.want, err)
	}
}

func needsToken(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	if in.RequestValidationInput.Request.Header.Get("Authorization") != "Bearer "+testToken {
		return errors.New("not signed in")
	}
	return nil
}

func readAll(t testing.TB, r io.ReadCloser) []byte {
	t.Helper()
	if r == nil {
		return nil
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	_ = r.Close()
	return body
}

// asError returns err as what every failure must be, and holds it to what all of them promise.
func asError(t testing.TB, err error) *models.Error {
	t.Helper()
	var e *models.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a models.Error", err)
	}
	if e.Fault == "" || e.Code == "" || e.Title == "" || e.Fix == "" || e.Op == "" {
		t.Errorf("incomplete error: %#v", e)
	}
	chain := ""
	for cause := error(e); cause != nil; cause = errors.Unwrap(cause) {
		chain += cause.Error() + "\n"
	}
	for _, text := range []string{chain, e.Title, e.Detail, e.Fix, e.Request, e.ChangedBy, e.ChangedFrom} {
		canaries(t).Keep("an error", []byte(text))
		if strings.Contains(text, "Bearer") {
			t.Errorf("an error shows a header: %q", text)
		}
	}
	return e
}

func problemHeader() http.Header { return http.Header{"Content-Type": {"application/problem+json"}} }
