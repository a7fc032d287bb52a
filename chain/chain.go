// Package chain checks that the history of a workspace is whole, and that it continues what was seen of it
// before: whoever can write to the database can make a new history that fits together, but not one that
// leads through a head which somebody remembers.
package chain

import (
	"context"
	"errors"
	"fmt"

	"example.com/keyturn/models"
)

// Reader reads the history, the newest event first.
type Reader interface {
	Events(ctx context.Context, filter models.EventFilter, page models.Page) (models.EventPage, error)
}

// Verify reads the whole history and checks every hash of it, and that it leads through seen. It returns the
// head that it found. progress hears how many events of how many were read. Only who may see every event can
// verify: for others the history has gaps.
func Verify(ctx context.Context, r Reader, seen models.EventHead, progress func(read, of int64)) (models.EventHead, error) {
	c := models.Chain{Seen: seen}
	err := each(ctx, r, 0, func(e models.Event) error {
		if err := c.Take(e); err != nil {
			return err
		}
		progress(c.Head.Seq-e.Seq+1, c.Head.Seq)
		return nil
	})
	if err == nil {
		err = c.End()
	}
	return c.Head, explained(err)
}

// Follows checks that the history leads from seen to head, and reads only what lies between.
func Follows(ctx context.Context, r Reader, seen, head models.EventHead) error {
	switch {
	case seen.Seq == 0 || head == seen:
		return nil
	case head.Seq < seen.Seq:
		return explained(&models.BrokenChain{Seq: head.Seq, Err: models.ErrEventsCut})
	case head.Seq == seen.Seq:
		return explained(&models.BrokenChain{Seq: head.Seq, Err: models.ErrEventForeign})
	}
	c := models.Chain{Seen: head}
	if err := each(ctx, r, seen.Seq, c.Take); err != nil {
		return explained(err)
	}
	if !c.Reached() {
		return explained(&models.BrokenChain{Seq: head.Seq, Err: models.ErrEventMissing})
	}
	return explained(c.Joins(seen))
}

// each visits every event after one, the newest first.
func each(ctx context.Context, r Reader, after int64, visit func(models.Event) error) error {
	for cursor := ""; ; {
		page, err := r.Events(ctx, models.EventFilter{After: after}, models.Page{Cursor: cursor, Limit: models.MaxPage})
		if err != nil {
			return err
		}
		for _, e := range page.Items {
			if err := visit(e); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}

// newest is the head of the history now.
func newest(ctx context.Context, r Reader) (models.EventHead, error) {
	page, err := r.Events(ctx, models.EventFilter{}, models.Page{Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return models.EventHead{}, err
	}
	return models.EventHead{Seq: page.Items[0].Seq, Hash: page.Items[0].Hash}, nil
}

// Code is that of the error which says that a history is not to be trusted.
const Code = "history-broken"

// Doubtful reports whether an error says that a history is not to be trusted; others only say that it could
// not be checked.
func Doubtful(err error) bool {
	var e *models.Error
	return errors.As(err, &e) && (e.Code == Code || e.Code == codeDamaged)
}

// explained says what a broken history means, and what to do.
func explained(err error) error {
	var b *models.BrokenChain
	if !errors.As(err, &b) {
		return err
	}
	e := &models.Error{Fault: models.FaultInternal, Code: Code, Err: err}
	switch {
	case errors.Is(err, models.ErrEventMissing):
		e.Title = fmt.Sprintf("Event %d of the history is missing", b.Seq)
	case errors.Is(err, models.ErrEventChanged):
		e.Title = fmt.Sprintf("Event %d of the history, or the one before, was changed after it was written", b.Seq)
	case errors.Is(err, models.ErrEventsCut):
		e.Title = fmt.Sprintf("The history ends with event %d, before what was seen here", b.Seq)
	default:
		e.Title = fmt.Sprintf("The history was written anew: event %d is not the one that was seen here", b.Seq)
	}
	e.Detail = "somebody changed the database, or put back an older one"
	e.Fix = "ask who restored a backup; if nobody did, compare the history with one, and trust no secret of this workspace before that; " +
		"if you know why, run keyturn events verify --accept"
	return e
}

// Since adds when the head was seen that a history does not continue.
func Since(pin Pin, err error) error {
	var e *models.Error
	if errors.As(err, &e) && e.Code == Code && pin.Head.Seq > 0 {
		e.Detail = fmt.Sprintf("event %d of %s was seen here on %s; %s", pin.Head.Seq, pin.Name, pin.At.UTC().Format("2006-01-02 15:04 MST"), e.Detail)
	}
	return err
}
