package screens_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// tokens opens the CI tokens a, b, c … in this order.
func tokens(t *testing.T, names ...string) *console {
	c := openWith(t, loaded(), actions.CITokens)
	for i, name := range names {
		one := used(token("crd_"+name, name), time.Duration(i+1)*time.Hour, int64(10*(i+1)), "host-"+name)
		c.reader.usage[one.ID] = nil
		c.putCredentials(one)
	}
	return c
}

func TestTheCursorStaysOnItsRowWhateverComes(t *testing.T) {
	c := tokens(t, "build", "deploy", "nightly")
	c.press("down")
	if !strings.Contains(c.selected(), "deploy") {
		t.Fatalf("the cursor is on %q", c.selected())
	}
	c.putCredentials(token("crd_1", "aaa"), token("crd_2", "bbb"), token("crd_3", "zzz"))
	if !strings.Contains(c.selected(), "deploy") {
		t.Errorf("after rows came above, the cursor is on %q", c.selected())
	}
	c.send(kit.BookChangedMsg{All: true})
	if !strings.Contains(c.selected(), "deploy") {
		t.Errorf("after everything was loaded anew, the cursor is on %q", c.selected())
	}
	c.press("S")
	if !strings.Contains(c.selected(), "deploy") {
		t.Errorf("after the order was turned round, the cursor is on %q", c.selected())
	}
}

// Whatever pages and changes arrive, an action is about the row that was selected before.
func TestNoRefreshChangesWhatAnActionIsAbout(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := openWith(t, loaded(), actions.CITokens)
		name := rapid.StringMatching(`[a-z]{1,6}`)
		ids := rapid.IntRange(0, 30)
		put := func() {
			n := ids.Draw(r, "id")
			c.putCredentials(token(fmt.Sprintf("crd_%02d", n), name.Draw(r, "name")))
		}
		for range 10 {
			put()
		}
		c.press(rapid.SliceOf(rapid.SampledFrom([]string{"down", "up", "s", "S", "G"})).Draw(r, "keys")...)
		c.press("y")
		want := c.upward[len(c.upward)-1].(kit.CopySecretMsg).Target
		for range 10 {
			put()
		}
		c.press("y")
		if got := c.upward[len(c.upward)-1].(kit.CopySecretMsg).Target; got != want {
			r.Fatalf("copy was about %s and is about %s now", want, got)
		}
	})
}

func TestTheFilterNarrowsAtEachLetterAndOutlivesARefresh(t *testing.T) {
	c := tokens(t, "build", "deploy", "nightly")
	c.press("/")
	if !c.at.CapturesText() || !c.at.StepsOut() {
		t.Fatal("the filter line is open, but letters are still keys")
	}
	c.typeText("ni").see("nightly", "1 of 3").dontSee("deploy")
	c.press("backspace", "backspace").see("nightly", "deploy", "build")
	c.typeText("depl").press("enter").see("deploy", "1 of 3").dontSee("nightly")
	if c.at.CapturesText() {
		t.Error("enter did not close the filter line")
	}
	c.putCredentials(token("crd_x", "deploy-2"), token("crd_y", "other"))
	c.see("deploy-2", "2 of 5").dontSee("other")
	c.press("esc").see("other", "nightly")
	if c.at.StepsOut() {
		t.Error("nothing is left to step out of")
	}
}

func TestAFilterThatFindsNothingSaysSo(t *testing.T) {
	c := tokens(t, "build").press("/").typeText("qqq").see("nothing matches qqq", "0 of 1").press("enter")
	if reason := c.action(actions.Copy).Disabled; reason != "nothing is selected" {
		t.Errorf("copy is disabled because %q", reason)
	}
	c.press("enter").see("nothing is selected")
}

func TestPastedTextGoesIntoTheFilterOnly(t *testing.T) {
	c := tokens(t, "build", "deploy").press("/")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("dep\nloy"), Paste: true})
	c.see("1 of 2", "deploy").dontSee("build")
}

