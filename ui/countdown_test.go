package ui_test

import (
	"fmt"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// rotateFor rotates a token with a fixed overlap that is typed in, and uses the new secret at once. It
// returns when the rotation began.
func rotateFor(s *testkit.Story, name, id, overlap string) time.Time {
	s.World.Expect(fmt.Sprintf("rotate %s %s", id, overlap))
	toRow(s, name).Press("r", "down", "down", "down", "down", "tab").Type(overlap).Press("tab", "enter")
	began := time.Now()
	s.See("done: rotate " + name).Press("esc")
	s.World.FirstUse(models.CredentialID(id))
	s.Wait(100 * time.Millisecond)
	return began
}

func TestTheLastMinuteOfAGraceIsCountedBySeconds(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		rotateFor(s, "deploy", "crd_deploy", "2m30s")
		s.See("old ends in 2 min")
		s.Wait(89 * time.Second).See("old ends in 1 min") // begun between two minutes of the clock
		for want := 50; want > 0; want -= 10 {
			for range 60 {
				if s.Wait(time.Second); s.Shows(fmt.Sprintf("old ends in %d s", want)) {
					break
				}
			}
			s.See(fmt.Sprintf("old ends in %d s", want))
			s.Wait(time.Second).See(fmt.Sprintf("old ends in %d s", want-1))
		}
		s.Wait(15 * time.Second).See("old ends now")
		before := s.Paints()
		s.Wait(5 * time.Minute)
		if n := s.Paints() - before; n > 6 {
			t.Errorf("%d frames in five minutes after the end", n)
		}
	})
}

// A second that is over is never still on the screen, whenever the counting began.
func TestEverySecondIsCountedWhenItBegins(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		ends := rotateFor(s, "deploy", "crd_deploy", "2m30s").Add(150 * time.Second)
		s.Press("5").Wait(95*time.Second + 370*time.Millisecond).Press("2") // amid a second
		for range 40 {
			s.Wait(130 * time.Millisecond)
			left := (time.Until(ends) + time.Second - 1) / time.Second
			s.See(fmt.Sprintf("old ends in %d s", left))
		}
	})
}

// What is not on the screen is not counted: neither on another screen nor behind a dialog.
func TestOnlyWhatIsInSightIsCounted(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		rotateFor(s, "deploy", "crd_deploy", "2m30s")
		s.Press("5").Wait(70 * time.Second)
		before := s.Paints()
		s.Wait(50 * time.Second)
		if n := s.Paints() - before; n > 2 {
			t.Errorf("%d frames in 50 seconds of a screen on which nothing ends", n)
		}
		s.Press("2").See("old ends in ").Wait(time.Second)
		before = s.Paints()
		s.Wait(5 * time.Second)
		if n := s.Paints() - before; n != 5 {
			t.Errorf("%d frames in 5 seconds of the grace's last minute", n)
		}
	})
}

func TestADowntimeIsCountedBySeconds(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		w.Downtime(90*time.Second, 10*time.Minute)
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.See("in 1 min: 2026-11-23")
		s.Wait(45 * time.Second).See("in 45 s: 2026-11-23").Wait(time.Second).See("in 44 s: 2026-11-23")
		s.Wait(45 * time.Second).See("now: legacy keys are refused")
	})
}

func TestARevealedSecretIsCountedBySeconds(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		s.World.Expect("secret crd_deploy")
		s.AllowSecrets(true).Press("v").See("in 30 s").Wait(time.Second).See("in 29 s").Wait(9 * time.Second).See("in 20 s")
		s.Wait(21 * time.Second).DontSee("hidden again")
		s.AllowSecrets(false)
	})
}
