package ui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

const rotateDeploy = "rotate crd_deploy first-use+24h"

// confirm moves from Cancel back to the button that does it, and presses it.
func confirm(s *testkit.Story) *testkit.Story { return s.Press("shift+tab", "enter") }

// toLeak chooses the last overlap, for a secret that has leaked.
func toLeak(s *testkit.Story) *testkit.Story { return s.Press("down", "down", "down", "down", "down") }

func TestRotateFromTheListToTheEndOfTheOldSecret(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r")
		s.See("Rotate in Acme", "deploy, CI token, id crd_deploy", "lstk", "runner-9", "until the new one is used", "[ Cancel ]", "[ Rotate ]")
		s.World.Expect(rotateDeploy)
		confirm(s)
		s.See("done: rotate deploy", "version 2 issued 2026-11-23", "waiting for its first use; version 1 goes on working", "lsdemo-****")
		s.World.FirstUse("crd_deploy")
		s.Wait(time.Second).See("first used 2026-11-23", "version 1 works until 2026-11-24")
		s.Press("esc").On("deploy").See("old ends in 23 h 59 min")
	})
}

func TestALegacyKeyBecomesACIToken(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press("4")
		toRow(s, "release-legacy").Press("r")
		s.See("legacy CI key", "It becomes a CI token with the same name and id")
		s.World.Expect("rotate crd_lci first-use+24h")
		confirm(s).See("release-legacy (CI token)", "LOCALSTACK_API_KEY")
		s.Press("esc", "2")
		toRow(s, "release-legacy").See("waiting for first use")
	})
}

func TestALegacyAPIKeyHasNoSuccessor(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press("4")
		toRow(s, "Bea Builder").Press("r").See("legacy API key has no successor").DontSee("[ Rotate ]")
	})
}

func TestTheDialogStartsOnCancel(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r").See("[ Cancel ]").Press("enter")
		s.DontSee("[ Cancel ]", "done").On("deploy")
	})
}

func TestTheTriggerKeyDoesNotConfirm(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r", "r", "r").See("[ Rotate ]")
		s.Press("esc").DontSee("[ Rotate ]").On("deploy")
	})
}

func TestKeysInFlightDoNotAnswerAFreshDialog(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r").Burst("shift+tab", "enter", "esc").See("[ Rotate ]")
		s.Wait(149 * time.Millisecond).Burst("enter").See("[ Rotate ]")
		s.Wait(time.Millisecond).Burst("enter").DontSee("[ Rotate ]")
	})
}

func TestAKeyPressedTwiceOpensOneDialog(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Burst("r", "r").See("[ Rotate ]").Press("esc").DontSee("[ Rotate ]")
		s.Wait(time.Second).Glue("rr").See("[ Rotate ]").Press("esc").DontSee("[ Rotate ]")
	})
}

func TestPastedTextRotatesNothing(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Paste("r").See("pasted text does nothing here").DontSee("[ Rotate ]")
		s.Glue("rotate everything").DontSee("[ Rotate ]").On("deploy")
	})
}

func TestALeakNeedsTheTypedName(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toLeak(toRow(s, "deploy").Press("r")).See("(o) none: it has leaked", "Version 1 ends at once")
		confirm(s.Press("tab", "tab", "tab")).See("type deploy, or its id")
		s.Press("shift+tab").Type("deplo")
		s.Press("tab", "enter").See("type deploy")
		s.Press("shift+tab").Type("y")
		s.World.Expect("rotate crd_deploy none")
		s.Press("tab", "enter").See("done: rotate deploy")
	})
}

func TestSeveralAreRotatedWithAKeyEach(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		s.See("2 credentials:", "build (crd_build): last used 3 h ago, nobody says by whom", "deploy (crd_deploy): lstk 1.4.0 on runner-9")
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		confirm(s).See("rotate: 2 of 2 done").DontSee("[ Rotate ]")
		keys := s.World.Keys("rotate")
		if len(keys) != 2 || keys[0] == keys[1] {
			t.Errorf("the keys are %v", keys)
		}
	})
}

func TestSeveralLeaksNeedTheTypedNumber(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		toLeak(s).Press("tab").Type("deploy")
		s.Press("tab", "enter").See("type 2 credentials")
		s.Press("shift+tab", "ctrl+u").Type("2 credentials")
		s.World.Expect("rotate crd_deploy none", "rotate crd_build none")
		s.Press("tab", "enter").See("rotate: 2 of 2 done")
	})
}

