package rotation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

// slack is how much earlier than the intent a rotation may have begun by the service's clock: what
// the engine knows of that clock is as old as an answer.
const slack = time.Minute

// notDone is the code of what an intent comes to that surely was not carried out.
const notDone = "not-done"

// look finds out what became of an intent from the rotations themselves. It changes nothing.
func (e *Engine) look(ctx context.Context, i journal.Intent) (models.Rotation, models.Credential, error) {
	list, err := e.book.service.Rotations(ctx, i.Credential())
	var c models.Credential
	if err == nil {
		c, err = e.book.service.Credential(ctx, i.Credential())
	}
	if models.FaultOf(err) == models.FaultNotFound {
		return models.Rotation{}, c, err
	}
	if err != nil {
		return models.Rotation{}, c, verdict(err, true)
	}
	if i.Rotate != nil {
		r, err := started(list, i)
		return r, c, err
	}
	r, err := stepped(list, *i.Step)
	return r, c, err
}

// started finds the rotation that the intent started.
func started(list []models.Rotation, i journal.Intent) (models.Rotation, error) {
	for _, r := range list {
		if startedBy(r, i) {
			return r, nil
		}
	}
	if reachesBack(list, i.At) {
		return models.Rotation{}, &models.Error{
			Fault: models.FaultConflict, Code: notDone, Title: "it was not done",
			Detail: "the service no longer knows the request, and none of its rotations was started by it", Fix: "rotate it anew if it is still wanted",
		}
	}
	return models.Rotation{}, &models.Error{
		Fault: models.FaultConflict, Code: "cannot-be-told", Title: "whether it was done can no longer be told",
		Detail: "the service no longer knows the request, and it was rotated so often since that the service does not list what began then",
		Fix:    "look at it, and rotate it anew if that is still wanted",
	}
}

// listed is how many rotations of a credential the service lists at most, the newest first.
const listed = 100

// reachesBack reports whether a list has every rotation that began at that moment or later.
func reachesBack(list []models.Rotation, at time.Time) bool {
	return len(list) < listed || list[len(list)-1].StartedAt.Before(at.Add(-slack))
}

// startedBy reports whether the intent started a rotation. A rotation tells with which key it was asked for, as long
// as it is known. Those that were made before the service noted that are known by who started them, and when: as long
// as a key is remembered it may be asked with, and so what began after that is another one.
func startedBy(r models.Rotation, i journal.Intent) bool {
	if !mine(r, i) {
		return false
	}
	if r.Asked != "" {
		return r.Asked == models.KeyDigest(i.Key)
	}
	first, last := i.At.Add(-slack), i.At.Add(rememberedFor+slack)
	return !i.At.IsZero() && !r.StartedAt.Before(first) && !r.StartedAt.After(last) && r.Overlap == i.Rotate.Overlap
}

// mine reports whether a rotation was started by whoever the intent is of. Two people may have one name, so their ids
// are compared. What was written before either told an id is known by the name: there is nothing else.
func mine(r models.Rotation, i journal.Intent) bool {
	if r.StartedByID != "" && i.Member != "" {
		return r.StartedByID == i.Member
	}
	return r.StartedBy == i.MemberName
}

// recognised looks for the rotation that an earlier sending of a refused request has started. The service forgets a
// key after a day, and then refuses the request because of its own rotation; the rotation tells for good with which
// key it was asked for. Where there is none, the refusal stands.
func (e *Engine) recognised(ctx context.Context, i journal.Intent, refusal error) (models.Rotation, models.Credential, error) {
	var said *models.Error
	if i.Rotate == nil || e.book == nil || !errors.As(refusal, &said) || said.Current == nil || said.Current.Rotation == nil || !said.Overtaken() {
		return models.Rotation{}, models.Credential{}, refusal
	}
	asked := func(r models.Rotation) bool { return r.Asked != "" && startedBy(r, i) }
	latest := *said.Current.Rotation
	switch {
	case asked(latest):
		return latest, *said.Current, nil
	case said.Current.Revision <= i.Rotate.Seen+1: // nothing has changed since but what it stands at now
		return models.Rotation{}, models.Credential{}, refusal
	}
	list, err := e.book.service.Rotations(ctx, i.Credential())
	if err != nil {
		return models.Rotation{}, models.Credential{}, verdict(err, true)
	}
	for _, r := range list {
		if asked(r) {
			return r, *said.Current, nil
		}
	}
	return models.Rotation{}, models.Credential{}, refusal
}

// stepped finds out whether a step was taken.
func stepped(list []models.Rotation, req models.StepRequest) (models.Rotation, error) {
	refused := &models.Error{
		Fault: models.FaultConflict, Code: notDone, Title: "it was not done", Detail: "the service no longer knows the request",
		Fix: "take the step anew if it is still wanted",
	}
	for _, r := range list {
		if r.ID != req.Rotation {
			continue
		}
		if r.Revision == req.Seen {
			return r, refused
		}
		done := map[models.RotationStep]bool{
			models.StepConfirm: !r.ConfirmedAt.IsZero(), models.StepCancel: r.State == models.RotationCancelled,
			models.StepRollback: r.State == models.RotationRolledBack, models.StepEnd: r.State == models.RotationDone && r.EndedBy != "",
			models.StepExtend: true,
		}[req.Step]
		if done && req.Step != models.StepExtend {
			return r, nil
		}
		refused.Detail = "the rotation stands at: " + r.State.Label()
		if done {
			refused.Title = "whether your extension was made can no longer be told"
			refused.Detail = fmt.Sprintf("the rotation has changed since; the old secret ends %s", r.GraceEnds.UTC().Format("2006-01-02 15:04 MST"))
			refused.Fix = "extend it anew if that is too early"
		}
		return r, refused
	}
	return models.Rotation{}, refused
}
