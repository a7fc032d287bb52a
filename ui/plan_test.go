package ui_test

import (
	"errors"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/ui/testkit"
)

// shelf keeps plans, and knows how much had been asked when one came.
type shelf struct {
	world   *testkit.World
	full    bool
	plans   []bulk.Plan
	by      models.Principal
	asked   int // rotations before the plan
	removed []string
}

func (s *shelf) Write(p bulk.Plan, by models.Principal) (string, error) {
	if s.full {
		return "", &models.Error{Fault: models.FaultUnreachable, Code: "plan-not-written", Title: "nothing was sent: the plan could not be written down first", Fix: "make room there", Err: errors.New("full")}
	}
	s.plans, s.by, s.asked = append(s.plans, p), by, len(s.world.Keys("rotate"))
	return "/state/plans/1.plan", nil
}

func (s *shelf) Remove(file string) error {
	s.removed = append(s.removed, file)
	return nil
}

func withShelf(t *testing.T, tale func(*testkit.Story, *shelf)) {
	t.Helper()
	kept := &shelf{}
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		kept.world = w
		w.Keep(kept)
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("2").Wait(time.Second)
		tale(s, kept)
	})
}

func TestSeveralRotationsAreWrittenDownFirst(t *testing.T) {
	withShelf(t, func(s *testkit.Story, kept *shelf) {
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		confirm(s).See("rotate: 2 of 2 done")
		keys := s.World.Keys("rotate")
		if len(kept.plans) != 1 || kept.asked != 0 || len(kept.plans[0].Items) != 2 || kept.by.ID == "" {
			t.Fatalf("kept %+v of %+v after %d requests", kept.plans, kept.by, kept.asked)
		}
		for _, item := range kept.plans[0].Items {
			if item.Request.Key != keys[0] && item.Request.Key != keys[1] || item.Changes == "" || item.Name == "" {
				t.Errorf("the plan says %+v, asked was with %v", item, keys)
			}
		}
		if len(kept.removed) != 1 || kept.removed[0] != "/state/plans/1.plan" {
			t.Errorf("of a plan that is done is removed %v", kept.removed)
		}
	})
}

func TestAPlanOfWhichSomethingIsLeftStays(t *testing.T) {
	withShelf(t, func(s *testkit.Story, kept *shelf) {
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		s.World.Elsewhere("crd_build", "Bob Builder", func(c *models.Credential) { c.Name = "build-2" })
		s.World.Expect(rotateDeploy, "rotate crd_build first-use+24h")
		confirm(s).See("1 of 2 done").Press("m").See("keyturn rotate --run /state/plans/1.plan")
		if len(kept.removed) != 0 {
			t.Errorf("removed is %v", kept.removed)
		}
	})
}

func TestWithoutAPlanNothingIsSent(t *testing.T) {
	withShelf(t, func(s *testkit.Story, kept *shelf) {
		kept.full = true
		toRow(s, "build").Press("space")
		toRow(s, "deploy").Press("space", "r")
		confirm(s).See("nothing was sent: the plan could not be written down first")
	})
}

func TestOneRotationNeedsNoPlan(t *testing.T) {
	withShelf(t, func(s *testkit.Story, kept *shelf) {
		toRow(s, "deploy").Press("r")
		s.World.Expect(rotateDeploy)
		confirm(s).See("done: rotate deploy")
		if len(kept.plans) != 0 {
			t.Errorf("kept %+v", kept.plans)
		}
	})
}
