package ui_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/testkit"
)

// shelf is the folder of the plans of a story.
type shelf struct {
	*bulk.Shelf
	dir string
}

func newShelf(t *testing.T) shelf {
	dir := filepath.Join(t.TempDir(), "plans")
	return shelf{bulk.NewShelf(dir, durable.OS{}), dir}
}

// left is what lies on the shelf.
func (f shelf) left(t *testing.T) []bulk.Standing {
	t.Helper()
	list, err := f.List()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// with tells a story that keeps its plans there, in a workspace with six CI tokens x0 to x5 more.
func (f shelf) with(t *testing.T, tale func(*testkit.Story)) {
	t.Helper()
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.KeepIn(f.dir)
		for i := range 6 {
			w.Put(testkit.CIToken(models.CredentialID(fmt.Sprintf("crd_x%d", i)), fmt.Sprintf("x%d", i)))
		}
	}
	testkit.TellIn(t, fill, keeping(t.TempDir()), tale)
}

// expectX expects rotations of these of the six.
func expectX(s *testkit.Story, which ...int) {
	for _, i := range which {
		s.World.Expect(fmt.Sprintf("rotate crd_x%d first-use+24h", i))
	}
}

// allX marks the six and asks to rotate them.
func allX(s *testkit.Story) *testkit.Story {
	return s.Press("2", "/").Type("x").Press("enter", "a", "r").See("Rotate", "6 credentials")
}

func TestSeveralRotationsAreWrittenDownFirst(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		s.Press("2")
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		release := s.World.Hold("rotate")
		confirm(s).See("rotate: 0 of 2; ctrl+c pauses")
		plans := kept.left(t)
		if len(plans) != 1 || !plans[0].Held || plans[0].ToGo() != 2 || plans[0].Plan.Member != "mem_001" || plans[0].Plan.Workspace != "wsp_1" {
			t.Fatalf("kept are %+v", plans)
		}
		s.See("░ rotate: 0 of 2").Resize(40, 10).See("rotate: 0 of 2").DontSee("░").Resize(80, 24)
		release()
		s.Wait(time.Second).See("rotate: 2 of 2 done")
		for _, item := range plans[0].Plan.Items {
			if item.Changes == "" || item.Name == "" || len(item.Breaks) == 0 {
				t.Errorf("the plan says %+v", item)
			}
			for _, key := range s.World.Keys("rotate") {
				if !plans[0].Covers(key) {
					t.Errorf("asked with a key of its own: %s", key)
				}
			}
		}
		if files, err := os.ReadDir(kept.dir); err != nil || len(files) > 0 {
			t.Errorf("of a plan that is done is left %v, %v", files, err)
		}
		s.Press("R").See("nothing of yours was left unfinished")
	})
}

// Somebody rotates two of the six already: the plan is of the others, and says which it leaves out. When those
// that are left are rotated too, nothing is to be planned.
func TestAPlanLeavesOutWhatIsBeingRotated(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_x1", "Bob Builder", begins(models.RotationPending))
		s.World.Elsewhere("crd_x3", "Bob Builder", begins(models.RotationRetiring))
		s.Wait(time.Second).Press("2", "/").Type("x").Press("enter", "a", "r").See("Rotate", "4 credentials", "x0 (crd_x0)", "x5 (crd_x5)")
		for _, name := range []string{"x1 (crd_x1)", "x3 (crd_x3)"} {
			s.SeeOnce(name).See(name + " is left out: a rotation is open, started by Bob Builder")
		}
		expectX(s, 0, 2, 4, 5)
		confirm(s).Wait(time.Second).See("rotate: 4 of 4 done").Wait(10 * time.Second).See("2 marked")
		s.Press("r").DontSee("[ Rotate ]").Press("m")
		s.See("all 2 are being rotated already; x1 (crd_x1): a rotation is open, started by Bob Builder, 2026-11-23 16:04 CET", "mark one that is not")
	})
}

