package plain_test

import (
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

func TestLinesSayWhatHasNoKnownOutcomeAndAskForIt(t *testing.T) {
	for _, lines := range [][]string{{"finish"}, {"ci", "2", "rotate"}} {
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
			u.Types("finish").Hears("the outcome of every rotation is known")
			u.leave()
		})
	}
}
