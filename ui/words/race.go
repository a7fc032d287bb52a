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

// Apart parts those that can be rotated together from those that somebody rotates already.
func Apart(targets []*models.Credential) (free, open []*models.Credential) {
	for _, c := range targets {
		if c.OpenRotation() == nil {
			free = append(free, c)
		} else {
			open = append(open, c)
		}
	}
	return free, open
}

// alone is what to do about one of several that somebody rotates already.
const alone = "rotate it alone to follow that rotation or to take its place"

// LeftOut says which of several are not rotated with the others, and why.
func LeftOut(open []*models.Credential, clock when.Clock) (lines []string) {
	for i, c := range open {
		if i == maxLeftOut {
			return append(lines, fmt.Sprintf("%d more are left out, too: a rotation of each is open.", len(open)-i))
		}
		lines = append(lines, fmt.Sprintf("%s is left out: a rotation is open, %s; %s.", Named(c), plan.Started(*c.OpenRotation(), clock), alone))
	}
	return lines
}

// maxLeftOut is how many of those that are left out are named.
const maxLeftOut = 3

// AllOpen says why none of several can be rotated, and what to do instead.
func AllOpen(open []*models.Credential, clock when.Clock) (why, toDo string) {
	first := open[0]
	return fmt.Sprintf("all %d are being rotated already; %s: a rotation is open, %s", len(open), Named(first), plan.Started(*first.OpenRotation(), clock)),
		"mark one that is not, or take the marks away: " + alone
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
