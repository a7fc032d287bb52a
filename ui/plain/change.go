package plain

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// job is one change of one credential. It holds its idempotency key, so doing it again is safe.
type job struct {
	what string              // "pause deploy (crd_1)"
	id   models.CredentialID // empty for something new
	do   func(context.Context) (models.Credential, error)
	lost func(context.Context, *words.Race) (job, bool) // asks what to do where somebody else's rotation was quicker; nil: nothing
}

// targets is what an action is about: the marked rows, or else the selected one. They are taken as
// they are now: whoever decides something else meanwhile wins. If it cannot be done to one of them,
// it says why, and there is none.
func (s *session) targets(ctx context.Context, id actions.ID) []*models.Credential {
	l := s.list(ctx)
	if l == nil {
		return nil
	}
	list := l.marks()
	if r, ok := l.chosen(); ok && len(list) == 0 {
		list = []row{r}
	}
	if len(list) == 0 {
		s.refuse(id, reasonOr(actions.Disabled(id, s.Facts(nil)), "nothing is selected"))
		return nil
	}
	var seen []*models.Credential
	for _, r := range list {
		if why := actions.Disabled(id, s.Facts(r.credential)); why != "" {
			if len(list) > 1 {
				why = words.Short(r.name) + ": " + why
			}
			s.refuse(id, why)
			return nil
		}
		seen = append(seen, asSeen(r.credential))
	}
	return seen
}

func reasonOr(reason, otherwise string) string {
	if reason != "" {
		return reason
	}
	return otherwise
}

func asSeen(c *models.Credential) *models.Credential {
	seen := *c
	return &seen
}

// one is targets for what is done to one credential at a time, whatever is marked.
func (s *session) one(ctx context.Context, id actions.ID) *models.Credential {
	c := s.target(ctx, id)
	if c == nil {
		return nil
	}
	return asSeen(c)
}

// aboutAll names what a question is about.
func aboutAll(targets []*models.Credential) []string {
	var lines []string
	for i, c := range targets {
		if i == pageSize {
			return append(lines, fmt.Sprintf("and %d more", len(targets)-i))
		}
		lines = append(lines, words.About(c))
	}
	return lines
}

// reset replaces the personal token of one member, whoever is marked.
func (s *session) reset(ctx context.Context, _ string) {
	c := s.one(ctx, actions.ResetOwn)
	if c == nil {
		return
	}
	if list := s.unknownOf([]*models.Credential{c}); len(list) > 0 {
		s.askFinish(ctx, nil, list)
	} else {
		s.changeAll(ctx, actions.ResetOwn, []*models.Credential{c})
	}
}

// changeEach asks for a change that needs no more than a yes or the typed name.
func changeEach(id actions.ID) func(*session, context.Context, string) {
	return func(s *session, ctx context.Context, _ string) {
		targets := s.targets(ctx, id)
		if targets == nil {
			return
		}
		s.changeAll(ctx, id, targets)
	}
}

func (s *session) changeAll(ctx context.Context, id actions.ID, targets []*models.Credential) {
	spec := actions.Find(id)
	q := question{lines: append([]string{spec.Label + ": " + spec.Tooltip}, aboutAll(targets)...), verb: spec.Label}
	if spec.Danger == actions.Irreversible {
		q.targets = targets
	}
	for _, c := range targets {
		if c.Use.Used() && len(targets) == 1 {
			q.lines = append(q.lines, "It was "+s.lastUse(c)+".")
		}
	}
	if !s.agreed(ctx, q) {
		return
	}
	var jobs []job
	for _, c := range targets {
		jobs = append(jobs, s.change(id, c, ""))
	}
	s.carryOut(ctx, spec.Label, jobs)
}

// change is one change of one credential, as it was when the question was asked.
func (s *session) change(id actions.ID, c *models.Credential, name string) job {
	req := models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: name, Key: s.Ports.Rotator.NewKey()}
	if id == actions.ResetOwn {
		return s.starting(s.request(c, models.Overlap{Mode: models.OverlapNone}, req.Key), "reset the personal token of "+words.Named(c))
	}
	send := map[actions.ID]func(context.Context, models.ChangeRequest) (models.Credential, error){
		actions.Rename: s.Ports.Changer.Rename,
		actions.Pause:  s.Ports.Changer.Pause,
		actions.Resume: s.Ports.Changer.Resume,
		actions.Revoke: s.Ports.Changer.Revoke,
	}[id]
	return job{what: actions.Find(id).Label + " " + words.Named(c), id: c.ID, do: func(ctx context.Context) (models.Credential, error) {
		return send(ctx, req)
	}}
}