// At most four requests are under way at a time, whatever was marked.
func TestManyRotationsDoNotFloodTheService(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for _, name := range strings.Fields("aa1 aa2 aa3 aa4 aa5 aa6 aa7 aa8 aa9") {
			w.Put(testkit.CIToken(models.CredentialID("crd_"+name), name))
		}
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("2", "/").Type("aa").Press("enter", "a", "r").See("9 credentials")
		for _, name := range strings.Fields("aa1 aa2 aa3 aa4 aa5 aa6 aa7 aa8 aa9") {
			s.World.Expect("rotate crd_" + name + " first-use+24h")
		}
		release := s.World.Hold("rotate")
		confirm(s)
		if n := len(s.World.Calls()); n != 4 {
			t.Errorf("%d requests at a time", n)
		}
		release()
		s.Wait(time.Second).See("rotate: 9 of 9 done")
	})
}

func TestSomeOfSeveralFail(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Fail("rotate", &models.Error{Fault: models.FaultConflict, Title: "Not today"})
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		confirm(s).See("rotate: 1 of 2 done", "Not today")
	})
}

func TestAnUnknownOutcomeIsAskedForAgainWithTheSameKey(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.LoseReplies("rotate", 1)
		s.World.Expect(rotateDeploy, rotateDeploy)
		toRow(s, "deploy").Press("r")
		confirm(s).See("no answer came", "never done twice", "[ Ask the service again ]")
		confirm(s).See("done: rotate deploy", "version 2 issued")
		keys := s.World.Keys("rotate")
		if len(keys) != 2 || keys[0] != keys[1] {
			t.Errorf("the keys are %v", keys)
		}
	})
}

func TestWhoChangedItFirstIsNamed(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r").See("[ Rotate ]")
		s.World.Elsewhere("crd_deploy", "Bob Builder", func(c *models.Credential) { c.State = models.Paused })
		s.World.Expect(rotateDeploy)
		confirm(s).See("Somebody has changed it since you looked", "Bob Builder", "16:0")
		s.On("deploy").See("paused")
	})
}

func TestAnotherAdminsRotationIsNamed(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		s.World.Expect(rotateDeploy)
		s.Press("r")
		confirm(s).Press("esc")
		s.Press("r").See("A rotation is open", "started by Ada Admin, 2026-11-23 16:04 CET, 15:04 UTC, from 192.0.2.7", "waiting for first use").DontSee("[ Rotate ]", "quicker")
	})
}

// begins is what another admin's rotation makes of a credential.
func begins(state models.RotationState) func(*models.Credential) {
	return func(c *models.Credential) {
		next := c.Secrets[0]
		next.Version, next.State = 2, models.SecretPending
		c.Secrets = append(c.Secrets[:1:1], next)
		c.Rotation = &models.Rotation{
			ID: "rot_theirs", Credential: c.ID, State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
			StartedAt: time.Now(), StartedBy: "Bob Builder", StartedByID: "mem_002", StartedFrom: "198.51.100.7", Revision: 1,
		}
	}
}

// Two admins rotate the same token in the same minute: the slower one is told, and chooses.
func TestTheSlowerOfTwoAdminsFollows(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r").See("[ Rotate ]")
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationPending))
		s.World.Expect(rotateDeploy)
		confirm(s).See("Somebody was quicker", "started by Bob Builder, 2026-11-23 16:04", "from 198.51.100.7", "waiting for first use", "nothing has changed because of you", "(o) follow it")
		confirm(s).DontSee("Somebody was quicker").On("deploy").See("waiting for first use")
	})
}

func TestTheSlowerOfTwoAdminsTakesThePlace(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r")
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationPending))
		s.World.Expect(rotateDeploy)
		confirm(s).Press("down").See("Version 2 ends at once, wherever it has been put already", "version 1 goes on working")
		s.World.Expect(rotateDeploy + " instead of rot_theirs")
		s.Press("tab", "tab", "enter").See("done: rotate deploy")
		if keys := s.World.Keys("rotate"); len(keys) != 2 || keys[0] == keys[1] {
			t.Errorf("another request needs another key: %v", keys)
		}
	})
}

// The screen has shown the other admin's rotation for days when somebody wants to rotate the same token: they see who,
// when and from where, and may follow it or take its place.
func TestAnOpenRotationIsFollowedOrItsPlaceIsTaken(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationPending))
		s.Wait(time.Second)
		toRow(s, "deploy").Press("r")
		s.See("A rotation is open", "started by Bob Builder, 2026-11-23 16:04 CET, 15:04 UTC", "from 198.51.100.7", "version 1 to 2", "waiting for first use")
		confirm(s).DontSee("A rotation is open").On("deploy").See("waiting for first use")
		s.Press("r", "down").See("Version 2 ends at once, wherever it has been put already")
		s.Press("tab", "tab", "enter").See("Rotate", "How long shall the old secret work", "Version 2 ends at once", "Version 1 is used by")
		s.Press("down").See("version 3") // what is chosen is about the secret after theirs
		s.World.Expect("rotate crd_deploy 24h instead of rot_theirs")
		s.Press("tab", "enter").See("done: rotate deploy")
	})
}

