package apiclient

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
)

const testKey = "0123456789abcdef"

// change is one change, what must be sent for it and what its answer must become.
type change struct {
	name   string
	want   string
	body   string
	seen   string // If-Match
	key    string
	status int
	answer string
	do     func(context.Context, *Client) (any, error)
	result any
}

func changeRequest() models.ChangeRequest {
	return models.ChangeRequest{Credential: "01JD3T0A5XCI", Seen: 6, Name: "deploy ‹U+200B›", Reason: "left over", Key: testKey}
}

func credentialChanges() []change {
	path := "/v1/credentials/01JD3T0A5XCI"
	return []change{
		{
			name: "create", want: "POST /v1/credentials", body: `{"name":"deploy"}`, key: testKey, status: http.StatusCreated, answer: "credential",
			do: func(ctx context.Context, c *Client) (any, error) { return one(c.Create(ctx, "deploy", testKey)) }, result: wantCredential(),
		},
		{
			name: "rename, with a name as it is shown", want: "PATCH " + path, body: "{\"name\":\"deploy \u200b\"}", seen: `"6"`, answer: "credential",
			do: func(ctx context.Context, c *Client) (any, error) { return one(c.Rename(ctx, changeRequest())) }, result: wantCredential(),
		},
		{
			name: "pause", want: "POST " + path + "/pause", seen: `"6"`, key: testKey, answer: "credential",
			do: func(ctx context.Context, c *Client) (any, error) { return one(c.Pause(ctx, changeRequest())) }, result: wantCredential(),
		},
		{
			name: "resume", want: "POST " + path + "/resume", seen: `"6"`, key: testKey, answer: "credential",
			do: func(ctx context.Context, c *Client) (any, error) { return one(c.Resume(ctx, changeRequest())) }, result: wantCredential(),
		},
		{
			name: "revoke", want: "POST " + path + "/revoke", body: `{"reason":"left over"}`, seen: `"6"`, key: testKey, answer: "credential",
			do: func(ctx context.Context, c *Client) (any, error) { return one(c.Revoke(ctx, changeRequest())) }, result: wantCredential(),
		},
		{
			name: "settings", want: "PATCH /v1/workspace", seen: `"12"`, answer: "workspace",
			body: `{"name":"Acme","personal_token_reveal":"owner","members_use_ci":false}`,
			do: func(ctx context.Context, c *Client) (any, error) {
				name, reveal, no := "Acme", models.RevealOwner, false
				return one(c.UpdateWorkspace(ctx, 12, &name, &reveal, &no))
			},
			result: wantWorkspace(),
		},
		{
			name: "one setting alone", want: "PATCH /v1/workspace", seen: `"12"`, answer: "workspace", body: `{"members_use_ci":true}`,
			do: func(ctx context.Context, c *Client) (any, error) {
				yes := true
				return one(c.UpdateWorkspace(ctx, 12, nil, nil, &yes))
			},
			result: wantWorkspace(),
		},
	}
}

func step(step models.RotationStep, by time.Duration) func(context.Context, *Client) (any, error) {
	return func(ctx context.Context, c *Client) (any, error) {
		r, cred, err := c.Step(ctx, models.StepRequest{Rotation: "01JD3T0A5XRO", Step: step, Seen: 3, Reason: "why", Extend: by, Key: testKey})
		return replacementPair{r, cred}, err
	}
}

func rotationChanges() []change {
	both := replacementPair{wantRotation(), wantCredential()}
	list := []change{{
		name: "rotate", want: "POST /v1/credentials/01JD3T0A5XCI/rotations", seen: `"7"`, key: testKey, status: http.StatusCreated, answer: "rotation",
		body: `{"overlap":{"mode":"first_use","grace_seconds":86400},"reason":"yearly"}`,
		do: func(ctx context.Context, c *Client) (any, error) {
			r, cred, err := c.Rotate(ctx, models.RotateRequest{
				Credential: "01JD3T0A5XCI", Seen: 7, Overlap: models.DefaultOverlap, Reason: "yearly", Key: testKey,
			})
			return replacementPair{r, cred}, err
		},
		result: both,
	}, {
		name: "supersede", want: "POST /v1/credentials/01JD3T0A5XCI/rotations", seen: `"7"`, key: testKey, status: http.StatusCreated, answer: "rotation",
		body: `{"overlap":{"mode":"none"},"supersedes":"01JD3T0A5XRO"}`,
		do: func(ctx context.Context, c *Client) (any, error) {
			r, cred, err := c.Rotate(ctx, models.RotateRequest{
				Credential: "01JD3T0A5XCI", Seen: 7, Overlap: models.Overlap{Mode: models.OverlapNone}, Supersedes: "01JD3T0A5XRO", Key: testKey,
			})
			return replacementPair{r, cred}, err
		},
		result: both,
	}}
	for _, s := range []models.RotationStep{models.StepConfirm, models.StepCancel, models.StepRollback, models.StepEnd} {
		list = append(list, change{
			name: string(s), want: "POST /v1/rotations/01JD3T0A5XRO/" + string(s), body: `{"reason":"why"}`, seen: `"3"`, key: testKey, answer: "rotation",
			do: step(s, 0), result: both,
		})
	}
	return append(list, change{
		name: "extend", want: "POST /v1/rotations/01JD3T0A5XRO/extend", body: `{"by_seconds":7200,"reason":"why"}`, seen: `"3"`, key: testKey,
		answer: "rotation", do: step(models.StepExtend, 2*time.Hour), result: both,
	})
}

