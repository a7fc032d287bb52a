package plain_test

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

func TestATokenIsRotated(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "2", "rotate").Hears("deploy, CI token, id crd_deploy", "Version 1 is used by:", "lstk 1.4.0 on runner-9", "How long shall", "1: until the new one is used", "An empty line leaves it.\nanswer> ")
		u.Types("1").Hears("Both work from now on.", "Refused then", "Type yes to rotate. An empty line means no.\nanswer> ")
		u.World.Expect("rotate crd_deploy first-use+24h")
		u.Types("yes").Hears("Done: rotate deploy (crd_deploy).", "Version 2 waits for its first use", "copy", "keyturn> ").HearsNo("since:")
		u.Types("").Hears("Nothing has changed") // what one did oneself is no news
		u.Types("rotate").Hears("A rotation is open, started by Ada Admin, 2026-11-23 16:04 CET, 15:04 UTC, from 192.0.2.7.", "You can follow it, or take its place", "Type yes to take its place").HearsNo("Yours was not started")
	})
}

func TestTheOverlapIsChosenByNumberTimeOrWord(t *testing.T) {
	for call, answers := range map[string][]string{
		"rotate crd_build 3d":           {"r", "3", "yes"},
		"rotate crd_build 36h":          {"rotate", "36h", "YES"},
		"rotate crd_build 90m":          {"rotate 90m", "yes"},
		"rotate crd_build 5h":           {"rotate", "5", "5h", "yes"},
		"rotate crd_build none":         {"rotate", "6", "build"},
		"rotate crd_build first-use+2d": {"rotate", "9", "first-use+48h", "yes"},
	} {
		t.Run(call, func(t *testing.T) {
			tell(t, func(u *user) {
				u.World.Expect(call)
				u.Types("ci", "1").Types(answers...).Hears("Done: rotate build")
			})
		})
	}
}

// An empty line, a no, ctrl+c and anything but what was asked for do nothing.
func TestAQuestionIsLeft(t *testing.T) {
	for name, leave := range map[string]func(*user){
		"by an empty line":  func(u *user) { u.Types("") },
		"by a no":           func(u *user) { u.Types("No") },
		"by ctrl+c":         func(u *user) { u.Interrupts() },
		"after another try": func(u *user) { u.Types("y").Hears("the whole word yes").Types("pause").Types("") },
	} {
		t.Run(name, func(t *testing.T) {
			tell(t, func(u *user) {
				u.Types("ci", "1", "pause").Hears("build, CI token, id crd_build", "Type yes to pause.")
				leave(u)
				u.Hears("Nothing was done.\nkeyturn> ")
			})
		})
	}
}

func TestTheEndOfTheInputIsANo(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "1", "revoke")
		u.leave()
		u.Hears("Nothing was done.")
		u.ended <- nil
	})
}

func TestTheWorstWantsTheTypedName(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "1", "revoke").Hears("This cannot be undone: type build, or its id, to go on.")
		u.Types("yes").Hears("That is not it: type build").Types("Build").Hears("That is not it")
		u.World.Expect("revoke crd_build")
		u.Types("build").Hears("Done: revoke build (crd_build).")
		u.Types("revoke").Hears("this CI token is revoked")
	})
}

func TestSeveralAreChangedTogether(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("revoke crd_build", "revoke crd_e2e")
		u.World.Fail("revoke", &models.Error{Fault: models.FaultConflict, Title: "It is in use", Fix: "wait"})
		u.Types("ci", "mark 1 3", "revoke").Hears("build, CI token", "e2e, CI token", "type 2 credentials to go on")
		u.Types("2 credentials").Hears("Not done: revoke build (crd_build): It is in use.", "What to do: wait", "Done: revoke e2e", "revoke: 1 of 2 done.")
	})
}

func TestOneThatCannotIsNamed(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "mark 1 4", "pause").Hears("pause cannot be done now: nightly: it is paused already.")
	})
}

func TestPauseResumeRenameCreate(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("pause crd_build", "resume crd_build", "rename crd_build build of all", "create deploy-eu", "create second")
		u.Types("ci", "1", "p", "yes").Hears("Done: pause build").Types("resume", "yes").Hears("Done: resume build")
		u.Types("rename").Hears("Rename build, CI token", "Write the new name.").Types(" build of all", "yes").Hears("Done: rename build")
		u.Types("create deploy-eu").Hears("A new CI token with the name deploy-eu.").Types("yes").Hears("Done: create deploy-eu.", "CI token, active, never used", "Go on with copy")
		u.Types("n").Hears("Write the name").Types("second", "yes").Hears("Done: create second.", "second")
	})
}

func TestAMemberResetsTheOwnToken(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.SignIn(models.RoleMember)
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.World.Expect("rotate crd_m001 none")
		u.Types("members", "2", "reset").Hears("only its owner or an admin may reset this token")
		u.Types("1", "r").Hears("the old one ends at once", "type Ada Admin, or its id").Types("crd_m001").Hears("Done: reset the personal token of Ada Admin")
		u.Types("ci", "1", "rotate").Hears("only admins of the workspace may do this")
	})
}

func TestReadOnlyChangesNothing(t *testing.T) {
	tellIn(t, testkit.Sample, plain.Config{ReadOnly: true}, func(u *user) {
		u.Hears("read only: nothing can be changed")
		for _, word := range []string{"rotate", "pause", "revoke", "create", "rename"} {
			u.Types("ci", "1", word).Hears("keyturn was started with --read-only")
		}
	})
}

