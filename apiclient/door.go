package apiclient

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"example.com/keyturn/models"
)

const maxTokenLength = 512

// checkToken refuses what cannot stand in a header, before a library can put it into an error text.
func checkToken(token models.Secret) error {
	e := &models.Error{
		Fault: models.FaultUnauthorized, Code: "no-token", Op: "sign in", Title: "no Auth Token is set",
		Fix: "set LOCALSTACK_AUTH_TOKEN to your personal Auth Token",
	}
	if token.Empty() {
		return e
	}
	if !visibleASCII(token.Reveal(), maxTokenLength) {
		e.Code, e.Title = "malformed-token", "the Auth Token holds characters that no token has"
		e.Fix = "set LOCALSTACK_AUTH_TOKEN again: a blank, a line break or a quote may have come along when it was pasted"
		return e
	}
	return nil
}

// redactor takes the token out of texts that a service might have put it into.
func redactor(token models.Secret) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, token.Reveal(), token.String()) }
}

var errForeignHost = errors.New("a request to another host was refused")

// door is the last thing a request passes. It alone knows the token, so nothing above can log or
// keep it, and it signs requests to the configured service only.
type door struct {
	origin *url.URL
	token  models.Secret
	next   http.RoundTripper
}

// RoundTrip signs the request and sends it on.
func (d *door) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != d.origin.Scheme || req.URL.Host != d.origin.Host {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errForeignHost
	}
	signed := req.Clone(req.Context())
	if strings.HasPrefix(req.URL.Path, d.origin.Path+"/v1/") {
		signed.Header.Set("Authorization", "Bearer "+d.token.Reveal())
	}
	resp, err := d.next.RoundTrip(signed)
	if resp != nil {
		resp.Request = req // without the token
	}
	return resp, err
}

// CloseIdleConnections closes what is kept open between calls.
func (d *door) CloseIdleConnections() {
	if t, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
