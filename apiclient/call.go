package apiclient

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"example.com/keyturn/models"
)

// call is one question to the service.
type call struct {
	op      string // in words, for errors
	method  string
	path    string // below the endpoint; every part escaped
	query   url.Values
	seen    *models.Revision // what the caller saw, for If-Match
	key     string           // idempotency key
	body    any
	limit   int                 // of the answer's body; 0: bodyLimit
	patient time.Duration       // how much longer than the client's timeout
	asks    bool                // it changes nothing, although it is no GET
	hide    func(string) string // takes out of a problem's texts what must not come back; nil: nothing but the token
}

func (k call) changes() bool { return k.method != http.MethodGet && !k.asks }

// ask sends the call and decodes its answer.
func ask[T any](ctx context.Context, c *Client, k call, decode func(*reader) T) (T, error) {
	var none T
	body, err := c.send(ctx, k)
	if err != nil {
		return none, err
	}
	value, err := decodeBody(body, decode)
	clear(body) // it may hold a secret
	if err != nil {
		return none, c.nonsense(k, err.Error())
	}
	return value, nil
}

// send returns the body of a good answer, or a models.Error.
func (c *Client) send(ctx context.Context, k call) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout+k.patient)
	defer cancel()
	var trip trip
	if ctx.Err() != nil {
		return nil, c.noAnswer(k, true, ctx.Err())
	}
	req, err := c.request(trip.follow(ctx), k)
	if err != nil {
		return nil, err
	}
	resp, err := req.Execute(k.method, k.path)
	if err != nil && !errors.Is(err, errLongWait) {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		return nil, c.noAnswer(k, trip.nothingSent(), err)
	}
	return c.accept(k, resp)
}

func (c *Client) request(ctx context.Context, k call) (*resty.Request, error) {
	limit := k.limit
	if limit == 0 {
		limit = bodyLimit
	}
	req := c.http.R().SetContext(ctx).SetResponseBodyLimit(limit).SetQueryParamsFromValues(k.query)
	req.SetHeader(callHeader, rand.Text())
	if k.seen != nil {
		req.SetHeader("If-Match", `"`+strconv.FormatInt(int64(*k.seen), 10)+`"`)
	}
	if k.key != "" {
		// Spelled this way on purpose: net/http repeats a POST by itself after a lost connection if it
		// finds the canonical name, and a change is sent once.
		req.SetHeaderVerbatim("idempotency-key", k.key)
	}
	if k.body != nil {
		body, err := json.Marshal(k.body)
		if err != nil {
			return nil, &models.Error{Fault: models.FaultInvalid, Code: "not-encodable", Op: k.op, Title: "the request cannot be written as JSON", Fix: "check the times in it: their years must have four digits"}
		}
		req.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	return req, nil
}

// callHeader names a call; the service sends the name back. Not X-Request-Id: proxies put their own there.
const callHeader = "Keyturn-Call"

// accept returns the body of an answer that keeps to the contract, and is one to this call.
func (c *Client) accept(k call, resp *resty.Response) ([]byte, error) {
	status, body := resp.StatusCode(), resp.Body()
	media, _, _ := mime.ParseMediaType(resp.Header().Get("Content-Type"))
	to := resp.Header().Get(callHeader)
	switch {
	case to != "" && to != resp.Request.Header.Get(callHeader):
		return nil, c.nonsense(k, "it answered another call")
	case status == http.StatusOK || status == http.StatusCreated && k.changes():
		if media != "application/json" {
			return nil, c.nonsense(k, "it answered "+strconv.Itoa(status)+" with "+mediaName(media))
		}
		return body, nil
	case status >= 300 && status < 400:
		return nil, c.redirected(k, status)
	case status < 300:
		return nil, c.nonsense(k, "it answered "+strconv.Itoa(status))
	case media == "application/problem+json":
		if p, err := decodeBody(body, problem); err == nil && p.status == status {
			return nil, c.refused(k, p, retryAfter(resp.RawResponse))
		}
	}
	return nil, c.foreign(k, status, media, retryAfter(resp.RawResponse))
}

// mediaName says what came instead of JSON, in our words: a server's own may be anything.
func mediaName(media string) string {
	if slices.Contains([]string{"text/html", "text/plain", "application/problem+json", "application/yaml", "application/xml"}, media) {
		return media
	}
	return "something that is not JSON"
}

// trip notes how far a request came.
type trip struct{ sought, got atomic.Bool }

// follow notes the way of the requests of ctx.
func (t *trip) follow(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { t.got.Store(true) },
	})
}

// nothingSent reports that surely no byte of the request left. From the moment a connection is there
// a goroutine of the transport writes to it, and no hook tells in time that it has not.
func (t *trip) nothingSent() bool { return t.sought.Load() && !t.got.Load() }
