package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/models"
)

// session is somebody who asks: a member with a personal token, or a stranger without.
type session struct {
	w     *world
	token string
}

// request is one question before it is sent.
type request struct {
	*http.Request
	broken, whatever bool
}

type option func(*request)

func header(name, value string) option {
	return func(r *request) { r.Header.Set(name, value) }
}

func without(name string) option {
	return func(r *request) { r.Header.Del(name) }
}

func ifMatch(tag string) option { return header("If-Match", tag) }
func key(k string) option       { return header("Idempotency-Key", k) }

// broken says that the request breaks the contract on purpose.
func broken(r *request) { r.broken = true }

// anyhow says that it does not matter whether the request keeps to the contract.
func anyhow(r *request) { r.whatever = true }

func (s session) get(path string, how ...option) answer {
	s.w.Helper()
	return s.ask(http.MethodGet, path, "", how...)
}

func (s session) post(path, body string, how ...option) answer {
	s.w.Helper()
	return s.ask(http.MethodPost, path, body, how...)
}

func (s session) patch(path, body string, how ...option) answer {
	s.w.Helper()
	return s.ask(http.MethodPatch, path, body, how...)
}

// ask sends one request and holds it and its answer to the contract. A POST has a new idempotency
// key unless the test says otherwise.
func (s session) ask(method, path, body string, how ...option) answer {
	w := s.w
	w.Helper()
	r := request{Request: httptest.NewRequest(method, path, strings.NewReader(body))}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", w.newKey())
	}
	for _, set := range how {
		set(&r)
	}
	what := method + " " + path
	x := w.contract.judge(r.Request.Clone(r.Context()), []byte(body))
	if (x.wrong != nil) != r.broken && !r.whatever {
		w.Errorf("%s breaks the contract: %v, want broken: %v", what, x.wrong, r.broken)
	}
	recorder := httptest.NewRecorder()
	w.srv.Handler().ServeHTTP(recorder, r.Request)
	a := answer{w: w, what: what, status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
	w.keep(x, a)
	a.hold(x)
	return a
}

// keep notes the answer for the search for secrets.
func (w *world) keep(x exchange, a answer) {
	if x.operation() == "GET /v1/credentials/{credential_id}/secret" && a.status == http.StatusOK {
		return
	}
	var text bytes.Buffer
	_ = a.header.Write(&text)
	text.Write(a.body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, told{a.what, text.String()})
}

// answer is what came back.
type answer struct {
	w      *world
	what   string
	status int
	header http.Header
	body   []byte
}

// hold checks what is true of every answer: it keeps to the contract, a request that does not is
// refused, nothing may be cached, and every refusal says what to do.
func (a answer) hold(x exchange) {
	a.w.Helper()
	if x.wrong != nil && a.status < 400 {
		a.w.Errorf("%s: answered with %d although %v", a.what, a.status, x.wrong)
	}
	if x.input != nil {
		if err := x.holds(a); err != nil {
			a.w.Errorf("%s: the answer %d breaks the contract: %v", a.what, a.status, err)
		}
	}
	if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("X-Request-Id") == "" {
		a.w.Errorf("%s: the headers are %v", a.what, a.header)
	}
	if a.status < 400 || a.client() {
		return
	}
	p := a.read()
	if p.Status != a.status || p.Title == "" || p.Fix == "" || p.RequestID != a.header.Get("X-Request-Id") ||
		a.header.Get("Content-Type") != "application/problem+json" || !strings.HasPrefix(p.Type, "urn:keyturn:problem:") {
		a.w.Errorf("%s: the problem is told badly: %d %s", a.what, a.status, a.body)
	}
}

// client reports whether the answer is for a LocalStack client, which has refusals of its own.
func (a answer) client() bool {
	_, path, _ := strings.Cut(a.what, " ")
	return slices.Contains([]string{"/v1/license/request", "/v1/cloudpods"}, path)
}

type problem struct {
	Type             string
	Title            string
	Status           int
	Detail           string
	Fix              string
	RequestID        string `json:"request_id"`
	ChangedBy        string `json:"changed_by"`
	CurrentWorkspace *struct {
		Name      string
		Revision  int64
		ChangedBy string `json:"changed_by"`
	} `json:"current_workspace"`
	ChangedAt   string      `json:"changed_at"`
	ChangedFrom string      `json:"changed_from"`
	Current     *credential `json:"current"`
}

func (a answer) read() problem {
	a.w.Helper()
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.w.Fatalf("%s: %d is no problem: %v", a.what, a.status, err)
	}
	return p
}

// problem fails unless the answer is that problem.
func (a answer) problem(status int, code string) problem {
	a.w.Helper()
	if p := a.read(); a.status == status && p.Type == "urn:keyturn:problem:"+code {
		return p
	}
	a.w.Fatalf("%s: answered %d %s, want %d %s", a.what, a.status, a.body, status, code)
	return problem{}
}

// into fails unless the answer has that status, and decodes it.
func (a answer) into(status int, to any) answer {
	a.w.Helper()
	if a.status != status {
		a.w.Fatalf("%s: answered %d %s, want %d", a.what, a.status, a.body, status)
	}
	if err := json.Unmarshal(a.body, to); err != nil {
		a.w.Fatalf("%s: %v", a.what, err)
	}
	return a
}

func (a answer) etag() string { return a.header.Get("ETag") }

// The parts of the answers that tests look at.

type credential struct {
	ID, Kind, Name, State string
	Revision              int64
	Secrets               []struct {
		Version             int
		Kind, State, Masked string
	}
	Rotation  *rotation
	Use       use
	RefusedCI use  `json:"refused_ci"`
	Known     bool `json:"value_known"`
}

