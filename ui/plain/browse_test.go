package plain_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

func TestTheGreetingSaysWhereYouAreAndWhatThereIs(t *testing.T) {
	tell(t, func(u *user) {
		u.Hears("keyturn, line mode.", "Workspace Acme. You are signed in as Ada Admin, admin.", "Legacy keys: 3 left",
			"1: overview", "2: CI tokens, 4", "3: members, 3", "4: legacy keys, 3", "5: activity", "Type help", "keyturn> ")
		u.Types("2").Hears("CI tokens: 4") // what is read with a number is chosen by it, here a place
	})
}

func TestAListIsNumberedAndANumberSelects(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci").Hears("CI tokens: 4, sorted by name.\n", "1: build, CI token, active, last used 3 hours ago, rotation: none\n",
			"2: deploy, CI token, active", "4: nightly, CI token, paused, never used")
		u.Types("2").Hears("2 of 4: deploy, CI token, active, last used 5 minutes ago, rotation: none.\nkeyturn> ")
		u.Types("9").Hears("There is no number 9", "1 to 4")
		u.Types("next").Hears("3 of 4: e2e").Types("k").Hears("2 of 4: deploy").Types("G").Hears("4 of 4: nightly")
		u.Types("next").Hears("no row further on").Types("first").Hears("1 of 4: build")
		u.Types("where").Hears("You are in the CI tokens.", "Selected: 1 of 4: build", "signed in as Ada Admin", "The service answers.")
	})
}

func TestEveryPlaceIsRead(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("members").Hears("members: 3", "1: Ada Admin, member001@example.com, admin, has a seat", "still has a legacy key", "no seat: the token cannot activate")
		u.Types("legacy").Hears("legacy keys: 3", "1: release-legacy, legacy CI key, active, blocking, next step: rotate", "refuses about 9 activations", "owner Bea Builder", "next step: revoke: unused")
		u.Types("activity").Hears("activity: 2", "1: 2026-11-23 14:04, Ada Admin created e2e, from 192.0.2.7")
		u.Types("overview").Hears("Overview of Acme.", "Sunset: 69 days left", "What to do next: 4 steps.", "1: blocking: rotate 1 legacy CI key in use, hit by the next downtime")
		u.Types("next-screen").Hears("CI tokens: 4").Types("previous screen").Hears("Overview of")
	})
}

func TestALongListIsReadTwentyAtATime(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for i := range 40 {
			w.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_x%02d", i)), fmt.Sprintf("x-%02d", i)))
		}
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Types("ci").Hears("20: x-15", "24 more: type more").HearsNo("21:")
		u.Types("more").Hears("21: x-16", "40: x-35", "4 more").HearsNo("20:")
		u.Types("pgdown").Hears("44: x-39").HearsNo("more:").Types("more").Hears("That was all.")
		u.Types("before").Hears("21: x-16", "40: x-35").Types("before").Hears("1: build").Types("before").Hears("the beginning")
		u.Types("44").Hears("44 of 44: x-39")
	})
}

func TestOlderEventsAreAskedForAtTheEnd(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for i := range 505 {
			w.Happened(models.Event{At: time.Now(), Actor: fmt.Sprintf("client %d", i), Action: models.EventFirstUse, Name: "build"})
		}
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Types("activity").Hears("activity: 500", "1: 2026-11-23 16:04, client 504 first used")
		for range 24 {
			u.Types("more")
		}
		u.Hears("500: 2026-11-23 16:04, client 5 first").Types("more").Hears("501: ", "client 4 ", "507: ", "imported a workspace file").Types("more").Hears("That was all.")
	})
}

func TestFilterSortAndBack(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "filter dep").Hears("CI tokens: 1 of 4", "filter dep", "1: deploy")
		u.Types("/!dep").Hears("CI tokens: 3 of 4").HearsNo("deploy")
		u.Types("filter").Hears("CI tokens: 4,").Types("filter").Hears("No filter is set")
		u.Types("sort").Hears("sorted by name", "name, state, rotation, last used").Types("sort last").Hears("sorted by last used", "1: nightly", "4: deploy")
		u.Types("reverse").Hears("reversed", "1: deploy").Types("sort nonsense").Hears("there is no column nonsense here")
		u.Types("filter dep", "back").Hears("CI tokens: 4").Types("back").Hears("nothing to leave")
	})
}

func TestRowsAreMarkedByNumberOrSelection(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "marked").Hears("No row is marked").Types("mark").Hears("Nothing is selected")
		u.Types("1", "mark").Hears("1 row marked:", "build").Types("where").Hears("Selected: 1 of 4: build", "Marked: 1 row")
		u.Types("mark 2, 4").Hears("3 rows marked:", "build", "deploy", "nightly").Types("mark 4").Hears("2 rows marked").HearsNo("nightly")
		u.Types("mark 7").Hears("There is no row 7", "Nothing was marked")
		u.Types("mark-all").Hears("4 rows marked").Types("a").Hears("No row is marked").Types("space").Hears("1 row marked").Types("back").Hears("No row is marked")
	})
}

func TestDetailSaysEverythingAFactALine(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci", "detail").Hears("Nothing is selected")
		u.Types("2", "detail").Hears("Everything about deploy:", "state: active\n", "id: crd_deploy\n", "Version 1: current\n", "used by: lstk 1.4.0 on runner-9 (CI): 300 times")
		u.Types("members", "2", "enter").Hears("Everything about Bea Builder:", "seat: yes", "Legacy API key\n", "next step: ask the owner")
		u.Types("activity", "1", "detail").Hears("who: Ada Admin\n", "code: credential.created")
	})
}

func TestTheNextStepGoesToItsRows(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("overview", "2").Hears("2 of 4: blocking: ask 1 owner", "Type next-step")
		u.Types("next").Hears("3 of 4: fixable: revoke 1 unused").Types("next-step").Hears("legacy keys: 1 of 3", "only: revoke 1 unused legacy key", "1 of 1: forgotten-legacy")
		u.Types("back").Hears("legacy keys: 3")
	})
}

func TestWordsThatDoNotFitSayWhatDoes(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("frobnicate").Hears("There is no word frobnicate", "help")
		u.Types("rotate").Hears("rotate is not offered in the overview", "the CI tokens and the legacy keys")
		u.Types("t").Hears("next theme is not here: lines have no colours")
		u.Types("ci", "rotate").Hears("nothing is selected", "Type a number")
		u.Types("reset").Hears("reset personal token is not offered", "offered in the members")
		u.Types("\x1b[A").Hears("Nothing has changed")
	})
}

func TestARowThatWentKeepsItsNumber(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("legacy", "3").Hears("3 of 3: forgotten-legacy")
		u.World.Elsewhere("crd_lci", "Bob", func(c *models.Credential) { c.State = models.Revoked })
		u.Waits(time.Second).Types("1").Hears("Number 1 is gone from this list.").Hears("1 change since:", "release-legacy is revoked now, by Bob.")
		u.Types("3").Hears("2 of 2: forgotten-legacy")
	})
}

func TestNothingIsDoneToTheRowThatTookTheSelectedOnesPlace(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("legacy", "1")
		u.World.Elsewhere("crd_lci", "Bob", func(c *models.Credential) { c.State = models.Revoked })
		u.Waits(time.Second).Types("revoke").Hears("nothing is selected")
	})
}