func TestEachColumnSortsByWhatItShows(t *testing.T) {
	c := openWith(t, loaded(), actions.CITokens)
	a, b := used(token("crd_a", "alpha"), time.Hour, 5, "zeta"), used(token("crd_b", "beta"), 9*time.Hour, 900, "eta")
	b = rotating(b, models.RotationPending)
	b.CreatedAt = now.Add(-100 * day)
	p := token("crd_p", "pausing")
	p.State, p.CreatedAt, p.Secrets[0].Fingerprint = models.Paused, now.Add(-day), "00000000"
	gone := token("crd_g", "aaa-gone")
	gone.State = models.Revoked
	c.putCredentials(a, b, p, gone)
	c.at.SetSize(200, 10)
	steps := []struct {
		column string
		want   []string
	}{
		{"name ↑", []string{"alpha", "beta", "pausing", "aaa-gone"}},
		{"state ↑", []string{"alpha", "beta", "pausing", "aaa-gone"}},
		{"rotation ↑", []string{"beta", "alpha", "pausing", "aaa-gone"}},
		{"last used ↑", []string{"pausing", "beta", "alpha", "aaa-gone"}},
		{"uses 30d ↓", []string{"beta", "alpha", "pausing", "aaa-gone"}},
		{"last caller ↑", []string{"pausing", "beta", "alpha", "aaa-gone"}},
		{"created ↑", []string{"beta", "alpha", "pausing", "aaa-gone"}},
		{"fingerprint ↑", []string{"pausing", "alpha", "beta", "aaa-gone"}},
	}
	for _, step := range steps {
		c.see(step.column)
		got := c.rows()
		if step.column == "uses 30d ↓" || step.column == "created ↑" { // equal values may stand in any order
			got, step.want = got[:2], step.want[:2]
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("by %s the rows are %v, want %v", step.column, got, step.want)
		}
		c.press("s")
	}
}

func TestMarkedRowsAreWhatRotateIsAbout(t *testing.T) {
	c := tokens(t, "build", "deploy", "nightly")
	c.press("r").asks(kit.StartRotateMsg{Targets: []models.CredentialID{"crd_build"}})
	c.press(" ", "down", " ").press("r").asks(kit.StartRotateMsg{Targets: []models.CredentialID{"crd_build", "crd_nightly"}})
	if status := c.at.Status(); status != "3, 2 marked" {
		t.Errorf("the status is %q", status)
	}
	c.press("p").asks(kit.StartChangeMsg{Action: actions.Pause, Targets: []models.CredentialID{"crd_build", "crd_nightly"}})
	c.press("i").asks(kit.CopyTextMsg{Text: "crd_build\ncrd_nightly", What: "the ids of 2 rows"})
	c.press("esc", "a", "r").asks(kit.StartRotateMsg{Targets: []models.CredentialID{"crd_build", "crd_deploy", "crd_nightly"}})
}

func TestOneMarkedRowThatRefusesStopsThemAll(t *testing.T) {
	c := openWith(t, sample(), actions.CITokens).send(kit.BookChangedMsg{All: true})
	c.press("a")
	want := "aaa-old: this CI token is revoked"
	if got := c.action(actions.Rotate).Disabled; got != want {
		t.Errorf("rotate is disabled because %q, want %q", got, want)
	}
	before := len(c.upward)
	c.press("r")
	if toast, ok := c.upward[before].(kit.ToastMsg); !ok || !strings.Contains(toast.Toast.Text, want) {
		t.Errorf("the key answered %#v", c.upward[before])
	}
}

