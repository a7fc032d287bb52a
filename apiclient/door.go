package apiclient

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"example.com/keyturn/models"
)

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
