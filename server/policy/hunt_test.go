package policy_test

import (
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// A value in the database fails the test.
func TestTheWorldHunts(t *testing.T) {
	t.Parallel()
	database := "workspace.db"
	if address := storetest.Database(t); !address.Empty() {
		database = "the tables of PostgreSQL"
	}
	hunt.Leaks(t, func(t testing.TB) {
		w := newWorld(t)
		c := w.create("deploy")
		value := w.read(c.ID, 0)
		w.must(w.as(w.admin, func(tx *policy.Tx) error {
			_, err := tx.Rename(models.ChangeRequest{Credential: c.ID, Seen: w.get(c.ID).Revision, Name: value.Reveal()})
			return err
		}))
	}, database)
}
