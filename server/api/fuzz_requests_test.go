package api_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// query asks with that query as it is, however wrong.
func query(raw string) option { return func(r *request) { r.URL.RawQuery = raw } }

// Whatever a query holds: what breaks the contract is refused, a cursor of another list opens nothing,
// and nothing makes the service fail.
func FuzzQueries(f *testing.F) {
	w, ada := newWorld(f)
	w.furnish()
	w.srv.Service().Release() // a wait for changes ends at once
	c := ada.named("deploy")
	for what, queries := range [][]string{
		{"limit=1", "limit=1000&cursor=", "limit=1001", "limit=0", "limit=+5", "limit=07", "limit=1&limit=x", "limit=", "cursor=" + c.ID, "cursor=x", "%zz", "a;b"},
		{"kind=ci_token&kind=legacy_ci_key", "kind=key", "kind=ci_token,legacy_ci_key", "state=", "state=active&limit=1", "kind=ci_token%00"},
		{"after=1", "after=-1", "cursor=7", "cursor=0", "cursor=+7", "cursor=9223372036854775808", "credential=" + c.ID, "credential=%ff"},
		{"after=0&wait=50", "after=9223372036854775807", "wait=51", "wait=-1", "after=1e3", "after=0x10"},
		{"version=1", "version=0", "version=2147483648", "version=1&version=2", "Version=9"},
	} {
		for _, q := range queries {
			f.Add(uint8(what), q)
		}
	}
	paths := []string{"/v1/members", "/v1/credentials", "/v1/events", "/v1/changes", "/v1/credentials/" + c.ID + "/secret"}
	f.Fuzz(func(t *testing.T, what uint8, raw string) {
		s := session{w: w.in(t), token: ada.token}
		if a := s.get(paths[int(what)%len(paths)], query(raw), anyhow); a.status >= 500 {
			t.Errorf("%s?%s: %d %s", a.what, raw, a.status, a.body)
		}
	})
}

// Whatever is asked for by name: an id that is none opens nothing.
func FuzzPaths(f *testing.F) {
	w, ada := newWorld(f)
	w.furnish()
	c := ada.named("deploy")
	for what, id := range []string{c.ID, "x", "..", "%2e%2e", "a%2fb", strings.ToLower(c.ID), c.ID + "%00", "%ff", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%zz"} {
		f.Add(uint8(what), id)
	}
	paths := []string{
		"/v1/members/#", "/v1/credentials/#", "/v1/credentials/#/secret", "/v1/credentials/#/usage", "/v1/credentials/#/rotations", "/v1/rotations/#", "/#",
	}
	f.Fuzz(func(t *testing.T, what uint8, id string) {
		path := strings.Replace(paths[int(what)%len(paths)], "#", id, 1)
		s := session{w: w.in(t), token: ada.token}
		a := s.get("/", anyhow, func(r *request) { r.URL.Path = path })
		if a.status >= 500 || a.status == http.StatusOK && !strings.Contains(path, c.ID) && id != "openapi.yaml" && id != "healthz" && !strings.HasPrefix(id, "v1/") {
			t.Errorf("%q: %d %s", path, a.status, a.body)
		}
	})
}

// sendable reports whether a header can have that value on the wire.
func sendable(value string) bool {
	return utf8.ValidString(value) && strings.TrimSpace(value) == value &&
		strings.IndexFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) < 0
}

// Whatever a header holds: only the token of a member signs in, only the present ETag lets a change
// through, and only a key that the contract allows is remembered.
func FuzzHeaders(f *testing.F) {
	w, ada := newWorld(f)
	w.furnish()
	space := ada.get("/v1/workspace").etag()
	for what, values := range [][]string{
		{"Bearer " + ada.token, "bearer  " + ada.token, "Bearer", "Bearer x y", "Basic " + ada.token, ada.token, "Bearer " + pipelineKey, "Bearer " + ada.token + ","},
		{space, `W/` + space, `"1", "2"`, "*", `"01"`, `"-1"`, `"9223372036854775808"`, `""`, `"`, space + space},
		{"key-0000", "short", strings.Repeat("k", 128), strings.Repeat("k", 129), "ééééééé", strings.Repeat("é", 100), "a b\tc d e f", `"quoted-key"`},
		{"Basic Og==", "Basic OnBpcGVPbGRLZXk=", "Basic x", "Bearer " + pipelineKey, "Basic dXNlcjpw"},
		{pipelineKey, `"` + pipelineKey + `"`, "'" + pipelineKey + "'", " ", `""`, "x"},
	} {
		for _, value := range values {
			f.Add(uint8(what), value)
		}
	}
	f.Fuzz(func(t *testing.T, what uint8, value string) {
		if !sendable(value) {
			t.Skip("no header has this value")
		}
		s := session{w: w.in(t), token: ada.token}
		operations := []func() (answer, bool){
			func() (answer, bool) {
				return s.get("/v1/workspace", header("Authorization", value), anyhow), strings.HasSuffix(value, ada.token)
			},
			func() (answer, bool) {
				return s.patch("/v1/workspace", `{"name":""}`, ifMatch(value), anyhow), false
			},
			func() (answer, bool) {
				return s.post("/v1/credentials", `{"name":"deploy"}`, key(value), anyhow), false
			},
			func() (answer, bool) {
				return session{w: s.w}.get("/v1/cloudpods", header("Authorization", value), anyhow), true
			},
			func() (answer, bool) {
				return session{w: s.w}.get("/v1/cloudpods", header("ls-api-key", value), anyhow), strings.Contains(value, pipelineKey)
			},
		}
		switch a, may := operations[int(what)%len(operations)](); {
		case a.status >= 500:
			t.Errorf("%s with %q: %d %s", a.what, value, a.status, a.body)
		case a.status < 300 && !may:
			t.Errorf("%s was let through by %q", a.what, value)
		case strings.Contains(string(a.body), "name-taken") != (len([]rune(value)) >= 8 && len([]rune(value)) <= 128) && int(what)%len(operations) == 2:
			t.Errorf("the key %q was answered with %d %s", value, a.status, a.body)
		}
	})
}
