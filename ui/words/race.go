package words

import (
	"errors"
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/when"
)

// Race is a rotation that was not started because somebody else's was quicker.
type Race struct {
	Credential *models.Credential // as it is now
	Theirs     models.Rotation
	err        *models.Error
}

// LostTo returns what came first; nil if err does not tell of a rotation that is open now.
func LostTo(err error) *Race {
	var e *models.Error
	if !errors.As(err, &e) || e.Current == nil || e.Fault != models.FaultStale && e.Code != "rotation-open" {
		return nil
	}
	open := e.Current.OpenRotation()
	if open == nil {
		return nil
	}
	return &Race{Credential: e.Current, Theirs: *open, err: e}
}

// Lines say who won, when and from where, and where that rotation stands.
func (r *Race) Lines(clock when.Clock) []string {
	from := ""
	if r.err.ChangedBy == r.Theirs.StartedBy {
		from = Whence(r.err)
	}
	return []string{
		About(r.Credential), "",
		fmt.Sprintf("%s has started a rotation: %s%s.", r.Theirs.StartedBy, clock.Moment(r.Theirs.StartedAt), from),
		fmt.Sprintf("It goes from version %d to %d and stands at: %s.", r.Theirs.OldVersion, r.Theirs.NewVersion, r.Theirs.State.Label()),
		"Yours was not started; nothing has changed because of you.",
	}
}

// Ways are the ways on, in the order of how much they change.
func (r *Race) Ways() []string {
	return []string{"follow it: go there, change nothing", "take its place with yours"}
}

// Means says what taking its place does.
func (r *Race) Means() string { return plan.Superseding(r.Theirs) }

// NeedsReason reports whether taking its place has to be explained.
func (r *Race) NeedsReason() bool { return NeedsReason(r.Theirs, r.Theirs.State.SupersedeStep()) }

// Instead is the request, made anew to take the other's place.
func (r *Race) Instead(req models.RotateRequest, reason, key string) models.RotateRequest {
	req.Seen, req.Supersedes, req.Key = r.Credential.Revision, r.Theirs.ID, key
	if reason != "" {
		req.Reason = reason
	}
	return req
}
