package ui_test

import (
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

// unanswered is a world whose service has not answered anything when the story begins.
func unanswered(release *func()) func(*testkit.World) {
	return func(w *testkit.World) {
		testkit.Sample(w)
		*release = w.Hold("changes")
	}
}

func TestTheFirstFrameWaitsForNobody(t *testing.T) {
	var release func()
	testkit.TellIn(t, unanswered(&release), console, func(s *testkit.Story) {
		s.See("1 overview", "1 overview", "connecting", "help")
		s.Press("2").See("oading")
		release()
		s.Wait(time.Second).See("Acme", "deploy").DontSee("connecting")
	})
}

// The first screen is there while the members are still on their way.
func TestTheListsDoNotWaitForTheMembers(t *testing.T) {
	var release func()
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		release = w.Hold("members")
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("2")
		toRow(s, "deploy")
		release()
		s.Wait(time.Second).On("deploy").Press("3").See("Bea Builder")
	})
}

func TestEveryPageArrives(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Sample(w)
		for n := range 2500 {
			w.Join(testkit.Person(1000+n, fmt.Sprintf("Person %04d", n)))
		}
	}
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("3", "G").See("2,503").On("Person 2499")
	})
}

func TestTabsGoRound(t *testing.T) {
	testkit.Tell(t, console, func(s *testkit.Story) {
		s.Press("tab").On("build").Press("tab").On("Ada Admin").Press("tab").See("next step")
		s.Press("tab").See("created").Press("tab").See("No checkout").Press("tab").See("sunset").Press("shift+tab", "shift+tab").See("created")
		s.Press("1").See("sunset").Press("4").See("next step").Press("5").See("created").Press("6").See("No checkout")
	})
}

func TestAChangeElsewhereNeverMovesTheCursor(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		toRow(s, "deploy")
		s.World.Put(testkit.CIToken("crd_aaa", "aaa-first"))
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.State = models.Paused })
		s.Wait(time.Second).On("deploy").See("aaa-first", "paused")
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.Name = "zzz" })
		s.Wait(time.Second).On("zzz")
	})
}

func TestTheOfflineBadge(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Fail("changes", testkit.Unreachable(), testkit.Unreachable(), testkit.Unreachable())
		s.World.Drop(testkit.Unreachable())
		s.Wait(500*time.Millisecond).See("offline since 16:04", "The workspace service does not answer")
		toRow(s, "deploy").Press("r").See("the service does not answer: nothing can be changed").DontSee("[ Rotate ]")
		s.Wait(30 * time.Second).DontSee("offline").Press("r").See("[ Rotate ]").Press("esc")
		s.Press("m").SeeOnce("The workspace service does not answer")
	})
}

// Whoever is not let in sees why for as long as it is so, not only while a message lasts.
func TestAWrongTokenIsNotWaitedFor(t *testing.T) {
	refuse := func(w *testkit.World) {
		testkit.Sample(w)
		var refusals []error
		for range 20 {
			refusals = append(refusals, &models.Error{Fault: models.FaultUnauthorized, Title: "This token is not known here", Fix: "take your present one"})
		}
		w.Fail("changes", refusals...)
	}
	testkit.TellIn(t, refuse, console, func(s *testkit.Story) {
		for _, place := range []string{"1", "2", "3", "4"} {
			s.Press(place).Wait(10*time.Second).See("offline", "This token is not known here.", "To do: take your present one.").DontSee("loading…")
		}
		s.Press("1", "enter").See("do the next step: nothing has been loaded yet")
		s.Wait(5*time.Minute).See("Acme").DontSee("not known here", "offline")
	})
}

// Nothing that happened while the service was away is missed.
func TestWhatHappenedMeanwhileIsSeenAfterwards(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Drop(testkit.Unreachable())
		s.Wait(100 * time.Millisecond).See("offline")
		s.World.Put(testkit.CIToken("crd_aaa", "aaa-first"))
		s.Wait(5 * time.Second).DontSee("offline").See("aaa-first")
	})
}

func TestARefusedPositionLoadsEverythingAgain(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Quietly(testkit.CIToken("crd_quiet", "came-unseen"))
		s.World.Drop(&models.Error{Fault: models.FaultInvalid, Title: "There is no such position"})
		s.Wait(5 * time.Second).See("came-unseen").DontSee("offline")
	})
}

func TestRefreshAsksForEverything(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.World.Quietly(testkit.CIToken("crd_quiet", "came-unseen"))
		toRow(s, "deploy").DontSee("came-unseen").Press("ctrl+r").See("came-unseen").On("deploy")
	})
}

// A page of an older load that arrives after a refresh says what was true before it.
func TestALateReplyIsDropped(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		release := s.World.HoldAfter("credentials")
		s.Press("ctrl+r")
		s.World.Elsewhere("crd_deploy", "Bob", func(c *models.Credential) { c.Name = "renamed" })
		s.World.Free("credentials")
		s.Press("ctrl+r").See("renamed")
		release()
		s.Wait(time.Second).See("renamed").DontSee("deploy")
	})
}

func TestResizeKeepsEverything(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Resize(120, 40).Press("/").Type("e").Press("enter")
		toRow(s, "e2e").Press("r", "down").See("(o) 24 h")
		before := s.Screen()
		s.Resize(30, 5).See("keyturn needs 40x10", "here are 30x5").DontSee("Rotate")
		s.Press("x", "r", "esc", "enter") // nothing but quitting works here
		s.Resize(120, 40)
		if s.Screen() != before {
			s.Fail("this is not what was there before:\n%s", before)
		}
		s.Press("esc").On("e2e").See("/ e")
	})
}

