package storetest

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// theHistoryIsAChain, whoever wrote it, and whatever clients said in it.
func theHistoryIsAChain(t *testing.T, p place) {
	s, other := p.filled(t), p.opened(t)
	for i, store := range []policy.Store{s, other, other, s} {
		write(t, store, func(w policy.Writes) error {
			for _, text := range []string{"plain", "a\x00b", "\xff", "\x1b[2J\u202e", "é\u2028"} {
				err := w.AddEvent(models.Event{
					At: noon.Add(time.Duration(i) * time.Hour), Actor: text, ActorID: "m1", From: text, Action: models.EventRenamed, Credential: "c1",
					Name: text, Kind: models.CIToken, Rotation: "r1", Detail: text,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	read(t, s, func(q policy.Queries) error {
		head, err := q.EventHead()
		if err != nil {
			return err
		}
		return verify(t, q, head, 21)
	})
}

// verify reads the whole history and fails unless it is a chain of that many events to that head.
func verify(t *testing.T, q policy.Queries, head models.EventHead, n int64) error {
	t.Helper()
	events, err := q.Events(policy.EventQuery{Limit: 1000})
	if err != nil {
		return err
	}
	chain := models.Chain{Seen: head}
	for _, e := range events {
		e.Content = e.Digest()
		if err := chain.Take(e); err != nil {
			t.Error(err)
		}
	}
	if err := chain.End(); err != nil {
		t.Error(err)
	}
	if chain.Head != head || head.Seq != n || !chain.Reached() {
		t.Errorf("the head is %+v, read %+v, want %d events", head, chain.Head, n)
	}
	return nil
}
