package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// A database in PostgreSQL is put back by its own tools, which do not ask. So a service keeps beside its keys
// the newest event that it has served, and does not begin on a history without it: secrets that were revoked
// since would work again, and nobody would be told.
const (
	seenFolder = "seen"
	seenPause  = time.Minute // between two times that the newest event is written down
)

// beyondAll is how far the positions of everything are moved when a history is accepted that was put back. Nobody
// knows how far the one before had come: but not that far, with a thousand changes a second for a hundred years. So
// whoever follows the changes from where that was is told of everything.
const beyondAll = 1 << 32

// seen is where the newest event is kept; without a folder nothing is. In a file of its own a workspace is
// put back by keyturn restore, which asks.
func (s *Server) seen() chain.Pins {
	if s.cfg.Database.Empty() {
		return chain.Pins{}
	}
	return chain.Pins{Dir: filepath.Join(s.cfg.Dir, seenFolder)}
}

// continueHistory refuses a history that does not lead through the newest event that was served from this
// folder, unless the configuration says why it is taken; then the log tells so.
func (s *Server) continueHistory(ctx context.Context) error {
	if s.cfg.Database.Empty() {
		return nil
	}
	workspace, head, err := s.history(ctx)
	if err != nil {
		return err
	}
	pin, err := s.seen().Load(string(workspace.ID))
	if err != nil && s.cfg.AcceptHistory == "" {
		return err
	}
	led, err2 := s.leadsThrough(ctx, pin.Head)
	switch {
	case err2 != nil:
		return err2
	case led && err == nil:
		return s.remember(ctx)
	case s.cfg.AcceptHistory == "":
		return undone(s.cfg.Dir, pin, head)
	}
	what := fmt.Sprintf("the database was put back to event %d; %d had been served: %s", head.Seq, pin.Head.Seq, s.cfg.AcceptHistory)
	err = s.store.Write(ctx, func(w policy.Writes) error {
		if err := w.TouchAll(beyondAll); err != nil {
			return err
		}
		return w.AddEvent(models.Event{At: s.cfg.Now().UTC().Truncate(time.Millisecond), Actor: "keyturn", Action: models.EventRestored, Name: workspace.Name, Detail: what})
	})
	if err != nil {
		return fmt.Errorf("tell that a history was accepted: %w", err)
	}
	return s.keepHead(ctx, true)
}

func undone(dir string, pin chain.Pin, head models.EventHead) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "history-undone", Title: "the history of this database is not the one that was served from " + dir,
		Detail: fmt.Sprintf("event %d was served, on %s; the database ends at event %d, or says something else there", pin.Head.Seq, pin.At.UTC().Format(time.DateTime+" MST"), head.Seq),
		Fix:    "restore a newer dump; or take this one with keyturn serve --accept-history \"why\": what was revoked since then works again until you revoke it",
	}
}

// history is the workspace and the newest of its events.
func (s *Server) history(ctx context.Context) (w models.Workspace, head models.EventHead, err error) {
	err = s.store.Read(ctx, func(q policy.Queries) (err error) {
		if w, err = q.Workspace(); err == nil {
			head, err = q.EventHead()
		}
		return err
	})
	return w, head, err
}

// leadsThrough reports whether an event is where it was, and says what it said.
func (s *Server) leadsThrough(ctx context.Context, head models.EventHead) (led bool, err error) {
	if head.Seq == 0 {
		return true, nil
	}
	err = s.store.Read(ctx, func(q policy.Queries) error {
		list, err := q.Events(policy.EventQuery{Before: head.Seq + 1, Limit: 1})
		led = err == nil && len(list) == 1 && list[0].Seq == head.Seq && list[0].Hash == head.Hash
		return err
	})
	return led, err
}

// remember keeps the newest event, if it is newer than what is kept.
func (s *Server) remember(ctx context.Context) error { return s.keepHead(ctx, false) }

func (s *Server) keepHead(ctx context.Context, back bool) error {
	if s.cfg.Database.Empty() {
		return nil
	}
	workspace, head, err := s.history(ctx)
	if err != nil || head.Seq == 0 {
		return err
	}
	id := string(workspace.ID)
	return s.seen().Change(id, func(have chain.Pin, unread error) (chain.Pin, error) {
		switch {
		case unread != nil && !back:
			return have, unread
		case head.Seq <= have.Head.Seq && !back:
			return have, nil
		}
		return chain.Pin{Workspace: id, Name: workspace.Name, Head: head, At: s.cfg.Now()}, nil
	})
}

// rememberOften keeps the newest event while the service runs; what cannot be written is told.
func (s *Server) rememberOften(ctx context.Context) {
	for waitFor(ctx, nil, seenPause) {
		if err := s.remember(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			s.cfg.Log.Error("what was served cannot be written down", "error", err)
		}
	}
}
