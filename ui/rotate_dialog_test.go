package ui_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestWhoUsesTheSecretComesWhileTheQuestionStands(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("usage")
		toRow(s, "deploy").Press("r").See("asking who uses it…", "whoever still uses it", "[ Rotate ]")
		release()
		s.Wait(time.Second).See("Version 1 is used by:", "lstk 1.4.0 on runner-9, CI: last 5 min ago, 300 times").DontSee("asking")
	})
}

func TestNobodyHasToWaitForTheCallers(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("usage")
		s.World.Expect(rotateDeploy)
		confirm(toRow(s, "deploy").Press("r")).See("done: rotate deploy")
		release()
		s.Wait(time.Second).See("version 2 issued")
	})
}

func TestAFailureToFindTheCallersBlocksNobody(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Fail("usage", testkit.Unreachable())
		toRow(s, "deploy").Press("r").See("Who uses the old secret is not known: The workspace service does not answer", "You can rotate all the same", "whoever still uses it")
		s.World.Expect(rotateDeploy)
		confirm(s).See("done: rotate deploy")
	})
}

// The callers of one credential are never shown in the question about another.
func TestLateCallersAreDropped(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.Hold("usage")
		toRow(s, "deploy").Press("r", "esc")
		s.World.Free("usage")
		toRow(s, "nightly").Press("r").See("Nobody has used version 1.")
		release()
		s.Wait(time.Second).See("Nobody has used version 1.", "id crd_nightly").DontSee("runner-9")
	})
}

func TestWhatIsNotToldIsSaid(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.MoreCallers("crd_deploy")
		toRow(s, "deploy").Press("r").See("and others: the service names only the latest", "runner-9 (CI), perhaps others").Press("esc")
		toRow(s, "build").Press("r").See("Version 1 was last used 3 h ago; the service does not say by whom.")
	})
}

func TestManyCallersAreCounted(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		var list []models.Caller
		for i := range 15 {
			list = append(list, models.Caller{SecretVersion: 1, Client: "lstk", ClientVersion: "1.4.0", Host: fmt.Sprint("agent-", i), Last: time.Now().Add(-time.Duration(15-i) * time.Hour), Count: 1})
		}
		s.World.Callers("crd_deploy", list...)
		s.Resize(80, 40)
		toRow(s, "deploy").Press("r").See("lstk 1.4.0 on agent-14, not CI: last 1 h ago, 1 time", "and 9 more, the latest 7 h ago", "agent-12 and 12 more.").DontSee("agent-8")
	})
}

// Each choice says what it does, and what it says is what is asked of the service.
func TestEveryOverlapSaysWhatItDoesAndDoesThat(t *testing.T) {
	tests := []struct {
		downs int
		typed string
		sees  string
		call  string
	}{
		{0, "", "Version 1 ends 24 h after the first use of version 2, or after somebody confirms it, and never before.", "first-use+24h"},
		{1, "", "Version 1 ends 2026-11-24 16:04 CET, 15:04 UTC; if version 2 has been neither used nor confirmed by then, version 1 goes on until it is.", "24h"},
		{2, "", "Version 1 ends 2026-11-26 16:04 CET, 15:04 UTC;", "3d"},
		{3, "", "Version 1 ends 2026-11-30 16:04 CET, 15:04 UTC;", "7d"},
		{4, "36h", "Version 1 ends 2026-11-25 04:04 CET, 03:04 UTC;", "36h"},
		{4, " 2d ", "Version 1 ends 2026-11-25 16:04 CET, 15:04 UTC;", "2d"},
		{5, "deploy", "Version 1 ends at once; only version 2 works. Refused from now on, until they have version 2: lstk 1.4.0 on runner-9 (CI).", "none"},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			tell(t, func(s *testkit.Story) {
				toRow(s, "deploy").Press("r")
				for range tt.downs {
					s.Press("down")
				}
				if tt.typed != "" {
					s.Press("tab").Type(tt.typed)
				}
				s.See(tt.sees)
				s.World.Expect("rotate crd_deploy " + tt.call)
				for range 4 { // on to the button
					if s.Press("tab"); s.Shows("> [ Rotate ]") {
						break
					}
				}
				s.Press("enter").See("done: rotate deploy")
			})
		})
	}
}

