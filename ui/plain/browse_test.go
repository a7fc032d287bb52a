package plain_test

import (
	"testing"
)

func TestTheGreetingSaysWhereYouAreAndWhatThereIs(t *testing.T) {
	tell(t, func(u *user) {
		u.Hears("keyturn, line mode.", "Workspace Acme. You are signed in as Ada Admin, admin.", "Legacy keys: 3 left",
			"1: overview", "2: CI tokens, 4", "3: members, 3", "4: legacy keys, 3", "5: activity", "Type help", "keyturn> ")
		u.Log()
	})
}

func TestAListIsNumberedAndANumberSelects(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci").Hears("CI tokens: 4, sorted by name.", "1: build, CI token, active, last used 3 hours ago, rotation: none\n", "2: deploy, CI token, active", "4: nightly, CI token, paused, never used")
		u.Log()
		u.Types("2").Hears("2 of 4: deploy, CI token, active, last used 5 minutes ago, rotation: none.\nkeyturn> ")
		u.Types("9").Hears("There is no number 9", "1 to 4")
		u.Types("members").Hears("members: 3", "1: Ada Admin, member001@example.com, admin, has a seat").Log()
		u.Types("legacy").Log()
		u.Types("activity").Log()
		u.Types("overview").Log()
		u.Types("where").Log()
	})
}
