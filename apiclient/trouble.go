package apiclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-resty/resty/v2"

	"example.com/keyturn/models"
)

const (
	reachFix   = "check that the service runs and that KEYTURN_ENDPOINT or --endpoint names it"
	unknownFix = "look at it before doing it again, or repeat the request with the same idempotency key"
	foreignFix = "check KEYTURN_ENDPOINT or --endpoint: it should name the workspace service itself, without a login page or another server before it"
)

// noAnswer is the error of a call that got no answer. A change of which something may have left is
// of unknown outcome; everything else is surely not done.
func (c *Client) noAnswer(k call, unsent bool, err error) *models.Error {
	e := &models.Error{
		Fault: models.FaultUnreachable, Code: "no-answer", Op: k.op, Title: "the workspace service did not answer",
		Detail: c.reason(err), Fix: "try again; if it stays, " + reachFix, Err: cause(err),
	}
	switch unsent = unsent || errors.Is(err, errNotLoopback) || errors.Is(err, errForeignHost); {
	case errors.Is(err, resty.ErrResponseBodyTooLarge):
		return c.nonsense(k, "its answer is too large")
	case unsent && untrusted(err):
		e.Code, e.Title = "certificate-not-trusted", "the certificate of the workspace service is not trusted"
		e.Fix = "name the service as its certificate does, or make this machine trust its issuer (SSL_CERT_FILE)"
	case errors.Is(err, context.Canceled) && (unsent || !k.changes()):
		e.Code, e.Title, e.Fix = "cancelled", "given up before an answer came", "ask again"
	case unsent:
		e.Code, e.Title, e.Fix = "unreachable", "the workspace service cannot be reached", reachFix
	case k.changes():
		e.Fault, e.Code, e.Title, e.Fix = models.FaultUnknown, "outcome-unknown", "no answer came: it may have been done", unknownFix
	}
	return e
}

// nonsense is the error of an answer that no keyturn service gives.
func (c *Client) nonsense(k call, detail string) *models.Error {
	e := &models.Error{
		Fault: models.FaultInternal, Code: "not-keyturn", Op: k.op, Title: "this is not a keyturn service, or not one of this version",
		Detail: c.host + ": " + detail, Fix: foreignFix,
	}
	if k.changes() {
		e.Fault, e.Code, e.Title = models.FaultUnknown, "outcome-unknown", "the answer makes no sense: it may have been done"
		e.Fix = unknownFix + "; " + foreignFix
	}
	return e
}

// redirected is the error of an answer that sends elsewhere. Whoever stands between may have put it in
// the place of the service's own, after the deed.
func (c *Client) redirected(k call, status int) *models.Error {
	e := &models.Error{
		Fault: models.FaultInternal, Code: "redirect", Op: k.op, Title: "the service sends elsewhere: not followed, since the token would go along",
		Detail: c.host + ": " + strconv.Itoa(status), Fix: foreignFix,
	}
	if k.changes() {
		e.Fault, e.Fix = models.FaultUnknown, unknownFix+"; "+foreignFix
	}
	return e
}

// foreign is the error of a refusal that does not come from the service: of a proxy or of another
// server, or of the service in such trouble that it cannot say. A proxy may refuse the reply as well as
// the request, so that a change may have been made.
func (c *Client) foreign(k call, status int, media string, wait time.Duration) *models.Error {
	detail := fmt.Sprintf("%s: %d with %s", c.host, status, mediaName(media))
	switch {
	case status == http.StatusTooManyRequests:
		return &models.Error{
			Fault: models.FaultRateLimited, Code: "rate-limited", Op: k.op, Title: "too many requests", Detail: detail, Fix: waitFix(wait),
			RetryAfter: wait,
		}
	case status >= 500 && k.changes():
		return &models.Error{
			Fault: models.FaultUnknown, Code: "outcome-unknown", Op: k.op, Title: "the service failed on the way: it may have been done",
			Detail: detail, Fix: unknownFix, RetryAfter: wait,
		}
	case status >= 500:
		return &models.Error{
			Fault: models.FaultUnreachable, Code: "unavailable", Op: k.op, Title: "the workspace service is not available",
			Detail: detail, Fix: waitFix(wait), RetryAfter: wait,
		}
	}
	e := &models.Error{
		Fault: models.FaultInternal, Code: "not-keyturn", Op: k.op, Title: "this is not a keyturn service", Detail: detail, Fix: foreignFix,
	}
	if k.changes() {
		e.Fault, e.Code, e.Title = models.FaultUnknown, "outcome-unknown", "somebody else answered: it may have been done"
		e.Fix = unknownFix + "; " + foreignFix
	}
	return e
}

