package rotation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

// rememberedFor is how long the service surely answers a repeated request with its first answer: a
// little less than the day that it promises.
const rememberedFor = 24*time.Hour - 10*time.Minute

// Unfinished is what the journal holds.
type Unfinished struct {
	Mine       []journal.Found      // asked of this service by this member: these can be resumed
	Others     []journal.Found      // of another service or member
	Unreadable []journal.Unreadable // left alone
}

// Outcome is what became of an intent.
type Outcome string

// The outcomes.
const (
	Done    Outcome = "done"
	NotDone Outcome = "not done"
	Unknown Outcome = "unknown"
)

// Resumed is what is known of an intent after the service was asked.
type Resumed struct {
	Intent     journal.Intent
	Outcome    Outcome
	Looked     bool // the service had forgotten the key: its rotations were looked at instead
	Rotation   models.Rotation
	Credential models.Credential
	Err        error // why it was not done, or is not known
}

// Unfinished lists the intents whose outcome is not known.
func (e *Engine) Unfinished(ctx context.Context) (Unfinished, error) {
	var u Unfinished
	if e.book == nil {
		return u, nil
	}
	list, strange, err := e.book.journal.List()
	u.Unreadable = strange
	if err != nil || len(list) == 0 {
		return u, err
	}
	me, err := e.book.who(ctx)
	if err != nil {
		return u, err
	}
	for _, found := range list {
		if foreign(found.Intent, me) == nil {
			u.Mine = append(u.Mine, found)
		} else {
			u.Others = append(u.Others, found)
		}
	}
	return u, nil
}

// Resume asks the service what became of an intent, with its own key: if it has not been done, it is
// done now, unless something has changed since. The error says that it was not asked at all.
func (e *Engine) Resume(ctx context.Context, key string) (Resumed, error) {
	if e.book == nil {
		return Resumed{}, noIntent(key)
	}
	me, err := e.book.who(ctx)
	if err != nil {
		return Resumed{}, unsent(err)
	}
	entry, err := e.book.journal.Take(key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Resumed{}, noIntent(key)
	case errors.Is(err, durable.ErrHeld):
		return Resumed{}, underWay(key)
	case err != nil:
		return Resumed{}, cannotTake(err, key)
	}
	if err := foreign(entry.Intent, me); err != nil {
		return Resumed{}, errors.Join(err, entry.Leave())
	}
	res := Resumed{Intent: entry.Intent, Looked: e.forgotten(ctx, entry.Intent)}
	res.Rotation, res.Credential, res.Err = e.askOrLook(ctx, entry, res.Looked)
	switch {
	case res.Err == nil:
		res.Outcome = Done
	case models.FaultOf(res.Err) == models.FaultUnknown:
		res.Outcome = Unknown
	default:
		res.Outcome = NotDone
	}
	return res, nil
}

// again asks once more for an intent that was written down before. Where the service has forgotten the key and the
// rotation surely has not begun, it begins now: whoever asks again wants it.
func (e *Engine) again(ctx context.Context, entry *journal.Entry, me identity) (models.Rotation, models.Credential, error) {
	if err := foreign(entry.Intent, me); err != nil {
		return models.Rotation{}, models.Credential{}, errors.Join(err, entry.Leave())
	}
	r, c, err := e.askOrLook(ctx, entry, e.forgotten(ctx, entry.Intent))
	if e := (*models.Error)(nil); entry.Rotate == nil || !errors.As(err, &e) || e.Code != notDone {
		return r, c, err
	}
	return e.begin(ctx, entry.Intent, me)
}

func (e *Engine) askOrLook(ctx context.Context, entry *journal.Entry, look bool) (r models.Rotation, c models.Credential, err error) {
	if look {
		r, c, err = e.look(ctx, entry.Intent)
	} else {
		r, c, err = e.asked(ctx, entry.Intent, true)
	}
	settle(entry, err)
	return r, c, err
}

// forgotten reports whether the service may have forgotten the key, by its own clock. If it does not
// say, asking is as good: what has changed meanwhile is refused.
func (e *Engine) forgotten(ctx context.Context, i journal.Intent) bool {
	space, err := e.book.service.Workspace(ctx)
	if err != nil {
		return false
	}
	age := space.Now.Sub(i.At)
	return age < -time.Minute || age > rememberedFor
}

// foreign says whose an intent is, if it is not for this member to resume at this service.
func foreign(i journal.Intent, me identity) error {
	if i.Is(me.Owner) {
		return nil
	}
	return &models.Error{
		Fault: models.FaultForbidden, Code: "not-your-intent", Title: fmt.Sprintf("this was asked by %s of %s", i.MemberName, i.Endpoint),
		Detail: fmt.Sprintf("you are %s at %s", me.MemberName, me.Endpoint), Fix: "resume it there, signed in as " + i.MemberName,
	}
}

func noIntent(key string) error {
	return &models.Error{
		Fault: models.FaultNotFound, Code: "no-such-intent", Title: fmt.Sprintf("no unfinished rotation has the id %q", key),
		Fix: "look at keyturn rotation unfinished",
	}
}
