package known

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/keyturn/audit/finding"
)

// shared is the mode of a new baseline: it is committed beside what it is about, and holds no secret.
const shared = 0o644

// Load reads a baseline file.
func Load(name string) (*Baseline, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the baseline: %w", err)
	}
	b, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the baseline %s: %w", name, err)
	}
	return b, nil
}

// Save writes a baseline of findings: the whole file or none of it. A file that is there keeps its mode.
func Save(name string, list []finding.Finding) (err error) {
	if real, failed := filepath.EvalSymlinks(name); failed == nil {
		name = real
	}
	mode := fs.FileMode(shared)
	if info, failed := os.Stat(name); failed == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("write the baseline: %s is not a file", name)
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write the baseline: %w", err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(Format(list))
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
