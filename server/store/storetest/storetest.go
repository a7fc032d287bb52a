// Package storetest prepares databases for tests: making the schema takes longer than most tests, so
// it is made once and copied. It must not hold anything but the schema.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/keyturn/server/store/sqlite"
)

// Prepare writes a database file without a workspace, as opening that path for the first time would
// leave it.
func Prepare(path string) error {
	file, err := empty()
	if err != nil {
		return err
	}
	return os.WriteFile(path, file, 0o600)
}

// empty is the content of such a file.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "keyturn-schema-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "workspace.db")
	s, err := sqlite.Open(context.Background(), path, time.Now)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // which moves the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(path)
})
