package plain

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/ui/words"
)

// rotate asks how long the old secret shall work, says what will happen, and rotates.
func (s *session) rotate(ctx context.Context, choice string) {
	targets := s.targets(ctx, actions.Rotate)
	if targets == nil {
		return
	}
	if list := s.unknownOf(targets); len(list) > 0 {
		s.askFinish(ctx, s.Book.PlansAsking(list), list)
		return
	}
	free, open := words.Apart(targets)
	switch {
	case len(free) > 0:
		s.rotateThese(ctx, free, open, choice, func(req models.RotateRequest) models.RotateRequest { return req })
		return
	case len(open) > 1:
		why, toDo := words.AllOpen(open, s.Clock())
		s.refuse(actions.Rotate, why+". What to do: "+toDo)
		return
	}
	race := words.Open(open[0])
	if reason, ok := s.overtake(ctx, race); ok {
		next := plan.Superseded(*open[0])
		s.rotateThese(ctx, []*models.Credential{&next}, nil, choice, func(req models.RotateRequest) models.RotateRequest {
			return race.Instead(req, reason, req.Key)
		})
	}
}

// rotateThese asks about what is to be rotated, says what is left out of it, and asks the service for what made makes
// of each request.
func (s *session) rotateThese(
	ctx context.Context, targets, out []*models.Credential, choice string, made func(models.RotateRequest) models.RotateRequest,
) {
	facts := s.foresee(ctx, targets)
	s.tellNews()
	s.say("Rotate:")
	s.sayAll(facts.Lines())
	s.sayAll(words.LeftOut(out, s.Clock()))
	s.sayAll(facts.OldClients())
	overlap, ok := s.overlap(ctx, choice)
	if !ok {
		return
	}
	q := question{lines: facts.Plan.Outcome(overlap), verb: "rotate"}
	if overlap.Mode == models.OverlapNone {
		q.targets = targets
	}
	if !s.agreed(ctx, q) {
		return
	}
	if len(targets) > 1 {
		s.rotateAll(ctx, targets, overlap, facts.Plan)
		return
	}
	req := made(s.request(targets[0], overlap, s.Ports.Rotator.NewKey()))
	if done := s.carryOut(ctx, "rotate", []job{s.starting(req, "rotate "+words.Named(targets[0]))}); len(done) == 1 {
		s.afterwards(done[0])
	}
}

func (s *session) request(c *models.Credential, overlap models.Overlap, key string) models.RotateRequest {
	return models.RotateRequest{Credential: c.ID, Seen: c.Revision, Overlap: overlap, Key: key}
}

func (s *session) starting(req models.RotateRequest, what string) job {
	return job{
		what: what, id: req.Credential,
		do: func(ctx context.Context) (models.Credential, error) {
			_, c, err := s.Ports.Rotator.Start(ctx, req)
			return c, err
		},
		lost: func(ctx context.Context, race *words.Race) (job, bool) {
			reason, ok := s.overtake(ctx, race)
			return s.starting(race.Instead(req, reason, s.Ports.Rotator.NewKey()), what), ok
		},
	}
}

// overtake asks whether to take the place of the rotation that was quicker, and why.
func (s *session) overtake(ctx context.Context, race *words.Race) (reason string, ok bool) {
	q := question{
		lines: append(race.Lines(s.Clock()), "You can follow it, or take its place with yours.", race.Means()), verb: "take its place",
		left: "It goes on. The word detail says everything about it.",
	}
	if !s.agreed(ctx, q) {
		return "", false
	}
	if race.NeedsReason() {
		return s.written(ctx, words.SayWhy, anyText)
	}
	return "", true
}

// foresee finds out who uses what is to be rotated. Not knowing keeps nobody from deciding.
func (s *session) foresee(ctx context.Context, targets []*models.Credential) words.Rotate {
	clock := s.Clock()
	r := words.Rotate{Clock: clock, Plan: plan.Plan{Sunset: s.Book.Workspace.Sunset, Now: clock.Now, Clock: clock}}
	for i, c := range targets {
		t := plan.Target{Credential: *c}
		if i < words.MaxAsked && r.Waiting == "" {
			usage, err := s.usageOf(ctx, c.ID)
			if err != nil {
				r.Waiting = "Who uses the old secret is not known: " + err.Error() + ". You can rotate all the same."
			}
			t.Usage = usage
		}
		r.Plan.Targets = append(r.Plan.Targets, t)
	}
	return r
}

