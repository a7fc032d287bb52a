// Package rotation takes one rotation from intent to outcome. It writes the intent to a journal
// before the first byte goes out, repeats a request whose answer was lost with the same idempotency
// key, so that it never rotates twice, and says so when the outcome stays unknown. What is unknown
// when a process ends, however it ends, the next one finds in the journal and can ask for.
//
// It knows neither screens nor the client: it declares what it needs of the service.
package rotation

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"sync"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
)

// Service is what the engine needs of the workspace service.
type Service interface {
	Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error)
	Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error)
}

// Known is a service that also says who asks, and what became of earlier rotations.
type Known interface {
	Service
	Workspace(ctx context.Context) (models.Workspace, error)
	Credential(ctx context.Context, id models.CredentialID) (models.Credential, error)
	Rotations(ctx context.Context, id models.CredentialID) ([]models.Rotation, error)
}

// Engine starts rotations and takes their steps. It is safe for concurrent use.
type Engine struct {
	service Service
	sleep   func(ctx context.Context, d time.Duration) error
	book    *bookkeeper // nil: nothing is written down
	unused  sync.Map    // the keys that were made here and never asked with
}

// New returns an engine that keeps no journal: what is unknown when the process ends stays so.
func New(service Service) *Engine { return &Engine{service: service, sleep: pause} }

// Keeping returns an engine that writes every intent down before it is sent. The endpoint is that of
// the service: an intent is never resumed at another one.
func Keeping(service Known, endpoint string, intents *journal.Journal) *Engine {
	e := New(service)
	e.book = &bookkeeper{service: service, endpoint: owner.Canonical(endpoint), journal: intents}
	return e
}

// NewKey returns a fresh idempotency key: 26 characters, 130 bits from a CSPRNG.
func (e *Engine) NewKey() string {
	key := rand.Text()
	e.unused.Store(key, true)
	return key
}

// fresh reports whether a key was made here and never asked with: what the journal may hide of it is nothing.
func (e *Engine) fresh(key string) bool {
	_, fresh := e.unused.Load(key)
	return fresh
}

// Start replaces a secret. An error of models.FaultUnknown means that the service may have done it
// and does not answer; the same request may be started again, with the same key.
func (e *Engine) Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	return e.do(ctx, journal.Intent{Key: req.Key, Rotate: &req})
}

// Step takes an open rotation one step further; see Start for its errors.
func (e *Engine) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	return e.do(ctx, journal.Intent{Key: req.Key, Step: &req})
}

// do writes the intent down, asks, and strikes it out once the answer is known.
func (e *Engine) do(ctx context.Context, i journal.Intent) (models.Rotation, models.Credential, error) {
	if e.book == nil {
		return e.ask(ctx, i, false)
	}
	me, err := e.book.who(ctx)
	if err != nil {
		return models.Rotation{}, models.Credential{}, unsent(err)
	}
	entry, err := e.book.journal.Take(i.Key)
	switch {
	case err == nil: // it was sent before, perhaps by a process that has died
		return e.again(ctx, entry, me)
	case errors.Is(err, durable.ErrHeld):
		return models.Rotation{}, models.Credential{}, underWay(i.Key)
	case !errors.Is(err, fs.ErrNotExist) && !e.fresh(i.Key):
		return models.Rotation{}, models.Credential{}, cannotTake(err, i.Key)
	}
	return e.begin(ctx, i, me)
}

// begin asks for what nobody has asked for, or what surely was not done.
func (e *Engine) begin(ctx context.Context, i journal.Intent, me identity) (models.Rotation, models.Credential, error) {
	i.Owner, i.At = me.Owner, me.serviceTime()
	entry, err := e.book.journal.Begin(i)
	switch {
	case errors.Is(err, durable.ErrHeld): // another process writes this very request down, from a copy of the same plan
		return models.Rotation{}, models.Credential{}, underWay(i.Key)
	case err != nil:
		return models.Rotation{}, models.Credential{}, err
	}
	e.unused.Delete(i.Key)
	r, c, err := e.asked(ctx, i, false)
	settle(entry, err)
	return r, c, err
}

// settle strikes an intent out unless its outcome is unknown. Where the disk refuses, the intent
// stays: whoever asks again gets the answer that is known here already, and nothing is done twice.
func settle(entry *journal.Entry, err error) {
	if models.FaultOf(err) == models.FaultUnknown {
		_ = entry.Leave()
		return
	}
	_ = entry.Strike()
}

// unsent says of trouble before the request that nothing was sent.
func unsent(err error) error {
	var e *models.Error
	if !errors.As(err, &e) || e.Fault != models.FaultUnknown {
		return err
	}
	told := *e
	told.Fault = models.FaultUnreachable
	return &told
}

func underWay(key string) error {
	return &models.Error{
		Fault: models.FaultUnknown, Code: "under-way", Title: "another keyturn on this machine waits for the answer to this very request",
		Fix: "wait for it, or end it and run keyturn rotation resume " + key,
	}
}

func cannotTake(err error, key string) error {
	return &models.Error{
		Fault: models.FaultUnknown, Code: "journal-not-read", Title: "this request was written down before, and cannot be read again", Detail: err.Error(),
		Fix: "look at keyturn rotation unfinished; the request has the key " + key, Err: err,
	}
}
