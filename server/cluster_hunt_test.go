package server_test

import (
	"fmt"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
)

// A value in a log of one of several services, or in their database, fails the test.
func TestTheClusterHunts(t *testing.T) {
	t.Parallel()
	hunt.Leaks(t, func(t testing.TB) {
		m := newCluster(t).start()
		c := m.create("deploy")
		value := m.secret(c.ID, 1).Reveal()
		m.do(func(tx *policy.Tx) error {
			_, err := tx.Rename(models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: value})
			return err
		})
		fmt.Fprintln(m.log, value)
	}, "the log of a service", "the tables of PostgreSQL")
}
