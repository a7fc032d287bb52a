package chain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
)

// Pin is the newest head of a workspace's history that was seen here.
type Pin struct {
	Workspace string // its id
	Name      string
	Head      models.EventHead
	At        time.Time
}

// Pins keeps pins in a folder, a file for each workspace. Nothing in them is secret. Without a folder
// nothing is kept.
type Pins struct {
	Dir  string
	Disk durable.Disk // nil: that of this machine
}

func (p Pins) disk() durable.Disk {
	if p.Disk == nil {
		return durable.OS{}
	}
	return p.Disk
}

type pinFile struct {
	Version   int       `json:"version"`
	Workspace string    `json:"workspace"`
	Name      string    `json:"name"`
	Seq       int64     `json:"seq"`
	Hash      string    `json:"hash"`
	At        time.Time `json:"at"`
}

const pinVersion = 1

// codeDamaged is that of the error which says that a pin is none.
const codeDamaged = "pin-damaged"

// file is where the pin of a workspace is. An id is whatever a service says it is.
func (p Pins) file(workspace string) string {
	sum := sha256.Sum256([]byte(workspace))
	return filepath.Join(p.Dir, hex.EncodeToString(sum[:8])+".json")
}

// Load returns what was seen of a workspace; the zero value if nothing was. A file that cannot be read is an
// error: taking it for none would forget what was seen.
func (p Pins) Load(workspace string) (Pin, error) {
	if p.Dir == "" {
		return Pin{}, nil
	}
	text, err := durable.Read(p.disk(), p.file(workspace))
	if err != nil {
		return Pin{}, p.useless("what was seen of the history before cannot be read", err)
	}
	return p.decode(text, workspace)
}

func (p Pins) decode(text []byte, workspace string) (Pin, error) {
	if text == nil {
		return Pin{}, nil
	}
	var f pinFile
	err := json.Unmarshal(text, &f)
	var hash models.EventHash
	if err == nil {
		hash, err = models.ParseEventHash(f.Hash)
	}
	if err == nil && (f.Version != pinVersion || f.Workspace != workspace || f.Seq < 1) {
		err = errors.New("it is none of this version and workspace")
	}
	if err != nil {
		return Pin{}, &models.Error{
			Fault: models.FaultInvalid, Code: codeDamaged, Title: "what was seen of the history before cannot be read", Detail: fmt.Sprintf("%s: %v", p.file(workspace), err),
			Fix: "look into the file; keyturn events verify --accept takes the history as it is now for the one to continue", Err: err,
		}
	}
	return Pin{Workspace: f.Workspace, Name: f.Name, Head: models.EventHead{Seq: f.Seq, Hash: hash}, At: f.At}, nil
}

func encode(pin Pin) ([]byte, error) {
	text, err := json.MarshalIndent(pinFile{
		Version: pinVersion, Workspace: pin.Workspace, Name: pin.Name, Seq: pin.Head.Seq, Hash: pin.Head.Hash.String(), At: pin.At.UTC(),
	}, "", "  ")
	return append(text, '\n'), err
}

// turn is how long somebody waits for other processes that keep what they have seen now.
const turn = 5 * time.Second

// Change keeps what change makes of the pin that is kept, or of why it cannot be read. No process keeps
// another one meanwhile, and the old one or the new one is there afterwards, whole.
func (p Pins) Change(workspace string, change func(have Pin, unread error) (Pin, error)) error {
	if p.Dir == "" {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), turn)
	defer stop()
	var refused error
	err := durable.Update(ctx, p.disk(), p.file(workspace), func(old []byte) ([]byte, error) {
		have, unread := p.decode(old, workspace)
		next, err := change(have, unread)
		if refused = err; err != nil || next == have {
			return nil, err
		}
		return encode(next)
	})
	if err != nil && refused == nil {
		return p.useless("what was seen of the history cannot be kept", err)
	}
	return refused
}

func (p Pins) useless(title string, err error) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "pins-unusable", Title: title, Detail: err.Error(),
		Fix: "make " + p.Dir + " a folder that you may read and write, or name another one in KEYTURN_STATE_DIR", Err: err,
	}
}