type use struct {
	Count               int
	Client, Version     string
	Host                string
	CI                  bool
	Last, First, Recent any
}

type rotation struct {
	ID, State string
	NewVer    int    `json:"new_version"`
	GraceEnds string `json:"grace_ends"`
	EndedBy   string `json:"ended_by"`
	Revision  int64
}

type rotated struct {
	Rotation   rotation
	Credential credential
}

type member struct {
	ID, Email string
	Seat      bool
	Token     credential
	LegacyKey *credential `json:"legacy_key"`
}

type list[T any] struct {
	Items []T
	Next  string
}

// tag is the ETag of an object whose revision came inside another.
func tag(revision int64) string { return `"` + strconv.FormatInt(revision, 10) + `"` }

func (s session) credential(id string) credential {
	s.w.Helper()
	var c credential
	s.get("/v1/credentials/"+id).into(http.StatusOK, &c)
	return c
}

// named finds a credential that has a name of its own.
func (s session) named(name string) credential {
	s.w.Helper()
	var found list[credential]
	s.get("/v1/credentials?limit=1000&kind=ci_token&kind=legacy_ci_key").into(http.StatusOK, &found)
	for _, c := range found.Items {
		if c.Name == name {
			return c
		}
	}
	s.w.Fatalf("no credential named %s", name)
	return credential{}
}

func (s session) member(email string) member {
	s.w.Helper()
	var found list[member]
	s.get("/v1/members?limit=1000").into(http.StatusOK, &found)
	for _, m := range found.Items {
		if m.Email == email {
			return m
		}
	}
	s.w.Fatalf("no member %s", email)
	return member{}
}

// secret reads a value, the newest.
func (s session) secret(id string) string {
	s.w.Helper()
	var got struct{ Value string }
	s.get("/v1/credentials/"+id+"/secret").into(http.StatusOK, &got)
	return s.w.learn(got.Value)
}

// signIn is the session of a member, with the token that the asking admin reads.
func (s session) signIn(email string) session {
	s.w.Helper()
	return s.w.session(s.secret(s.member(email).Token.ID))
}

func (s session) create(name string) credential {
	s.w.Helper()
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		s.w.Fatal(err)
	}
	var c credential
	s.post("/v1/credentials", string(body)).into(http.StatusCreated, &c)
	return c
}

const (
	firstUse = `{"overlap":{"mode":"first_use","grace_seconds":86400}}`
	noGrace  = `{"overlap":{"mode":"none"}}`
)

// rotate starts a rotation of a credential as it is now.
func (s session) rotate(id, body string, how ...option) answer {
	s.w.Helper()
	return s.post("/v1/credentials/"+id+"/rotations", body, append(how, ifMatch(tag(s.credential(id).Revision)))...)
}

// step takes a rotation further, as it is now.
func (s session) step(id, step, body string, how ...option) answer {
	s.w.Helper()
	var now rotated
	s.get("/v1/rotations/"+id).into(http.StatusOK, &now)
	return s.post("/v1/rotations/"+id+"/"+step, body, append(how, ifMatch(tag(now.Rotation.Revision)))...)
}

// act pauses, resumes or revokes a credential as it is now.
func (s session) act(id, verb, body string, how ...option) answer {
	s.w.Helper()
	return s.post("/v1/credentials/"+id+"/"+verb, body, append(how, ifMatch(tag(s.credential(id).Revision)))...)
}

// refusal is the body with which a LocalStack client is refused.
type refusal struct {
	Error   bool
	Message string
}

// activate is the Python CLI on a machine that says whether it is CI.
func (w *world) activate(token string, ci bool) answer {
	w.Helper()
	body, err := json.Marshal(map[string]any{
		"credentials": map[string]any{"type": "auth-token", "token": token},
		"product":     map[string]any{"name": "localstack-pro", "version": "4.9.0"},
		"machine":     map[string]any{"id": "m-1", "ci": ci},
	})
	if err != nil {
		w.Fatal(err)
	}
	return session{w: w}.post("/v1/license/request", string(body), without("Idempotency-Key"))
}

// accepted fails unless an activation from CI succeeds.
func (w *world) accepted(token string) answer {
	w.Helper()
	var doc struct {
		Status string `json:"license_status"`
	}
	a := w.activate(token, true).into(http.StatusOK, &doc)
	if doc.Status != "ACTIVE" {
		w.Fatalf("the licence is %q", doc.Status)
	}
	return a
}

// refused fails unless the answer refuses a client with that status and code.
func (a answer) refused(status int, code models.Refusal) answer {
	a.w.Helper()
	var got refusal
	a.into(status, &got)
	if !got.Error || !strings.HasPrefix(got.Message, string(code)+":") {
		a.w.Fatalf("%s: answered %s, want %s", a.what, a.body, code)
	}
	return a
}

// pods asks for cloud pods with that pair of user and password.
func (w *world) pods(pair string) answer {
	w.Helper()
	user, password, _ := strings.Cut(pair, ":")
	return session{w: w}.get("/v1/cloudpods", func(r *request) { r.SetBasicAuth(user, password) })
}

// silent asks for changes in a context of its own, and wants no answer.
func (w *world) silent(ctx context.Context, s session, query string) {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/changes"+query, nil)
	r.Header.Set("Authorization", "Bearer "+s.token)
	recorder := httptest.NewRecorder()
	w.srv.Handler().ServeHTTP(recorder, r)
	if recorder.Body.Len() != 0 {
		w.Errorf("answered %s", recorder.Body)
	}
}