func TestTakingThePlaceOfAnOpenOneNeedsAReasonToo(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationRetiring))
		s.Wait(time.Second)
		toRow(s, "deploy").Press("r", "down").See("Version 1 ends at once: whoever still uses it is refused")
		s.Press("tab", "tab", "enter").See("reason:", models.ErrNeedsReason.Error())
		s.Press("shift+tab").Type("wrong vault").Press("tab", "enter").See("How long shall the old secret work")
		s.World.Expect(rotateDeploy + " instead of rot_theirs")
		confirm(s).See("done: rotate deploy")
	})
}

// It is gone by the time that somebody has decided to take its place, or another one is there.
func TestWhoeverTakesThePlaceCanBeOutrunToo(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationPending))
		s.Wait(time.Second)
		toRow(s, "deploy").Press("r", "down", "tab", "tab", "enter").See("How long shall")
		s.World.Elsewhere("crd_deploy", "Cleo Carter", func(c *models.Credential) {
			begins(models.RotationPending)(c)
			c.Rotation.ID, c.Rotation.StartedBy = "rot_cleo", "Cleo Carter"
		})
		s.World.Expect(rotateDeploy + " instead of rot_theirs")
		confirm(s).See("Somebody was quicker", "started by Cleo Carter")
	})
}

func TestTakingThePlaceOfAConfirmedOneNeedsAReason(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r")
		s.World.Elsewhere("crd_deploy", "Bob Builder", begins(models.RotationRetiring))
		s.World.Expect(rotateDeploy)
		confirm(s).Press("down").See("Version 1 ends at once: whoever still uses it is refused")
		s.Press("tab", "tab", "enter").See("reason:", models.ErrNeedsReason.Error())
		s.Press("shift+tab").Type("wrong vault")
		s.World.Expect(rotateDeploy + " instead of rot_theirs")
		s.Press("tab", "enter").See("done: rotate deploy")
	})
}

func TestStepsOfARotation(t *testing.T) {
	tests := []struct {
		name  string
		used  bool // the new secret has been used
		key   string
		see   []string
		typed string
		call  string
		after string
	}{
		{"confirm an unused one", false, "c", []string{"never been used: say why"}, "  it is in the vault ", "confirm rot_crd_deploy: it is in the vault", "old one retiring"},
		{"cancel", false, "z", []string{"the old one stays"}, "", "cancel rot_crd_deploy", "cancelled"},
		{"end an unused one", false, "f", []string{"never been used: say why"}, "leaked", "end rot_crd_deploy: leaked", "done"},
		{"roll back", true, "b", []string{"The old secret is current again"}, "", "rollback rot_crd_deploy", "rolled back"},
		{"extend", true, "+", []string{"24 hours more"}, "", "extend rot_crd_deploy", "old one retiring"},
		{"end", true, "f", []string{"Whoever still uses it is refused"}, "deploy", "end rot_crd_deploy", "done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tell(t, func(s *testkit.Story) {
				s.World.Expect(rotateDeploy)
				toRow(s, "deploy").Press("r")
				confirm(s).Press("esc")
				if tt.used {
					s.World.FirstUse("crd_deploy")
				}
				s.Wait(time.Second).Press(tt.key).See(tt.see...).See("deploy, CI token, id crd_deploy", "in Acme")
				if tt.typed != "" {
					s.Press("shift+tab", "enter").See("[ Cancel ]") // not without the text
					s.Press("shift+tab").Type(tt.typed).Press("tab")
				} else {
					s.Press("shift+tab")
				}
				s.World.Expect(tt.call)
				s.Press("enter").See("done: ")
				s.Press("enter").See(tt.after)
				if calls := s.World.Calls(); !slices.Contains(calls, tt.call) {
					t.Errorf("the calls are %v", calls)
				}
			})
		})
	}
}

func TestAStepWithoutARotationSaysWhy(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("c").See("no rotation is open").DontSee("[ Cancel ]")
	})
}

func TestAnAnswerDoesNotInterruptWhoIsTyping(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("rotate")
		s.World.Expect(rotateDeploy)
		toRow(s, "deploy").Press("r")
		confirm(s).Press("/").Type("bu")
		release()
		s.Type("v").See("/ buv", "done: rotate deploy").DontSee("issued")
	})
}
