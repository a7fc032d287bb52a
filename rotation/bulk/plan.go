// Package bulk rotates many credentials by a plan: a file that says of each what will be asked, with
// the idempotency key that it will be asked with, before anything is sent. What became of each is
// added at the end of the file, so that a run can be paused, or killed, and gone on with: nothing is
// done twice.
package bulk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/owner"
)

// Plan is what will be done.
type Plan struct {
	At time.Time
	owner.Owner
	Happens []string // in words, for all of them
	Items   []Item
}

// Item is one rotation of a plan.
type Item struct {
	Credential models.CredentialID  `json:"credential"`
	Name       string               `json:"name"`
	Kind       models.Kind          `json:"kind"`
	Changes    string               `json:"changes"`
	Breaks     []string             `json:"breaks"` // whom the end of the old secret concerns, in words
	Request    models.RotateRequest `json:"request"`
}

// Changes is what a rotation does to a credential, in words.
func Changes(c models.Credential) string {
	last := 0
	for _, s := range c.Secrets {
		last = max(last, s.Version)
	}
	text := fmt.Sprintf("version %d comes beside version %d", last+1, last)
	if c.Kind == models.LegacyCIKey {
		text += "; the legacy key becomes a CI token, of the same id and name"
	}
	return text
}

// State is what became of an item.
type State string

// The states. The empty one is an item that was not begun, as far as the plan knows.
const (
	Left    State = ""
	Done    State = "done"
	Failed  State = "failed"
	Unknown State = "unknown"
)

// Over reports whether an item will not be asked for again.
func (s State) Over() bool { return s == Done || s == Failed }

// Result is what became of an item, as the plan keeps it.
type Result struct {
	Item     int               `json:"item"` // counted from 0
	State    State             `json:"state"`
	At       time.Time         `json:"at"`
	Rotation models.RotationID `json:"rotation,omitempty"`
	Code     string            `json:"code,omitempty"` // of why
	Why      string            `json:"why,omitempty"`
	Fix      string            `json:"fix,omitempty"`
	First    *First            `json:"came_first,omitempty"` // where that was the reason

	Credential *models.Credential `json:"-"` // as it came with the answer
	Err        error              `json:"-"`
}

// First is who came first, when and from where.
type First struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	From string    `json:"from,omitempty"`

	Open   models.RotationID    `json:"open_rotation,omitempty"` // that they have started, if it was open
	Stands models.RotationState `json:"stands,omitempty"`        // at what
}

func codeOf(err error) string {
	if e := (*models.Error)(nil); errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// firstOf is who came first, if err says so.
func firstOf(err error) *First {
	var e *models.Error
	if !errors.As(err, &e) || e.ChangedBy == "" {
		return nil
	}
	first := &First{By: e.ChangedBy, At: e.ChangedAt, From: e.ChangedFrom}
	if models.Outrun(err) != nil {
		first.Open, first.Stands = e.Current.OpenRotation().ID, e.Current.OpenRotation().State
	}
	return first
}

const format = 1

// opening is how every plan begins, of whatever version.
const opening = `{"keyturn_plan":`

// The lines of the file: one header, one for each item, then results as they come.
type (
	header struct {
		Format int       `json:"keyturn_plan"`
		At     time.Time `json:"at"`
		owner.Owner
		Happens []string `json:"what_happens"`
		Items   int      `json:"items"`
		Unnamed bool     `json:"unnamed,omitempty"` // the file goes with the last item that is left
	}
	line struct {
		Item   *Item   `json:"plan,omitempty"`
		Result *Result `json:"result,omitempty"`
	}
)

// Write makes the file of a plan. It takes no other file's place.
func Write(disk durable.Disk, path string, p Plan) error {
	r, err := create(disk, path, p, false)
	if err != nil {
		return err
	}
	return r.Close()
}

// create makes the file of a plan, and holds it.
func create(disk durable.Disk, path string, p Plan, unnamed bool) (*Run, error) {
	f, err := disk.Open(path)
	if err == nil {
		return nil, &models.Error{
			Fault: models.FaultConflict, Code: "plan-exists", Title: fmt.Sprintf("there is a file %s already", path),
			Fix: "go on with it: " + GoOn(path) + "; or name another file", Err: f.Close(),
		}
	}
	text, made := encode(p, unnamed)
	if errors.Is(err, fs.ErrNotExist) {
		err = made
	}
	if err == nil {
		if f, err = durable.Write(disk, path, text); err == nil {
			r := &Run{Plan: p, Path: path, file: f, disk: disk, unnamed: unnamed}
			for i := range p.Items {
				r.results = append(r.results, Result{Item: i})
			}
			return r, nil
		}
	}
	return nil, &models.Error{
		Fault: models.FaultUnreachable, Code: "plan-not-written", Title: "nothing was sent: the plan could not be written down first", Detail: err.Error(),
		Fix: "make room there, or name another file with --plan FILE", Err: err,
	}
}

func encode(p Plan, unnamed bool) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(header{format, p.At, p.Owner, p.Happens, len(p.Items), unnamed})
	for i := range p.Items {
		err = errors.Join(err, e.Encode(line{Item: &p.Items[i]}))
	}
	return text.Bytes(), err
}

