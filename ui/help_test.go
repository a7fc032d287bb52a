package ui_test

import (
	"strings"
	"testing"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestHelpRunsWhatItLists(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("?").See("search", "Move the cursor up.")
		s.Type("rotate").See("Replace the secret").Press("enter").See("Rotate in Acme", "deploy, CI token")
	})
}

func TestThePaletteRunsWhatItLists(t *testing.T) {
	for _, key := range []string{"ctrl+p", ":"} {
		tell(t, func(s *testkit.Story) {
			s.Press(key).Type("legacy keys").Press("enter").See("next step")
			s.Press(key).Type("activity").Press("enter").See("created")
			s.Press(key).Press("esc").See("created")
		})
	}
}

func TestHelpSaysWhyAndDoesNotRun(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(120, 40)
		toRow(s, "deploy").Press("?").Type("confirm").See("no rotation is open")
		s.Press("enter").See("no rotation is open", "search").DontSee("[ Cancel ]")
	})
}

// Whatever the catalogue offers in a place, help lists, with its key.
func TestHelpListsEveryActionOfThePlace(t *testing.T) {
	tabs := map[string]actions.Scope{"1": actions.Overview, "2": actions.CITokens, "3": actions.Members, "4": actions.Legacy, "5": actions.Activity}
	for tab, scope := range tabs {
		t.Run(string(scope), func(t *testing.T) {
			testkit.Tell(t, console, func(s *testkit.Story) {
				s.Resize(160, 100).Press(tab, "?")
				for _, want := range append(actions.For(scope), actions.For(actions.Everywhere)...) {
					s.See(want.Label)
				}
			})
		})
	}
}

// A reason that help gives is the reason that the key gives.
func TestHelpAndKeysGiveTheSameReason(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(160, 40)
		const reason = "it is not paused"
		toRow(s, "deploy").Press("u").See(reason)
		s.Wait(time.Minute).DontSee(reason).Press("?").Type("resume").See(reason)
	})
}

func TestMessagesAreKept(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("c").See("no rotation is open")
		s.Wait(8*time.Second).DontSee("no rotation is open").Press("m").See("16:04:", "no rotation is open")
		s.Press("esc").DontSee("messages of this session")
	})
}

// What to do stands at the end of a message: a narrow screen must not keep it.
func TestALongMessageCanBeReadWhole(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy")
		s.World.Fail("secret", &models.Error{
			Fault: models.FaultInternal, Title: "The service stumbled over something that it had never seen before", Fix: "look into its log, and tell whoever runs it",
		})
		s.Resize(80, 24)
		s.Press("m").See("nothing yet").DontSee("nothing matches", "enter run").Press("esc")
		toRow(s, "deploy").Press("y").See("(m: all)").DontSee("whoever runs it")
		s.Press("m").See("never seen before", "To do: look into its log, and tell whoever runs it").DontSee("(m: all)")
		s.Resize(60, 16).See("whoever runs it").Press("enter").See("messages of this session")
	})
}

func TestHelpCanBeReadWhole(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(80, 24).Press("2", "?").Type("mark").See("Mark the row under the cursor, to act on several at once.")
	})
}

func TestMessagesStayAsLongAsTheyAreNeeded(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "secret crd_deploy", "copy", "clear")
		s.World.Fail("secret", &models.Error{Fault: models.FaultInternal, Title: "The service stumbled"})
		toRow(s, "deploy").Press("y").See("The service stumbled").Wait(time.Minute).See("The service stumbled")
		s.Press("y").See("placed on the clipboard").DontSee("stumbled")
		s.Wait(3500 * time.Millisecond).See("placed on the clipboard").Wait(time.Second).See("The service stumbled")
		s.Press("esc").DontSee("stumbled").Wait(time.Minute).DontSee("stumbled")
	})
}

func TestAThemeChangesInPlace(t *testing.T) {
	testkit.Tell(t, coloured, func(s *testkit.Story) {
		s.Press("2")
		before := s.Painted()
		toRow(s, "deploy").Press("t").See("theme: ").On("deploy")
		if s.Painted() == before || !strings.Contains(s.Painted(), "\x1b[") {
			t.Error("the colours are the same")
		}
	})
}

// Without colours the selection is a character, not only an attribute.
func TestTheSelectionShowsWithoutColours(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		if strings.Contains(s.Painted(), "\x1b[3") {
			t.Error("there are colours")
		}
		s.Press("r").See("> [ Cancel ]").Press("shift+tab").See("> [ Rotate ]")
	})
}

func TestQuitting(t *testing.T) {
	tests := map[string]func(*testkit.Story){
		"q":            func(s *testkit.Story) { s.Press("q") },
		"ctrl+c twice": func(s *testkit.Story) { s.Press("ctrl+c").See("press ctrl+c again to quit").Press("ctrl+c") },
		"as long as the message stands": func(s *testkit.Story) {
			s.Press("ctrl+c").Wait(3500 * time.Millisecond).See("press ctrl+c again").Press("ctrl+c")
		},
		"while typing": func(s *testkit.Story) { s.Press("/").Type("q").See("/ q").Press("ctrl+c", "ctrl+c") },
	}
	for name, leave := range tests {
		t.Run(name, func(t *testing.T) {
			tell(t, func(s *testkit.Story) {
				leave(s)
				s.Over()
			})
		})
	}
}

func TestCtrlCClosesADialogFirst(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r", "ctrl+c").DontSee("[ Rotate ]", "again to quit").On("deploy")
		s.Press("ctrl+c").Wait(5 * time.Second).Press("ctrl+c")
		if s.Ended() {
			t.Error("two interrupts that lie far apart have quit")
		}
	})
}

func TestQuittingAsksWhileAChangeIsUnderWay(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("rotate")
		s.World.Expect(rotateDeploy)
		toRow(s, "deploy").Press("r")
		confirm(s).Press("q").See("has not answered a change yet", "[ Quit all the same ]")
		s.Press("enter").On("deploy").Press("q")
		release()
		s.Wait(time.Second).Press("enter", "q").Over()
	})
}

func TestEscGoesOneStepOut(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(120, 40).Press("/").Type("e").Press("enter")
		toRow(s, "e2e").Press("space", "enter").See("crd_e2e")
		s.Press("esc").DontSee("crd_e2e").See("/ e")
		s.Press("esc").DontSee("/ e")
		s.Press("esc", "esc", "esc").On("e2e")
		if s.Ended() {
			t.Error("esc has quit")
		}
	})
}
