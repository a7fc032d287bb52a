package ui_test

import (
	"os"
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

// forgets answers the question whether to give something up: with what has to be typed, and yes.
func forgets(s *testkit.Story, typed string) *testkit.Story {
	return s.Press("tab").Type(typed).Press("tab", "enter")
}

func TestAnOutcomeThatNobodyWillAskForIsGivenUp(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).See("1 rotation of deploy has no known outcome")
		s.Press("F").See("Forget in Acme: deploy", "rotate deploy (crd_deploy), asked 2026-11-23 16:00", "by Ada Admin at https://keys.example.com",
			"Whether it was done is not known", "forgetting it does not find out", "the old one ends as it was asked: overlap first-use+24h", "the activity for what Ada Admin began")
		s.Press("shift+tab", "enter").See("type deploy, or its id, to go on").Press("esc").See("has no known outcome")
		forgets(s.Press("F"), "deploy").See("forgotten: rotate deploy; whether it was done is still not known").DontSee("has no known outcome:")
		s.Wait(time.Minute).DontSee("known outcome").Press("R").See("nothing of yours was left unfinished")
		if keys := s.World.Keys("rotate"); len(keys) > 0 {
			s.Fail("the service was asked with %v", keys)
		}
		s.Press("F").See("there is nothing to forget")
	})
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("left are %v %v", files, err)
	}
}

// The console died after it had asked for x2 and before it wrote that into the plan: the journal knows.
func TestAPlanIsGivenUpAndWhatIsNotKnownIsNamed(t *testing.T) {
	kept, dir := newShelf(t), t.TempDir()
	kept.leftBy(t, 2, models.DefaultOverlap)
	entry, err := journal.Open(dir, durable.OS{}).Begin(journal.Intent{
		Key: "KEY-OF-THE-DEAD-2", Owner: owner.Owner{Endpoint: testkit.Endpoint, Member: "mem_001", MemberName: "Ada Admin"},
		Rotate: &models.RotateRequest{Credential: "crd_x2", Seen: 1, Overlap: models.DefaultOverlap, Key: "KEY-OF-THE-DEAD-2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatal(err)
	}
	fill := func(w *testkit.World) { testkit.Sample(w); w.KeepIn(kept.dir) }
	testkit.TellIn(t, fill, keeping(dir), func(s *testkit.Story) {
		s.Wait(time.Minute).See("A plan of 6 rotations is half done: 2 done, 4 to go")
		s.Press("F").See("A plan of 6 rotations, made 2026-11-23", "2 done, 4 to go. What is done stays done.", "not asked for any more: x3, x4, x5.", "Not known whether done: rotate x2 (crd_x2)")
		forgets(s, "x2").See("forgotten: a plan of 6 rotations; still not known whether done: x2")
		s.Wait(time.Minute).DontSee("half done").DontSee("known outcome")
	})
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 || len(kept.left(t)) > 0 {
		t.Errorf("left are %v %v %v", files, kept.left(t), err)
	}
}

// Of a plan of which nothing is unknown, no name has to be typed; of several things, one is chosen.
func TestOneOfSeveralIsGivenUp(t *testing.T) {
	kept, dir := newShelf(t), t.TempDir()
	kept.leftBy(t, 4, models.DefaultOverlap)
	left(t, dir)
	fill := func(w *testkit.World) { testkit.Sample(w); w.KeepIn(kept.dir) }
	testkit.TellIn(t, fill, keeping(dir), func(s *testkit.Story) {
		s.Press("F").See("forget: which one?", "a plan of 6 rotations, made 2026-11-23", "rotate deploy (crd_deploy), asked")
		s.Press("enter").See("not asked for any more: x4, x5.", "Its file goes.").DontSee("type ")
		confirm(s).See("forgotten: a plan of 6 rotations").Wait(time.Minute).See("1 rotation of deploy has no known outcome: press R")
		s.Press(":").Type("forget rotations").Press("enter").See("Forget in Acme: deploy").Press("esc")
	})
	if len(kept.left(t)) > 0 {
		t.Error("the plan is still there")
	}
}

// The service is gone for good, and was never there for this console.
func TestWhatIsLeftIsGivenUpWithoutTheService(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Fail("changes", slices.Repeat([]error{testkit.Unreachable()}, 50)...)
	}
	testkit.TellIn(t, fill, keeping(dir), func(s *testkit.Story) {
		s.Press("R").See("the service has not answered yet").DontSee("nothing of yours")
		s.Press("F").See("Forget: crd_deploy", "rotate crd_deploy, asked").DontSee("id crd_deploy")
		s.Press("shift+tab", "enter").See("type crd_deploy to go on").Press("esc", "F")
		forgets(s, "crd_deploy").See("forgotten: rotate crd_deploy")
	})
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("left are %v %v", files, err)
	}
}

// Somebody goes on with it while the question is on the screen.
func TestWhatIsWorkedOnIsNotGivenUp(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	testkit.Tell(t, keeping(dir), func(s *testkit.Story) {
		s.Press("F").See("Forget in Acme")
		entry, err := journal.Open(dir, durable.OS{}).Take("KEY-OF-THE-DEAD")
		if err != nil {
			t.Fatal(err)
		}
		forgets(s, "deploy").Wait(time.Second).Press("m").See("nothing was forgotten: another keyturn on this machine works on KEY-OF-").DontSee("forgotten: rotate deploy").Press("esc")
		s.Press("esc", "F").Wait(time.Second).See("there is nothing to forget")
		if err := entry.Leave(); err != nil {
			t.Fatal(err)
		}
		s.Press("F").See("Forget in Acme")
	})
}

func TestReadOnlyForgetsNothing(t *testing.T) {
	dir := t.TempDir()
	left(t, dir)
	build := func(ports kit.Ports) tea.Model {
		ports.Local = ports.Reader.(*testkit.World).Local(journal.Open(dir, durable.OS{}))
		return readOnly(ports)
	}
	testkit.Tell(t, build, func(s *testkit.Story) {
		s.Press("F").See("keyturn was started with --read-only").DontSee("[ Cancel ]")
	})
}
