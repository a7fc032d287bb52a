package plain_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/chain"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

func TestAHistoryThatDoesNotGoOnIsSaid(t *testing.T) {
	dir := t.TempDir()
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Remember(chain.Pins{Dir: dir})
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Types("where").HearsNo("history")
		u.World.Rewrite(func(list []models.Event) []models.Event { return list[:len(list)-1] })
		u.Types("refresh").Hears("before what was seen here", "Run keyturn events verify")
	})
}

func TestThatNobodyCanTellIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Remember(chain.Pins{Dir: file})
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Types("where").Hears("What to do: make " + file + " a folder").HearsNo("events verify")
	})
}
