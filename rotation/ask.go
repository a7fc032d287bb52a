package rotation

import (
	"context"
	"errors"
	mathrand "math/rand/v2"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

// Bounds of asking again.
const (
	tries        = 4
	firstWait    = 250 * time.Millisecond
	longestWait  = 10 * time.Second // that the service may ask for: a person waits
	neverAnswers = "ask again: the same request is never done twice"
)

// asked is ask, with an eye on what an earlier process has sent and did not tell of.
func (e *Engine) asked(ctx context.Context, i journal.Intent, lost bool) (models.Rotation, models.Credential, error) {
	r, c, err := e.ask(ctx, i, lost)
	if err == nil {
		return r, c, nil
	}
	return e.recognised(ctx, i, err)
}

// ask sends a request until there is an answer that settles it. lost says that it may have been sent
// before.
func (e *Engine) ask(ctx context.Context, i journal.Intent, lost bool) (models.Rotation, models.Credential, error) {
	wait := firstWait
	for try := 1; ; try++ {
		r, c, err := e.send(ctx, i)
		if models.FaultOf(err) == models.FaultUnknown {
			lost = true
		}
		asked := askedToWait(err)
		if !passing(err) || try == tries || asked > longestWait {
			return r, c, verdict(err, lost)
		}
		if stopped := e.sleep(ctx, asked+jitter(wait)); stopped != nil { // many may have been asked to wait as long
			return r, c, verdict(err, lost)
		}
		wait *= 2
	}
}

func (e *Engine) send(ctx context.Context, i journal.Intent) (models.Rotation, models.Credential, error) {
	if i.Rotate != nil {
		return e.service.Rotate(ctx, *i.Rotate)
	}
	return e.service.Step(ctx, *i.Step)
}

// passing reports whether asking again can help.
func passing(err error) bool {
	switch models.FaultOf(err) {
	case models.FaultUnknown, models.FaultUnreachable, models.FaultRateLimited:
		return true
	}
	return false
}

// settles reports whether an answer tells what became of every earlier sending of the same request:
// the service looks up the key before it looks at anything that can have changed since. Who is not
// signed in any more, or asks too often, is turned away before that, and so is a request that was
// damaged on its way: that says nothing of one that was not.
func settles(err error) bool {
	switch models.FaultOf(err) {
	case "", models.FaultNotFound, models.FaultConflict, models.FaultStale:
		return true
	case models.FaultInvalid:
		var e *models.Error
		return errors.As(err, &e) && e.Code == "overlap-refused" // decided by what was asked, not by how it arrived
	}
	return false
}

// verdict says that the outcome is unknown if an answer was lost and none since has settled it.
func verdict(err error, lost bool) error {
	if !lost || settles(err) {
		return err
	}
	told := models.Error{Code: "outcome-unknown", Detail: err.Error(), Err: err}
	if e := (*models.Error)(nil); errors.As(err, &e) {
		told = *e
	}
	told.Fix = neverAnswers
	if told.Fault != models.FaultUnknown && told.Fault != models.FaultUnreachable {
		told.Detail, told.Fix = told.Title, neverAnswers+"; before that, "+models.FixOf(err)
		if models.FixOf(err) == "" {
			told.Fix = neverAnswers
		}
	}
	told.Fault = models.FaultUnknown
	told.Title = "The service does not answer: whether this was done is not known"
	return &told
}

// askedToWait is how long the service asked to wait.
func askedToWait(err error) time.Duration {
	var e *models.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}

// jitter spreads waits over half to the whole of d, so that many consoles do not ask at once.
func jitter(d time.Duration) time.Duration {
	return d/2 + mathrand.N(d/2) //nolint:gosec // a wait, not a secret
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
