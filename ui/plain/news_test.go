package plain_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

func TestChangesAreToldAtThePromptOnly(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci")
		before := u.heard
		u.World.Elsewhere("crd_build", "Bob", func(c *models.Credential) { c.State = models.Paused })
		u.World.Elsewhere("crd_e2e", "Bob", func(c *models.Credential) { c.Name = "ende" })
		u.World.Put(testkit.CIToken("crd_new", "fresh"))
		u.Waits(time.Minute)
		if u.heard != before {
			t.Errorf("somebody who types was interrupted: %q", u.heard[len(before):])
		}
		u.Types("").Hears("3 changes since:\n", "build is paused now, by Bob.", "ende is the new name of e2e, by Bob.", "fresh is new: a CI token.", "keyturn> ")
		u.Types("").HearsNo("since").Types("list").Hears("CI tokens: 5", "build, CI token, paused")
		u.Types("messages").Hears("1: ", "fresh is new")
	})
}

func TestUseIsNoNews(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Put(testkit.Used(testkit.CIToken("crd_build", "build"), 0, 1300, "runner-8"))
		u.Waits(time.Second).Types("").Hears("Nothing has changed").Types("ci").Hears("build, CI token, active, last used now")
	})
}

func TestMuchNewsIsCounted(t *testing.T) {
	tell(t, func(u *user) {
		for i := range 8 {
			u.World.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_n%d", i)), fmt.Sprintf("new-%d", i)))
		}
		u.Waits(time.Second).Types("").Hears("8 changes since:", "new-4", "and 3 more: type messages").HearsNo("new-5")
	})
}

func TestASeatIsNews(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Join(testkit.Person(9, "Dora Daily"))
		u.Waits(time.Second).Types("").Hears("Dora Daily is a new member.")
	})
}

func TestTheServiceGoesAndComesBack(t *testing.T) {
	tell(t, func(u *user) {
		u.World.Drop(testkit.Unreachable())
		u.World.Fail("changes", testkit.Unreachable())
		u.Waits(time.Millisecond).Types("ci", "1").Types("pause").Hears("the service does not answer: nothing can be changed until it does")
		u.Types("where").Hears("has not answered since 2026-11-23 16:04")
		u.Waits(10 * time.Second).Types("").Hears("The service answers again.")
	})
}

func TestAServiceThatNeverAnswersIsSaidAtOnce(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Fail("changes", testkit.Unreachable(), testkit.Unreachable(), testkit.Unreachable(), testkit.Unreachable())
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Hears("Nothing has been loaded yet: The workspace service does not answer", "What to do: check that it runs", "keyturn> ").HearsNo("change since")
		u.Types("ci").Hears("Nothing has been loaded yet").Waits(20 * time.Second).Types("ci").Hears("CI tokens: 4")
	})
}

func TestASlowStartSaysSoOnce(t *testing.T) {
	var release func()
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		release = w.Hold("credentials")
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Hears("Workspace Acme", "keyturn> ").Types("ci").HearsNo("CI tokens: ").Waits(5 * time.Second).Hears("still waiting for the service")
		u.Interrupts().Hears("Not everything has been loaded yet: 0 so far.")
		release()
		u.Waits(time.Second).Types("ci").Hears("CI tokens: 4")
	})
}

func TestRefreshAsksForEverything(t *testing.T) {
	tell(t, func(u *user) {
		u.Types("ci").Hears("CI tokens: 4")
		u.World.Quietly(testkit.CIToken("crd_quiet", "quiet"))
		u.Types("refresh").Hears("Everything is loaded anew: 3 members").Types("list").Hears("CI tokens: 5", "quiet")
	})
}
