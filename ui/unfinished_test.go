package ui_test

import (
	"context"
	"os"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

// keeping builds a console with the real engine over a journal.
func keeping(dir string) testkit.Build {
	return func(ports kit.Ports) tea.Model {
		world := ports.Reader.(*testkit.World)
		e := rotation.Keeping(testkit.Known{World: world}, "https://keys.example.com", journal.Open(dir, durable.OS{}))
		ports.Rotator, ports.Unfinished, ports.Local = e, e, world.Local(journal.Open(dir, durable.OS{}))
		return console(ports)
	}
}

// left is a console that died while it waited for the answer to a rotation of deploy.
func left(t *testing.T, dir string) {
	t.Helper()
	entry, err := journal.Open(dir, durable.OS{}).Begin(journal.Intent{
		Key: "KEY-OF-THE-DEAD", Owner: owner.Owner{Endpoint: "https://keys.example.com", Member: "mem_001", MemberName: "Ada Admin"}, At: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC),
		Rotate: &models.RotateRequest{Credential: "crd_deploy", Seen: 1, Overlap: models.DefaultOverlap, Key: "KEY-OF-THE-DEAD"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatal(err)
	}
}

func TestTheNextConsoleSaysWhatHasNoKnownOutcome(t *testing.T) {
	for _, key := range []string{"r", "R"} {
		dir := t.TempDir()
		left(t, dir)
		testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
			s.See("1 rotation of deploy has no known outcome: press R to ask the server")
			s.Press("2")
			toRow(s, "deploy").Press(key).See("no known outcome", "rotate deploy (crd_deploy), asked 2026-11-23 16:00", "not done again")
			s.Press("esc")
			s.World.Expect("rotate crd_deploy first-use+24h")
			confirm(s.Press(key)).Wait(time.Second).See("done: rotate deploy")
			if keys := s.World.Keys("rotate"); len(keys) != 1 || keys[0] != "KEY-OF-THE-DEAD" {
				s.Fail("asked with %v", keys)
			}
			s.Press("esc", "esc", "R").See("nothing of yours was left unfinished")
		})
	}
}

// The message goes after a while; the overview goes on saying it at every size, until it is settled.
func TestTheOverviewSaysWhatWasLeftUntilItIsSettled(t *testing.T) {
	const said = "1 rotation of deploy has no known outcome: press R to ask the server"
	dir := t.TempDir()
	left(t, dir)
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).SeeOnce(said)
		for _, size := range [][2]int{{120, 40}, {40, 10}, {80, 24}} {
			s.Resize(size[0], size[1]).See(said)
		}
		s.Press("2").DontSee("no known outcome").Press("1").See(said)
		s.World.Expect("rotate crd_deploy first-use+24h")
		confirm(s.Press("R").See("not done again")).Wait(time.Second)
		s.Press("esc", "1").DontSee("no known outcome")
	})
}

// A command of the same user is killed while the console is open.
func TestWhatIsLeftMeanwhileIsFound(t *testing.T) {
	dir := t.TempDir()
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).Press("R").See("nothing of yours was left unfinished")
		left(t, dir)
		s.Press("R").See("no known outcome", "rotate deploy (crd_deploy), asked 2026-11-23 16:00").Press("esc")
		s.See("1 rotation of deploy has no known outcome: press R to ask the server")
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		s.Press("R").See("nothing of yours was left unfinished").DontSee("has no known outcome")
	})
}

// Somebody asks for it with the command while the console is open.
func TestTheOverviewHearsThatItWasSettledElsewhere(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).See("has no known outcome")
		e := rotation.Keeping(testkit.Known{World: s.World}, "https://keys.example.com", journal.Open(dir, durable.OS{}))
		s.World.Expect("rotate crd_deploy first-use+24h")
		ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
		defer stop()
		if res, err := e.Resume(ctx, "KEY-OF-THE-DEAD"); err != nil || res.Outcome != rotation.Done {
			s.Fail("%+v %v", res, err)
		}
		s.Wait(time.Second).DontSee("no known outcome")
	})
}

// Somebody gives it up with the command while the console is open: nothing changes for the service by that.
func TestTheOverviewHearsThatItWasGivenUpElsewhere(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).See("has no known outcome")
		entry, err := journal.Open(dir, durable.OS{}).Take("KEY-OF-THE-DEAD")
		if err == nil {
			err = entry.Strike()
		}
		if err != nil {
			t.Fatal(err)
		}
		s.Wait(time.Minute).DontSee("no known outcome")
	})
}

// The rotation was done, and the screen shows it as open: r still asks for the outcome, since to start
// another one is not what was meant.
func TestAnOpenRotationWithoutAKnownOutcomeIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Press("2").See("deploy")
		s.World.LoseReplies("rotate", 4)
		s.World.Expect("rotate crd_deploy first-use+24h", "rotate crd_deploy first-use+24h", "rotate crd_deploy first-use+24h", "rotate crd_deploy first-use+24h")
		confirm(toRow(s, "deploy").Press("r")).Wait(20*time.Second).See("no answer", "Ask the service again")
		s.Press("esc").See("waiting for first use")
		s.World.Expect("rotate crd_deploy first-use+24h")
		confirm(toRow(s, "deploy").Press("r").See("no known outcome")).Wait(time.Second).See("done: rotate deploy")
		keys := s.World.Keys("rotate")
		for _, key := range keys {
			if key != keys[0] {
				s.Fail("asked with %v", keys)
			}
		}
		s.Press("esc", "esc")
		toRow(s, "deploy").Press("r").See("A rotation is open, started by Ada Admin")
	})
}
