package testkit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

// probe is the smallest console: it notes what came and asks on demand.
type probe struct {
	ports kit.Ports
	seen  []string
}

func build(ports kit.Ports) tea.Model { return &probe{ports: ports} }

type tick struct{}

func (p *probe) Init() tea.Cmd { return nil }

func (p *probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	p.seen = append(p.seen, fmt.Sprintf("%T", msg))
	switch msg := msg.(type) {
	case tick:
		return p, tea.Tick(time.Second, func(time.Time) tea.Msg { return tick{} })
	case string:
		p.seen = append(p.seen, msg)
	case tea.KeyMsg:
		return p, p.key(msg.String())
	}
	return p, nil
}

func (p *probe) key(key string) tea.Cmd {
	switch key {
	case "t":
		return func() tea.Msg { return tick{} }
	case "q":
		return tea.Sequence(func() tea.Msg { return "first" }, tea.Quit)
	case "b":
		return tea.Batch(func() tea.Msg { return "one" }, func() tea.Msg { return "two" })
	case "r":
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			req := models.RotateRequest{Credential: "crd_build", Seen: 1, Overlap: models.DefaultOverlap, Key: "the-key"}
			_, c, err := p.ports.Rotator.Start(ctx, req)
			return fmt.Sprintf("version %d, %s", len(c.Secrets), models.FaultOf(err))
		}
	}
	return nil
}

func (p *probe) View() string { return strings.Join(p.seen[max(0, len(p.seen)-5):], "\n") }

func TestTimePassesOnlyWhenTheStorySaysSo(t *testing.T) {
	began := time.Now()
	testkit.Tell(t, build, func(s *testkit.Story) {
		s.Press("t").See("testkit_test.tick")
		paints := s.Paints()
		s.Wait(time.Hour)
		if s.Paints() == paints {
			s.Fail("nothing has happened in an hour")
		}
	})
	if time.Since(began) > time.Minute {
		t.Error("an hour of the story took real time")
	}
}

func TestBatchesAndSequencesRun(t *testing.T) {
	testkit.Tell(t, build, func(s *testkit.Story) {
		s.Press("b").See("one", "two")
		s.Press("q").See("first").Over()
	})
}

func TestALostReplyHappensOnce(t *testing.T) {
	testkit.Tell(t, build, func(s *testkit.Story) {
		call := "rotate crd_build first-use+24h"
		s.World.Expect(call, call)
		s.World.LoseReplies("rotate", 1)
		s.Press("r").See("unknown")
		s.Press("r").See("version 2, ")
		if keys := s.World.Keys("rotate"); !slices.Equal(keys, []string{"the-key", "the-key"}) {
			t.Errorf("the keys are %v", keys)
		}
	})
}

func TestACallThatIsHeldHoldsNobodyElse(t *testing.T) {
	testkit.Tell(t, build, func(s *testkit.Story) {
		release := s.World.Hold("rotate")
		s.World.Expect("rotate crd_build first-use+24h")
		s.Burst("r", "b").See("one", "two").DontSee("version")
		release()
		s.Wait(0).See("version 2")
	})
}

func TestALongPollHearsOfAChange(t *testing.T) {
	testkit.Tell(t, build, func(s *testkit.Story) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		now, err := s.World.Changes(ctx, -1, 0)
		if err != nil {
			t.Fatal(err)
		}
		s.World.Elsewhere("crd_e2e", "Bob", func(c *models.Credential) { c.Name = "renamed" })
		after, err := s.World.Changes(ctx, now.Position, 25*time.Second)
		if err != nil || len(after.Credentials) != 1 || after.Credentials[0].Name != "renamed" {
			t.Errorf("got %+v, %v", after, err)
		}
		quiet, err := s.World.Changes(ctx, after.Position, 25*time.Second)
		if err != nil || len(quiet.Credentials) != 0 {
			t.Errorf("after that: %+v, %v", quiet, err)
		}
	})
}
