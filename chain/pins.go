package chain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

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
type Pins struct{ Dir string }

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
	name := p.file(workspace)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Pin{}, nil
	}
	if err != nil {
		return Pin{}, p.useless("what was seen of the history before cannot be read", err)
	}
	var f pinFile
	err = json.Unmarshal(text, &f)
	var hash models.EventHash
	if err == nil {
		hash, err = models.ParseEventHash(f.Hash)
	}
	if err == nil && (f.Version != pinVersion || f.Workspace != workspace || f.Seq < 1) {
		err = errors.New("it is none of this version and workspace")
	}
	if err != nil {
		return Pin{}, &models.Error{
			Fault: models.FaultInvalid, Code: codeDamaged, Title: "what was seen of the history before cannot be read", Detail: fmt.Sprintf("%s: %v", name, err),
			Fix: "look into the file; keyturn events verify --accept takes the history as it is now for the one to continue", Err: err,
		}
	}
	return Pin{Workspace: f.Workspace, Name: f.Name, Head: models.EventHead{Seq: f.Seq, Hash: hash}, At: f.At}, nil
}

// Save keeps a pin: the old one or the new one is there afterwards, whole.
func (p Pins) Save(pin Pin) error {
	if p.Dir == "" {
		return nil
	}
	text, err := json.MarshalIndent(pinFile{
		Version: pinVersion, Workspace: pin.Workspace, Name: pin.Name, Seq: pin.Head.Seq, Hash: pin.Head.Hash.String(), At: pin.At.UTC(),
	}, "", "  ")
	if err == nil {
		err = p.replace(p.file(pin.Workspace), append(text, '\n'))
	}
	if err != nil {
		return p.useless("what was seen of the history cannot be kept", err)
	}
	return nil
}

func (p Pins) useless(title string, err error) error {
	return &models.Error{
		Fault: models.FaultInvalid, Code: "pins-unusable", Title: title, Detail: err.Error(),
		Fix: "make " + p.Dir + " a folder that you may read and write, or name another one in KEYTURN_STATE_DIR", Err: err,
	}
}

func (p Pins) replace(name string, text []byte) error {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(p.Dir, ".pin-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err == nil && runtime.GOOS != "windows" { // where folders cannot be synced
		err = syncDir(p.Dir)
	}
	return err
}

func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the user's own folder
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
