package apiclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"

	"example.com/keyturn/models"
)

// Config says whom to ask, and as whom.
type Config struct {
	Endpoint  string // with or without a trailing slash or /v1; plain http to this machine only
	Token     models.Secret
	UserAgent string
	Timeout   time.Duration     // of one call with its repeats; 0: DefaultTimeout
	Transport http.RoundTripper // nil: a transport of its own
}

// DefaultTimeout bounds a call of a client that was configured without a timeout.
const DefaultTimeout = 30 * time.Second

const (
	bodyLimit   = 8 << 20
	exportLimit = 32 << 20
	dialTimeout = 5 * time.Second
	idleTimeout = 90 * time.Second
	idlePerHost = 8
	bufferSize  = 64 << 10
)

// Client asks one workspace service as one member. It may be used by several goroutines.
type Client struct {
	http    *resty.Client
	host    string // for messages
	timeout time.Duration
	redact  func(string) string
}

// New returns a client, or an error that says which setting to change. It sends nothing yet.
func New(cfg Config) (*Client, error) {
	base, err := parseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if err := checkToken(cfg.Token); err != nil {
		return nil, err
	}
	c := &Client{host: base.Host, timeout: cfg.Timeout, redact: redactor(cfg.Token)}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	next := cfg.Transport
	if next == nil {
		next = newTransport(base.Scheme)
	}
	c.http = resty.NewWithClient(&http.Client{Transport: &door{origin: base, token: cfg.Token, next: next}}).
		SetBaseURL(base.String()).
		SetLogger(silent{}).
		SetDisableWarn(true).
		SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })).
		SetHeader("Accept", "application/json, application/problem+json")
	if cfg.UserAgent != "" {
		c.http.SetHeader("User-Agent", cfg.UserAgent)
	}
	setRetries(c.http)
	return c, nil
}

// Close lets go of the connections that are kept open between calls.
func (c *Client) Close() { c.http.GetClient().CloseIdleConnections() }

const endpointFix = "set KEYTURN_ENDPOINT or --endpoint to the service's address, such as http://127.0.0.1:8420 or https://keyturn.example.org"

func badEndpoint(format string, args ...any) *models.Error {
	e := models.Invalid("endpoint", format, args...)
	e.Op, e.Fix = "read the endpoint", endpointFix
	return e
}

// parseEndpoint returns scheme, host and base path, without /v1. It repeats no part of an endpoint
// that might hold a password.
func parseEndpoint(endpoint string) (*url.URL, error) {
	endpoint = strings.TrimSpace(endpoint)
	if endpoint == "" {
		return nil, badEndpoint("no workspace service is named")
	}
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		return nil, badEndpoint("the endpoint must begin with http:// or https://")
	case u.User != nil:
		return nil, badEndpoint("the endpoint must not hold a user or a password")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, badEndpoint("the endpoint must end before any ? or #")
	case u.Hostname() == "":
		return nil, badEndpoint("the endpoint names no host")
	case u.Scheme == "http" && !loopbackName(u.Hostname()):
		e := badEndpoint("plain http to %s would show the token to the network", Clean(u.Host))
		e.Fix = "use https:// in KEYTURN_ENDPOINT or --endpoint; plain http works to 127.0.0.1, ::1 and localhost only"
		return nil, e
	}
	path := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/v1")
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(path, "/")}, nil
}

func loopbackName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func visibleASCII(s string, limit int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= limit
}

// newTransport keeps connections open from page to page.
func newTransport(scheme string) http.RoundTripper {
	dialer := &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}
	if scheme == "http" {
		dialer.ControlContext = loopbackOnly
	}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 2 * dialTimeout,
		MaxIdleConns:        idlePerHost,
		MaxIdleConnsPerHost: idlePerHost,
		IdleConnTimeout:     idleTimeout,
		ReadBufferSize:      bufferSize,
		WriteBufferSize:     bufferSize,
	}
}

var errNotLoopback = errors.New("the name leads to another machine")

// loopbackOnly holds a name to its promise: localhost may have been made to lead elsewhere.
func loopbackOnly(_ context.Context, _, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !loopbackName(host) {
		return errNotLoopback
	}
	return nil
}

// silent keeps resty's remarks off the screen.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
