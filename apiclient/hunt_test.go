package apiclient

import (
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

// A value in a request, beside where it is meant to be, or in an error fails the test.
func TestTheScriptHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		c, _ := scripted(t, exchange{want: "GET /v1/credentials/" + sampleValue, answer: sample(t, "credential")})
		_, _ = c.Credential(t.Context(), sampleValue)
		_ = asError(t, &models.Error{Fault: models.FaultInternal, Code: "x", Op: "x", Title: "x", Fix: "x", Detail: testToken})
	}, "the line and the headers of a request", "an error")
	if said := hunt.Caught(t, func(t testing.TB) {
		c, _ := scripted(t, exchange{want: "GET /v1/workspace", answer: sample(t, "workspace")})
		_, _ = c.Workspace(t.Context())
	}); len(said) > 0 {
		t.Errorf("a signed request is complained of: %q", said)
	}
}