func TestOnlyQuittingWorksWhereThereIsNoRoom(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		tell(t, func(s *testkit.Story) { s.Resize(39, 9).Press(key).Over() })
	}
}

func TestReadOnlySaysWhy(t *testing.T) {
	testkit.Tell(t, readOnly, func(s *testkit.Story) {
		s.Press("2").See("read-only")
		for _, key := range []string{"r", "n", "e", "p", "x"} {
			toRow(s, "deploy").Press(key).See("keyturn was started with --read-only").DontSee("[ Cancel ]")
		}
		s.World.Expect("secret crd_deploy", "copy", "clear")
		s.Press("y").See("placed on the clipboard").Wait(time.Minute)
	})
}

func TestTheWorkspaceAndItsBadgesAreDroppedLast(t *testing.T) {
	testkit.Tell(t, readOnly, func(s *testkit.Story) {
		s.World.Fail("changes", slices.Repeat([]error{testkit.Unreachable()}, 50)...)
		s.World.Drop(testkit.Unreachable())
		s.Wait(time.Second).Resize(60, 10).See("Acme", "read-only", "offline since 16:04")
		s.Resize(40, 10).See("Acme", "read-only", "offline")
	})
}

func TestIdleWritesNothingButTheMinutes(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		s.Wait(10 * time.Second)
		before := s.Paints()
		s.Wait(5 * time.Minute)
		if n := s.Paints() - before; n > 5 {
			t.Errorf("%d frames in five idle minutes", n)
		}
	})
}

var sizes = []struct{ width, height int }{{80, 24}, {120, 40}, {40, 10}}

func TestTheConsoleLooksAsItShould(t *testing.T) {
	looks := map[string]func(*testkit.Story){
		"overview": func(*testkit.Story) {},
		"tokens":   func(s *testkit.Story) { s.Press("2") },
		"legacy":   func(s *testkit.Story) { s.Press("4") },
		"rotate":   func(s *testkit.Story) { toRow(s.Press("2"), "deploy").Press("r") },
		"leak":     func(s *testkit.Story) { toLeak(toRow(s.Press("2"), "deploy").Press("r")).Press("tab") },
		"fixed":    func(s *testkit.Story) { toRow(s.Press("4"), "release-legacy").Press("r", "down", "down") },
		"custom": func(s *testkit.Story) {
			toRow(s.Press("2"), "deploy").Press("r", "down", "down", "down", "down", "tab").Type("36h")
		},
		"old":     func(s *testkit.Story) { toRow(s.Press("4"), "release-legacy").Press("w", "tab") },
		"several": func(s *testkit.Story) { s.Press("2", "a", "r") },
		"box":     func(s *testkit.Story) { toRow(s.Press("2"), "deploy").Press("w") },
		"palette": func(s *testkit.Story) { s.Press("1", ":").Type("de") },
		"only":    func(s *testkit.Story) { s.Press("1", "enter") },
		"help":    func(s *testkit.Story) { s.Press("2", "?") },
		"revoke":  func(s *testkit.Story) { toRow(s.Press("2"), "deploy").Press("x", "tab") },
	}
	for name, go2 := range looks {
		for _, size := range sizes {
			name := fmt.Sprintf("%s-%dx%d", name, size.width, size.height)
			t.Run(name, func(t *testing.T) {
				testkit.Tell(t, console, func(s *testkit.Story) {
					s.Resize(size.width, size.height)
					go2(s)
					s.Golden(name)
				})
			})
		}
	}
}

// Every frame of every story is held to the terminal's size; this one goes through all sizes with
// the worst of names, in every place.
func TestNoFrameLeavesTheTerminal(t *testing.T) {
	places := map[string][]string{
		"overview": {"1"}, "tokens": {"2", "enter"}, "members": {"3"}, "legacy": {"4", "enter"}, "activity": {"5"},
		"rotate": {"2", "G", "r"}, "several": {"2", "a", "r"}, "revoke": {"2", "G", "x"}, "box": {"2", "G", "w"},
		"help": {"2", "?"}, "palette": {"4", ":"}, "messages": {"2", "c", "m"},
	}
	for name, keys := range places {
		t.Run(name, func(t *testing.T) {
			testkit.TellIn(t, testkit.Hostile, console, func(s *testkit.Story) {
				s.Press(keys...)
				for width := 1; width <= 200; width += 1 + width/9 {
					for height := 1; height <= 60; height += 1 + height/6 {
						s.Resize(width, height)
					}
				}
				s.Press("enter", "esc", "esc")
			})
		})
	}
}

// A message that nobody knows, from a library perhaps, must do no harm.
func TestForeignMessagesAreIgnored(t *testing.T) {
	tell(t, func(s *testkit.Story) {
		before := s.Screen()
		s.Send(struct{ foreign int }{1}).Send(tea.MouseMsg{}).Send(tea.FocusMsg{}).Send(kit.TickMsg{Now: time.Now()})
		if strings.TrimSpace(s.Screen()) != strings.TrimSpace(before) {
			s.Fail("the screen has changed, it was:\n%s", before)
		}
	})
}