func waitFix(wait time.Duration) string {
	if wait <= 0 {
		return "try again in a while"
	}
	return "try again in " + wait.Round(time.Second).String()
}

// faultOf says what a status means when the service itself says why.
func faultOf(status int) models.Fault {
	switch status {
	case http.StatusUnauthorized:
		return models.FaultUnauthorized
	case http.StatusForbidden:
		return models.FaultForbidden
	case http.StatusNotFound:
		return models.FaultNotFound
	case http.StatusConflict:
		return models.FaultConflict
	case http.StatusPreconditionFailed:
		return models.FaultStale
	case http.StatusTooManyRequests:
		return models.FaultRateLimited
	case http.StatusServiceUnavailable:
		return models.FaultUnreachable
	}
	if status < 500 {
		return models.FaultInvalid
	}
	return models.FaultInternal
}

// refused is the service's own no.
func (c *Client) refused(k call, p problemBody, wait time.Duration) *models.Error {
	e := p.err
	e.Op, e.Fault, e.RetryAfter = k.op, faultOf(p.status), wait
	if k.changes() && p.status >= 500 && p.status != http.StatusServiceUnavailable {
		e.Fault = models.FaultUnknown // it may have failed after the deed
	}
	for _, text := range []*string{&e.Title, &e.Detail, &e.Fix, &e.Request, &e.ChangedBy, &e.ChangedFrom} {
		*text = c.redact(*text)
		if k.hide != nil {
			*text = k.hide(*text)
		}
	}
	if e.Fix == "" && busy(p.status) {
		e.Fix = waitFix(wait)
	}
	return e
}

// untrusted reports whether TLS failed because of the certificate.
func untrusted(err error) bool {
	var verification *tls.CertificateVerificationError
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	return errors.As(err, &verification) || errors.As(err, &host) || errors.As(err, &authority)
}

// reason says in our own words why there is no answer. A library's text may repeat what a server
// sent, and a server may repeat the token.
func (c *Client) reason(err error) string {
	var dns *net.DNSError
	var notTLS tls.RecordHeaderError
	var op *net.OpError
	text := "the connection failed"
	switch {
	case errors.Is(err, context.Canceled):
		text = "given up"
	case errors.Is(err, context.DeadlineExceeded):
		text = "nothing in time"
	case errors.Is(err, errNotLoopback), errors.Is(err, errForeignHost):
		text = cause(err).Error()
	case errors.As(err, &dns):
		text = "this name is not known"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = "connection refused"
	case untrusted(err):
		text = "its certificate is for another name, out of date or of an unknown issuer"
	case errors.As(err, &notTLS), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		text = "it does not speak TLS: is the address http:// rather than https://?"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		text = "the connection was reset"
	case errors.Is(err, io.ErrUnexpectedEOF):
		text = "the answer broke off"
	case errors.Is(err, io.EOF):
		text = "the connection was closed without an answer"
	case errors.As(err, &op) && op.Timeout():
		text = "no connection within " + dialTimeout.String()
	}
	return c.host + ": " + text
}

// cause keeps of err what callers may ask for with errors.Is, and nothing that a server wrote.
func cause(err error) error {
	for _, known := range []error{
		context.Canceled, context.DeadlineExceeded, errNotLoopback, errForeignHost, syscall.ECONNREFUSED, syscall.ECONNRESET,
		io.ErrUnexpectedEOF, io.EOF,
	} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}
