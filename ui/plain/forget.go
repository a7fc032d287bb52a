package plain

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// forget gives up something that was left, on this machine, whether the service answers or not. Of several it reads
// which there are; a number takes one.
func (s *session) forget(ctx context.Context, _ string) {
	if s.Book.ReadOnly {
		s.say("Not now: keyturn was started with --read-only.")
		return
	}
	var list []rotation.Loose
	err := s.await(ctx, func(ctx context.Context) error {
		lying, err := s.Ports.Local.Look(ctx)
		list = lying.Loose()
		return err
	})
	switch {
	case err != nil:
		s.tell(kit.Toast{Level: kit.Fail, Text: words.Capital(err.Error()) + ".", Fix: models.FixOf(err)})
	case len(list) == 0:
		s.say("%s.", words.Capital(words.NothingToForget))
	case len(list) == 1:
		s.askForgetting(ctx, list[0])
	default:
		s.say("Which one shall be forgotten? Type its number.")
		s.hear(&numbered{
			size: len(list),
			line: func(at int) string { return words.LooseLine(list[at], s.named, s.Clock()) + "." },
			pick: func(ctx context.Context, at int) { s.askForgetting(ctx, list[at]) },
		})
	}
}

// askForgetting says what is lost with one thing, and gives it up if that is meant.
func (s *session) askForgetting(ctx context.Context, one rotation.Loose) {
	uncertain := plan.Uncertain(one, s.Book.Credential)
	name := words.LooseName(uncertain)
	if !s.agreed(ctx, question{lines: plan.Forgetting(one, name, s.Clock()), verb: "forget it", targets: uncertain, left: "Nothing was forgotten."}) {
		return
	}
	err := s.await(ctx, func(ctx context.Context) error { return s.Ports.Local.Forget(ctx, one) })
	if err != nil {
		s.tell(kit.Toast{Level: kit.Fail, Text: words.Capital(err.Error()) + ".", Fix: models.FixOf(err)})
	} else {
		s.tell(kit.Toast{Text: words.Capital(plan.Forgotten(one, name)) + "."})
	}
	if s.Book.HasSpace { // else nobody has told yet whose the rest is, and may not for long
		s.lookAgain(ctx)
	}
}
