package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestRepeatsGetTheFirstAnswer(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	requests := []struct{ path, body, match string }{
		{"/v1/credentials", `{"name":"nightly"}`, ""},
		{"/v1/credentials/" + c.ID + "/rotations", firstUse, tag(c.Revision)},
		{"/v1/imports", `{"inventory":{"ci_tokens":[{"name":"imported"}]}}`, ""},
	}
	for i, r := range requests {
		how := []option{key(fmt.Sprintf("repeat-%d", i))}
		if r.match != "" {
			how = append(how, ifMatch(r.match))
		}
		first := ada.post(r.path, r.body, how...)
		if first.status >= 300 || first.header.Get("Idempotency-Replayed") != "" {
			t.Fatalf("%s: %d %s %v", r.path, first.status, first.body, first.header)
		}
		w.clock.advance(24*time.Hour - time.Millisecond)
		again := ada.post(r.path, r.body, how...)
		if again.status != first.status || !bytes.Equal(again.body, first.body) || again.etag() != first.etag() {
			t.Errorf("%s: the repeat is answered %d %s, first %d %s", r.path, again.status, again.body, first.status, first.body)
		}
		if again.header.Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: the repeat does not say that it is one", r.path)
		}
		w.clock.advance(time.Millisecond)
		if late := ada.post(r.path, r.body, how...); late.header.Get("Idempotency-Replayed") != "" {
			t.Errorf("%s: remembered for longer than a day", r.path)
		}
	}
	var found list[credential]
	ada.get("/v1/credentials?kind=ci_token").into(http.StatusOK, &found)
	if len(found.Items) != 3 || ada.credential(c.ID).Rotation == nil {
		t.Errorf("in the end there are %+v", found.Items)
	}
}

// Everything that makes a request this one and no other.
func TestKeysBelongToOneRequest(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	path := "/v1/credentials/" + c.ID
	how := []option{key("the-key-1"), ifMatch(tag(c.Revision))}
	var got credential
	ada.post(path+"/pause", "", how...).into(http.StatusOK, &got)
	for _, other := range []answer{
		ada.post(path+"/pause", `{}`, how...),
		ada.post(path+"/resume", "", how...),
		ada.post(path+"/pause", "", key("the-key-1"), ifMatch(tag(c.Revision+1))),
		ada.post("/v1/credentials", `{"name":"x"}`, key("the-key-1")),
	} {
		other.problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
	}
	bob := ada.signIn("bob@example.com")
	token := ada.member("bob@example.com").Token
	if a := bob.post("/v1/credentials/"+token.ID+"/rotations", noGrace, key("the-key-1"), ifMatch(tag(token.Revision))); a.status != http.StatusCreated {
		t.Errorf("somebody else's key is answered with %d %s", a.status, a.body)
	}
}

func TestPostsNeedAKey(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	posts := 0
	for name := range w.contract.operations() {
		method, path, _ := strings.Cut(name, " ")
		if method != http.MethodPost || path == "/v1/license/request" || path == "/v1/identifications" { // which change nothing
			continue
		}
		posts++
		path = strings.NewReplacer("{", "", "}", "").Replace(path)
		ada.post(path, "{}", without("Idempotency-Key"), ifMatch(`"1"`), anyhow).problem(http.StatusBadRequest, "idempotency-key-missing")
	}
	if posts < 10 {
		t.Errorf("only %d operations are posts", posts)
	}
	for _, bad := range []string{"short-7", strings.Repeat("k", 129)} {
		ada.post("/v1/credentials", `{"name":"a"}`, key(bad), broken).problem(http.StatusBadRequest, "idempotency-key-missing")
	}
}

// A refused request has not happened: its key is free for the next try.
func TestRefusalsAreNotRemembered(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	ada.create("nightly")
	ada.post("/v1/credentials", `{"name":"nightly"}`, key("the-key-1")).problem(http.StatusConflict, "name-taken")
	var got credential
	ada.post("/v1/credentials", `{"name":"nightly-2"}`, key("the-key-1")).into(http.StatusCreated, &got)
}

// However many copies of one request arrive at once, it happens once.
func TestRacingRepeatsHappenOnce(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	answers := make([]answer, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			answers[i] = ada.post("/v1/credentials/"+c.ID+"/rotations", firstUse, key("the-key-1"), ifMatch(tag(c.Revision)))
		})
	}
	wg.Wait()
	first := 0
	for _, a := range answers {
		if a.status != http.StatusCreated || !bytes.Equal(a.body, answers[0].body) {
			t.Errorf("answered %d %s", a.status, a.body)
		}
		if a.header.Get("Idempotency-Replayed") == "" {
			first++
		}
	}
	if first != 1 || len(ada.credential(c.ID).Secrets) != 2 {
		t.Errorf("%d were the first, the credential is %+v", first, ada.credential(c.ID))
	}
}

