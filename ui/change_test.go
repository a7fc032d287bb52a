package ui_test

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestCreate(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press("n").See("New CI token in Acme", "name:")
		s.Press("shift+tab", "enter").See("a name must not be empty")
		s.World.Expect("create ios-release")
		s.Press("shift+tab").Type(" ios-release ").Press("tab", "enter")
		s.See("done: create ios-release", "ios-release (CI token)", "lsdemo-****")
		s.Press("esc")
		toRow(s, "ios-release")
	})
}

func TestRename(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("e").See("deploy, CI token, id crd_deploy")
		s.World.Expect("rename crd_deploy deploy-eu")
		s.Press("tab").Type("-eu").Press("tab", "enter").See("done: rename deploy").On("deploy-eu")
	})
}

func TestPauseAndResume(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("pause crd_deploy", "resume crd_deploy")
		toRow(s, "deploy").Press("p")
		confirm(s).See("done: pause deploy", "paused").Press("p").See("it is paused already")
		s.Press("u")
		confirm(s).See("done: resume deploy")
	})
}

func TestRevokeNeedsTheTypedNameOrId(t *testing.T) {
	for _, typed := range []string{"deploy", "crd_deploy"} {
		tell(t, func(s *testkit.Story) {
			toRow(s, "deploy").Press("x").See("End it for good", "deploy, CI token, id crd_deploy", "in Acme")
			confirm(s).See("type deploy, or its id")
			s.Press("shift+tab").Type("Deploy").Press("tab", "enter").See("type deploy, or its id")
			s.Press("shift+tab", "ctrl+u").Paste(typed)
			s.World.Expect("revoke crd_deploy")
			s.Press("tab", "enter").See("done: revoke deploy")
		})
	}
}

// A revision that somebody else has moved on while the question stood is not overruled.
func TestAQuestionIsAboutWhatWasSeen(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("x", "tab").Type("deploy")
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.Name = "production" })
		s.Wait(time.Second)
		s.World.Expect("revoke crd_deploy")
		s.Press("tab", "enter").See("Somebody has changed it since you looked", "Bob").On("production")
	})
}

// What has changed is not the rotation that happens to be open: whoever asks for something else is told who has
// changed it, and not to follow that rotation.
func TestWhatFailsBesideAnOpenRotationIsNoLostRace(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_deploy", "Ada Admin", begins(models.RotationPending))
		s.Wait(time.Second)
		toRow(s, "deploy").Press("x", "tab").Type("deploy")
		s.World.Elsewhere("crd_deploy", "Cleo Carter", func(c *models.Credential) { c.Name = "production" })
		s.Wait(time.Second)
		s.World.Expect("revoke crd_deploy")
		s.Press("tab", "enter", "m").See("Somebody has changed it since you looked (Cleo Carter, 16:0", "To do: look again").DontSee("press r on it", "is open: waiting")
	})
}

func TestSeveralAreRevokedWithTheTypedNumber(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "build").Press("space")
		toRow(s, "e2e").Press("space", "x").See("build, CI token", "e2e, CI token")
		s.World.Expect("revoke crd_build", "revoke crd_e2e")
		s.Press("tab").Type("2 credentials").Press("tab", "enter").See("revoke: 2 of 2 done")
	})
}

func TestResettingAPersonalToken(t *testing.T) {
	testkit.Tell(t, console, func(s *testkit.Story) {
		s.Press("3")
		toRow(s, "Ada Admin").Press("r").See("the old one ends at once", "id crd_m001")
		confirm(s).DontSee("done: ")
		s.World.Expect("rotate crd_m001 none")
		s.Press("shift+tab").Type("crd_m001").Press("tab", "enter").See("done: ", "version 2")
	})
}

func TestAMemberSeesAndChangesNothing(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.SignIn(models.RoleMember)
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("2")
		for _, key := range []string{"r", "n", "p", "x"} {
			toRow(s, "deploy").Press(key).See("only admins of the workspace may do this").DontSee("[ Cancel ]")
		}
	})
}

func TestAskTheOwner(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press("4")
		s.World.Expect("copy")
		toRow(s, "Bea Builder").Press("o").See("placed on the clipboard").Wait(2 * time.Minute)
		if s.World.Holds("") {
			t.Error("the message to the owner is gone from the clipboard")
		}
	})
}

// Ten unknown outcomes are one question, and each is asked again with its own key.
func TestUnknownOutcomesOfSeveralAreOneQuestion(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.LoseReplies("pause", 2)
		s.World.Expect("pause crd_build", "pause crd_e2e", "pause crd_build", "pause crd_e2e")
		toRow(s, "build").Press("space")
		toRow(s, "e2e").Press("space", "p")
		confirm(s).See("pause: 2 without an answer", "never done twice")
		confirm(s).See("pause: 2 of 2 done").DontSee("[ Cancel ]")
		keys := map[string]int{}
		for _, key := range s.World.Keys("pause") {
			keys[key]++
		}
		if len(keys) != 2 {
			t.Errorf("the keys are %v", keys)
		}
	})
}

// A refusal that nothing was sent for is asked again as well: nothing is lost but time.
func TestLeavingTheQuestionForgetsNothing(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.LoseReplies("pause", 1)
		s.World.Expect("pause crd_deploy")
		toRow(s, "deploy").Press("p")
		confirm(s).See("[ Ask the service again ]").Press("esc")
		s.Wait(time.Second).On("deploy").See("paused") // the long poll tells what became of it
	})
}
