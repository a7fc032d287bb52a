package ui_test

import (
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestAStepShowsExactlyItsRowsAndSaysWhy(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Put(testkit.Used(testkit.LegacyCIKey("crd_two", "second-legacy"), 0, 500, "jenkins-2"))
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.On("blocking        rotate 2 legacy CI keys in use").Press("enter")
		s.On("release-legacy").See("only: rotate 2 legacy CI keys in use; esc shows all", "second-legacy", "2 of 4")
		s.DontSee("forgotten-legacy", "Bea Builder")
		s.Press("/").Type("second").DontSee("release-legacy").Press("esc").See("release-legacy", "only: ")
		s.Press("a", "r").See("2 credentials").Press("esc") // what is marked is what is shown
		s.Press("esc").See("forgotten-legacy", "Bea Builder").DontSee("only: ")
		s.Press("esc").On("second-legacy")
	})
}

// The rows of a step stay as long as they are there, whatever becomes of them.
func TestTheRowsOfAStepStayWhileTheyAreWorkedOff(t *testing.T) {
	testkit.Tell(t, console, func(s *testkit.Story) {
		s.Press("enter").On("release-legacy").See("only: rotate 1 legacy CI key in use")
		s.World.Expect("rotate crd_lci first-use+24h")
		confirm(s.Press("r")).Press("esc")
		s.On("release-legacy").See("put the new token", "only: ")
		s.World.Elsewhere("crd_lci", "Bob", func(c *models.Credential) { c.State = models.Revoked })
		s.Wait(1e9).See("none of these rows is left; esc shows all").Press("esc").See("forgotten-legacy")
	})
}

func TestGoingToAHiddenRowShowsAllAgain(t *testing.T) {
	testkit.Tell(t, console, func(s *testkit.Story) {
		s.Press("enter").See("only: ").Press(":").Type("forgotten").Press("enter")
		s.On("forgotten-legacy").See("release-legacy").DontSee("only: ")
	})
}
