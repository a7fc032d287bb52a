// Package rotation takes one rotation from intent to outcome. It repeats a request whose answer was
// lost with the same idempotency key, so that it never rotates twice, and says so when the outcome
// stays unknown.
//
// It knows neither screens nor the client: it declares what it needs of the service.
package rotation

import (
	"context"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"time"

	"example.com/keyturn/models"
)

// Service is what the engine needs of the workspace service.
type Service interface {
	Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error)
	Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error)
}

// Bounds of asking again.
const (
	tries     = 4
	firstWait = 250 * time.Millisecond
)

// Engine starts rotations and takes their steps. It is safe for concurrent use.
type Engine struct {
	service Service
	sleep   func(ctx context.Context, d time.Duration) error
}

// New returns an engine over a service.
func New(service Service) *Engine { return &Engine{service: service, sleep: pause} }

// NewKey returns a fresh idempotency key: 26 characters, 130 bits from a CSPRNG.
func (e *Engine) NewKey() string { return rand.Text() }

// Start replaces a secret. An error of models.FaultUnknown means that the service may have done it
// and does not answer; the same request may be started again, with the same key.
func (e *Engine) Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	return e.repeat(ctx, func() (models.Rotation, models.Credential, error) { return e.service.Rotate(ctx, req) })
}

// Step takes an open rotation one step further; see Start for its errors.
func (e *Engine) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	return e.repeat(ctx, func() (models.Rotation, models.Credential, error) { return e.service.Step(ctx, req) })
}

// repeat asks until there is an answer. Once an answer was lost, a later failure to reach the
// service does not make the outcome any less unknown.
func (e *Engine) repeat(ctx context.Context, ask func() (models.Rotation, models.Credential, error)) (models.Rotation, models.Credential, error) {
	lost := false
	wait := firstWait
	for try := 1; ; try++ {
		r, c, err := ask()
		fault := models.FaultOf(err)
		if fault == models.FaultUnknown {
			lost = true
		}
		again := fault == models.FaultUnknown || fault == models.FaultUnreachable
		if !again || try == tries {
			return r, c, verdict(err, lost && again)
		}
		if stopped := e.sleep(ctx, jitter(wait)); stopped != nil {
			return r, c, verdict(err, lost)
		}
		wait *= 2
	}
}

// verdict says that the outcome is unknown if an answer was ever lost.
func verdict(err error, unknown bool) error {
	var e *models.Error
	if !unknown || !errors.As(err, &e) {
		return err
	}
	told := *e
	told.Fault = models.FaultUnknown
	told.Title = "The service does not answer: whether this was done is not known"
	told.Fix = "ask again: the same request is never done twice"
	return &told
}

// jitter spreads waits over half to the whole of d, so that many consoles do not ask at once.
func jitter(d time.Duration) time.Duration {
	return d/2 + mathrand.N(d/2) //nolint:gosec // a wait, not a secret
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
