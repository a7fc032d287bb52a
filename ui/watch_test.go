package ui_test

import (
	"os"
	"path/filepath"
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

// A folder in which nothing can be kept, or a service that refuses, is no reason to doubt the history.
func TestWhatCannotBeCheckedIsNotDoubted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	testkit.TellIn(t, func(w *testkit.World) {
		testkit.Sample(w)
		w.Remember(chain.Pins{Dir: file})
	}, console, func(s *testkit.Story) {
		s.Wait(time.Second).See("what was seen of the history").DontSee("history in doubt")
		s.Press("esc").Press("ctrl+r").Wait(time.Second).DontSee("what was seen of the history", "history in doubt")
	})
	testkit.TellIn(t, func(w *testkit.World) {
		testkit.Sample(w)
		w.Remember(chain.Pins{Dir: t.TempDir()})
	}, console, func(s *testkit.Story) {
		s.Wait(time.Second)
		s.World.Happened(models.Event{Actor: "Bob", Action: models.EventRenamed, Name: "deploy"})
		s.World.Fail("events", &models.Error{Fault: models.FaultRateLimited, Title: "too many requests"})
		s.Press("ctrl+r").Wait(time.Second).DontSee("history in doubt", "too many requests")
	})
}

// As a history that was cut grows again, the console does not say so with every event.
func TestADoubtIsToldOnce(t *testing.T) {
	dir := t.TempDir()
	testkit.TellIn(t, func(w *testkit.World) {
		testkit.Sample(w)
		for range 5 {
			w.Happened(models.Event{Actor: "Bob", Action: models.EventRenamed, Name: "deploy"})
		}
		w.Remember(chain.Pins{Dir: dir})
	}, console, func(s *testkit.Story) {
		s.Wait(time.Second)
		s.World.Rewrite(func(list []models.Event) []models.Event { return list[:len(list)-4] })
		s.Press("ctrl+r").Wait(time.Second).See("history in doubt").Press("esc")
		s.World.Happened(models.Event{Actor: "Bob", Action: models.EventRenamed, Name: "deploy"})
		s.Press("ctrl+r").Wait(time.Second).See("history in doubt").DontSee("failed:")
	})
}
