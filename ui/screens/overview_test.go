package screens_test

import (
	"strings"
	"testing"
	"time"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

func TestTheOverviewSaysWhereTheWorkspaceStands(t *testing.T) {
	c := openWith(t, sample(), actions.Overview).send(kit.BookChangedMsg{All: true})
	c.see(
		"69 days left: legacy keys end 2027-01-31 01:00 CET, 00:00 UTC",
		"in 1 d 17 h: 2026-11-25 10:00-12:00 CET, 09:00-11:00 UTC",
		"4 left: 2 used, 2 unused, 1 without an owner", "12 of 16 moved (75 %)", "2 open", "10 members, 8 seats, 5 CI tokens",
		"second rehearsal",
	)
	if got := c.at.Status(); got != "5 steps" {
		t.Errorf("the status is %q", got)
	}
}

// only goes to a row of a screen on which exactly these rows are shown; none given: that row.
func only(scope actions.Scope, why, row string, rows ...string) kit.GoMsg {
	if len(rows) == 0 {
		rows = []string{row}
	}
	return kit.GoMsg{Scope: scope, Select: row, Only: &kit.Only{Keys: rows, Why: why}}
}

func TestTheStepsAreRankedAndEachLeadsToItsRow(t *testing.T) {
	c := openWith(t, sample(), actions.Overview).send(kit.BookChangedMsg{All: true})
	steps := []struct {
		text string
		goes kit.GoMsg
	}{
		{"blocking        rotate 1 legacy CI key in use; hit by the next downtime", only(actions.Legacy, "rotate 1 legacy CI key in use", "crd_lci")},
		{"blocking        ask 1 owner of a legacy API key to move; hit by the next downtime", only(actions.Legacy, "ask 1 owner of a legacy API key to move", "crd_lapi")},
		{"blocking        give CI its own token: 1 member was refused there", only(actions.Members, "give CI its own token: 1 member was refused there", "mem_003")},
		{"fixable         revoke 2 unused legacy keys", only(actions.Legacy, "revoke 2 unused legacy keys", "crd_lun", "crd_lorp", "crd_lun")},
		{"for information assign 1 seat, if needed: the token cannot activate", only(actions.Members, "assign 1 seat, if needed: the token cannot activate", "mem_002")},
	}
	for i, step := range steps {
		if !strings.Contains(c.selected(), step.text) {
			t.Errorf("step %d is %q, want %q", i, c.selected(), step.text)
		}
		c.press("enter").asks(step.goes).press("down")
	}
	c.press("g").press("down")
	if !strings.Contains(c.selected(), "ask 1 owner") {
		t.Errorf("the cursor is on %q", c.selected())
	}
}

func TestAStepGoesWhenItIsDoneAndTheCursorStaysOnItsStep(t *testing.T) {
	c := openWith(t, sample(), actions.Overview).send(kit.BookChangedMsg{All: true}).press("down", "down", "down")
	for _, id := range []models.CredentialID{"crd_lci", "crd_lun"} {
		gone := *c.book.Credential(id)
		gone.State = models.Revoked
		c.putCredentials(gone)
	}
	c.dontSee("rotate 1 legacy CI key")
	if !strings.Contains(c.selected(), "revoke 1 unused legacy key") {
		t.Errorf("the cursor is on %q", c.selected())
	}
	bea := *c.book.Person("mem_002").Member()
	bea.Seat = true
	c.book.PutMembers([]models.Member{bea})
	c.send(kit.BookChangedMsg{Members: []models.MemberID{"mem_002"}}).dontSee("assign 1 seat")
}

func TestARotationLeadsFromWaitingToRetiring(t *testing.T) {
	c := openWith(t, loaded(), actions.Overview)
	old := rotating(used(legacyCI("crd_x", "release"), time.Hour, 900, "jenkins"), models.RotationPending)
	c.putCredentials(old).see("put 1 new token in place of its legacy key")
	old = rotating(used(legacyCI("crd_x", "release"), time.Hour, 900, "jenkins"), models.RotationRetiring)
	c.putCredentials(old).see("wait: 1 legacy key is retiring", "for information").dontSee("put 1 new token")
}

func TestARotationThatNobodyUsesTurnsUpByItself(t *testing.T) {
	c := openWith(t, loaded(), actions.Overview).putCredentials(rotating(token("crd_x", "build"), models.RotationPending))
	c.see("Nothing")
	c.now = now.Add(8 * day)
	c.send(kit.TickMsg{Now: c.now}).see("finish or cancel 1 rotation that nobody uses")
	c.press("enter").asks(only(actions.CITokens, "finish or cancel 1 rotation that nobody uses", "crd_x"))
}

func TestTheCalendarMovesWithTheClock(t *testing.T) {
	end := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		at   time.Time
		want []string
	}{
		{time.Date(2026, 11, 25, 8, 59, 15, 0, time.UTC), []string{"in 45 s: 2026-11-25 10:00-12:00 CET"}},
		{time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC), []string{"now: legacy keys are refused; ends in 1 h 30 min"}},
		{time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC), []string{"in 14 d 12 h: 2026-12-10 00:00-04:00 CET, 2026-12-09 23:00-2026-12-10 03:00 UTC"}},
		{end.Add(-time.Hour), []string{"1 day left", "none planned"}},
		{end, []string{"over: legacy keys are refused for good", "none planned"}},
	}
	for _, one := range cases {
		c := openWith(t, sample(), actions.Overview).send(kit.BookChangedMsg{All: true})
		c.now = one.at
		c.send(kit.TickMsg{Now: one.at}).see(one.want...)
	}
}

