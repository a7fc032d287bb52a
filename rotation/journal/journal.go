// Package journal keeps what is about to be asked of the workspace service until its answer is
// known: one small file for each intent, complete and on the disk before the first byte goes out,
// removed when the service has said done or refused.
//
// An intent holds the whole request and no secret. While a process waits for the answer it holds the
// file locked. A file that cannot be understood is reported, and never removed.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/owner"
)

// Intent is one request to rotate, or to take a step of a rotation.
type Intent struct {
	Key string // idempotency key, and the name of the intent
	owner.Owner
	At     time.Time // by the service's clock
	Rotate *models.RotateRequest
	Step   *models.StepRequest
}

// Credential is what the intent is about.
func (i Intent) Credential() models.CredentialID {
	if i.Rotate != nil {
		return i.Rotate.Credential
	}
	return i.Step.Credential
}

// What is the intent as a verb: "rotate", "cancel" …
func (i Intent) What() string {
	if i.Rotate != nil {
		return "rotate"
	}
	return string(i.Step.Step)
}

// Found is an intent that lies in the journal.
type Found struct {
	Intent
	Held bool // a process that lives waits for its answer
}

// Unreadable is a file in the journal that is not understood.
type Unreadable struct {
	Path string
	Key  string // of the intent that its name tells of; empty: of none
	Err  error
}

// Journal is a folder of intents. It is safe for concurrent use, by several processes too.
type Journal struct {
	dir  string
	disk durable.Disk
}

// Open returns the journal in a folder, which is made when the first intent is written.
func Open(dir string, disk durable.Disk) *Journal { return &Journal{dir: dir, disk: disk} }

// Dir is the folder.
func (j *Journal) Dir() string { return j.dir }

// Entry is an intent that this process holds. End it with Strike or Leave.
type Entry struct {
	Intent
	journal *Journal
	file    durable.File
}

const suffix = ".json"

func (j *Journal) path(key string) string { return filepath.Join(j.dir, key+suffix) }

