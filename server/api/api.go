// Package api is how a workspace is asked over HTTP, as openapi.yaml beside package server says.
//
// It decodes, asks package policy and encodes. It decides nothing and knows no database.
package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"hash/maphash"
	"log/slog"
	"net"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/keyturn/models"
	"example.com/keyturn/server/metrics"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
)

// Config is what an API is made of.
type Config struct {
	Service  *policy.Service
	Contract []byte // openapi.yaml
	Version  string
	Log      *slog.Logger
	Limits   Limits
	Metrics  *metrics.Metrics                // nil counts nothing
	Ready    func(ctx context.Context) error // whether requests are welcome; nil: they are
}

// API answers requests. It is an http.Handler, safe for concurrent use.
type API struct {
	service  *policy.Service
	contract []byte
	version  string
	log      *slog.Logger
	mux      *http.ServeMux
	shelf    *shelf.Shelf
	metrics  *metrics.Metrics
	ready    func(ctx context.Context) error

	members, credentials, addresses *buckets
	guessers, tried                 *buckets                     // guesses: of a member, and from an address
	right, wrong                    *lru.Cache[string, struct{}] // what may be legacy keys, as they were at an address
	seed                            maphash.Seed                 // of the names of credentials among them
}

// New returns the handler of every operation of the contract.
func New(cfg Config) *API {
	a := &API{service: cfg.Service, contract: cfg.Contract, version: cfg.Version, log: cfg.Log, mux: http.NewServeMux(), seed: maphash.MakeSeed(), metrics: cfg.Metrics, ready: cfg.Ready}
	a.shelf = shelf.New(cfg.Service, shelf.Room)
	a.members, a.credentials, a.addresses = newBuckets(cfg.Limits.Member), newBuckets(cfg.Limits.Credential), newBuckets(cfg.Limits.Address)
	a.guessers, a.tried = newBuckets(cfg.Limits.Address), newBuckets(cfg.Limits.Address)
	a.right, a.wrong = remembered[struct{}](), remembered[struct{}]()
	for _, r := range a.Routes() {
		a.mux.Handle(r.Method+" "+r.Path, a.limited(r))
	}
	return a
}

// Route is one operation.
type Route struct {
	Method string
	Path   string
	handle http.HandlerFunc
	large  bool // its body may be large
}

// Routes lists every operation.
func (a *API) Routes() []Route {
	var all []Route
	for _, list := range [][]Route{a.openRoutes(), a.readRoutes(), a.identifyRoutes(), a.changeRoutes(), a.clientRoutes()} {
		all = append(all, list...)
	}
	return all
}

// Limits of a request body in bytes.
const (
	maxBody      = 1 << 20
	maxLargeBody = 256 << 20
)

func (a *API) limited(r Route) http.Handler {
	limit := int64(maxBody)
	if r.large {
		limit = maxLargeBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		plain := w
		if v, ok := w.(*visit); ok {
			plain = v.ResponseWriter // which closes the connection when a body is too large
		}
		req.Body = http.MaxBytesReader(plain, req.Body, limit)
		r.handle(w, req)
	})
}

// callHeader is the client's name for a call, which goes back with its answer: so a client knows that an
// answer is not to another one.
const callHeader = "Keyturn-Call"

// mayBeValue reports whether a name can be a secret that somebody put in a wrong place: a token, which begins with its
// prefix, behind whatever stands before it, or a legacy key, which is letters and digits alone. What programs name
// their requests by is sixteen hexadecimal digits at least, or has a dash.
func mayBeValue(name string) bool {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 1 {
		return len(name) < 16 || strings.Trim(name, "0123456789abcdefABCDEF") != ""
	}
	return slices.ContainsFunc(parts, func(part string) bool { return strings.HasPrefix(part, "ls") })
}

// nameable reports whether a name that somebody gave may go into a header.
func nameable(name string) bool {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return name != "" && len(name) <= 64 && strings.Trim(name, plain) == ""
}

// ServeHTTP gives every request an id, turns a panic into a problem, and answers what no
// operation takes.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("X-Request-Id")
	if !nameable(id) || mayBeValue(id) {
		id = newRequestID()
	}
	if call := r.Header.Get(callHeader); nameable(call) {
		w.Header().Set(callHeader, call)
	}
	v, r := arrive(w, r, id)
	w = v
	w.Header().Set("X-Request-Id", id)
	defer a.end(v, r)
	defer func() {
		if p := recover(); p != nil {
			method, pattern := v.named(r)
			a.log.Error("request panicked", "method", method, "route", pattern, "request", id, "stack", string(debug.Stack()))
			a.fail(w, r, &models.Error{Fault: models.FaultInternal, Code: "internal", Title: "The service failed at this request", Fix: "look for the request id in the service's log"})
		}
	}()
	pattern, ok := a.answers(r)
	if !ok {
		a.noRoute(w, r)
		return
	}
	v.route = pattern
	a.mux.ServeHTTP(w, r)
}

// answers reports whether an operation takes the request as it is: the mux would send a path with
// dots or double slashes elsewhere.
func (a *API) answers(r *http.Request) (pattern string, ok bool) {
	_, pattern = a.mux.Handler(r)
	return pattern, pattern != "" && path.Clean(r.URL.Path) == r.URL.Path
}

// noRoute says whether the path or only the method is unknown.
func (a *API) noRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, ok := a.answers(probe); ok {
			allowed = append(allowed, method)
		}
	}
	none := &models.Error{Fault: models.FaultNotFound, Code: "not-found", Title: "There is nothing at this path", Fix: "see /openapi.yaml"}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		none = &models.Error{Fault: models.FaultInvalid, Code: "method-not-allowed", Title: "This path does not take this method", Fix: "see /openapi.yaml"}
	}
	a.fail(w, r, a.anybody(w, r, none))
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// signedIn wraps an operation that only a member may ask for.
func (a *API) signedIn(handle func(http.ResponseWriter, *http.Request, policy.Caller) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		caller, err := a.caller(r)
		if err != nil {
			a.fail(w, r, a.stranger(w, r, err))
			return
		}
		if err = cmp.Or(a.mayGoOn(w, caller.Principal.ID), readable(r)); err == nil {
			err = handle(w, r, caller)
		}
		if err != nil {
			a.fail(w, r, a.costs(caller.Principal.ID, err))
		}
	}
}

func (a *API) caller(r *http.Request) (policy.Caller, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "bearer") || strings.TrimSpace(token) == "" {
		return policy.Caller{}, &models.Error{
			Fault: models.FaultUnauthorized, Code: "not-signed-in", Title: "Sign in with your personal token",
			Fix: "send Authorization: Bearer with your personal token; keyturn takes it from LOCALSTACK_AUTH_TOKEN",
		}
	}
	caller, err := a.service.Authenticate(r.Context(), models.NewSecret(strings.TrimSpace(token)))
	caller.From = address(r)
	visited(r).principal = caller.ID
	return caller, err
}

// address is the network address of the caller, without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