// rename asks for the name if it was not typed with the word.
func (s *session) rename(ctx context.Context, name string) {
	c := s.one(ctx, actions.Rename)
	if c == nil {
		return
	}
	s.say("Rename %s.", words.About(c))
	name, ok := s.nameFor(ctx, name, "Write the new name.")
	if !ok || !s.agreed(ctx, question{lines: []string{"The new name is " + name + ". The id and the secret stay."}, verb: "rename it"}) {
		return
	}
	s.carryOut(ctx, "rename", []job{s.change(actions.Rename, c, name)})
}

// create makes a CI token.
func (s *session) create(ctx context.Context, name string) {
	if why := actions.Disabled(actions.Create, s.Facts(nil)); why != "" {
		s.refuse(actions.Create, why)
		return
	}
	name, ok := s.nameFor(ctx, name, "Write the name of the new CI token.")
	if !ok || !s.agreed(ctx, question{lines: []string{"A new CI token with the name " + name + "."}, verb: "create it"}) {
		return
	}
	key := s.Ports.Rotator.NewKey()
	done := s.carryOut(ctx, "create", []job{{what: "create " + name, do: func(ctx context.Context) (models.Credential, error) {
		return s.Ports.Changer.Create(ctx, name, key)
	}}})
	if len(done) == 1 && s.here() != nil && s.here().take(string(done[0].ID)) {
		s.saySelected(ctx)
		s.say("Go on with copy, reveal or lines.")
	}
}

func (s *session) nameFor(ctx context.Context, name, ask string) (string, bool) {
	if name != "" {
		return name, true
	}
	name, ok := s.written(ctx, ask, anyText)
	return strings.TrimSpace(name), ok
}

// carryOut makes changes one after the other, and says how each ended. Those of which nobody knows
// can be asked for again.
func (s *session) carryOut(ctx context.Context, verb string, jobs []job) (done []*models.Credential) {
	size := len(jobs)
	for len(jobs) > 0 {
		var unknown []job
		for i, j := range jobs {
			c, err := s.make(ctx, j)
			switch {
			case err == nil:
				done = append(done, c)
			case words.MayAskAgain(err):
				unknown = append(unknown, j)
			}
			if rest := len(jobs) - i - 1; rest > 0 && (errors.Is(err, errGivenUp) || ctx.Err() != nil) {
				s.say("%d more were not begun.", rest)
				break
			}
		}
		jobs = unknown
		if len(jobs) > 0 && !s.agreed(ctx, again(jobs)) {
			break
		}
	}
	if len(jobs) > 0 {
		s.lookAgain(ctx)
	}
	if size > 1 {
		s.tell(kit.Toast{Text: fmt.Sprintf("%s: %d of %d done.", verb, len(done), size)})
	}
	return done
}

// again asks whether to send the very same requests once more.
func again(jobs []job) question {
	lines := []string{"Without an answer:"}
	for _, j := range jobs {
		lines = append(lines, j.what)
	}
	return question{
		lines: append(lines, words.AskAgain), verb: "ask the service again",
		left: "Left as it is: the activity shows whether it was done.",
	}
}

// make makes one change.
func (s *session) make(ctx context.Context, j job) (*models.Credential, error) {
	var c models.Credential
	err := s.await(ctx, func(ctx context.Context) (err error) {
		c, err = j.do(ctx)
		return err
	})
	if errors.Is(err, errGivenUp) {
		err = &models.Error{Fault: models.FaultUnknown, Code: "given-up", Title: "You gave up waiting: whether it was done is not known", Err: err}
	}
	if err != nil {
		s.failedChange(j.what, err)
		if race := words.LostTo(err); race != nil && j.lost != nil {
			if next, ok := j.lost(ctx, race); ok {
				return s.make(ctx, next)
			}
		}
		return nil, err
	}
	return s.hasDone(j.what, c), nil
}

// hasDone says that a change is made, and learns what came of it. Its mark has had its use.
func (s *session) hasDone(what string, c models.Credential) *models.Credential {
	s.Book.PutCredentials([]models.Credential{c})
	s.changed()
	for _, l := range s.lists {
		l.unmark(c.ID)
	}
	s.news.drop("c" + string(c.ID)) // it is what has just been said
	s.tell(kit.Toast{Text: "Done: " + what + "."})
	return s.Book.Credential(c.ID)
}

// failedChange tells why a change was not made, and learns the state that came with the refusal.
func (s *session) failedChange(what string, err error) {
	if e := (*models.Error)(nil); errors.As(err, &e) && e.Current != nil {
		s.Book.PutCredentials([]models.Credential{*e.Current})
		s.changed()
	}
	verdict := "Not done: "
	if models.FaultOf(err) == models.FaultUnknown {
		verdict = "Perhaps done, perhaps not: "
	}
	s.tell(kit.Toast{Level: kit.Fail, Text: verdict + what + ": " + words.Failure(err, s.Clock()) + ".", Fix: models.FixOf(err)})
}