func TestTheServicesClockCounts(t *testing.T) {
	c := openWith(t, sample(), actions.Overview).send(kit.BookChangedMsg{All: true})
	w := space()
	w.Now = now.Add(day)
	c.book.PutWorkspace(w, now)
	c.send(kit.TickMsg{Now: now}).see("68 days left", "in 17 h 56 min")
}

func TestADowntimeToComeIsNotCutOff(t *testing.T) {
	book := loaded()
	start := now.Add(17*day + 18*time.Hour)
	book.Workspace.Sunset.Downtimes = append(book.Workspace.Sunset.Downtimes, models.Downtime{ID: "far", Start: start, End: start.Add(time.Hour), Note: "far away"})
	openWith(t, book, actions.Overview).send(kit.BookChangedMsg{All: true}).see("in 17 d 18 h  20")
}

func TestNothingLeftIsSaidGladly(t *testing.T) {
	book := loaded()
	book.Workspace.Counts = models.Counts{Members: 3, Seats: 3, CITokens: 2, Migrated: 7}
	c := openWith(t, book, actions.Overview).send(kit.BookChangedMsg{All: true})
	c.see("none left: the migration is done", "7 of 7 moved (100 %)", "Nothing: no legacy key is left. Well done.")
	if reason := c.action(actions.DoNext).Disabled; reason != "there is nothing left to do" {
		t.Errorf("the next step is disabled because %q", reason)
	}
	c.press("enter").asks(kit.ToastMsg{Toast: kit.Toast{Level: kit.Warn, Text: "do the next step: there is nothing left to do"}})
}

func TestAWorkspaceWithoutACalendar(t *testing.T) {
	book := loaded()
	book.Workspace.Sunset = models.Sunset{}
	book.Workspace.Counts = models.Counts{}
	openWith(t, book, actions.Overview).send(kit.BookChangedMsg{All: true}).see("no end date is set", "none planned", "nothing to move").dontSee("Downtimes to come")
}

func TestScreensSayWhatTheyWaitFor(t *testing.T) {
	for _, scope := range []actions.Scope{actions.Overview, actions.CITokens, actions.Members, actions.Legacy} {
		book := kit.NewBook()
		book.Online, book.Loading = true, true
		c := openWith(t, book, scope).see("loading…")
		if !strings.Contains(c.at.Status(), "loading…") {
			t.Errorf("%s: the status is %q", scope, c.at.Status())
		}
		book.Online = false // loading goes on as soon as it answers
		c.see("The service does not answer").dontSee("loading…")
		book.Trouble = &models.Error{Fault: models.FaultUnauthorized, Title: "This token is not known here", Fix: "take your present one"}
		c.see("Nothing has been loaded yet: This token is not known here.", "To do: take your present one.")
	}
}

func TestEmptyListsSayWhatThatMeans(t *testing.T) {
	openWith(t, loaded(), actions.CITokens).send(kit.BookChangedMsg{All: true}).see("There is no CI token yet.", "n creates one")
	openWith(t, loaded(), actions.Members).send(kit.BookChangedMsg{All: true}).see("The workspace has no members.")
	openWith(t, loaded(), actions.Legacy).send(kit.BookChangedMsg{All: true}).see("No legacy key is left.", "12 have moved to tokens.")
}