// ValidKey reports whether a key can name an intent.
func ValidKey(key string) bool {
	return key != "" && len(key) <= 128 &&
		strings.Trim(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// Begin writes an intent down. If it fails nothing may be sent.
func (j *Journal) Begin(i Intent) (*Entry, error) {
	if !ValidKey(i.Key) {
		return nil, &models.Error{
			Fault: models.FaultInvalid, Code: "bad-key", Title: "this idempotency key cannot be kept in the journal",
			Fix: "use letters, digits, - and _, at most 128",
		}
	}
	text, err := encode(i)
	if j.dir == "" {
		err = errNoFolder
	}
	if err == nil {
		var f durable.File
		if f, err = durable.Write(j.disk, j.path(i.Key), text); err == nil {
			return &Entry{Intent: i, journal: j, file: f}, nil
		}
	}
	return nil, j.cannotWrite(err, i.Key)
}

// errNoFolder says that the environment names none.
var errNoFolder = errors.New("no folder for it is known")

// cannotWrite says that nothing was sent, and why.
func (j *Journal) cannotWrite(err error, key string) error {
	e := &models.Error{
		Fault: models.FaultUnreachable, Code: "journal-not-written", Title: "nothing was sent: the intent could not be written down first",
		Detail: err.Error(), Fix: "make room in " + j.dir + " and let yourself write there, or name another folder in KEYTURN_STATE_DIR; then do it again", Err: err,
	}
	if errors.Is(err, errNoFolder) {
		e.Fix = "name a folder in KEYTURN_STATE_DIR, or set HOME; then do it again"
	}
	if errors.Is(err, durable.ErrLeft) {
		e.Fix += ". Remove " + j.path(key) + " first: nothing was asked with it"
	}
	return e
}

// Take holds an intent of another process that has ended, or one that was left. The error is
// fs.ErrNotExist if there is none, durable.ErrHeld if somebody still works on it.
func (j *Journal) Take(key string) (*Entry, error) {
	if !ValidKey(key) || j.dir == "" {
		return nil, fs.ErrNotExist
	}
	f, err := j.disk.Open(j.path(key))
	if err != nil {
		return nil, err
	}
	if err := durable.Hold(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	i, err := read(f, key)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Entry{Intent: i, journal: j, file: f}, nil
}

// Strike removes the intent: the service's answer is known. Where that fails the intent stays, and
// whoever asks again gets the same answer.
func (e *Entry) Strike() error {
	return durable.Finish(e.journal.disk, e.file, e.journal.path(e.Key))
}

// Leave keeps the intent for whoever asks again.
func (e *Entry) Leave() error { return e.file.Close() }

// List returns every intent, the oldest first, and every file that is not understood. It takes away what writers that
// died long ago had begun: nothing was sent by them.
func (j *Journal) List() ([]Found, []Unreadable, error) {
	if j.dir == "" {
		return nil, nil, nil
	}
	entries, err := j.disk.ReadDir(j.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, j.cannotRead(err)
	}
	var list []Found
	var strange []Unreadable
	for _, entry := range entries {
		path := filepath.Join(j.dir, entry.Name())
		if durable.Temporary(entry.Name()) { // its writer works on it, or died before anything was sent
			j.sweep(entry.Name())
			continue
		}
		key, ok := strings.CutSuffix(entry.Name(), suffix)
		if !ok || !ValidKey(key) {
			strange = append(strange, Unreadable{Path: path, Err: errors.New("its name is not that of an intent")})
			continue
		}
		found, err := j.look(key)
		switch {
		case err == nil:
			list = append(list, found)
		case !errors.Is(err, fs.ErrNotExist): // else its answer has come meanwhile
			strange = append(strange, Unreadable{Path: path, Key: key, Err: err})
		}
	}
	slices.SortStableFunc(list, func(a, b Found) int { return a.At.Compare(b.At) })
	return list, strange, nil
}

// sweep takes an intent away that was never completed, if nobody works on it any more.
func (j *Journal) sweep(temp string) {
	if key, ok := strings.CutSuffix(durable.Completed(temp), suffix); ok && ValidKey(key) {
		durable.Sweep(j.disk, filepath.Join(j.dir, temp), []byte(opening))
	}
}

// look reads an intent and sees whether somebody holds it, without keeping it.
func (j *Journal) look(key string) (Found, error) {
	f, err := j.disk.Open(j.path(key))
	if err != nil {
		return Found{}, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	i, err := read(f, key)
	if err != nil {
		return Found{}, err
	}
	return Found{Intent: i, Held: errors.Is(durable.Hold(f), durable.ErrHeld)}, nil
}

func (j *Journal) cannotRead(err error) error {
	return &models.Error{
		Fault: models.FaultInternal, Code: "journal-not-read", Title: "the journal of unfinished rotations cannot be read", Detail: err.Error(),
		Fix: "let yourself read " + j.dir + ", or name another folder in KEYTURN_STATE_DIR", Err: err,
	}
}

// format is the version of the files.
const format = 1

// opening is how every intent begins, of whatever version.
const opening = "{\n  \"keyturn_intent\": "

// maxSize is how large an intent can be.
const maxSize = 64 << 10

type record struct {
	Format int    `json:"keyturn_intent"`
	Key    string `json:"idempotency_key"`
	owner.Owner
	At     time.Time             `json:"at"`
	Rotate *models.RotateRequest `json:"rotate,omitempty"`
	Step   *models.StepRequest   `json:"step,omitempty"`
}

func encode(i Intent) ([]byte, error) {
	text, err := json.MarshalIndent(record{format, i.Key, i.Owner, i.At, i.Rotate, i.Step}, "", "  ")
	return append(text, '\n'), err
}

func read(f io.Reader, key string) (Intent, error) {
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return Intent{}, err
	}
	if len(text) > maxSize {
		return Intent{}, errors.New("it is too large for an intent")
	}
	return decode(text, key)
}

func decode(text []byte, key string) (Intent, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return Intent{}, errors.New("it is not an intent: no JSON, or of another form")
	}
	switch {
	case r.Format > format:
		return Intent{}, fmt.Errorf("it is of version %d: a newer keyturn has written it", r.Format)
	case r.Format != format:
		return Intent{}, errors.New("it is not an intent")
	case r.Key != key:
		return Intent{}, errors.New("it is not named after its idempotency key")
	case (r.Rotate == nil) == (r.Step == nil):
		return Intent{}, errors.New("it holds no request, or two")
	case r.Rotate != nil && (r.Rotate.Key != key || r.Rotate.Credential == ""), r.Step != nil && (r.Step.Key != key || r.Step.Rotation == ""):
		return Intent{}, errors.New("its request is not whole")
	}
	return Intent{Key: r.Key, Owner: r.Owner, At: r.At, Rotate: r.Rotate, Step: r.Step}, nil
}
