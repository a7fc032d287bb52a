package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"example.com/keyturn/models"
)

// visit is what is known of one request, for its line in the log and for the counts: nothing of what
// it says beyond the pattern of its path.
type visit struct {
	http.ResponseWriter
	id        string
	route     string // the pattern that took it; empty if none did
	principal models.MemberID
	status    int
	began     time.Time
}

type contextKey int

const visitKey contextKey = 0

// visited returns the visit that a request is part of.
func visited(r *http.Request) *visit {
	v, _ := r.Context().Value(visitKey).(*visit)
	if v == nil {
		v = &visit{}
	}
	return v
}

func requestID(r *http.Request) string { return visited(r).id }

// WriteHeader notes the status.
func (v *visit) WriteHeader(status int) {
	if v.status == 0 {
		v.status = status
	}
	v.ResponseWriter.WriteHeader(status)
}

// Unwrap is what http.ResponseController asks for.
func (v *visit) Unwrap() http.ResponseWriter { return v.ResponseWriter }

// arrive starts the visit of a request.
func arrive(w http.ResponseWriter, r *http.Request, id string) (*visit, *http.Request) {
	v := &visit{ResponseWriter: w, id: id, began: time.Now()}
	return v, r.WithContext(context.WithValue(r.Context(), visitKey, v))
}

// statusGone stands for no answer, because nobody listened any more.
const statusGone = 499

// Names for what no operation takes: what somebody made up must be neither a label nor a line of a log.
const (
	noPattern   = "none"
	otherMethod = "other"
)

// named returns the method and the pattern of a request in words of ours.
func (v *visit) named(r *http.Request) (method, pattern string) {
	switch method = r.Method; method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete, http.MethodOptions:
	default:
		method = otherMethod
	}
	if _, pattern, _ = strings.Cut(v.route, " "); pattern == "" {
		pattern = noPattern
	}
	return method, pattern
}

// end counts the request and writes its line: changes and refusals for everybody to see, reads and
// activations only where every request is asked for, and requests above a limit too: whoever floods the
// service must not flood its log.
func (a *API) end(v *visit, r *http.Request) {
	took := time.Since(v.began)
	if v.status == 0 {
		v.status = statusGone
	}
	method, pattern := v.named(r)
	waited := r.URL.RawQuery != "" && pattern == "/v1/changes" && r.URL.Query().Has("wait")
	a.metrics.Request(method, pattern, v.status, took, !waited)
	level := slog.LevelDebug
	switch {
	case v.status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	case v.status == http.StatusTooManyRequests, v.status == statusGone:
	case v.status >= http.StatusBadRequest, v.principal != "" && method != http.MethodGet:
		level = slog.LevelInfo
	}
	if !a.log.Enabled(r.Context(), level) {
		return
	}
	a.log.LogAttrs(r.Context(), level, "request", slog.String("request", v.id), slog.String("method", method), slog.String("route", pattern),
		slog.Int("status", v.status), slog.Duration("took", took.Round(time.Microsecond)), slog.String("principal", string(v.principal)))
}
