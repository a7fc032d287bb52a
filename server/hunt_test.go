//go:build linux

package server

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
)

// rename gives a credential that name.
func (h house) rename(s *Server, c models.Credential, name string) {
	h.Helper()
	h.change(s, func(tx *policy.Tx) error {
		_, err := tx.Rename(models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: name})
		return err
	})
}

// A value in the log, in the database, in its log, or in any folder of the test fails it; so does the key of the
// workspace. Nobody needs to have asked for them.
func TestTheHouseHunts(t *testing.T) {
	t.Parallel()
	hunt.Leaks(t, func(t testing.TB) {
		h := newHouse(t)
		h.served(func(s *Server) {
			var c models.Credential
			h.change(s, func(tx *policy.Tx) (err error) { c, err = tx.CreateCIToken("deploy"); return err })
			value := h.value(s, c).Reveal()
			h.rename(s, c, value)
			h.log().Info(value)
		})
		key, err := os.ReadFile(h.place().key())
		h.must(err)
		h.must(os.WriteFile(filepath.Join(t.TempDir(), "copy of the key"), key, 0o600))
	}, "workspace.db", "workspace.db-wal", "the log of the service", "copy of the key")
}

func TestTheHouseInPostgreSQLHunts(t *testing.T) {
	t.Parallel()
	hunt.Leaks(t, func(t testing.TB) {
		w := newShared(t, 1)
		w.rename(w.service, w.first, w.values[0].Reveal())
	}, "the tables of PostgreSQL")
}
