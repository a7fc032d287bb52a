package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"example.com/keyturn/models"
)

// problemPrefix begins the type of every problem; the code follows.
const problemPrefix = "urn:keyturn:problem:"

// problemDTO is an error on the wire (RFC 9457).
type problemDTO struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail,omitempty"`
	Fix       string          `json:"fix,omitempty"`
	RequestID string          `json:"request_id,omitempty"`
	ChangedBy string          `json:"changed_by,omitempty"`
	ChangedAt *time.Time      `json:"changed_at,omitempty"`
	From      string          `json:"changed_from,omitempty"`
	Current   json.RawMessage `json:"current,omitempty"`
	Settings  *workspaceDTO   `json:"current_workspace,omitempty"`
}

func invalid(detail string) *models.Error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "invalid-request", Title: "The request does not keep to the contract", Detail: detail,
		Fix: "see /openapi.yaml",
	}
}

// statusByCode holds the codes whose status is not that of their fault.
var statusByCode = map[string]int{
	"idempotency-key-reused": http.StatusUnprocessableEntity,
	"if-match-missing":       http.StatusPreconditionRequired,
	"body-too-large":         http.StatusRequestEntityTooLarge,
	"method-not-allowed":     http.StatusMethodNotAllowed,
}

var statusByFault = map[models.Fault]int{
	models.FaultInvalid:      http.StatusBadRequest,
	models.FaultUnauthorized: http.StatusUnauthorized,
	models.FaultForbidden:    http.StatusForbidden,
	models.FaultNotFound:     http.StatusNotFound,
	models.FaultConflict:     http.StatusConflict,
	models.FaultStale:        http.StatusPreconditionFailed,
	models.FaultRateLimited:  http.StatusTooManyRequests,
	models.FaultUnreachable:  http.StatusServiceUnavailable,
	models.FaultUnknown:      http.StatusGatewayTimeout,
}

// retryAfter is how many seconds to wait before asking again when the database is away.
const retryAfter = "1"

func statusOf(e *models.Error) int {
	if status, ok := statusByCode[e.Code]; ok {
		return status
	}
	if status, ok := statusByFault[e.Fault]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// fail answers with a problem. What is not a models.Error is ours to mend: the caller learns only
// the request's id, the log the rest.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	var e *models.Error
	if !errors.As(err, &e) {
		if r.Context().Err() != nil {
			return // nobody listens any more
		}
		method, pattern := visited(r).named(r)
		a.log.Error("request failed", "method", method, "route", pattern, "request", requestID(r), "error", err)
		e = &models.Error{
			Fault: models.FaultInternal, Code: "internal", Title: "The service failed at this request",
			Fix: "try again; if it stays, look for the request id in the service's log",
		}
	}
	status := statusOf(e)
	if e.Err != nil && status >= http.StatusInternalServerError {
		method, pattern := visited(r).named(r)
		a.log.Error("request failed", "method", method, "route", pattern, "request", requestID(r), "error", e.Err)
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	p := problemDTO{
		Type: problemPrefix + e.Code, Title: e.Title, Status: status, Detail: e.Detail, Fix: e.Fix, RequestID: requestID(r),
		ChangedBy: e.ChangedBy, ChangedAt: when(e.ChangedAt), From: e.ChangedFrom,
	}
	if e.Current != nil {
		p.Current = credentialOut(*e.Current)
	}
	if e.Settings != nil {
		now := workspaceOut(*e.Settings)
		p.Settings = &now
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="keyturn"`)
	}
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{"type":"` + problemPrefix + `internal","title":"The service failed at this request","status":500}`)
	}
	send(w, status, "application/problem+json", body)
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