func TestATimeOfOnesOwnMustMakeSense(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r", "down", "down", "down", "down").See("how long:", "Write a time such as 36h, 90m or 7d; at most 30 days.")
		for typed, why := range map[string]string{"": "is not a time", "soon": "is not a time: write 24h, 90m or 7d", "31d": "between 0 and 30d", "-1h": "between 0 and 30d", "0h": "needs a time"} {
			s.Press("tab", "ctrl+u").Type(typed).Press("tab", "enter").See(why, "[ Rotate ]").Press("up")
		}
		s.Press("up").DontSee("how long:")
	})
}

// What was typed for one choice is not taken for another.
func TestATypedTimeIsNoTypedName(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r", "down", "down", "down", "down", "tab").Type("deploy").Press("up", "down", "tab")
		s.See("type deploy:").Press("tab", "enter").See("type deploy, or its id, to go on")
	})
}

func TestOldClientsGetTheOldVariable(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(80, 40).Press("4")
		toRow(s, "release-legacy").Press("r").See(
			"localstack-cli 2.1.0 on jenkins-1 (CI) does not know LOCALSTACK_AUTH_TOKEN: put the new token into LOCALSTACK_API_KEY there.",
			"The old legacy key is refused in the downtime 2026-11-25 10:00-12:00 CET, 09:00-11:00 UTC, and for good from 2027-01-31 01:00 CET")
	})
}

func TestTheQuestionSaysThatItIsOutOfDate(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy").Press("r").DontSee("meanwhile")
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.Name = "production" })
		s.Wait(time.Second).See("deploy (crd_deploy) has been changed by Bob meanwhile: press esc and look again.")
	})
}

func TestOfManyThatHaveChangedSomeAreNamedAndAllCounted(t *testing.T) {
	newShelf(t).with(t, func(s *testkit.Story) {
		allX(s.Resize(120, 40))
		for i, by := range []string{"Bob", "Cleo", "Bob", "Bob", "Bob"} {
			s.World.Elsewhere(models.CredentialID(fmt.Sprintf("crd_x%d", i)), by, func(c *models.Credential) { c.State = models.Paused })
		}
		s.Wait(time.Second).See("x0 (crd_x0), x1 (crd_x1), x2 (crd_x2), and 2 more have been changed by Bob and Cleo meanwhile")
	})
}

// Of very many targets only some are asked about, one after the other, and that is said.
func TestVeryManyTargets(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for i := range 25 {
			w.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_a%02d", i)), fmt.Sprintf("aa%02d", i)))
		}
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Resize(80, 40).Press("2", "/").Type("aa").Press("enter", "a")
		release := s.World.Hold("usage")
		s.Press("r").See("25 credentials:", "and 19 more", "asking who uses them… 0 of 20")
		release()
		s.Wait(time.Second).See("aa00 (crd_a00): used by nobody", "The service was not asked who uses the last 5.", "whoever still uses it").DontSee("asking")
	})
}

// Everything can be read on the smallest screen: the text moves, the buttons stay.
func TestTheWholeQuestionCanBeReadWhereThereIsLittleRoom(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(40, 10).Press("4")
		toRow(s, "release-legacy").Press("r")
		seen := s.Screen()
		for range 20 {
			s.See("[ Cancel ]", "[ Rotate ]", "id crd_lci")
			if !s.Shows("more") {
				break
			}
			seen += s.Press("pgdown").Screen()
		}
		for _, word := range []string{"jenkins-1", "jenkins-2", "LOCALSTACK_API_KEY", "none: it has leaked", "2026-11-25", "whatever"} {
			if !contains(seen, word) {
				t.Errorf("nobody can read %q in\n%s", word, seen)
			}
		}
		s.See("pgup").Press("pgup").See("pgdn")
	})
}
