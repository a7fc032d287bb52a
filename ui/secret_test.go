package ui_test

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

var deployValue = testkit.Value("crd_deploy", 1)

func TestCopyTellsTheWay(t *testing.T) {
	tests := []struct {
		name     string
		delivery kit.Delivery
		see      []string
		cleared  bool
	}{
		{"a clipboard of the desktop", kit.Delivery{Sentence: "placed on the clipboard by xclip", Clearable: true}, []string{"placed on the clipboard by xclip"}, true},
		{"tmux", kit.Delivery{Sentence: "handed to tmux"}, []string{"handed to tmux", "clear your clipboard yourself"}, false},
		{"the terminal", kit.Delivery{Sentence: "sent to the terminal with OSC 52"}, []string{"sent to the terminal with OSC 52", "clear your clipboard"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tell(t, func(s *testkit.Story) {
				s.Resize(120, 40).World.Deliver(tt.delivery)
				s.World.Expect("secret crd_deploy", "copy")
				toRow(s, "deploy").Press("y").See(tt.see...)
				if !s.World.Holds(deployValue) {
					t.Error("the clipboard does not hold the token")
				}
				if tt.cleared {
					s.World.Expect("clear")
				}
				s.Wait(time.Minute)
				if s.World.Holds(deployValue) == tt.cleared {
					t.Errorf("a minute later the clipboard holds it: %t", !tt.cleared)
				}
			})
		})
	}
}

func TestTheClipboardIsClearedAfter45Seconds(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "copy")
		toRow(s, "deploy").Press("y").Wait(44 * time.Second)
		if !s.World.Holds(deployValue) {
			t.Error("it was cleared too early")
		}
		s.World.Expect("clear")
		s.Wait(2 * time.Second).See("clipboard cleared")
		if !s.World.Holds("") {
			t.Error("it was not cleared")
		}
	})
}

func TestWhatSomebodyElseCopiedIsLeftAlone(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "copy", "clear")
		toRow(s, "deploy").Press("y")
		s.World.CopyElsewhere("a recipe")
		s.Wait(46 * time.Second).See("left alone: it holds something else")
		if !s.World.Holds("a recipe") {
			t.Error("the recipe is gone")
		}
	})
}

func TestASecondCopyGetsItsOwn45Seconds(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "copy", "secret crd_build", "copy", "clear")
		toRow(s, "deploy").Press("y").Wait(30 * time.Second)
		toRow(s, "build").Press("y").Wait(30 * time.Second)
		if !s.World.Holds(testkit.Value("crd_build", 1)) {
			t.Error("the second copy was cleared with the first one's clock")
		}
		s.Wait(16 * time.Second).See("clipboard cleared")
	})
}

func TestACopiedIdIsNoSecretAndStays(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "copy", "copy")
		toRow(s, "deploy").Press("y", "i").Wait(2 * time.Minute)
		if !s.World.Holds("crd_deploy") {
			t.Error("the id is not on the clipboard any more")
		}
	})
}

func TestACopyThatFailsLeavesTheClockOfTheOneBefore(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Expect("secret crd_deploy", "copy", "secret crd_build", "clear")
		toRow(s, "deploy").Press("y")
		s.World.Fail("secret", &models.Error{Fault: models.FaultForbidden, Title: "You may not read this", Fix: "ask an admin"})
		toRow(s, "build").Press("y").See("You may not read this", "ask an admin")
		s.Wait(time.Minute)
		if !s.World.Holds("") {
			t.Error("the first token is still on the clipboard")
		}
	})
}

func TestRevealHidesAfterThirtySeconds(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		s.World.Expect("secret crd_deploy")
		s.AllowSecrets(true).Press("v").See(deployValue, "hidden again at 16:0")
		s.Wait(29 * time.Second).See(deployValue)
		s.Wait(2 * time.Second).DontSee(deployValue).AllowSecrets(false).See("fingerprint 0a1b2c3d")
	})
}

func TestRevealHides(t *testing.T) {
	tests := map[string]func(*testkit.Story){
		"when the window loses the focus": func(s *testkit.Story) { s.Blur() },
		"on the key that showed it":       func(s *testkit.Story) { s.Press("v") },
		"when the box closes":             func(s *testkit.Story) { s.Press("esc") },
		"on ctrl+c":                       func(s *testkit.Story) { s.Press("ctrl+c") },
		"when the terminal is too small":  func(s *testkit.Story) { s.Resize(30, 5) },
	}
	for name, hide := range tests {
		t.Run(name, func(t *testing.T) {
			tell(t, func(s *testkit.Story) {
				toRow(s, "deploy")
				s.World.Expect("secret crd_deploy")
				s.AllowSecrets(true).Press("v").See(deployValue)
				hide(s)
				s.AllowSecrets(false)
			})
		})
	}
}

func TestASecretThatComesTooLateIsNotShown(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		release := s.World.Hold("secret")
		s.World.Expect("secret crd_deploy")
		s.Press("v").See("asking the service").Press("v").DontSee("asking the service")
		release()
		s.Wait(time.Second).See("fingerprint")
	})
}

// The reply for one box must never be painted in another one.
func TestASecretIsShownInItsOwnBoxOnly(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		releaseDeploy := s.World.Hold("secret")
		s.World.Expect("secret crd_deploy", "secret crd_build")
		toRow(s, "deploy").Press("v", "esc")
		releaseBuild := s.World.Hold("secret")
		toRow(s, "build").Press("v").See("build (CI token)", "asking the service")
		releaseDeploy()
		s.Wait(time.Second).See("asking the service")
		s.AllowSecrets(true)
		releaseBuild()
		s.Wait(time.Second).See(testkit.Value("crd_build", 1)).DontSee(deployValue)
	})
}

func TestAFailureToRevealSaysWhy(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		s.World.Expect("secret crd_deploy")
		s.World.Fail("secret", testkit.Unreachable())
		s.Press("v").See("The workspace service does not answer", "deploy (CI token)")
	})
}

func TestTheBoxCopiesWithoutShowing(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("w").See("LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_API_KEY", "GitHub Actions")
		s.World.Expect("secret crd_deploy", "copy", "clear")
		s.Press("y").See("placed on the clipboard by fakeclip", "deploy (CI token)")
		s.Wait(time.Minute)
	})
}

func TestALongSecretIsNotCutOff(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Resize(40, 10)
		s.World.Expect("secret crd_deploy")
		s.AllowSecrets(true).Press("v")
		s.SeeJoined(deployValue)
	})
}

func TestOwnPersonalTokenOnly(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.SignIn(models.RoleMember)
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("3")
		toRow(s, "Bea Builder").Press("y").See("only its owner may read this personal token")
		s.World.Expect("secret crd_m001", "copy", "clear")
		toRow(s, "Ada Admin").Press("y").See("placed on the clipboard")
		s.Wait(time.Minute)
	})
}
