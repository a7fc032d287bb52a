package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// breaking are imports that break the contract. Each is refused, and nothing of it is kept.
var breaking = []string{
	`{"inventory":{"members":[{}]}}`,
	`{"inventory":{"members":[{"email":"a"}]}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","name":"` + strings.Repeat("n", 401) + `"}]}}`,
	`{"inventory":{"members":[{"email":"` + strings.Repeat("n", 310) + `@example.com"}]}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","refused_ci":-1}]}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","use":[{"count":1}]}]}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","use":[{"last":"2026-12-01T00:00:00Z"}]}]}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","use":[{"last":"2026-12-01T00:00:00Z","count":0}]}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","use":[{"last":"2026-12-01T00:00:00Z","count":1,"client":"` + strings.Repeat("c", 256) + `"}]}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","use":[{"last":"2026-12-01T00:00:00Z","count":1,"version":"` + strings.Repeat("c", 256) + `"}]}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","use":[{"last":"2026-12-01T00:00:00Z","count":1,"host":"` + strings.Repeat("h", 256) + `"}]}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"` + strings.Repeat("n", 401) + `"}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","kind":"key"}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","owner":"` + strings.Repeat("o", 321) + `"}]}}`,
	`{"inventory":{"ci_tokens":[{"name":"a","value":"` + strings.Repeat("v", 201) + `"}]}}`,
	`{"inventory":{"legacy_keys":[{"name":"a","kind":"legacy_ci_key","state":"lost"}]}}`,
	`{"inventory":{"sunset":{"start":"2027-01-01T00:00:00Z"}}}`,
	`{"inventory":{"sunset":{"downtimes":[{}]}}}`,
	`{"inventory":{"sunset":{"downtimes":[{"id":"a","start":"2027-01-01T00:00:00Z"}]}}}`,
	`{"inventory":{"sunset":{"downtimes":[{"start":"2027-01-01T00:00:00Z","end":"2027-01-02T00:00:00Z"}]}}}`,
	`{"inventory":{"workspace":{"name":"` + strings.Repeat("n", 201) + `"}}}`,
	`{"inventory":{"workspace":{"personal_token_reveal":""}}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","role":""}]}}`,
	`{"inventory":{"legacy_keys":[{"kind":""}]}}`,
	`{"inventory":{"sunset":{"downtimes":[{"id":"a","end":"2027-01-02T00:00:00Z"}]}}}`,
	`{"inventory":{"members":[{"email":"bob@example.com","created_at":"0000-00-00T00:00:00Z"}]}}`,
}

func TestBreakingImportsAreRefused(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	before := string(ada.get("/v1/export").body)
	for _, body := range breaking {
		if a := ada.post("/v1/imports", body, broken); a.status != http.StatusBadRequest {
			t.Errorf("%.120s: answered %d %s", body, a.status, a.body)
		}
	}
	if now := string(ada.get("/v1/export").body); now != before {
		t.Errorf("the workspace changed from %s to %s", before, now)
	}
}

// Whatever a body holds: what breaks the contract is refused, what keeps to it is answered within
// the contract, and nothing makes the service fail.
func FuzzBodies(f *testing.F) {
	seeds := [][]string{
		{`{"name":"a"}`, `{"Name":"a"}`, `{"name":null}`, `{"name":"a","name":"b"}`, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}", `{"name":"a\u0000b"}`, `{"name":"a"} x`},
		{`{"inventory":{}}`, `{"inventory":{"members":[{"email":"zoe@example.com","role":"member","seat":true}]},"dry_run":true}`, `{"inventory":[]}`},
		{`{"personal_token_reveal":"owner"}`, `{"members_use_ci":1}`, `{}`, `null`},
		{``, ` `, `{"reason":"why"}`, `"x"`},
		{firstUse, noGrace, `{"overlap":{"mode":"fixed","grace_seconds":1e3}}`, `{"overlap":{"mode":"fixed","grace_seconds":-9223372036854775808}}`},
		{`{"by_seconds":2592001}`, `{"by_seconds":1,"reason":"why"}`, `{"by_seconds":0}`},
		{`{"values":["a"]}`, `{"values":[]}`, `{"values":["` + pipelineKey + `","\u0000"]}`, `{"values":[null]}`, `{"values":"a"}`},
		{lstkBody, cliBody, `{"credentials":{"token":"ls-"}}`, `{"machine":{"ci":[]}}`},
	}
	for what, bodies := range seeds {
		for _, body := range bodies {
			f.Add(uint8(what), body)
		}
	}
	w, ada := newWorld(f)
	w.furnish()
	c := ada.named("deploy")
	var open rotated
	ada.rotate(c.ID, firstUse).into(http.StatusCreated, &open)
	f.Fuzz(func(t *testing.T, what uint8, body string) {
		s := session{w: w.in(t), token: ada.token}
		operations := []func() answer{
			func() answer { return s.post("/v1/credentials", body, anyhow) },
			func() answer { return s.post("/v1/imports", body, anyhow) },
			func() answer { return s.patch("/v1/workspace", body, ifMatch(`"1"`), anyhow) },
			func() answer { return s.act(c.ID, "pause", body, anyhow) },
			func() answer { return s.rotate(c.ID, body, anyhow) },
			func() answer { return s.step(open.Rotation.ID, "extend", body, anyhow) },
			func() answer { return s.post("/v1/identifications", body, anyhow) },
			func() answer { return s.post("/v1/license/request", body, anyhow) },
		}
		if a := operations[int(what)%len(operations)](); a.status >= 500 {
			t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
	})
}
