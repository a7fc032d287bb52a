package words

import (
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/plan"
	"example.com/keyturn/when"
)

// Race is a rotation that is not started because another one is open.
type Race struct {
	Credential *models.Credential // as it is now
	Theirs     models.Rotation
	lost       bool // ours was asked for, and theirs was quicker
}

// Open is the race that is over before anybody asks: a rotation is open already. It is nil if none is.
func Open(c *models.Credential) *Race {
	open := c.OpenRotation()
	if open == nil {
		return nil
	}
	return &Race{Credential: c, Theirs: *open}
}

// LostTo returns what came first; nil if err does not tell of a rotation that is open now.
func LostTo(err error) *Race {
	told := models.Outrun(err)
	if told == nil {
		return nil
	}
	race := Open(told.Current)
	race.lost, race.Theirs.StartedFrom = true, told.ChangedFrom
	return race
}

// Overtaken is an error with what to do about it where another rotation was quicker.
func Overtaken(err error, toDo string) error {
	told := models.Outrun(err)
	if told == nil {
		return err
	}
	told.Fix = toDo
	return told
}

// Title says which of both it is.
func (r *Race) Title() string {
	if r.lost {
		return "Somebody was quicker"
	}
	return "A rotation is open"
}

// Lines say who won, when and from where, and where that rotation stands.
func (r *Race) Lines(clock when.Clock) []string {
	lines := []string{
		About(r.Credential), "",
		fmt.Sprintf("A rotation is open, %s.", plan.Started(r.Theirs, clock)),
		fmt.Sprintf("It goes from version %d to %d and stands at: %s.", r.Theirs.OldVersion, r.Theirs.NewVersion, r.Theirs.State.Label()),
	}
	if r.lost {
		lines = append(lines, "Yours was not started; nothing has changed because of you.")
	}
	return lines
}

// InTheWay says why several cannot be rotated together: one of them is being rotated already. It is empty if none is.
func InTheWay(targets []*models.Credential, clock when.Clock) string {
	for _, c := range targets {
		if open := c.OpenRotation(); open != nil && len(targets) > 1 {
			return fmt.Sprintf("%s: a rotation is already open, %s; rotate it alone to follow that one or to take its place", Short(c.Label()), plan.Started(*open, clock))
		}
	}
	return ""
}

// Ways are the ways on, in the order of how much they change.
func (r *Race) Ways() []string {
	return []string{"follow it: go there, change nothing", "take its place with yours"}
}

// Means says what taking its place does.
func (r *Race) Means() string { return plan.Superseding(r.Theirs) }

// NeedsReason reports whether taking its place has to be explained.
func (r *Race) NeedsReason() bool { return r.Theirs.NeedsReason(r.Theirs.State.SupersedeStep()) }

// Instead is the request, made anew to take the other's place.
func (r *Race) Instead(req models.RotateRequest, reason, key string) models.RotateRequest {
	req.Seen, req.Supersedes, req.Key = r.Credential.Revision, r.Theirs.ID, key
	if reason != "" {
		req.Reason = reason
	}
	return req
}
