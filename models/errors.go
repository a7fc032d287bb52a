package models

import (
	"errors"
	"fmt"
	"time"
)

// Fault says which kind of failure an Error is, so that callers can branch on it.
type Fault string

// The kinds of failure.
const (
	FaultInvalid      Fault = "invalid"      // the request makes no sense: change it
	FaultUnauthorized Fault = "unauthorized" // not signed in, or no longer
	FaultForbidden    Fault = "forbidden"
	FaultNotFound     Fault = "not_found"
	FaultConflict     Fault = "conflict" // the state does not allow it
	FaultStale        Fault = "stale"    // somebody changed it since it was read
	FaultRateLimited  Fault = "rate_limited"
	FaultUnreachable  Fault = "unreachable" // surely not done: nothing was sent, or it was refused
	FaultUnknown      Fault = "unknown"     // sent, no answer: it may have been done
	FaultInternal     Fault = "internal"    // the service failed, or answered nonsense
)

// Error is a failure that a person can act on.
type Error struct {
	Fault       Fault
	Code        string // stable: the last part of the problem's type
	Title       string // one sentence that makes sense alone in a log
	Detail      string
	Fix         string        // what to do next
	Op          string        // what was being done
	Request     string        // the request's id, for the service's log
	Current     *Credential   // for FaultStale: the state now
	Settings    *Workspace    // for FaultStale about the settings: the state now
	ChangedBy   string        // for FaultStale: who changed it
	ChangedAt   time.Time     // for FaultStale: when
	ChangedFrom string        // for FaultStale: from which network address
	RetryAfter  time.Duration // how long the service asks to wait before the next request; 0: it does not say
	Err         error
}

// Error is the title with what was being done.
func (e *Error) Error() string {
	s := e.Title
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Detail != "" {
		s += " (" + e.Detail + ")"
	}
	return s
}

// RotationOpen is the code of a refusal because a rotation of the credential is open.
const RotationOpen = "rotation-open"

// Overtaken reports whether something was refused because of what has happened since it was decided.
func (e *Error) Overtaken() bool { return e.Fault == FaultStale || e.Code == RotationOpen }

// Outrun returns the refusal of a rotation because another one is open, told with who has started that one, when
// and from where, and with its credential as it is now in Current; nil if err is another error.
func Outrun(err error) *Error {
	var e *Error
	if !errors.As(err, &e) || e.Current == nil || !e.Overtaken() || e.Current.OpenRotation() == nil {
		return nil
	}
	told, open := *e, e.Current.OpenRotation()
	if told.ChangedBy != open.StartedBy || open.StartedFrom != "" {
		told.ChangedFrom = open.StartedFrom
	}
	told.ChangedBy, told.ChangedAt = open.StartedBy, open.StartedAt
	told.Detail = fmt.Sprintf("a rotation started by %s is open: %s", open.StartedBy, open.State.Label())
	if told.Code == RotationOpen { // which says so
		told.Detail = fmt.Sprintf("started by %s, %s", open.StartedBy, open.State.Label())
	}
	return &told
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// FaultOf returns the fault of err, FaultInternal for a foreign error and "" for nil.
func FaultOf(err error) Fault {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Fault
	}
	return FaultInternal
}

// FixOf returns what to do about err, or "".
func FixOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Fix
	}
	return ""
}

// Invalid returns an Error of FaultInvalid.
func Invalid(code, format string, args ...any) *Error {
	return &Error{Fault: FaultInvalid, Code: code, Title: fmt.Sprintf(format, args...)}
}
