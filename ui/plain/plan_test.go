package plain_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

// six adds CI tokens x0 to x5, and keeps plans in a folder.
func six(dir string) func(*testkit.World) {
	return func(w *testkit.World) {
		testkit.Sample(w)
		w.KeepIn(dir)
		for i := range 6 {
			w.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_x%d", i)), fmt.Sprintf("x%d", i)))
		}
	}
}

// rest is what is still to be done of the plans that lie in a folder, as calls.
func rest(t *testing.T, dir string) (calls []string) {
	t.Helper()
	list, err := bulk.NewShelf(dir, durable.OS{}).List()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		for _, item := range s.Rest() {
			calls = append(calls, fmt.Sprintf("rotate %s first-use+24h", item.Credential))
		}
	}
	return calls
}

// signedIn is an engine that keeps no journal, so that a session looks for what was left.
type signedIn struct{}

func (signedIn) Unfinished(context.Context) (rotation.Unfinished, error) {
	return rotation.Unfinished{}, nil
}

func (signedIn) Resume(context.Context, string) (rotation.Resumed, error) {
	return rotation.Resumed{}, os.ErrNotExist
}

// within tells a story in which plans are looked for, too.
func within(t *testing.T, dir string, tale func(*user)) {
	t.Helper()
	testkit.Within(t, six(dir), func(t *testing.T, w *testkit.World) {
		ports := w.Ports()
		ports.Unfinished = signedIn{}
		u := listenTo(t, w, plain.Config{Ports: ports})
		defer u.stop()
		tale(u)
		u.leave()
	})
}

func TestSeveralAreRotatedByAPlan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	within(t, dir, func(u *user) {
		u.Types("ci", "filter x", "mark-all", "rotate 1").Hears("6 credentials", "Type yes to rotate")
		release := u.World.Hold("rotate")
		for i := range 4 {
			u.World.Expect(fmt.Sprintf("rotate crd_x%d first-use+24h", i))
		}
		u.Types("yes").Hears("6 of 6 to rotate, 4 at a time. Ctrl+c pauses.")
		if n := len(rest(t, dir)); n != 6 {
			t.Errorf("%d were written down first", n)
		}
		u.Interrupts().Hears("Pausing: what is under way still finishes.")
		release()
		u.Waits(time.Second).Hears("Done: 1 of 6: rotate x", "Done: 4 of 6: rotate x", "rotate: 4 of 6 done; paused: 2 not begun.", "What to do: type finish to go on")
		u.Types("marked").Hears("2 rows marked")
		u.Types("finish").Hears("A plan of 6 rotations, made 2026-11-23 16:04", "4 done, 2 to go.", "To go: x", "Type yes to go on").Types("no").Hears("Nothing was done.")
	})
	within(t, dir, func(u *user) { // a later one
		u.Hears("A plan of 6 rotations is half done: 4 done, 2 to go. Type finish to go on.", "You are in the overview")
		u.World.Expect(rest(t, dir)...)
		u.Types("finish", "yes").Hears("2 of 6 to rotate", "Done: 5 of 6: rotate x", "Done: 6 of 6: rotate x", "rotate: 6 of 6 done.")
		u.Types("finish").Hears("Nothing of yours was left unfinished on this machine.")
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("of a plan that is done is left %v, %v", left, err)
	}
}

func TestAPlanLeavesOutWhatIsBeingRotated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	within(t, dir, func(u *user) {
		for i := range 5 {
			u.World.Elsewhere(models.CredentialID(fmt.Sprintf("crd_x%d", i)), "Bob", theirs(models.RotationPending))
		}
		u.Waits(time.Second).Types("ci", "filter x", "mark-all", "rotate 1")
		u.Hears("x5, CI token, id crd_x5", "x0 (crd_x0) is left out: a rotation is open, started by Bob, 2026-11-23 16:04", "rotate it alone", "x2 (crd_x2) is left out", "2 more are left out, too")
		u.World.Expect("rotate crd_x5 first-use+24h")
		u.Types("yes").Waits(time.Second).Hears("Done: rotate x5")
		u.Types("marked").Hears("5 rows marked")
	})
}

func TestWhatFailsOfAPlanIsToldAndStaysMarked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	within(t, dir, func(u *user) {
		u.Types("ci", "filter x", "mark-all", "rotate 1")
		u.World.Elsewhere("crd_x3", "Bob", func(c *models.Credential) { c.Name = "x3-of-bob" })
		for i := range 6 {
			u.World.Expect(fmt.Sprintf("rotate crd_x%d first-use+24h", i))
		}
		u.Types("yes").Waits(time.Second).Hears("rotate: 5 of 6 done", "Somebody has changed it since you looked")
		u.Types("marked").Hears("1 row marked", "x3-of-bob")
	})
}

func TestWhatAPlanDoesNotKnowIsAskedForAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	within(t, dir, func(u *user) {
		u.World.LoseReplies("rotate", 1)
		u.Types("ci", "filter x", "mark 1 2", "rotate 1")
		u.World.Expect("rotate crd_x0 first-use+24h", "rotate crd_x1 first-use+24h")
		u.Types("yes").Waits(time.Second).Hears("Perhaps done, perhaps not: ", "rotate: 1 of 2 done; 1 without an answer.", "Without an answer: x", "Type yes to ask the service again")
		again := rest(t, dir)
		u.World.Expect(again...)
		u.Types("yes").Waits(time.Second).Hears("rotate: 2 of 2 done.")
		keys := u.World.Keys("rotate")
		if len(again) != 1 || len(keys) != 3 || keys[2] != keys[0] && keys[2] != keys[1] {
			t.Errorf("asked again for %v, with %v", again, keys)
		}
	})
}