// overlap asks how long the old secret shall work; a choice may have been typed with the word.
func (s *session) overlap(ctx context.Context, choice string) (models.Overlap, bool) {
	list := words.Overlaps()
	if o, err := overlapOf(list, choice); choice != "" && err == nil {
		return o, true
	}
	s.say("%s", words.WhichOverlap)
	for i, o := range list {
		s.say("%d: %s", i+1, o.Label)
	}
	text, ok := s.written(ctx, "Type a number, or a time such as 36h. 1 is the usual one.", func(text string) error {
		if o, known := numberedOverlap(list, text); known && o.Own() {
			return nil
		}
		_, err := overlapOf(list, text)
		return err
	})
	if !ok {
		return models.Overlap{}, false
	}
	if o, known := numberedOverlap(list, text); known && o.Own() {
		text, ok = s.written(ctx, words.HowLong(), func(text string) error {
			_, err := o.With(text)
			return err
		})
		if !ok {
			return models.Overlap{}, false
		}
		overlap, err := o.With(text)
		return overlap, err == nil
	}
	overlap, err := overlapOf(list, text)
	return overlap, err == nil
}

func numberedOverlap(list []words.Overlap, text string) (words.Overlap, bool) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(list) {
		return words.Overlap{}, false
	}
	return list[n-1], true
}

// overlapOf is the overlap that a text stands for: the number of a choice, or a time.
func overlapOf(list []words.Overlap, text string) (models.Overlap, error) {
	if o, known := numberedOverlap(list, text); known {
		return o.With("")
	}
	if _, err := strconv.Atoi(text); err == nil {
		return models.Overlap{}, fmt.Errorf("there is no choice %s", text)
	}
	return models.ParseOverlap(strings.ToLower(text))
}

// afterwards says where a rotation stands, and what can be done with the new secret.
func (s *session) afterwards(c *models.Credential) {
	r := c.Rotation
	if r == nil {
		return
	}
	clock := s.Clock()
	switch r.State {
	case models.RotationPending:
		s.say("Version %d waits for its first use; version %d goes on working.", r.NewVersion, r.OldVersion)
	case models.RotationRetiring:
		s.say("Version %d works until %s, %s.", r.OldVersion, clock.Moment(r.GraceEnds), clock.In(r.GraceEnds))
	default:
		s.say("The rotation is over: %s.", r.State.Label())
	}
	if r.State == models.RotationPending || r.State == models.RotationDone {
		s.say("Go on with copy, reveal or lines for the new secret.")
	}
}

// takeStep asks for a step of the open rotation.
func takeStep(id actions.ID, step models.RotationStep) func(*session, context.Context, string) {
	return func(s *session, ctx context.Context, reason string) {
		c := s.one(ctx, id)
		if c == nil {
			return
		}
		r, text := *c.OpenRotation(), words.Of(step)
		q := question{lines: []string{text.Verb + ": " + words.About(c) + ".", text.What}, verb: "do it"}
		needsReason := r.NeedsReason(step)
		if !needsReason {
			reason = ""
			if step == models.StepEnd {
				q.targets = []*models.Credential{c}
			}
		}
		if needsReason && reason == "" {
			s.sayAll(q.lines)
			ok := false
			if reason, ok = s.written(ctx, words.SayWhy, anyText); !ok {
				return
			}
			q.lines = []string{"Reason: " + reason + "."}
		}
		if !s.agreed(ctx, q) {
			return
		}
		s.sendStep(ctx, c, models.StepRequest{Rotation: r.ID, Credential: c.ID, Step: step, Seen: r.Revision, Reason: reason, Key: s.Ports.Rotator.NewKey()})
	}
}

func (s *session) sendStep(ctx context.Context, c *models.Credential, req models.StepRequest) {
	if req.Step == models.StepExtend {
		req.Extend = models.DefaultGrace
	}
	what := strings.ToLower(words.Of(req.Step).Verb) + " " + words.Named(c)
	done := s.carryOut(ctx, what, []job{{what: what, id: c.ID, do: func(ctx context.Context) (models.Credential, error) {
		_, c, err := s.Ports.Rotator.Step(ctx, req)
		return c, err
	}}})
	if len(done) == 1 {
		s.afterwards(done[0])
	}
}
