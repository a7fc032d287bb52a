package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestThePaletteGoesToWhatIsNamed(t *testing.T) {
	tests := []struct{ name, typed, see, row, screen string }{
		{"a CI token", "depl", "CI token, id crd_deploy", "deploy", "rotation"},
		{"a legacy key", "forgotten", "legacy CI key, id crd_lun", "forgotten-legacy", "next step"},
		{"a legacy API key", "bea key", "legacy API key, id crd_lapi", "Bea Builder's k", "next step"},
		{"a member", "chairless", "member, member003@example.com, id mem_003", "Carl Chairless", "e-mail"},
		{"a member by e-mail", "member002", "id mem_002", "Bea Builder", "e-mail"},
		{"said in full", "go to nightly", "id crd_nightly", "nightly", "rotation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			testkit.Tell(t, console, func(s *testkit.Story) {
				s.Press(":").Type(tt.typed).See("go to ", tt.see).Press("enter").On(tt.row).See(tt.screen)
			})
		})
	}
}

func TestActionsStandBeforeNames(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Put(testkit.CIToken("crd_refresh", "refresh"))
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press(":").Type("refresh").See("Ask the service for everything again.", "go to refresh")
		lines := strings.Split(s.Screen(), "\n")
		for i, line := range lines {
			if strings.Contains(line, "Ask the service") && !strings.Contains(lines[i+1], "go to refresh") {
				s.Fail("the name does not stand behind the action")
			}
		}
		s.Press("down", "enter").On("refresh")
	})
}

// The letters of an action's description have to stand together: else every name would drown in them.
func TestANameIsNotBuriedUnderDescriptions(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press(":").Type("deploy").SeeOnce("id crd_deploy").DontSee("Replace the secret").Press("enter").On("deploy")
	})
}

func TestNothingIsFoundWithoutLetters(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Press(":").DontSee("go to deploy").Type("!x").DontSee("go to deploy")
	})
}

func TestThePaletteKnowsChangesAndForgetsWhatIsNowhere(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Put(testkit.CIToken("crd_new", "blue-green"))
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.Name = "production" })
		s.World.Elsewhere("crd_lun", "Bob", func(c *models.Credential) { c.State = models.Revoked })
		s.Wait(1e9).Press(":").Type("blue-green").See("id crd_new").Press("ctrl+u").Type("production").See("id crd_deploy")
		s.Press("ctrl+u").Type("deploy").DontSee("id crd_deploy").Press("ctrl+u").Type("forgotten").DontSee("crd_lun")
	})
}

// Of very many matches the closest twenty are offered, whatever stands before them in the list.
func TestTheClosestOfVeryManyAreOffered(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for i := range 3000 {
			w.Join(testkit.Person(1000+i, fmt.Sprintf("Mara Iarossi %04d", i)))
		}
		w.Join(testkit.Person(9001, "Anna Maria"), testkit.Person(9002, "Maria Exact"))
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Resize(120, 40).Press(":").Type("maria").See("go to Maria Exact", "go to Anna Maria")
		if n := strings.Count(s.Screen(), "go to "); n != 20 {
			t.Errorf("%d names are offered", n)
		}
		s.Type(" exact").See("id mem_9002").DontSee("Anna Maria")
	})
}

// The first letter finds everybody's name: nothing is kept for it before.
func BenchmarkPaletteFirstLetter(b *testing.B) {
	app := openCrowd(b, 100_000)
	open := func() {
		app.Wipe()
		app.Update(testkit.Key(":"))
		time.Sleep(200 * time.Millisecond) // a fresh dialog is deaf for a moment
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		open()
		b.StartTimer()
		app.Update(testkit.Key("m"))
		_ = app.View()
	}
}

// One round is "maria ga" typed into the palette and cleared: the time is that of eight letters and
// their frames, among 100,000 members.
func BenchmarkPaletteKeysToFrame(b *testing.B) {
	app := openCrowd(b, 100_000)
	letter := func(r rune) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}} }
	app.Update(letter(':'))
	for deadline := time.Now().Add(time.Minute); !strings.Contains(app.View(), "go to "); { // a fresh dialog is deaf for a moment
		if time.Now().After(deadline) {
			b.Fatalf("the palette finds nobody:\n%s", app.View())
		}
		app.Update(letter('m'))
	}
	b.ReportAllocs()
	for b.Loop() {
		app.Update(tea.KeyMsg{Type: tea.KeyCtrlU})
		for _, r := range "maria ga" {
			app.Update(letter(r))
			_ = app.View()
		}
	}
}
