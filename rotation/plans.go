package rotation

import (
	"context"

	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/owner"
)

// Plans are the plans, on a shelf, of whoever an engine is signed in as.
type Plans struct {
	engine *Engine
	shelf  *bulk.Shelf
}

// NewPlans returns the plans for an engine that keeps a journal.
func NewPlans(e *Engine, shelf *bulk.Shelf) *Plans { return &Plans{engine: e, shelf: shelf} }

// LeftPlans are the plans that are not done with.
type LeftPlans struct {
	Mine   []bulk.Standing // these can be gone on with
	Others []bulk.Standing // of another workspace or member, and what is not understood
}

// Keep writes a plan down and holds it. It sets whose it is. If it fails nothing may be sent.
func (p *Plans) Keep(ctx context.Context, plan bulk.Plan) (*bulk.Run, error) {
	var err error
	if plan.Owner, err = p.Owner(ctx); err != nil {
		return nil, err
	}
	return p.shelf.Keep(plan)
}

// Take takes a plan that was left, to go on with it.
func (p *Plans) Take(ctx context.Context, file string) (*bulk.Run, error) {
	me, err := p.Owner(ctx)
	if err != nil {
		return nil, err
	}
	return p.shelf.Take(file, me)
}

// Owner is whose the plans are that are made now.
func (p *Plans) Owner(ctx context.Context) (owner.Owner, error) {
	me, err := p.engine.book.who(ctx)
	if err != nil {
		return owner.Owner{}, unsent(err)
	}
	return me.Owner, nil
}

// Left lists the plans of which something is left, the oldest first.
func (p *Plans) Left(ctx context.Context) (LeftPlans, error) {
	var left LeftPlans
	list, err := p.shelf.List()
	if err != nil || len(list) == 0 {
		return left, err
	}
	me, err := p.Owner(ctx)
	if err != nil {
		return left, err
	}
	for _, one := range list {
		if one.Err == nil && one.Plan.Is(me) {
			left.Mine = append(left.Mine, one)
		} else {
			left.Others = append(left.Others, one)
		}
	}
	return left, nil
}