func TestThePaneTellsTheWholeStoryOfARotation(t *testing.T) {
	c := openWith(t, sample(), actions.CITokens).send(kit.BookChangedMsg{All: true})
	c.at.SetSize(120, 60)
	c.reader.usage["crd_build"] = nil
	c.reader.usage["crd_deploy"] = []models.Caller{
		{SecretVersion: 1, Client: "localstack-cli", ClientVersion: "3.8.1", Host: "runner-9", CI: true, Last: now.Add(-time.Hour), Count: 77},
	}
	c.reader.usage["crd_e2e"] = nil
	c.press("down", "enter")
	c.see("Rotation: waiting for first use", "✓ issued", "by Ada Admin", "▸ first use", "24h from the first use",
		"c confirm new", "z cancel rotation", "f end old now", "localstack-cli 3.8.1 on runner-9", "77 times", "beefcafe", "Version 2: pending", "Version 1: current")
	c.dontSee("roll back", "extend")
	c.press("down").see("Rotation: old one retiring", "in 23 h", "b roll back", "f end old now", "+ extend grace").dontSee("cancel rotation")
	c.press("enter").dontSee("Rotation:")
}

func TestThePaneTakesTheRoomThatThereIs(t *testing.T) {
	c := tokens(t, "build", "deploy")
	c.press("enter")
	c.at.SetSize(110, 20)
	c.see("deploy", "│")
	c.at.SetSize(80, 40)
	c.see("deploy", "────", "Version 1")
	c.at.SetSize(40, 12)
	c.dontSee("deploy").see("pgdown", "lines more")
	c.press("pgdown").see("fingerprint").press("pgdown").see("back to the top").press("pgup", "pgup", "pgup").see("state")
	c.at.SetSize(110, 20)
	c.see("deploy", "│").press("esc").dontSee("│")
}

func TestALateUsageReplyIsDropped(t *testing.T) {
	c := tokens(t, "build", "deploy")
	c.reader.usage["crd_build"] = []models.Caller{{SecretVersion: 1, Client: "old-client", Count: 3}}
	c.hold = true
	c.press("enter").see("loading…")
	c.press("enter") // closed: nobody waits for that answer any more
	c.release()
	c.reader.usage["crd_build"] = []models.Caller{{SecretVersion: 1, Client: "new-client", Count: 4}}
	c.press("enter").see("new-client").dontSee("old-client")
	if n := len(c.reader.asked); n != 2 {
		t.Errorf("asked %v", c.reader.asked)
	}
}

func TestAUsageReplyIsShownOnItsOwnRowOnly(t *testing.T) {
	c := tokens(t, "build", "deploy", "nightly")
	c.reader.usage["crd_build"] = []models.Caller{{SecretVersion: 1, Client: "build-client", Count: 3}}
	c.reader.usage["crd_nightly"] = []models.Caller{{SecretVersion: 1, Client: "nightly-client", Count: 3}}
	c.hold = true
	c.press("enter", "down", "down")
	c.release()
	c.see("nightly-client").dontSee("build-client")
	if want := []string{"usage crd_build", "usage crd_nightly"}; !slices.Equal(c.reader.asked, want) {
		t.Errorf("asked %v, want %v: rows that were passed over are not asked about", c.reader.asked, want)
	}
	c.press("up", "up").see("build-client")
	if want := []string{"usage crd_build", "usage crd_nightly", "usage crd_deploy"}; !slices.Equal(c.reader.asked, want) {
		t.Errorf("asked %v, want %v: a known answer is not asked for again", c.reader.asked, want)
	}
}

func TestANewUseIsAskedForAgain(t *testing.T) {
	c := tokens(t, "build")
	c.press("enter").see("nobody")
	c.reader.usage["crd_build"] = []models.Caller{{SecretVersion: 1, Client: "fresh-client", Count: 1}}
	again := *c.book.Credential("crd_build")
	again.Use.Count++
	c.putCredentials(again).see("fresh-client")
}

func TestAFailedUsageSaysWhy(t *testing.T) {
	c := tokens(t, "build")
	c.reader.fail = errors.New("the service does not answer")
	c.press("enter").see("not known: the service does not", "answer")
}
