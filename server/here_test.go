package server_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/store/postgres"
)

// serving waits until so many services say that they serve.
func (c *cluster) serving(n int) {
	c.Helper()
	s, err := postgres.Open(c.Context(), c.database, c.Now)
	c.must(err)
	defer func() { c.must(s.Close()) }()
	c.eventually(fmt.Sprintf("%d services serve", n), func() bool {
		all, err := s.Instances(c.Context())
		c.must(err)
		return len(all) == n
	})
}

// The key is not changed while a machine that serves does not have the new one, or cannot read it, and the refusal
// says which; a machine that has stopped is not asked.
func TestTheKeyIsNotChangedWhileAMachineLacksIt(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	all := c.farm(3)
	a, b, gone := all[0], all[1], all[2]
	value := a.secret(a.create("deploy").ID, 1)
	c.serving(3)
	before := a.keyID()
	next := a.prepare()
	text, err := os.ReadFile(next.Next)
	c.must(err)
	c.must(os.WriteFile(b.at.KeyFile+".new", text, 0o644))
	gone.stop()
	c.serving(2)
	_, err = server.Rekey(t.Context(), a.at, func(int) {})
	c.refusedAs(err, "key-not-everywhere")
	var said *models.Error
	if errors.As(err, &said); !strings.Contains(said.Detail, "("+b.at.Dir+")") || strings.Contains(said.Detail, a.at.Dir) || strings.Contains(said.Detail, gone.at.Dir) {
		t.Errorf("it names %s", said.Detail)
	}
	if a.keyID() != before || b.keyID() != before {
		t.Error("the key has changed")
	}
	c.must(os.Chmod(b.at.KeyFile+".new", 0o600))
	a.rekey()
	for _, m := range []*machine{a, b} {
		if got := m.activate(value); got != "" || m.keyID() != next.ID {
			t.Errorf("refused with %q under %s", got, m.keyID())
		}
	}
}
