package vault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

const keyFileMode = 0o600

// LoadOrCreate reads the key file, or makes one if there is none. A file that others may read is
// refused: whoever read it can open every secret.
func LoadOrCreate(path string) (*Vault, error) {
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = createKey(path)
	}
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return New(key)
}

// Load reads the key file, and makes none.
func Load(path string) (*Vault, error) {
	key, err := readKey(path)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	return New(key)
}

// nextSuffix ends the name of the key that is about to take the place of another.
const nextSuffix = ".new"

// Next reads the key that is to take the place of the one in the file, or makes it. It is on the disk
// before anything is sealed with it.
func Next(path string) (*Vault, error) { return LoadOrCreate(path + nextSuffix) }

// PendingNext reads the key that Next has made; nil if there is none.
func PendingNext(path string) (*Vault, error) {
	v, err := Load(path + nextSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return v, err
}

// Promote puts the key of Next in the place of the one in the file, whose bytes nobody can read again
// through the file system. Nothing may be sealed with that one any more.
func Promote(path string) error {
	if err := os.Rename(path+nextSuffix, path); err != nil {
		return fmt.Errorf("put the new key in its place: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder outlast a power cut.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write the folder of the key file: %w", err)
	}
	err = f.Sync()
	if runtime.GOOS == "windows" {
		err = nil // a folder cannot be synced there
	}
	return errors.Join(err, f.Close())
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the key file %s may be read by others (mode %04o): chmod 600 it, and rotate every token if somebody else had access", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	defer clear(text)
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("the key file %s is damaged: it must hold %d bytes in hex; restore it from its backup", path, KeySize)
	}
	return key, nil
}

// createKey writes a new key so that a crash leaves either no file or a whole one.
func createKey(path string) ([]byte, error) {
	key := NewKey()
	err := writeNew(path, key)
	if errors.Is(err, fs.ErrExist) {
		return readKey(path) // somebody else was faster: their key counts
	}
	return key, err
}

// writeNew writes a key into a file that is not there yet.
func writeNew(path string, key []byte) error {
	tmp, err := writeTemp(filepath.Dir(path), key)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp) }()
	if err := os.Link(tmp, path); err != nil {
		return fmt.Errorf("create the key file: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// writeTemp writes a key into a file that is going to get another name.
func writeTemp(dir string, key []byte) (name string, err error) {
	tmp, err := os.CreateTemp(dir, ".key-*")
	if err != nil {
		return "", fmt.Errorf("create the key file: %w", err)
	}
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, tmp.Chmod(keyFileMode), give(tmp.Name(), dir), tmp.Sync(), tmp.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("create the key file: %w", err), os.Remove(tmp.Name()))
	}
	return tmp.Name(), nil
}
