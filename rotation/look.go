package rotation

import (
	"context"
	"fmt"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

// slack is how much earlier than the intent a rotation may have begun by the service's clock: what
// the engine knows of that clock is as old as an answer.
const slack = time.Minute

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

// started finds the rotation that the intent started: as long as its key is remembered it may be asked for, and so
// what began after that is another one.
func started(list []models.Rotation, i journal.Intent) (models.Rotation, error) {
	first, last := i.At.Add(-slack), i.At.Add(rememberedFor+slack)
	for _, r := range list {
		if r.StartedBy == i.MemberName && !r.StartedAt.Before(first) && !r.StartedAt.After(last) && r.Overlap == i.Rotate.Overlap {
			return r, nil
		}
	}
	return models.Rotation{}, &models.Error{
		Fault: models.FaultConflict, Code: "not-done", Title: "it was not done",
		Detail: "the service no longer knows the request, and no rotation by " + i.MemberName + " began then", Fix: "rotate it anew if it is still wanted",
	}
}

// stepped finds out whether a step was taken.
func stepped(list []models.Rotation, req models.StepRequest) (models.Rotation, error) {
	notDone := &models.Error{
		Fault: models.FaultConflict, Code: "not-done", Title: "it was not done", Detail: "the service no longer knows the request",
		Fix: "take the step anew if it is still wanted",
	}
	for _, r := range list {
		if r.ID != req.Rotation {
			continue
		}
		if r.Revision == req.Seen {
			return r, notDone
		}
		done := map[models.RotationStep]bool{
			models.StepConfirm: !r.ConfirmedAt.IsZero(), models.StepCancel: r.State == models.RotationCancelled,
			models.StepRollback: r.State == models.RotationRolledBack, models.StepEnd: r.State == models.RotationDone && r.EndedBy != "",
			models.StepExtend: true,
		}[req.Step]
		if done && req.Step != models.StepExtend {
			return r, nil
		}
		notDone.Detail = "the rotation stands at: " + r.State.Label()
		if done {
			notDone.Title = "whether your extension was made can no longer be told"
			notDone.Detail = fmt.Sprintf("the rotation has changed since; the old secret ends %s", r.GraceEnds.UTC().Format("2006-01-02 15:04 MST"))
			notDone.Fix = "extend it anew if that is too early"
		}
		return r, notDone
	}
	return models.Rotation{}, notDone
}
