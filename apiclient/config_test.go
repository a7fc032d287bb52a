package apiclient

import (
	"net/http"
	"strings"
	"testing"

	"example.com/keyturn/models"
)

func TestAnEndpointMayBeWrittenInManyWays(t *testing.T) {
	for endpoint, want := range map[string]string{
		"http://127.0.0.1:8420":              "http://127.0.0.1:8420",
		" http://127.0.0.1:8420/ ":           "http://127.0.0.1:8420",
		"http://localhost:8420/v1":           "http://localhost:8420",
		"http://[::1]:8420/v1/":              "http://[::1]:8420",
		"https://keys.example.org":           "https://keys.example.org",
		"https://example.org/keyturn/v1//":   "https://example.org/keyturn",
		"HTTPS://example.org/keyturn/v1/old": "https://example.org/keyturn/v1/old",
	} {
		got, err := parseEndpoint(endpoint)
		if err != nil || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", endpoint, got, err, want)
		}
	}
}

func TestABadEndpointIsRefusedWithItsRemedy(t *testing.T) {
	for endpoint, says := range map[string]string{
		"":                                  "no workspace service",
		"127.0.0.1:8420":                    "http:// or https://",
		"ftp://example.org":                 "http:// or https://",
		"http://exa mple.org":               "http:// or https://",
		"https://":                          "no host",
		"https://u:hunter2@example.org":     "password",
		"https://example.org?token=hunter2": "before any ?",
		"https://example.org#hunter2":       "before any ?",
		"http://example.org":                "plain http",
		"http://192.0.2.1:8420":             "plain http",
		"http://127.0.0.1.example.org":      "plain http",
		"http://localhost.example.org":      "plain http",
	} {
		_, err := New(Config{Endpoint: endpoint, Token: models.NewSecret(testToken)})
		e := asError(t, err)
		if e.Fault != models.FaultInvalid || !strings.Contains(e.Title, says) || !strings.Contains(e.Fix, "KEYTURN_ENDPOINT") {
			t.Errorf("%q: %v (%s)", endpoint, e, e.Fix)
		}
		if strings.Contains(e.Error(), "hunter2") {
			t.Errorf("%q: the error repeats a password", endpoint)
		}
	}
}

func TestATokenThatCannotBeSentIsRefusedWithItsRemedy(t *testing.T) {
	canaries(t).Learn(strings.Repeat("x", 600))
	for token, code := range map[string]string{"": "no-token", "ls-a\n": "malformed-token", "ls-ä": "malformed-token", strings.Repeat("x", 600): "malformed-token"} {
		_, err := New(Config{Endpoint: testEndpoint, Token: models.NewSecret(token)})
		e := asError(t, err)
		if e.Fault != models.FaultUnauthorized || e.Code != code || !strings.Contains(e.Fix, "LOCALSTACK_AUTH_TOKEN") || token != "" && strings.Contains(e.Error(), token) {
			t.Errorf("got %v", e)
		}
	}
}

func TestABasePathStaysBeforeEveryRequest(t *testing.T) {
	canaries(t)
	var asked string
	c, err := New(Config{Endpoint: "https://example.org/keyturn/v1/", Token: models.NewSecret(testToken), Transport: recorder{&asked, t}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Workspace(t.Context()); err != nil || asked != "https://example.org/keyturn/v1/workspace Bearer "+testToken {
		t.Errorf("asked %s, %v", asked, err)
	}
}

// recorder notes what was asked, and answers with the workspace.
type recorder struct {
	asked *string
	t     *testing.T
}

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	*r.asked = req.URL.String() + " " + req.Header.Get("Authorization")
	return exchange{answer: sample(r.t, "workspace")}.response(req), nil
}
