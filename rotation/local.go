package rotation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

// Local is what was left on this machine, whoever began it and wherever. It asks no service, and so never tells what
// became of anything.
type Local struct {
	journal *journal.Journal
	shelf   *bulk.Shelf
}

// NewLocal returns what is left in a journal and on a shelf.
func NewLocal(intents *journal.Journal, shelf *bulk.Shelf) *Local {
	return &Local{journal: intents, shelf: shelf}
}

// Lying is everything that was left, the oldest of each first.
type Lying struct {
	Intents    []journal.Found
	Plans      []bulk.Standing      // of which something is left; Err says of one that it is not understood
	Unreadable []journal.Unreadable // of the journal
}

// Look lists what was left.
func (l *Local) Look(ctx context.Context) (lying Lying, err error) {
	if err := ctx.Err(); err != nil {
		return lying, err
	}
	if lying.Intents, lying.Unreadable, err = l.journal.List(); err == nil {
		lying.Plans, err = l.shelf.List()
	}
	return lying, err
}

// Loose is one thing that was left, and that can be given up as a whole: a plan, or a request that no plan asks for.
type Loose struct {
	Intent  journal.Found // of a plan, none
	Plan    bulk.Standing // of a request, none
	Unknown []bulk.Item   // of the plan: may have been done
	Left    []bulk.Item   // of the plan: was not begun, as far as is written down
}

// IsPlan reports which of both it is.
func (o Loose) IsPlan() bool { return o.Plan.File != "" }

// ID names it: the key of a request, the file of a plan.
func (o Loose) ID() string {
	if o.IsPlan() {
		return o.Plan.File
	}
	return o.Intent.Key
}

// Loose is what was left as it can be given up, the plans first. What a process works on is its own affair.
func (lying Lying) Loose() (list []Loose) {
	for _, one := range lying.all() {
		if !one.Plan.Held && !one.Intent.Held {
			list = append(list, one)
		}
	}
	return list
}

func (lying Lying) all() (list []Loose) {
	for _, s := range lying.Plans {
		if s.Err == nil {
			list = append(list, lying.plan(s))
		}
	}
	for _, found := range lying.Intents {
		if lying.Covering(found.Key) == "" {
			list = append(list, Loose{Intent: found})
		}
	}
	return list
}

// Covering is the file of the plan that asks with a key when it is gone on with; empty: none does.
func (lying Lying) Covering(key string) string {
	for _, s := range lying.Plans {
		if s.Covers(key) {
			return s.File
		}
	}
	return ""
}

// plan parts what is left of a plan. A console that died may not have written down that it had asked: then the
// journal knows.
func (lying Lying) plan(s bulk.Standing) Loose {
	one := Loose{Plan: s}
	for i, result := range s.Begun {
		item := s.Plan.Items[i]
		switch {
		case result.State.Over():
		case result.State == bulk.Unknown || lying.asked(item.Request.Key):
			one.Unknown = append(one.Unknown, item)
		default:
			one.Left = append(one.Left, item)
		}
	}
	return one
}

// asked reports whether the journal knows that something was asked with a key. An intent that is damaged says no more
// than that.
func (lying Lying) asked(key string) bool {
	return slices.ContainsFunc(lying.Intents, func(found journal.Found) bool { return found.Key == key }) || lying.damaged(key)
}

func (lying Lying) damaged(key string) bool {
	return slices.ContainsFunc(lying.Unreadable, func(strange journal.Unreadable) bool { return strange.Key == key })
}

// Forget gives up what somebody has seen, if it is still as they have seen it and nobody works on it. Nothing is
// asked, and nothing is taken back: what has no known outcome has none after this either, and no key to ask with.
func (l *Local) Forget(ctx context.Context, seen Loose) error {
	if err := ctx.Err(); err != nil { // whoever has given up asking does not mean it
		return err
	}
	if seen.IsPlan() {
		return l.forgetPlan(seen)
	}
	entry, err := l.journal.Take(seen.Intent.Key)
	if err != nil {
		return notForgotten(err, seen)
	}
	return notTakenAway(entry.Strike(), seen)
}

