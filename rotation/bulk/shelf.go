package bulk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/owner"
)

// Shelf is a folder of plans that nobody has named. Several processes may share it.
type Shelf struct {
	dir  string
	disk durable.Disk
}

// NewShelf returns the shelf in a folder, which is made with the first plan.
func NewShelf(dir string, disk durable.Disk) *Shelf { return &Shelf{dir: dir, disk: disk} }

const suffix = ".plan"

// File is a name for a plan that nobody names.
func (s *Shelf) File(now time.Time) string {
	return filepath.Join(s.dir, now.UTC().Format("20060102-150405-")+rand.Text()[:6]+suffix)
}

// Keep writes a plan down, and holds it. If it fails nothing may be sent.
func (s *Shelf) Keep(p Plan) (*Run, error) {
	if s.dir == "" {
		return nil, &models.Error{
			Fault: models.FaultUnreachable, Code: "plan-not-written", Title: "nothing was sent: no folder is known in which the plan could be kept",
			Fix: "name a folder in KEYTURN_STATE_DIR, or set HOME; then do it again",
		}
	}
	return create(s.disk, s.File(p.At), p, true)
}

// Take takes a plan that was left by the same owner, to go on with it; see Open.
func (s *Shelf) Take(file string, to owner.Owner) (*Run, error) {
	r, err := Open(s.disk, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &models.Error{
			Fault: models.FaultConflict, Code: "plan-gone", Title: fmt.Sprintf("the plan %s is not there any more: it was gone on with, or given up, meanwhile", file),
			Fix: "look at keyturn rotation unfinished, and at the activity", Err: err,
		}
	}
	if err != nil {
		return nil, err
	}
	if err := r.Belongs(to); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.unnamed = true
	return r, nil
}

// Hold takes a plan, whosever it is, to give it up: nobody goes on with it meanwhile.
func (s *Shelf) Hold(file string) (*Run, error) { return Open(s.disk, file) }

// Standing is how far a plan has come.
type Standing struct {
	File                        string
	Plan                        Plan
	Done, Failed, Unknown, Left int
	Begun                       []Result // the latest of each item
	Held                        bool     // a process that lives works on it
	Err                         error    // why the file is not understood; then nothing else is known
}

// Name is the last part of the file's name.
func (s Standing) Name() string { return filepath.Base(s.File) }

// ToGo is how many items are still to be asked for.
func (s Standing) ToGo() int { return s.Unknown + s.Left }

// Rest is the items that are still to be asked for.
func (s Standing) Rest() (rest []Item) {
	for i, one := range s.Begun {
		if !one.State.Over() {
			rest = append(rest, s.Plan.Items[i])
		}
	}
	return rest
}

// Covers reports whether going on with the plan asks with that idempotency key.
func (s Standing) Covers(key string) bool {
	for i, one := range s.Begun {
		if !one.State.Over() && s.Plan.Items[i].Request.Key == key {
			return true
		}
	}
	return false
}

// Standing is how far the plan has come, once nobody runs it.
func (r *Run) Standing() Standing {
	s := Standing{File: r.Path, Plan: r.Plan, Begun: r.results}
	for _, one := range r.results {
		switch one.State {
		case Done:
			s.Done++
		case Failed:
			s.Failed++
		case Unknown:
			s.Unknown++
		default:
			s.Left++
		}
	}
	return s
}

// List returns every plan of which something is left, and every file that is not understood, the oldest
// first. It takes away a plan that is done with and whose process died before it could, and what writers that died
// long ago had begun.
func (s *Shelf) List() ([]Standing, error) {
	entries, err := s.disk.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) || s.dir == "" {
		return nil, nil
	}
	if err != nil {
		return nil, &models.Error{
			Fault: models.FaultInternal, Code: "plans-not-read", Title: "the folder of unfinished plans cannot be read", Detail: err.Error(),
			Fix: "let yourself read " + s.dir + ", or name another folder in KEYTURN_STATE_DIR", Err: err,
		}
	}
	var list []Standing
	for _, entry := range entries { // their names begin with their moment
		if durable.Temporary(entry.Name()) && strings.HasSuffix(durable.Completed(entry.Name()), suffix) {
			durable.Sweep(s.disk, filepath.Join(s.dir, entry.Name()), []byte(opening))
		}
		if !strings.HasSuffix(entry.Name(), suffix) {
			continue
		}
		one, litter, err := s.look(filepath.Join(s.dir, entry.Name()))
		switch {
		case errors.Is(err, fs.ErrNotExist): // it has been finished meanwhile
		case err != nil:
			list = append(list, Standing{File: one.File, Err: err})
		case one.ToGo() > 0:
			list = append(list, one)
		case litter:
			_ = s.disk.Remove(one.File) // it says nothing that is not known
		}
	}
	return list, nil
}

// look reads a plan and sees whether somebody holds it, without keeping it. litter says that its own process
// would have removed it.
func (s *Shelf) look(file string) (one Standing, litter bool, err error) {
	f, err := s.disk.Open(file)
	if err != nil {
		return Standing{File: file}, false, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := io.ReadAll(f)
	r := &Run{Path: file}
	if err == nil {
		whole := strings.LastIndexByte(string(text), '\n') + 1
		err = r.read(text[:whole])
	}
	one = r.Standing()
	one.Held = errors.Is(durable.Hold(f), durable.ErrHeld)
	return one, r.unnamed && !one.Held, err
}