func TestTheStepsOfARotation(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "2", "extend").Hears("extend grace cannot be done now: no rotation is open")
		u.World.Expect("rotate crd_deploy first-use+24h", "confirm rot_crd_deploy: it runs", "extend rot_crd_deploy", "rollback rot_crd_deploy")
		u.Types("rotate 1", "yes", "end").Hears("Whoever still uses it is refused", "never been used: say why").Types("").Hears("Nothing was done.")
		u.Types("c", "it runs").Hears("Reason: it runs.", "Type yes").Types("yes").Hears("Done: confirm deploy", "Version 1 works until 2026-11-24 16:04 CET")
		u.Types("+").Hears("24 hours more").Types("yes").Hears("Done: extend deploy", "in 2 days")
		u.Types("cancel").Hears("roll back instead").Types("roll back", "yes").Hears("Done: roll back deploy", "The rotation is over: rolled back.")
	})
}

func TestTheOldSecretEndsByItsTypedName(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("rotate crd_deploy first-use+24h", "end rot_crd_deploy")
		u.Types("ci", "2", "rotate 1", "yes")
		u.World.FirstUse("crd_deploy")
		u.Waits(time.Second).Types("end").Hears("1 change since:", "deploy, rotation: old one retiring.", "type deploy, or its id").Types("deploy").Hears("Done: end old secret deploy", "The rotation is over: done.")
	})
}

func TestWhoeverDecidedSomethingElseMeanwhileWins(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("pause crd_build")
		u.Types("ci", "1", "pause")
		u.World.Elsewhere("crd_build", "Bob", func(c *models.Credential) { c.Name = "build-2" })
		u.Waits(time.Second).HearsNo("Bob").Types("yes").Hears("Not done: pause build", "Somebody has changed it since you looked (Bob, 16:04, from 198.51.100.7).", "What to do: look again")
	})
}

// theirs is what another admin's rotation makes of a credential.
func theirs(state models.RotationState) func(*models.Credential) {
	return func(c *models.Credential) {
		c.Rotation = &models.Rotation{
			ID: "rot_theirs", Credential: c.ID, State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
			StartedAt: time.Now(), StartedBy: "Bob", StartedFrom: "198.51.100.7", Revision: 1,
		}
	}
}

func TestTheSlowerOfTwoAdminsChooses(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("rotate crd_build first-use+24h")
		u.Types("ci", "1", "rotate 1")
		u.World.Elsewhere("crd_build", "Bob", theirs(models.RotationPending))
		u.Waits(time.Second).Types("yes").Hears("started by Bob, 2026-11-23 16:04", "from 198.51.100.7", "Yours was not started", "Version 2 ends at once", "Type yes to take its place")
		u.Types("no").Hears("It goes on")
		u.World.Expect("rotate crd_deploy first-use+24h", "rotate crd_deploy first-use+24h instead of rot_theirs")
		u.Types("ci", "2", "rotate 1")
		u.World.Elsewhere("crd_deploy", "Bob", theirs(models.RotationRetiring))
		u.Waits(time.Second).Types("yes").Hears("Version 1 ends at once: whoever still uses it is refused")
		u.Types("yes").Hears("never been used: say why").Types("wrong vault").Hears("Done: rotate deploy")
		if keys := u.World.Keys("rotate"); len(keys) != 3 || keys[1] == keys[2] {
			t.Errorf("the keys are %v", keys)
		}
	})
}

// The list has shown the other admin's rotation before anybody asks.
func TestAnOpenRotationIsFollowedOrItsPlaceIsTaken(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Elsewhere("crd_build", "Bob", theirs(models.RotationPending))
		u.World.Elsewhere("crd_deploy", "Bob", theirs(models.RotationRetiring))
		u.Waits(time.Second).Types("ci", "1", "rotate").Hears("A rotation is open, started by Bob, 2026-11-23 16:04", "from 198.51.100.7", "waiting for first use", "Version 2 ends at once")
		u.Types("").Hears("It goes on. The word detail says everything about it.")
		u.World.Expect("rotate crd_build 3d instead of rot_theirs")
		u.Types("rotate", "yes").Hears("Version 1 was last used 3 hours ago", "How long shall").Types("3", "yes").Hears("Done: rotate build")
		u.World.Expect("rotate crd_deploy 24h instead of rot_theirs")
		u.Types("ci", "2", "rotate 2", "yes").Hears("never been used: say why").Types("wrong vault", "yes").Hears("Done: rotate deploy")
		u.Types("mark 1", "mark 2", "rotate").Hears("rotate cannot be done now: all 2 are being rotated already; build (crd_build): a rotation is open, started by Ada Admin", "What to do: mark one that is not")
	})
}

func TestALostAnswerIsAskedForAgainWithTheSameKey(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Expect("rotate crd_build first-use+24h", "rotate crd_build first-use+24h")
		u.World.LoseReplies("rotate", 1)
		u.Types("ci", "1", "rotate 1", "yes").Hears("Perhaps done, perhaps not: rotate build", "no answer came", "Without an answer:", "never done twice", "Type yes to ask the service again")
		u.Types("yes").Hears("Done: rotate build")
		if keys := u.World.Keys("rotate"); len(keys) != 2 || keys[0] != keys[1] {
			t.Errorf("the keys were %v", keys)
		}
	})
}

func TestCtrlCGivesUpWaitingAndSaysWhatThatMeans(t *testing.T) {
	tell(t, func(u *user) {
		release := u.World.Hold("pause")
		u.World.Expect("pause crd_build")
		u.Types("ci", "1", "pause", "yes").Waits(time.Second).Hears("still waiting for the service; ctrl+c gives up").HearsNo("keyturn>")
		u.Interrupts().Hears("whether it was done is not known", "ask the service again").Types("").Hears("Left as it is: the activity shows", "keyturn> ")
		release()
		u.Interrupts().Hears("To leave, type quit.")
	})
}
