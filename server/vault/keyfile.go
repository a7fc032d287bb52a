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
	tmp, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("create the key file: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	err = errors.Join(err, tmp.Chmod(keyFileMode), tmp.Sync(), tmp.Close())
	if err != nil {
		return nil, fmt.Errorf("create the key file: %w", err)
	}
	// Link fails if somebody else was faster; their key counts then.
	if err := os.Link(tmp.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return readKey(path)
		}
		return nil, fmt.Errorf("create the key file: %w", err)
	}
	return key, nil
}
