package plain

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// unfinished looks for plans that were left, and for rotations without a known outcome, and hands them over.
func (f *follower) unfinished(ctx context.Context) {
	left, err := follow.Unfinished(ctx, f.ports)
	if ctx.Err() == nil {
		f.came(func() { f.left(left, err) })
	}
}

// onLeft says what an earlier keyturn has not come to the end of.
func (s *session) onLeft(left follow.Left, err error) {
	s.looked = true
	if err != nil {
		s.news.put("unfinished", err.Error()+".")
		return
	}
	s.putLeft(left)
	if said := s.left(); said != "" {
		s.news.put("unfinished", said)
	}
}

// left says what was left, and how to go on; empty: nothing was.
func (s *session) left() string {
	return words.Capital(words.LeftAndHow(s.Book.Plans(), s.Book.Unfinished(), s.named, ". Type finish to ask the service.", ". Type finish to go on."))
}

// greetWithLeft says what was left before anything is typed. Whoever has left nothing waits for nothing.
func (s *session) greetWithLeft(ctx context.Context) {
	if s.lookAgain(ctx); s.left() == "" {
		return
	}
	s.waitFor(ctx, func() bool { return s.looked }) // by then the names have come
	s.sayLeft()
}

func (s *session) sayLeft() {
	if left := s.left(); left != "" {
		s.say("%s", left)
		s.news.drop("unfinished") // it is what has just been said
	}
}

func (s *session) putLeft(left follow.Left) {
	s.Book.PutUnfinished(left.Intents)
	s.Book.PutPlans(left.Plans)
	if s.left() == "" {
		s.news.drop("unfinished")
	}
}

func (s *session) named(id models.CredentialID) string { return words.Naming(s.Book.Credential)(id) }

// lookAgain looks once more for what was left.
func (s *session) lookAgain(ctx context.Context) {
	_ = s.learnLeft(ctx) // what was known stays
}

func (s *session) learnLeft(ctx context.Context) error {
	left, err := follow.Unfinished(ctx, s.Ports)
	if err == nil {
		s.putLeft(left)
	}
	return err
}

// finish goes on with every plan that was left, and asks the service for every outcome that is not known.
func (s *session) finish(ctx context.Context, _ string) {
	if err := s.learnLeft(ctx); err != nil {
		s.tell(kit.Toast{Level: kit.Fail, Text: "What was left is not known: " + err.Error() + ".", Fix: models.FixOf(err)})
		return
	}
	s.askFinish(ctx, s.Book.Plans(), s.Book.Unfinished())
}

func (s *session) askFinish(ctx context.Context, plans []bulk.Standing, list []journal.Found) {
	list = words.Uncovered(list, plans)
	switch {
	case len(plans)+len(list) == 0:
		s.say("%s.", words.Capital(words.NothingLeft))
		return
	case s.Book.ReadOnly:
		s.say("Not now: keyturn was started with --read-only.")
		return
	}
	if !s.agreed(ctx, s.finishing(plans, list)) {
		return
	}
	for _, standing := range plans {
		s.goOnWith(ctx, standing)
	}
	var jobs []job
	for _, found := range list {
		jobs = append(jobs, job{what: found.What() + " " + s.named(found.Credential()), id: found.Credential(), do: s.resuming(found.Key)})
	}
	s.carryOut(ctx, "ask", jobs)
	s.lookAgain(ctx)
}

// finishing is the question of what was left.
func (s *session) finishing(plans []bulk.Standing, list []journal.Found) question {
	q := question{verb: "ask the service", targets: words.Severe(plans)}
	for _, standing := range plans {
		q.lines = append(q.lines, words.PlanLines(standing, s.Clock())...)
	}
	if len(plans) > 0 {
		q.verb = "go on"
		q.lines = append(q.lines, words.GoOnWhat)
	}
	for _, found := range list {
		q.lines = append(q.lines, words.UnfinishedLine(found, s.named(found.Credential()), s.Clock()))
	}
	if len(list) > 0 {
		q.lines = append(q.lines, words.AskWhat)
	}
	return q
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
