//go:build unix

package kill

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

// A value in the folder of a process that is killed, or in the workspace, fails the test.
func TestTheServiceHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		s := start(t, models.Secret{})
		c, err := s.admin.Create(t.Context(), "deploy", "create-deploy")
		s.must(err)
		value := s.on(t).secret(c.ID)
		_, err = s.admin.Rename(t.Context(), models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: value, Key: "rename-deploy"})
		s.must(err)
		s.must(os.WriteFile(filepath.Join(t.TempDir(), "left"), []byte(value), 0o600))
	}, "workspace.db", "/left")
}