func TestChangesNeedThePresentState(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	var open rotated
	ada.rotate(c.ID, firstUse).into(http.StatusCreated, &open)
	c = open.Credential
	credentials, rotations := "/v1/credentials/"+c.ID, "/v1/rotations/"+open.Rotation.ID
	changes := []struct {
		method, path, body string
		revision           int64
	}{
		{http.MethodPatch, credentials, `{"name":"a"}`, c.Revision},
		{http.MethodPost, credentials + "/pause", "", c.Revision},
		{http.MethodPost, credentials + "/resume", "", c.Revision},
		{http.MethodPost, credentials + "/revoke", `{}`, c.Revision},
		{http.MethodPost, credentials + "/rotations", noGrace, c.Revision},
		{http.MethodPost, rotations + "/confirm", `{"reason":"by hand"}`, open.Rotation.Revision},
		{http.MethodPost, rotations + "/cancel", "", open.Rotation.Revision},
		{http.MethodPost, rotations + "/rollback", "", open.Rotation.Revision},
		{http.MethodPost, rotations + "/end", "", open.Rotation.Revision},
		{http.MethodPost, rotations + "/extend", `{"by_seconds":1}`, open.Rotation.Revision},
	}
	for _, change := range changes {
		ask := func(how ...option) answer { return ada.ask(change.method, change.path, change.body, how...) }
		ask().problem(http.StatusPreconditionRequired, "if-match-missing")
		for _, bad := range []string{"1", `W/"1"`, `"1", "2"`, "*", `"one"`, `"01"`, `""`, `"+1"`} {
			ask(ifMatch(bad)).problem(http.StatusBadRequest, "if-match-malformed")
		}
		for _, seen := range []int64{change.revision - 1, change.revision + 1} {
			p := ask(ifMatch(tag(seen))).problem(http.StatusPreconditionFailed, "stale")
			if p.Current == nil || p.Current.ID != c.ID || p.Current.Revision != c.Revision || p.ChangedBy != "ada" || p.ChangedFrom != "192.0.2.1" || p.ChangedAt != "2027-01-01T00:00:00Z" {
				t.Errorf("%s %s: stale, and told %+v", change.method, change.path, p)
			}
		}
	}
	space := ada.get("/v1/workspace")
	ada.patch("/v1/workspace", `{}`).problem(http.StatusPreconditionRequired, "if-match-missing")
	ada.patch("/v1/workspace", `{}`, ifMatch("x")).problem(http.StatusBadRequest, "if-match-malformed")
	p := ada.patch("/v1/workspace", `{}`, ifMatch(`"999"`)).problem(http.StatusPreconditionFailed, "stale")
	if now := p.CurrentWorkspace; now == nil || now.Name != "Acme" || tag(now.Revision) != space.etag() || p.ChangedBy != now.ChangedBy {
		t.Errorf("the settings are stale, and told is %+v", p)
	}
	if ada.get("/v1/workspace").etag() != space.etag() || ada.credential(c.ID).Revision != c.Revision {
		t.Error("a refused change changed something")
	}
}

// An ETag moves with a decision, never with a use, and every answer about an object carries it.
func TestETagsFollowDecisions(t *testing.T) {
	t.Parallel()
	w, ada := newWorld(t)
	w.furnish()
	c := ada.named("deploy")
	path := "/v1/credentials/" + c.ID
	before := ada.get(path).etag()
	w.accepted(ada.secret(c.ID))
	if after := ada.get(path).etag(); after != before {
		t.Errorf("a use moved the ETag from %s to %s", before, after)
	}
	paused := ada.post(path+"/pause", "", ifMatch(before)).etag()
	if paused == before || ada.get(path).etag() != paused {
		t.Errorf("the pause answered the ETag %s, before %s, now %s", paused, before, ada.get(path).etag())
	}
	renamed := ada.patch(path, `{"name":"other"}`, ifMatch(paused)).etag()
	var open rotated
	a := ada.post(path+"/rotations", firstUse, ifMatch(renamed)).into(http.StatusCreated, &open)
	if a.etag() != tag(open.Rotation.Revision) || ada.get("/v1/rotations/"+open.Rotation.ID).etag() != a.etag() || ada.get(path).etag() == renamed {
		t.Errorf("after the rotation the ETag is %s", a.etag())
	}
	space := ada.get("/v1/workspace").etag()
	moved := ada.patch("/v1/workspace", `{"name":"Acme Corp"}`, ifMatch(space)).etag()
	if moved == space || ada.get("/v1/workspace").etag() != moved {
		t.Errorf("the setting moved the ETag from %s to %s", space, moved)
	}
}

// One request ends the open rotation and starts another, or does nothing.
func TestARotationTakesThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	_, ada := newWorld(t)
	c := ada.create("deploy")
	var first, second rotated
	ada.rotate(c.ID, firstUse).into(http.StatusCreated, &first)
	ada.rotate(c.ID, firstUse).problem(http.StatusConflict, "rotation-open")
	body := strings.Replace(firstUse, "{", `{"supersedes":"`+first.Rotation.ID+`",`, 1)
	ada.rotate(c.ID, body).into(http.StatusCreated, &second)
	var before rotated
	ada.get("/v1/rotations/"+first.Rotation.ID).into(http.StatusOK, &before)
	if before.Rotation.State != "cancelled" || second.Rotation.State != "pending" || second.Rotation.ID == first.Rotation.ID {
		t.Errorf("the first stands at %+v, the second at %+v", before.Rotation, second.Rotation)
	}
	ada.rotate(c.ID, body).problem(http.StatusConflict, "rotation-open")
}
