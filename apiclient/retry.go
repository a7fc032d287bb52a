package apiclient

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-resty/resty/v2"
)

const (
	retries       = 3
	firstWait     = 100 * time.Millisecond
	maxRetryAfter = 10 * time.Second
)

// errLongWait ends the repeats: the service asks for more patience than a person has.
var errLongWait = errors.New("the service asks to wait longer")

// setRetries repeats reads only. A change that got no answer may have been done.
func setRetries(c *resty.Client) {
	c.SetRetryCount(retries).SetRetryWaitTime(firstWait).SetRetryMaxWaitTime(maxRetryAfter)
	c.AddRetryCondition(func(resp *resty.Response, err error) bool {
		if resp == nil || resp.Request.Method != http.MethodGet {
			return false
		}
		if err != nil {
			return transient(err)
		}
		return busy(resp.StatusCode())
	})
	c.SetRetryAfter(func(_ *resty.Client, resp *resty.Response) (time.Duration, error) {
		wait := retryAfter(resp.RawResponse)
		if wait > maxRetryAfter {
			return 0, errLongWait
		}
		return wait, nil
	})
}

func transient(err error) bool {
	for _, final := range []error{
		context.Canceled, context.DeadlineExceeded, resty.ErrResponseBodyTooLarge, errForeignHost, errNotLoopback,
	} {
		if errors.Is(err, final) {
			return false
		}
	}
	return !untrusted(err)
}

func busy(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// retryAfter reads how long the service asks to wait, 0 if it does not say. A date is taken by the
// service's own clock where it tells it.
func retryAfter(resp *http.Response) time.Duration {
	if resp == nil {
		return 0
	}
	text := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, until.Sub(now))
}
