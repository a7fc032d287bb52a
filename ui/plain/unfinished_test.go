package plain_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

// died is the journal of a session that died while it waited for the answer to a rotation of deploy.
func died(t *testing.T) *journal.Journal {
	t.Helper()
	intents := journal.Open(t.TempDir(), durable.OS{})
	entry, err := intents.Begin(journal.Intent{
		Key: "KEY-OF-THE-DEAD", Owner: owner.Owner{Endpoint: "https://keys.example.com", Member: "mem_001", MemberName: "Ada Admin"}, At: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC),
		Rotate: &models.RotateRequest{Credential: "crd_deploy", Seen: 1, Overlap: models.DefaultOverlap, Key: "KEY-OF-THE-DEAD"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatal(err)
	}
	return intents
}

// Nothing is asked of the service: none of its calls is expected.
func TestLinesForgetWhatWasLeft(t *testing.T) {
	intents, dir := died(t), filepath.Join(t.TempDir(), "plans")
	testkit.Within(t, six(dir), func(t *testing.T, w *testkit.World) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		req := models.RotateRequest{Credential: "crd_x0", Seen: 1, Overlap: models.DefaultOverlap, Key: "K0"}
		run, err := w.Ports().Plans.Keep(ctx, bulk.Plan{At: time.Now(), Items: []bulk.Item{{Credential: "crd_x0", Name: "x0", Request: req}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		cfg := plain.Config{Ports: w.Ports()}
		e := rotation.Keeping(testkit.Known{World: w}, "https://keys.example.com", intents)
		cfg.Ports.Rotator, cfg.Ports.Unfinished, cfg.Ports.Local = e, e, w.Local(intents)
		u := listenTo(t, w, cfg)
		defer u.stop()
		u.Hears("A plan of 1 rotations was not begun; 1 rotation of deploy has no known outcome").Types("forget")
		u.Hears("Which one shall be forgotten?", "1: a plan of 1 rotations, made 2026-11-23", "2: rotate deploy (crd_deploy), asked 2026-11-23 16:00", "by Ada Admin at https://keys.example.com.")
		u.Types("2").Hears("Whether it was done is not known", "This cannot be undone: type deploy, or its id, to go on")
		u.Types("").Hears("Nothing was forgotten.")
		u.Types("F", "2", "yes").Hears("That is not it")
		u.Types("deploy").Hears("Forgotten: rotate deploy; whether it was done is still not known.")
		u.Types("overview").Hears("A plan of 1 rotations was not begun. Type finish to go on.")
		u.Types("forget").Hears("not asked for any more: x0.", "Type yes to forget it").Types("yes").Hears("Forgotten: a plan of 1 rotations.")
		u.Types("forget").Hears("Nothing can be given up on this machine")
		u.leave()
	})
}

// A service that does not answer says nothing of what was left, and neither does finish.
func TestLinesDoNotCallKnownWhatTheServiceDoesNotTell(t *testing.T) {
	intents := died(t)
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Fail("changes", slices.Repeat([]error{testkit.Unreachable()}, 50)...)
		w.Fail("workspace", slices.Repeat([]error{testkit.Unreachable()}, 50)...)
	}
	testkit.Within(t, fill, func(t *testing.T, w *testkit.World) {
		cfg := plain.Config{Ports: w.Ports()}
		e := rotation.Keeping(testkit.Known{World: w}, "https://keys.example.com", intents)
		cfg.Ports.Rotator, cfg.Ports.Unfinished, cfg.Ports.Local = e, e, w.Local(intents)
		u := listenTo(t, w, cfg)
		defer u.stop()
		u.Types("finish").Hears("What was left is not known: ").HearsNo("Nothing of yours")
		u.Types("forget", "crd_deploy").Hears("Forgotten: rotate crd_deploy")
		u.Types("finish").Hears("Nothing of yours was left unfinished on this machine.")
		u.leave()
	})
}

// A service that takes a connection and says nothing keeps nobody waiting who does not need it.
func TestLinesForgetWithoutWaitingForTheService(t *testing.T) {
	intents := died(t)
	entry, err := intents.Begin(journal.Intent{Key: "ANOTHER", Rotate: &models.RotateRequest{Credential: "crd_e2e", Overlap: models.DefaultOverlap, Key: "ANOTHER"}})
	if err == nil {
		err = entry.Leave()
	}
	if err != nil {
		t.Fatal(err)
	}
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Fail("changes", slices.Repeat([]error{testkit.Unreachable()}, 50)...)
	}
	testkit.Within(t, fill, func(t *testing.T, w *testkit.World) {
		defer w.Hold("workspace")()
		cfg := plain.Config{Ports: w.Ports()}
		e := rotation.Keeping(testkit.Known{World: w}, "https://keys.example.com", intents)
		cfg.Ports.Rotator, cfg.Ports.Unfinished, cfg.Ports.Local = e, e, w.Local(intents)
		u := listenTo(t, w, cfg)
		defer u.stop()
		u.Types("forget", "2").Hears("type crd_deploy to go on").Types("crd_deploy").Hears("Forgotten: rotate crd_deploy")
		u.Types("where").Hears("You are in the overview")
		u.leave()
	})
}

func TestLinesSayWhatHasNoKnownOutcomeAndAskForIt(t *testing.T) {
	for _, lines := range [][]string{{"finish"}, {"ci", "2", "rotate"}} {
		intents := died(t)
		testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
			cfg := plain.Config{Ports: w.Ports()}
			e := rotation.Keeping(testkit.Known{World: w}, "https://keys.example.com", intents)
			cfg.Ports.Rotator, cfg.Ports.Unfinished = e, e
			u := listenTo(t, w, cfg)
			defer u.stop()
			u.Hears("You are signed in as", "1 rotation of deploy has no known outcome. Type finish to ask the service.", "Sunset: ", "You are in the overview")
			u.Types("").HearsNo("no known outcome")
			u.Types("overview").Hears("Overview of Acme.", "1 rotation of deploy has no known outcome. Type finish to ask the service.", "Sunset: ").HearsNo("change since")
			u.Types(lines...).Hears("rotate deploy (crd_deploy), asked 2026-11-23 16:00", "not done again", "Type yes to ask the service")
			w.Expect("rotate crd_deploy first-use+24h")
			u.Types("yes").Hears("Done: rotate deploy")
			if keys := w.Keys("rotate"); len(keys) != 1 || keys[0] != "KEY-OF-THE-DEAD" {
				t.Errorf("asked with %v", keys)
			}
			u.Types("overview").Hears("Sunset: ").HearsNo("no known outcome")
			u.Types("finish").Hears("Nothing of yours was left unfinished on this machine.")
			u.leave()
		})
	}
}
