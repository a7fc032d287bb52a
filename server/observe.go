package server

import (
	"context"
	"errors"

	"example.com/keyturn/models"
	"example.com/keyturn/server/metrics"
	"example.com/keyturn/server/policy"
)

// observed is a database whose events and failures are counted.
type observed struct {
	storage
	counts *metrics.Metrics
}

func (o observed) Read(ctx context.Context, fn func(policy.Queries) error) error {
	return o.noted(ctx, "read", o.storage.Read(ctx, fn))
}

func (o observed) Present(ctx context.Context, lookup []byte) (policy.Presented, error) {
	p, err := o.storage.Present(ctx, lookup)
	return p, o.noted(ctx, "present", err)
}

func (o observed) SignIn(ctx context.Context, lookup []byte) (policy.SignIn, error) {
	found, err := o.storage.SignIn(ctx, lookup)
	return found, o.noted(ctx, "read", err)
}

// Write counts events once they are committed.
func (o observed) Write(ctx context.Context, fn func(policy.Writes) error) error {
	var events []models.EventAction
	err := o.storage.Write(ctx, func(w policy.Writes) error { return fn(listening{w, &events}) })
	if err == nil {
		for _, e := range events {
			o.counts.Event(string(e))
		}
	}
	return o.noted(ctx, "write", err)
}

func (o observed) Touch(ctx context.Context) error {
	return o.noted(ctx, "write", o.storage.Touch(ctx))
}

// noted counts a failure of the database. What policy refuses is none, nor is a caller who left.
func (o observed) noted(ctx context.Context, kind string, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, policy.ErrNotFound) || errors.Is(err, policy.ErrTaken) {
		return err
	}
	if e := (*models.Error)(nil); errors.As(err, &e) && e.Fault != models.FaultUnreachable && e.Fault != models.FaultUnknown && e.Fault != models.FaultInternal {
		return err
	}
	o.counts.DatabaseFailure(kind)
	return err
}

// listening hears which events are written.
type listening struct {
	policy.Writes
	events *[]models.EventAction
}

func (l listening) AddEvent(e models.Event) error {
	*l.events = append(*l.events, e.Action)
	return l.Writes.AddEvent(e)
}