// Run is a plan that this process works on.
type Run struct {
	Plan    Plan
	Path    string
	disk    durable.Disk
	file    durable.File
	results []Result // the latest of each item
	unnamed bool     // the file goes with the last item that is left
}

// Open takes a plan. A result that was cut off while it was written is cut away: its item is asked
// for again, with the same key.
func Open(disk durable.Disk, path string) (*Run, error) {
	f, err := disk.Open(path)
	if err != nil {
		return nil, cannotOpen(path, err)
	}
	if err := durable.Hold(f); err != nil {
		return nil, errors.Join(cannotOpen(path, err), f.Close())
	}
	text, err := io.ReadAll(f)
	r := &Run{Path: path, file: f, disk: disk}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if err == nil {
		err = r.read(text[:whole])
	}
	if err == nil && whole < len(text) {
		err = errors.Join(f.Truncate(int64(whole)), f.Sync())
	}
	if err != nil {
		return nil, errors.Join(cannotOpen(path, err), f.Close())
	}
	return r, nil
}

func cannotOpen(path string, err error) error {
	e := &models.Error{
		Fault: models.FaultInvalid, Code: "plan-not-read", Title: fmt.Sprintf("the plan %s cannot be read", path), Detail: err.Error(),
		Fix: "name a file that keyturn rotate --plan has made", Err: err,
	}
	if errors.Is(err, durable.ErrHeld) {
		e.Fault, e.Code, e.Title, e.Detail = models.FaultConflict, "plan-held", fmt.Sprintf("another keyturn works on the plan %s", path), ""
		e.Fix = "wait for it, or end it"
	}
	return e
}

func (r *Run) read(text []byte) error {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var h header
	if err := json.Unmarshal(first, &h); err != nil || h.Format == 0 {
		return errors.New("it is no plan of keyturn")
	}
	if h.Format > format {
		return fmt.Errorf("it is of version %d: a newer keyturn has written it", h.Format)
	}
	r.Plan, r.unnamed = Plan{At: h.At, Owner: h.Owner, Happens: h.Happens}, h.Unnamed
	for text := range bytes.Lines(rest) {
		if err := r.take(text); err != nil {
			return err
		}
	}
	if len(r.Plan.Items) != h.Items {
		return fmt.Errorf("it has %d of %d items", len(r.Plan.Items), h.Items)
	}
	return nil
}

func (r *Run) take(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return errors.New("one of its lines is damaged")
	}
	switch {
	case l.Item != nil:
		if l.Item.Request.Key == "" || l.Item.Request.Credential != l.Item.Credential {
			return errors.New("one of its items is not whole")
		}
		r.Plan.Items = append(r.Plan.Items, *l.Item)
		r.results = append(r.results, Result{Item: len(r.results)})
	case l.Result != nil && l.Result.Item >= 0 && l.Result.Item < len(r.results):
		r.results[l.Result.Item] = *l.Result
	default:
		return errors.New("one of its lines is of another form")
	}
	return nil
}

// Belongs says whose a plan is, if it is not theirs.
func (r *Run) Belongs(to owner.Owner) error {
	if r.Plan.Is(to) {
		return nil
	}
	return &models.Error{
		Fault: models.FaultForbidden, Code: "not-your-plan", Title: fmt.Sprintf("this plan is of %s at %s", r.Plan.MemberName, r.Plan.Endpoint),
		Fix: "run it there, signed in as " + r.Plan.MemberName,
	}
}

// Results is what became of each item so far.
func (r *Run) Results() []Result { return r.results }

// Discard lets go of the plan for good, whatever is left of it: its file goes.
func (r *Run) Discard() error { return durable.Finish(r.disk, r.file, r.Path) }

// Close lets go of the plan. The file of one that nobody has named goes away once nothing is left of it.
func (r *Run) Close() error {
	if r.unnamed && r.Standing().ToGo() == 0 {
		return durable.Finish(r.disk, r.file, r.Path)
	}
	return r.file.Close()
}