// Of two marked one is left: it is rotated as one alone is.
func TestOneOfTwoIsLeftToRotate(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		s.World.Elsewhere("crd_x1", "Bob Builder", begins(models.RotationPending))
		s.Wait(time.Second).Press("2")
		toRow(s, "x0").Press("space")
		toRow(s, "x1").Press("space", "r").See("x0, CI token, id crd_x0", "x1 (crd_x1) is left out", "rotate it alone to follow that rotation")
		expectX(s, 0)
		confirm(s).Wait(time.Second).See("done: rotate x0")
		if len(kept.left(t)) != 0 {
			t.Error("one alone needs no plan")
		}
	})
}

func TestAPlanIsPausedAndGoneOnWith(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		allX(s)
		release := s.World.Hold("rotate")
		expectX(s, 0, 1, 2, 3, 4, 5)
		confirm(s).Wait(8*time.Second).See("rotate: 0 of 6", "ctrl+c pauses")
		s.Press("q").See("What is left of the plan stays").Press("esc")
		s.Press("ctrl+c").See("pausing")
		release()
		s.Wait(time.Second).See("rotate: 4 of 6 done; paused: 2 not begun", "press R to go")
		s.Wait(10 * time.Second).See("2 marked")
		s.Press("R").See("A plan of 6 rotations, made 2026-11-23 16:04", "4 done, 2 to go.", "To go: x", "not done again")
		confirm(s).See("rotate: 6 of 6 done").Wait(5 * time.Second).DontSee("marked")
		if len(kept.left(t)) != 0 {
			t.Error("the plan is still there")
		}
	})
}

