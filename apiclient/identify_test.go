package apiclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/models"
)

func secrets(values ...string) []models.Secret { return each(values, models.NewSecret) }

func TestValuesAreSentAndIdentified(t *testing.T) {
	c, _ := scripted(t, exchange{
		want: "POST /v1/identifications", body: `{"values":["alpha-value","beta-value","gamma-value"]}`, answer: sample(t, "identifications"),
		header: map[string]string{"Idempotency-Key": "", "Content-Type": "application/json"},
	})
	got, err := c.Identify(t.Context(), secrets("alpha-value", "beta-value", "gamma-value"))
	if err != nil {
		t.Fatal(err)
	}
	want := []*models.Identified{
		{
			Credential: "01JD3T0A5XPT", Kind: models.PersonalToken, Name: "personal token", Version: 2, State: models.SecretCurrent,
			Owner: &models.MemberRef{ID: "01JD3T0A5XME", Name: "María ‹U+202E›Santos", Email: "maria@example.com"},
		},
		nil,
		{Credential: "01JD3T0A5XCI", Kind: models.LegacyCIKey, Name: "deploy", Version: 1, State: models.SecretRetiring, Paused: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none, err := c.Identify(t.Context(), nil); err != nil || len(none) > 0 {
		t.Errorf("no values are %v, %v", none, err)
	}
}

// knower knows every value that begins with "known", and lets only so many be asked about in one call.
type knower struct {
	t       *testing.T
	atMost  int
	busy    []int // calls that are answered with 429, from 0
	calls   int
	largest int
}

func (k *knower) RoundTrip(req *http.Request) (*http.Response, error) {
	var in identifyBody
	if err := json.Unmarshal(readAll(k.t, req.Body), &in); err != nil {
		k.t.Error(err)
	}
	call := k.calls
	k.calls++
	if slices.Contains(k.busy, call) {
		return exchange{
			status: http.StatusTooManyRequests, reply: http.Header{"Content-Type": {"application/problem+json"}, "Retry-After": {"7"}},
			answer: []byte(`{"type":"urn:keyturn:problem:rate-limited","title":"Too many requests","status":429}`),
		}.response(req), nil
	}
	k.largest = max(k.largest, len(in.Values))
	var items []string
	for _, v := range in.Values[:min(len(in.Values), k.atMost)] {
		item := `{"known":false}`
		if strings.HasPrefix(v, "known") {
			item = fmt.Sprintf(`{"known":true,"credential_id":"c","kind":"ci_token","name":%q,"version":1,"state":"current"}`, v)
		}
		items = append(items, item)
	}
	return exchange{answer: []byte(`{"items":[` + strings.Join(items, ",") + `]}`)}.response(req), nil
}

// Many values go in several calls, none larger than the contract allows, at the pace of the service; the
// answers come back in the order of the values.
func TestManyValuesGoAtThePaceOfTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var values []string
		for i := range 230 {
			values = append(values, fmt.Sprintf("%s-%d", []string{"known", "nobodys"}[i%2], i))
		}
		k := &knower{t: t, atMost: 60, busy: []int{1, 2}}
		start := time.Now()
		got, err := clientOn(t, k).Identify(t.Context(), secrets(values...))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(values) || k.largest > models.MaxIdentify {
			t.Fatalf("%d answers to %d values, in calls of up to %d", len(got), len(values), k.largest)
		}
		for i, v := range values {
			if known := i%2 == 0; known != (got[i] != nil) || known && got[i].Name != v {
				t.Fatalf("%s is %+v", v, got[i])
			}
		}
		if took := time.Since(start); took != 14*time.Second {
			t.Errorf("it took %s, and the service asked for twice 7 s", took)
		}
	})
}

// Whoever waits for long enough gives up, and keeps what was told until then.
func TestWhatWasToldIsKeptWithTheError(t *testing.T) {
	values := secrets("known-1", "known-2", "known-3")
	for name, tc := range map[string]struct {
		within time.Duration
		busy   []int
		fault  models.Fault
		calls  int
	}{
		"no patience":                {within: 3 * time.Second, busy: []int{1}, fault: models.FaultUnreachable, calls: 2},
		"a service that never stops": {within: time.Hour, busy: []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, fault: models.FaultRateLimited, calls: 7},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tc.within)
				defer cancel()
				k := &knower{t: t, atMost: 2, busy: tc.busy}
				got, err := clientOn(t, k).Identify(ctx, values)
				if asError(t, err).Fault != tc.fault || len(got) != 2 || k.calls != tc.calls {
					t.Errorf("%d told in %d calls: %v", len(got), k.calls, err)
				}
			})
		})
	}
}

// Nothing is changed by asking, so no failure of it is of unknown outcome; and no error repeats a value,
// even where the service does.
func TestFailedIdentificationsTellNoValue(t *testing.T) {
	const value = "the-value-itself"
	for name, tc := range map[string]struct {
		exchange
		fault models.Fault
	}{
		"a lost line":        {exchange{fail: errors.New("lost " + value)}, models.FaultUnreachable},
		"an hour's wait":     {busyAnswer(http.StatusTooManyRequests, "3600"), models.FaultRateLimited},
		"a proxy":            {busyAnswer(http.StatusBadGateway, ""), models.FaultUnreachable},
		"not allowed":        {problemWith(http.StatusForbidden, value), models.FaultForbidden},
		"a failure":          {problemWith(http.StatusInternalServerError, value), models.FaultInternal},
		"no answer at all":   {exchange{answer: []byte(`{"items":[]}`)}, models.FaultInternal},
		"too many answers":   {exchange{answer: []byte(`{"items":[{"known":false},{"known":false}]}`)}, models.FaultInternal},
		"half of an answer":  {exchange{answer: []byte(`{"items":[{"known":true,"name":"` + value + `"}]}`)}, models.FaultInternal},
		"an unknown state":   {exchange{answer: []byte(`{"items":[{"known":true,"state":"` + value + `"}]}`)}, models.FaultInternal},
		"no word of knowing": {exchange{answer: []byte(`{"items":[{"name":"a"}]}`)}, models.FaultInternal},
	} {
		t.Run(name, func(t *testing.T) {
			c := clientOn(t, &attempts{answers: []exchange{tc.exchange}, start: time.Now()})
			got, err := c.Identify(t.Context(), secrets(value))
			e := asError(t, err)
			if e.Fault != tc.fault || len(got) > 0 {
				t.Errorf("%d answers, %s: %v", len(got), e.Fault, err)
			}
			for _, text := range []string{e.Error(), e.Title, e.Detail, e.Fix, e.Request} {
				if strings.Contains(text, value) {
					t.Errorf("the error repeats the value: %s", text)
				}
			}
		})
	}
}

func problemWith(status int, text string) exchange {
	return exchange{status: status, reply: problemHeader(), answer: fmt.Appendf(nil,
		`{"type":"urn:keyturn:problem:x","title":"no %s","status":%d,"detail":"not %[1]s","fix":"take %[1]s away","request_id":"r-%[1]s"}`, text, status)}
}

func FuzzIdentifications(f *testing.F) { fuzzAnswer(f, "identifications", identifications) }