// forgetPlan takes the file away before the intents of it: whatever cuts it short, what is unknown is still told of.
func (l *Local) forgetPlan(seen Loose) error {
	run, err := l.shelf.Hold(seen.Plan.File)
	if err != nil {
		return notForgotten(err, seen)
	}
	var entries []*journal.Entry
	giveBack := func(err error) error {
		for _, entry := range entries {
			err = errors.Join(err, entry.Leave())
		}
		return errors.Join(err, run.Close())
	}
	var lying Lying
	if lying.Intents, lying.Unreadable, err = l.journal.List(); err != nil {
		return giveBack(err)
	}
	if !seen.same(lying.plan(run.Standing())) {
		return giveBack(changedSince(seen))
	}
	for _, item := range seen.Unknown {
		if lying.damaged(item.Request.Key) { // it stays, and is told of
			continue
		}
		entry, err := l.journal.Take(item.Request.Key)
		switch {
		case err == nil:
			entries = append(entries, entry)
		case !errors.Is(err, fs.ErrNotExist):
			return giveBack(notForgotten(err, Loose{Intent: journal.Found{Intent: journal.Intent{Key: item.Request.Key}}}))
		}
	}
	end := (*journal.Entry).Strike
	if err = run.Discard(); err != nil {
		end = (*journal.Entry).Leave
	}
	for _, entry := range entries {
		err = errors.Join(err, end(entry))
	}
	return notTakenAway(err, seen)
}

// same reports whether a plan stands where it stood.
func (o Loose) same(now Loose) bool {
	keys := func(list []bulk.Item) (keys []string) {
		for _, item := range list {
			keys = append(keys, item.Request.Key)
		}
		return keys
	}
	return slices.Equal(keys(o.Unknown), keys(now.Unknown)) && slices.Equal(keys(o.Left), keys(now.Left))
}

func changedSince(seen Loose) error {
	return &models.Error{
		Fault: models.FaultConflict, Code: "changed-since", Title: fmt.Sprintf("nothing was forgotten: somebody has gone on with %s meanwhile", seen.ID()),
		Fix: "look at it again: keyturn rotation unfinished",
	}
}

// notForgotten says why something cannot be given up now.
func notForgotten(err error, seen Loose) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return noneLeft(seen.ID())
	case errors.Is(err, durable.ErrHeld):
		return &models.Error{
			Fault: models.FaultConflict, Code: "under-way", Title: fmt.Sprintf("nothing was forgotten: another keyturn on this machine works on %s", seen.ID()),
			Fix: "wait for it, or end it", Err: err,
		}
	}
	return &models.Error{
		Fault: models.FaultConflict, Code: "not-read", Title: fmt.Sprintf("nothing was forgotten: %s cannot be read", seen.ID()), Detail: err.Error(),
		Fix: "look at keyturn rotation unfinished", Err: err,
	}
}

// notTakenAway says that the disk has kept something, or may have.
func notTakenAway(err error, seen Loose) error {
	if err == nil {
		return nil
	}
	return &models.Error{
		Fault: models.FaultInternal, Code: "not-taken-away", Title: fmt.Sprintf("%s is not forgotten, or not all of it: its file could not be taken away", seen.ID()),
		Detail: err.Error(), Fix: "let yourself write in its folder, then look at keyturn rotation unfinished", Err: err,
	}
}

// Find returns what has that id: the key of a request, or a plan by its file, or by the last part of its name.
func (lying Lying) Find(id string) (Loose, error) {
	for _, one := range lying.all() {
		if one.ID() == id || one.IsPlan() && one.Plan.Name() == id {
			return one, nil
		}
	}
	if file := lying.Covering(id); file != "" {
		return Loose{}, &models.Error{
			Fault: models.FaultConflict, Code: "of-a-plan", Title: "a plan asks for this one: it is forgotten with the plan, or not",
			Fix: "keyturn rotation forget " + bulk.Word(file) + "; or go on with it: " + bulk.GoOn(file),
		}
	}
	if path, err := lying.strange(id); err != nil {
		return Loose{}, &models.Error{
			Fault: models.FaultConflict, Code: "not-understood", Title: fmt.Sprintf("%s is not understood, and left alone", path), Detail: err.Error(),
			Fix: "remove that file yourself if nobody wants it; what it is about may have been done",
		}
	}
	return Loose{}, noneLeft(id)
}

// strange is the file of that id, or name, which is not understood, and why.
func (lying Lying) strange(id string) (path string, why error) {
	for _, one := range lying.Unreadable {
		if one.Key != "" && one.Key == id || one.Path == id || filepath.Base(one.Path) == id {
			return one.Path, one.Err
		}
	}
	for _, s := range lying.Plans {
		if s.Err != nil && (s.File == id || s.Name() == id) {
			return s.File, s.Err
		}
	}
	return "", nil
}

func noneLeft(id string) error {
	return &models.Error{
		Fault: models.FaultNotFound, Code: "nothing-left", Title: fmt.Sprintf("nothing that is unfinished on this machine has the id %q", id),
		Fix: "look at keyturn rotation unfinished",
	}
}
