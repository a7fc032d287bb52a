package ui_test

import (
	"testing"
	"time"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// Somebody puts back an older database while the console is open. It is said, and stays in sight.
func TestAHistoryThatDoesNotGoOnIsDoubted(t *testing.T) {
	remembering := func(dir string) func(*testkit.World) {
		return func(w *testkit.World) {
			testkit.Sample(w)
			w.Remember(chain.Pins{Dir: dir})
		}
	}
	older := func(list []models.Event) []models.Event { return list[:len(list)-1] }
	dir := t.TempDir()
	testkit.TellIn(t, remembering(dir), console, func(s *testkit.Story) {
		s.Press("ctrl+r").Wait(time.Second).DontSee("history in doubt")
		s.World.Rewrite(older)
		s.Press("ctrl+r").Wait(time.Second).See("history in doubt", "before what was seen here", "Run keyturn events verify")
		s.Press("2").See("history in doubt")
	})
	// Another console, later: it is not got used to.
	later := func(w *testkit.World) {
		remembering(dir)(w)
		w.Rewrite(older)
	}
	testkit.TellIn(t, later, console, func(s *testkit.Story) { s.Wait(time.Second).See("history in doubt", "before what was seen here") })
}
