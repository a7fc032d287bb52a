package plain

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/words"
)

// unknown looks for rotations without a known outcome, and hands over what it found.
func (f *follower) unknown(ctx context.Context) {
	if f.unfinished == nil {
		return
	}
	u, err := follow.Ask(ctx, f.unfinished.Unfinished)
	if ctx.Err() == nil {
		f.came(func() { f.left(u.Mine, err) })
	}
}

// onUnfinished says what has no known outcome. What another process waits for is its own affair.
func (s *session) onUnfinished(list []journal.Found, err error) {
	if err != nil {
		s.news.put("unfinished", err.Error()+".")
		return
	}
	s.Book.PutUnfinished(notHeld(list))
	if list := s.Book.Unfinished(); len(list) > 0 {
		s.news.put("unfinished", words.Unfinished(list, s.named)+". Type ask-unknown to ask the service.")
	}
}

func notHeld(list []journal.Found) []journal.Found {
	var free []journal.Found
	for _, found := range list {
		if !found.Held {
			free = append(free, found)
		}
	}
	return free
}

func (s *session) named(id models.CredentialID) string {
	if c := s.Book.Credential(id); c != nil {
		return words.Short(c.Label())
	}
	return string(id)
}

// lookAgain reads the journal once more.
func (s *session) lookAgain(ctx context.Context) {
	if s.Ports.Unfinished == nil {
		return
	}
	u, err := follow.Ask(ctx, s.Ports.Unfinished.Unfinished)
	if err == nil {
		s.Book.PutUnfinished(notHeld(u.Mine))
	}
}

// askUnknown asks the service for every outcome that is not known.
func (s *session) askUnknown(ctx context.Context, _ string) {
	s.lookAgain(ctx)
	s.askFor(ctx, s.Book.Unfinished())
}

func (s *session) askFor(ctx context.Context, list []journal.Found) {
	switch {
	case len(list) == 0:
		s.say("Nothing is unfinished: %s.", words.AllKnown)
		return
	case s.Book.ReadOnly:
		s.say("Not now: keyturn was started with --read-only.")
		return
	}
	q := question{verb: "ask the service"}
	for _, found := range list {
		q.lines = append(q.lines, words.UnfinishedLine(found, s.named(found.Credential()), s.Clock()))
	}
	q.lines = append(q.lines, words.AskWhat)
	if !s.agreed(ctx, q) {
		return
	}
	var jobs []job
	for _, found := range list {
		jobs = append(jobs, job{what: found.What() + " " + s.named(found.Credential()), id: found.Credential(), do: s.resuming(found.Key)})
	}
	s.carryOut(ctx, "ask", jobs)
	s.lookAgain(ctx)
}

func (s *session) resuming(key string) func(context.Context) (models.Credential, error) {
	return func(ctx context.Context) (models.Credential, error) {
		res, err := s.Ports.Unfinished.Resume(ctx, key)
		if err == nil && res.Outcome != rotation.Done {
			err = res.Err
		}
		return res.Credential, err
	}
}

// unknownOf is what has no known outcome among these credentials.
func (s *session) unknownOf(targets []*models.Credential) (list []journal.Found) {
	for _, c := range targets {
		list = append(list, s.Book.UnfinishedOf(c.ID)...)
	}
	return list
}