// leftBy is a console that was killed after so many rotations of a plan of the six.
func (f shelf) leftBy(t *testing.T, done int, overlap models.Overlap) {
	t.Helper()
	testkit.Within(t, testkit.Sample, func(t *testing.T, w *testkit.World) {
		w.KeepIn(f.dir)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		p := bulk.Plan{At: time.Now(), Happens: []string{"Both work."}}
		for i := range 6 {
			id := models.CredentialID(fmt.Sprintf("crd_x%d", i))
			p.Items = append(p.Items, bulk.Item{
				Credential: id, Name: string(id[4:]), Request: models.RotateRequest{Credential: id, Seen: 1, Overlap: overlap, Key: fmt.Sprintf("KEY-OF-THE-DEAD-%d", i)},
			})
		}
		run, err := w.Ports().Plans.Keep(ctx, p)
		if err != nil {
			t.Fatal(err)
		}
		begin, kill := context.WithCancel(ctx)
		defer kill()
		if done == 0 {
			kill()
		}
		asked := 0
		run.Do(begin, starter(func(req models.RotateRequest) models.Credential {
			if asked++; asked == done {
				kill()
			}
			return models.Credential{ID: req.Credential}
		}), bulk.Options{Parallel: 1, Now: time.Now})
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

type starter func(models.RotateRequest) models.Credential

func (f starter) Start(_ context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	return models.Rotation{}, f(req), nil
}

func TestTheNextConsoleSaysThatAPlanIsLeft(t *testing.T) {
	kept := newShelf(t)
	kept.leftBy(t, 4, models.DefaultOverlap)
	kept.with(t, func(s *testkit.Story) {
		s.See("a plan of 6 rotations is half done: 4 done, 2 to go: press R to go on")
		s.Press("R").See("Half done", "To go: x4, x5.", "Both work.").Press("esc").DontSee("Half done")
		s.Wait(time.Minute).Resize(40, 10).See("A plan of 6 rotations is half done: 4 done, 2 to go: press R to go on").Resize(80, 24)
		expectX(s, 4, 5)
		confirm(s.Press("R")).Wait(time.Second).See("rotate: 6 of 6 done")
		s.Wait(time.Minute).DontSee("half done")
		if keys := s.World.Keys("rotate"); len(keys) != 2 || keys[0][:15] != "KEY-OF-THE-DEAD" {
			t.Errorf("asked with %v", keys)
		}
	})
	kept.with(t, func(s *testkit.Story) { s.DontSee("half done") })
}

// The console died after it had asked for x0 and before it wrote that into the plan: the journal knows.
func TestAPlanOfWhichSomethingWasAskedHasBegun(t *testing.T) {
	kept, dir := newShelf(t), t.TempDir()
	kept.leftBy(t, 0, models.DefaultOverlap)
	fill := func(w *testkit.World) { testkit.Sample(w); w.KeepIn(kept.dir) }
	testkit.TellIn(t, fill, keeping(dir), func(s *testkit.Story) { s.See("A plan of 6 rotations was not begun: press R to go on") })
	entry, err := journal.Open(dir, durable.OS{}).Begin(journal.Intent{
		Key: "KEY-OF-THE-DEAD-0", Owner: owner.Owner{Endpoint: testkit.Endpoint, Member: "mem_001", MemberName: "Ada Admin"},
		Rotate: &models.RotateRequest{Credential: "crd_x0", Seen: 1, Overlap: models.DefaultOverlap, Key: "KEY-OF-THE-DEAD-0"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatal(err)
	}
	testkit.TellIn(t, fill, keeping(dir), func(s *testkit.Story) {
		s.See("A plan of 6 rotations is half done: 0 done, 6 to go: press R to go on").DontSee("not begun")
	})
}

// Another console comes to its end, or gives it up, while the question is on the screen.
func TestAPlanThatIsGoneIsSaidToBe(t *testing.T) {
	kept := newShelf(t)
	kept.leftBy(t, 4, models.DefaultOverlap)
	kept.with(t, func(s *testkit.Story) {
		s.Press("R").See("To go: x4, x5.")
		if err := os.RemoveAll(kept.dir); err != nil {
			t.Fatal(err)
		}
		confirm(s).DontSee("half done").Press("m").See("is not there any more").DontSee("cannot be read")
	})
}

func TestAPlanThatEndsOldSecretsAtOnceIsTyped(t *testing.T) {
	kept := newShelf(t)
	kept.leftBy(t, 4, models.Overlap{Mode: models.OverlapNone})
	kept.with(t, func(s *testkit.Story) {
		s.Press("R").See("type 2 credentials")
		confirm(s).See("Half done")
		s.World.Expect("rotate crd_x4 none", "rotate crd_x5 none")
		s.Press("tab", "tab").Type("2 credentials").Press("tab", "enter").Wait(time.Second)
		s.See("rotate: 6 of 6 done")
	})
}

// What a plan does not come to the end of is told, and stays marked; what failed is not asked for again.
func TestOnlyWhatIsDoneLosesItsMark(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		allX(s)
		s.World.Elsewhere("crd_x3", "Bob Builder", func(c *models.Credential) { c.Name = "x3-of-bob" })
		expectX(s, 0, 1, 2, 3, 4, 5)
		confirm(s).Wait(time.Second).See("rotate: 5 of 6 done; rotate x3: Somebody has changed it")
		s.See("* x3-of-bob").DontSee("* x0", "* x1", "* x2", "* x4", "* x5")
		if len(kept.left(t)) != 0 {
			t.Error("a plan of which nothing is left to do is still there")
		}
		s.Press("r").See("x3-of-bob, CI token")
	})
}

func TestWithoutAPlanNothingIsSent(t *testing.T) {
	kept := newShelf(t)
	if err := os.WriteFile(kept.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kept.with(t, func(s *testkit.Story) {
		s.Press("esc")
		confirm(allX(s)).See("nothing was sent: the plan could not be written down first")
	})
}

func TestOneRotationNeedsNoPlan(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		s.Press("2")
		toRow(s, "deploy").Press("r")
		s.World.Expect(rotateDeploy)
		confirm(s).See("done: rotate deploy")
		if _, err := os.Stat(kept.dir); !os.IsNotExist(err) {
			t.Errorf("a plan was kept: %v", err)
		}
	})
}

func TestPlansRunOneAfterTheOther(t *testing.T) {
	kept := newShelf(t)
	kept.with(t, func(s *testkit.Story) {
		allX(s)
		release := s.World.Hold("rotate")
		expectX(s, 0, 1, 2, 3, 4, 5)
		confirm(s).See("rotate: 0 of 6")
		s.Press("esc", "esc")
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r").See("2 credentials")
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		confirm(s).See("rotate: 0 of 6")
		if plans := kept.left(t); len(plans) != 2 || !plans[1].Held {
			t.Errorf("kept are %+v", plans)
		}
		release()
		s.Wait(time.Second).See("rotate: 2 of 2 done").Press("m").See("rotate: 6 of 6 done")
	})
}
