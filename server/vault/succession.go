package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Services on several machines change to another key one after the other, each when it comes to hear of it,
// and several may share one folder. So that no order of steps loses a key, each key gets a name with its id
// before anything is sealed with it, and before another one takes its place; a file of such a name is never
// written again, and never removed.

// ErrNoSuchKey says that neither the key file nor one beside it holds the key that was asked for.
var ErrNoSuchKey = errors.New("the key is not here")

func named(path, id string) string { return path + "." + id }

// Kept is the file in which a key stays when another one has taken its place.
func Kept(path string, v *Vault) string { return named(path, v.ID()) }

// Pending is the file in which Next makes a key.
func Pending(path string) string { return path + nextSuffix }

// Find reads the key with that id: from the key file, from the one that is to take its place, or from where
// Keep has put it. It fails with ErrNoSuchKey if it is in none of them.
func Find(path, id string) (*Vault, error) {
	var unread []error
	for _, name := range []string{path, path + nextSuffix, named(path, id)} {
		v, err := Load(name)
		if err == nil && v.ID() == id {
			return v, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			unread = append(unread, err)
		}
	}
	return nil, errors.Join(append(unread, fmt.Errorf("key %s: %w", id, ErrNoSuchKey))...)
}

// Held are the ids of the keys that Find finds, in order. What cannot be read is not among them.
func Held(path string) (ids []string) {
	names := []string{path, path + nextSuffix}
	others, _ := os.ReadDir(filepath.Dir(path))
	for _, other := range others {
		if id, ok := strings.CutPrefix(other.Name(), filepath.Base(path)+"."); ok && named(path, id) != path+nextSuffix {
			names = append(names, named(path, id))
		}
	}
	for i, name := range names {
		if v, err := Load(name); err == nil && (i < 2 || named(path, v.ID()) == name) {
			ids = append(ids, v.ID())
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Keep writes the key that Next has made under the name with its id too.
func Keep(path string) error {
	next, err := Load(path + nextSuffix)
	if err != nil {
		return err
	}
	return keep(path, path+nextSuffix, next.ID())
}

// keep writes the key in a file once more, under the name with its id. It is another file, not another name of
// the same: people write over key files. Somebody else may do this at the same time.
func keep(path, file, id string) error {
	key, err := readKey(file)
	if err != nil {
		return err
	}
	defer clear(key)
	v, err := New(key)
	if err != nil {
		return err
	}
	if v.ID() == id { // else somebody else has settled meanwhile, and kept it before that
		if err := writeNew(named(path, id), key); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	kept, err := Load(named(path, id))
	if err != nil {
		return err
	}
	if kept.ID() != id {
		return fmt.Errorf("%s holds another key than its name says: move it away", named(path, id))
	}
	return nil
}

// Settle puts the key with that id, which Next has made, in the place of the one in the file; that one stays
// under the name with its id, for what it has sealed elsewhere. It may be done again, and by several at once.
func Settle(path, id string) error {
	switch now, err := Load(path); {
	case err == nil && now.ID() == id:
		return discard(path, id)
	case err == nil:
		if err := keep(path, path, now.ID()); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	next, err := Load(path + nextSuffix)
	if err == nil && next.ID() == id {
		err = keep(path, path+nextSuffix, id)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	key, err := readKey(named(path, id))
	if err != nil {
		return err
	}
	defer clear(key)
	tmp, err := writeTemp(filepath.Dir(path), key)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(fmt.Errorf("put the new key in its place: %w", err), os.Remove(tmp))
	}
	return errors.Join(syncFolder(filepath.Dir(path)), discard(path, id))
}

// discard removes the name under which a key waited for its turn.
func discard(path, id string) error {
	next, err := PendingNext(path)
	if err != nil || next == nil || next.ID() != id {
		return err
	}
	if err := os.Remove(path + nextSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put the new key in its place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}
