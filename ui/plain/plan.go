package plain

import (
	"context"
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/batch"
	"example.com/keyturn/ui/follow"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// rotateAll rotates several by a plan that is written down before any is sent.
func (s *session) rotateAll(ctx context.Context, targets []*models.Credential, overlap models.Overlap, known plan.Plan) {
	made := known.Written(known.Outcome(overlap), func(at int) models.RotateRequest {
		return models.RotateRequest{Credential: targets[at].ID, Seen: targets[at].Revision, Overlap: overlap, Key: s.Ports.Rotator.NewKey()}
	})
	s.runPlan(ctx, func(ctx context.Context) (*bulk.Run, error) { return s.Ports.Plans.Keep(ctx, made) })
}

// goOnWith goes on with a plan that was left.
func (s *session) goOnWith(ctx context.Context, left bulk.Standing) {
	s.runPlan(ctx, func(ctx context.Context) (*bulk.Run, error) { return s.Ports.Plans.Take(ctx, left.File) })
}

// runPlan runs a plan to its end, or until ctrl+c pauses it. Of what nobody knows it asks whether to ask again.
func (s *session) runPlan(ctx context.Context, get func(context.Context) (*bulk.Run, error)) {
	for {
		run, err := follow.Ask(ctx, get)
		if err != nil {
			s.tell(kit.Toast{Level: kit.Fail, Text: err.Error() + ".", Fix: models.FixOf(err)})
			return
		}
		e := s.attend(ctx, batch.Start(run, s.Ports.Rotator, s.Ports.Now))
		s.lookAgain(ctx)
		told := kit.Toast{Text: words.PlanEnded(e, s.Clock()) + "."}
		if e.Standing.ToGo() > 0 {
			told.Fix = "type finish to go on"
		}
		s.tell(told)
		if e.Standing.Unknown == 0 || e.Paused || !s.agreed(ctx, question{
			lines: []string{"Without an answer: " + words.Unanswered(e.Standing) + ".", words.AskAgain}, verb: "ask the service again",
			left: "Left as it is. Type finish to ask later.",
		}) {
			return
		}
		get = func(ctx context.Context) (*bulk.Run, error) { return s.Ports.Plans.Take(ctx, e.Standing.File) }
	}
}

// attend says how each rotation of a plan ends, as it is known.
func (s *session) attend(ctx context.Context, b *batch.Batch) batch.End {
	over, size := b.Progress()
	s.say("%d of %d to rotate, %d at a time. Ctrl+c pauses.", size-over, size, batch.SideBySide)
	leaving := ctx.Done()
	for {
		select {
		case one, more := <-b.Results():
			if !more {
				return ended(b.End())
			}
			b.Count(one)
			s.oneOf(b, one)
		case do := <-s.events:
			do()
		case <-s.interrupts:
			if b.Pause() {
				s.say("Pausing: what is under way still finishes.")
			}
		case <-leaving:
			b.Pause()
			leaving = nil
		}
	}
}

// ended is the end of a plan, unless somebody who asked did not come back.
func ended(e batch.End) batch.End {
	if e.Crash != nil {
		panic(e.Crash)
	}
	return e
}

// oneOf says how one rotation of a plan ended.
func (s *session) oneOf(b *batch.Batch, one bulk.Result) {
	item := b.Item(one)
	over, size := b.Progress()
	what := fmt.Sprintf("%d of %d: rotate %s (%s)", over, size, words.Short(item.Name), item.Credential)
	if one.State == bulk.Done {
		s.hasDone(what, *one.Credential)
		return
	}
	s.failedChange(what, words.Overtaken(one.Err, "select it and type rotate, to follow that rotation or to take its place"))
}
