//go:build unix

package kill

import (
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/store/storetest"
)

// Whoever ran the plan was killed at any step, and somebody goes on with it when the service has long forgotten what
// it was asked with: each item was rotated once all the same, and is told as done.
func TestAPlanThatWasKilledIsGoneOnWithADayLater(t *testing.T) {
	for name, database := range map[string]func(testing.TB) models.Secret{
		"sqlite": func(testing.TB) models.Secret { return models.Secret{} }, "postgres": storetest.Postgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, database(t))
			forgotten := 0
			for n := 1; ; n++ {
				at, killed, struck := s.late(t, n)
				if !killed {
					break
				}
				if struck {
					forgotten++
				}
				t.Logf("step %d: %s", n, at)
			}
			if forgotten == 0 {
				t.Error("it was never killed between the answer and its place in the plan")
			}
		})
	}
}

// late kills the run of a plan before its n-th step, and goes on with it after a day. struck reports that the dead had
// its answer, and neither the journal nor the plan knows.
func (s *service) late(t *testing.T, n int) (at string, killed, struck bool) {
	t.Helper()
	v := s.victim("bulk")
	o := order{Dir: t.TempDir(), Flow: "bulk", KillAt: n, Targets: []models.CredentialID{v.id}}
	_, killed = s.child(o)
	where := fmt.Sprintf("killed before step %d", n)
	made := s.done(t, "bulk", v.id)
	struck = made && killed && len(o.intents(t)) == 0
	s.move.Add(int64(25 * time.Hour))
	o.Flow, o.KillAt = "recover", 0
	told, _ := s.child(o)
	if told.Failed != "" || told.Left > 0 {
		t.Errorf("%s: the process of the next day: %+v", where, told)
	}
	if asked := told.Resumed[v.id] == "done"; asked != s.done(t, "bulk", v.id) {
		t.Errorf("%s: it says done: %v", where, asked)
	}
	return where, killed, struck
}