func TestAChangeSaysWhatWasSeenAndCarriesItsKey(t *testing.T) {
	for _, tc := range append(credentialChanges(), rotationChanges()...) {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := scripted(t, exchange{
				want: tc.want, body: tc.body, status: tc.status, answer: sample(t, tc.answer),
				header: map[string]string{"If-Match": tc.seen, "Idempotency-Key": tc.key},
			})
			got, err := tc.do(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.result, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAStepThatOnlyHappensCannotBeAsked(t *testing.T) {
	c, _ := scripted(t)
	for _, s := range []models.RotationStep{models.StepFirstUse, models.StepGraceOver, "", "../../workspace"} {
		_, _, err := c.Step(t.Context(), models.StepRequest{Rotation: "01JD3T0A5XRO", Step: s, Key: testKey})
		if e := asError(t, err); e.Code != "unknown-step" {
			t.Errorf("%q: %v", s, e)
		}
	}
}

func TestAChangeIsSentOnceWhateverHappens(t *testing.T) {
	for name, x := range map[string]exchange{
		"the connection breaks":   {fail: errors.New("connection lost")},
		"the service is busy":     {status: http.StatusServiceUnavailable, reply: http.Header{"Retry-After": {"1"}}},
		"a gateway gives up":      {status: http.StatusGatewayTimeout, reply: http.Header{}},
		"there are too many":      {status: http.StatusTooManyRequests, reply: http.Header{"Retry-After": {"1"}}},
		"the answer is not ours":  {reply: http.Header{"Content-Type": {"text/html"}}, answer: []byte("<html>")},
		"the answer is cut short": {reply: http.Header{"Content-Type": {"application/json"}}, answer: []byte(`{"rotation":`)},
	} {
		for _, tc := range append(credentialChanges(), rotationChanges()...) {
			t.Run(name+"/"+tc.name, func(t *testing.T) {
				x.want, x.body = tc.want, tc.body
				c, s := scripted(t, x)
				_, err := tc.do(t.Context(), c)
				if e := asError(t, err); e.Fault != models.FaultUnknown && x.status != http.StatusTooManyRequests {
					t.Errorf("fault %s", e.Fault)
				}
				if s.asked != 1 {
					t.Errorf("sent %d times", s.asked)
				}
			})
		}
	}
}

// sentInventory is a workspace file with a value in every place.
func sentInventory() models.Inventory {
	inv := wantInventory()
	inv.Members[0].Token = models.NewSecret("lsdemo-personal")
	inv.CITokens[0].Value = models.NewSecret("lsdemo-shared")
	return inv
}

const sentInventoryBody = `{"dry_run":true,"inventory":{"workspace":{"name":"Acme` + "\\u2028" + `Cloud","personal_token_reveal":"owner","members_use_ci":false},` +
	`"sunset":{"start":"2026-09-01T00:00:00Z","end":"2027-03-31T00:00:00Z","source":"announced","downtimes":[{"id":"dt-1",` +
	`"start":"2026-12-01T09:00:00Z","end":"2026-12-01T10:00:00Z","note":"first"}]},"members":[{"email":"mei@example.org","name":"e` + "\u0301" +
	`ric","role":"member","seat":true,"created_at":"2025-01-01T00:00:00Z","token":"lsdemo-personal","use":[{"client":"lstk","version":"1.0",` +
	`"host":"laptop","first":"2026-01-01T00:00:00Z","last":"2026-02-01T00:00:00Z","count":3}],"refused_ci":2}],"ci_tokens":[{"kind":"ci_token",` +
	`"name":"GitHub ` + "\u202e" + `Actions","state":"active","created_at":"2025-01-01T00:00:00Z","value":"lsdemo-shared",` +
	`"use":[{"client":"localstack-cli","ci":true,"last":"2026-02-01T00:00:00Z","count":9}]}],"legacy_keys":[{"kind":"legacy_api_key",` +
	`"name":"old ‹one","owner":"mei@example.org","state":"paused"}]}}`

func TestImportSendsTheValuesAndTheNamesAsTheyWere(t *testing.T) {
	c, _ := scripted(t, exchange{
		want: "POST /v1/imports", body: sentInventoryBody, header: map[string]string{"Idempotency-Key": testKey}, answer: sample(t, "import"),
	})
	got, err := c.Import(t.Context(), sentInventory(), true, testKey)
	if err != nil {
		t.Fatal(err)
	}
	want := models.ImportReport{DryRun: true, Created: 1, Updated: 2, Unchanged: 3, Kept: 4, Changes: []models.ImportChange{
		{Verb: "create", What: "CI token", Name: "deploy‹U+0007›", Detail: "without a value: a new one is made"},
		{Verb: "update", What: "member", Name: "mei@example.org"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnImportThatFailsRepeatsNoValue(t *testing.T) {
	c, _ := scripted(t, exchange{want: "POST /v1/imports", body: sentInventoryBody, fail: errors.New("lost: " + sentInventoryBody)})
	_, err := c.Import(t.Context(), sentInventory(), true, testKey)
	e := asError(t, err)
	for cause := error(e); cause != nil; cause = errors.Unwrap(cause) {
		if strings.Contains(cause.Error(), "lsdemo-") {
			t.Errorf("a value shows: %v", cause)
		}
	}
}

func TestATimeThatJSONCannotWriteIsRefusedBeforeItIsSent(t *testing.T) {
	c, _ := scripted(t)
	inv := models.Inventory{Members: []models.InventoryMember{{Email: "a@example.org", CreatedAt: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}}}
	_, err := c.Import(t.Context(), inv, false, testKey)
	if e := asError(t, err); e.Fault != models.FaultInvalid {
		t.Errorf("got %v", e)
	}
}

func TestARefusalIsToldAsTheServiceTellsIt(t *testing.T) {
	c, _ := scripted(t, exchange{
		want: "POST /v1/credentials/01JD3T0A5XCI/pause", status: http.StatusPreconditionFailed, reply: problemHeader(), answer: sample(t, "problem"),
	})
	_, err := c.Pause(t.Context(), changeRequest())
	now := wantLegacyKey()
	want := &models.Error{
		Fault: models.FaultStale, Code: "stale", Title: "This credential was changed in the meantime",
		Detail: "it has revision 7 now‹U+001B›]0;x‹U+0007›", Fix: "look at it again", Op: "pause a credential", Request: "01JD3T0A5XRQ",
		Current: &now, ChangedBy: "Bo‹U+202E›b", ChangedAt: at("2026-11-23T13:30:00Z"), ChangedFrom: "198.51.100.7",
	}
	if diff := cmp.Diff(want, asError(t, err)); diff != "" {
		t.Error(diff)
	}
}

// Who changes the settings too late learns what they are now.
func TestStaleSettingsComeWithThePresentOnes(t *testing.T) {
	answer := `{"type":"urn:keyturn:problem:stale","title":"The settings have changed","status":412,"fix":"look again","changed_by":"ada","current_workspace":` +
		string(sample(t, "workspace")) + `}`
	name := "Acme"
	c, _ := scripted(t, exchange{
		want: "PATCH /v1/workspace", body: `{"name":"Acme"}`, status: http.StatusPreconditionFailed, reply: problemHeader(), answer: []byte(answer),
	})
	_, err := c.UpdateWorkspace(t.Context(), 11, &name, nil, nil)
	e, want := asError(t, err), wantWorkspace()
	if e.Fault != models.FaultStale || e.ChangedBy != "ada" || e.Settings == nil {
		t.Fatalf("got %#v", e)
	}
	if diff := cmp.Diff(&want, e.Settings); diff != "" {
		t.Error(diff)
	}
}

func TestATokenInARefusalIsTakenOut(t *testing.T) {
	c, _ := scripted(t, exchange{
		want: "GET /v1/workspace", status: http.StatusUnauthorized, reply: problemHeader(),
		answer: []byte(`{"type":"urn:keyturn:problem:token-unknown","title":"no ` + testToken + `","status":401,"detail":"` + testToken +
			`","fix":"not ` + testToken + `","request_id":"` + testToken + `","changed_by":"` + testToken + `","changed_from":"` + testToken + `"}`),
	})
	_, err := c.Workspace(t.Context())
	if e := asError(t, err); e.Fault != models.FaultUnauthorized || e.Title != "no ‹secret›" {
		t.Errorf("got %#v", e)
	}
}

func TestAStatusBecomesAFault(t *testing.T) {
	for status, want := range map[int]models.Fault{
		400: models.FaultInvalid, 401: models.FaultUnauthorized, 403: models.FaultForbidden, 404: models.FaultNotFound, 405: models.FaultInvalid,
		409: models.FaultConflict, 412: models.FaultStale, 413: models.FaultInvalid, 422: models.FaultInvalid, 428: models.FaultInvalid,
		429: models.FaultRateLimited, 500: models.FaultUnknown, 503: models.FaultUnreachable, 502: models.FaultUnknown, 504: models.FaultUnknown,
	} {
		body := []byte(`{"type":"urn:keyturn:problem:x","title":"No","status":` + strconv.Itoa(status) + `,"fix":"f"}`)
		c, _ := scripted(t, exchange{want: "POST /v1/credentials/01JD3T0A5XCI/pause", status: status, reply: problemHeader(), answer: body})
		_, err := c.Pause(t.Context(), changeRequest())
		if e := asError(t, err); e.Fault != want || e.Code != "x" {
			t.Errorf("%d: fault %s, code %s, want %s", status, e.Fault, e.Code, want)
		}
	}
}
