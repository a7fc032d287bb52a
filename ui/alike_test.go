package ui_test

import (
	"testing"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// alike is the sample with a token whose name passes for that of another one: the e is Cyrillic.
func alike(w *testkit.World) {
	testkit.Sample(w)
	w.Put(testkit.CIToken("crd_fake", "dеploy"))
}

func TestNamesThatLookTheSameShowTheirIds(t *testing.T) {
	testkit.TellIn(t, alike, console, func(s *testkit.Story) {
		s.Press("2").See("deploy crd_deploy", "dеploy crd_fake").DontSee("build crd_build")
		s.World.Elsewhere("crd_fake", "Bob", func(c *models.Credential) { c.Name = "other" })
		s.Wait(1e9).See("other").DontSee("crd_fake", "deploy crd_deploy") // no twin, no id
	})
}

// A name that is cut leaves its id whole.
func TestTheIdOfALookAlikeIsNeverCut(t *testing.T) {
	const long = "payments-of-the-northern-region-production"
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Put(testkit.CIToken("01JD0000000000000000AAAAAA", long+"-l"), testkit.CIToken("01JD0000000000000000BBBBBB", long+"-1"))
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("2").Resize(40, 10).Press("G", "up", "up").See("00AAAAAA", "00BBBBBB")
	})
}

func TestMembersAreToldApartByTheirEmails(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		fake := testkit.Person(66, "Bea Builder")
		fake.Email = "mеmber002@example.com" // the first e is Cyrillic
		w.Join(fake)
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Resize(120, 40).Press("3").See("mem_002", "mem_066").DontSee("mem_001", "mem_003")
	})
}

func TestDialogsSayTheIdBesideTheName(t *testing.T) {
	dialogs := map[string]func(*testkit.Story){
		"rotate":      func(s *testkit.Story) { s.Press("r") },
		"rename":      func(s *testkit.Story) { s.Press("e") },
		"pause":       func(s *testkit.Story) { s.Press("p") },
		"revoke":      func(s *testkit.Story) { s.Press("x") },
		"the box":     func(s *testkit.Story) { s.Press("w") },
		"the palette": func(s *testkit.Story) { s.Press(":").Type("dеploy") },
		"a lost answer": func(s *testkit.Story) {
			s.World.LoseReplies("rotate", 1)
			s.World.Expect("rotate crd_fake first-use+24h")
			confirm(s.Press("r"))
		},
		"a step": func(s *testkit.Story) {
			s.World.Expect("rotate crd_fake first-use+24h")
			confirm(s.Press("r")).Press("esc", "z")
		},
	}
	for name, open := range dialogs {
		t.Run(name, func(t *testing.T) {
			testkit.TellIn(t, alike, console, func(s *testkit.Story) {
				toRow(s.Press("2"), "dеploy")
				open(s)
				s.See("dеploy", "crd_fake")
			})
		})
	}
}

func TestWhatHappenedToALookAlikeSaysItsId(t *testing.T) {
	fill := func(w *testkit.World) {
		alike(w)
		w.Happened(models.Event{Actor: "Bob", Action: models.EventRenamed, Credential: "crd_fake", Name: "dеploy", Kind: models.CIToken})
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) { s.Press("5").See("renamed dеploy crd_fake") })
}
