package ui_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/ui/testkit"
)

// shop tells a story that begins on the list of checkouts.
func shop(t *testing.T, tale func(*testkit.Story)) {
	t.Helper()
	shopIn(t, testkit.Checkouts, tale)
}

func shopIn(t *testing.T, fill func(*testkit.World), tale func(*testkit.Story)) {
	t.Helper()
	testkit.TellIn(t, fill, console, func(s *testkit.Story) {
		s.Press("6").See("shop", "billing")
		tale(s)
	})
}

const ci, nightly = "/home/ada/src/shop/.github/workflows/ci.yml", "/home/ada/src/shop/.github/workflows/nightly.yml"

// The whole way: a path is added and scanned, its findings are gathered otherwise, the fix is seen and written.
func TestACheckoutIsAddedScannedAndFixed(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Checkouts(w)
		w.Checkout("/home/ada/src/web", testkit.Place("ci/build.yml", 4), testkit.Place("ci/build.yml", 9))
	}
	shopIn(t, fill, func(s *testkit.Story) {
		s.Press("n").See("Add a path").Type("~/src/w").Press("tab").See("path: ~/src/web/").Press("enter")
		s.On("web").See("2 warnings", "web: found 2 warnings, all can be fixed")
		s.Press("o").On("ci/build.yml").See("4:7  LOCALSTACK_API_KEY", "9:7  LOCALSTACK_API_KEY", "warning", "rename", "2 fixable")
		s.Press("v").On("ci/build.yml :4").See("credential", "LOCALSTACK_API_KEY")
		s.Press("v").On("4:7").Press("up").On("ci/build.yml")
		s.Press("p").See("Fix 2 findings", "+LOCALSTACK_AUTH_TOKEN: ${{ secrets.DEPLOY }}", "Nothing is written yet.", "[ Close ]").DontSee("[ Write").Press("enter")
		s.Press("f").See("[ Cancel ]", "[ Write 1 file ]").Press("enter").DontSee("[ Cancel ]") // the focus was on Cancel
		s.World.Expect("write /home/ada/src/web/ci/build.yml")
		s.Press("f", "tab", "enter").See("Fixed 2 findings in 1 file.", "written: ci/build.yml, 2 findings")
		s.Press("esc").See("Nothing was found in 1 repository.").Press("esc").See("nothing")
		if kept := s.World.Kept(); kept[0].Root != "/home/ada/src/web" || kept[0].Counts.All() != 0 {
			t.Errorf("what is kept: %+v", kept)
		}
	})
}

func TestWhereTheConsoleWasStartedComesFirst(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.On("shop").See("not scanned yet", "1 warning") // the count of an earlier session
		s.Press("down").On("billing").Press("enter").See("Of earlier scans only the counts are kept", "/home/ada/src/billing").Press("esc")
		s.Press("o").See("findings: it has not been scanned in this session: scan it first")
		s.Press("v").See("group: nothing has been scanned in this session")
		s.Press("f").See("fix: it has not been scanned in this session")
		s.Press("c").See("stop scanning: no scan is running")
	})
}

func TestAPathThatWillNotDoIsRefusedAtOnce(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.Press("n").Type("~/nowhere").Press("enter").See("there is no folder ~/nowhere", "path: ~/nowhere")
		s.Press("tab").See("no folder begins so").Press("ctrl+u").Type("~/src/").Press("tab").See("It may become:", "~/src/shop/", "~/src/billing/")
		s.Type("c").DontSee("It may become:").Press("tab").See("path: ~/src/clean/").Press("enter")
		s.On("clean").See("clean: found nothing")
		s.Press("n", "esc").DontSee("Add a path")
	})
}

// What is answered about a path that is not there any more must not decide.
func TestALateAnswerAboutAPathIsDropped(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		release := s.World.Hold("complete")
		s.Press("n").Type("~/src/s").Press("tab").Type("x")
		release()
		s.Wait(time.Second).See("path: ~/src/sx").DontSee("shop/")
		again := s.World.Hold("folder")
		s.Press("enter", "esc").DontSee("Add a path").Press("n")
		again()
		s.Wait(time.Second).See("Add a path").DontSee("there is no folder")
	})
}

func TestAScanSaysHowFarItIs(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		release := s.World.Hold("scan")
		s.Press("r").See("scanning…").DontSee("1,204 files")
		s.Wait(3 * time.Second).See("scanning shop: 1,204 files, 35 MB, 2 findings, 3 s; esc stops")
		s.Press("down", "r").See("waits for its turn", "1 waiting") // one at a time
		release()
		s.Wait(time.Second).See("billing: found 1 warning, all can be fixed").DontSee("esc stops")
		before := s.Paints()
		s.Wait(30 * time.Second)
		if more := s.Paints() - before; more > 3 { // the message goes, and "now" becomes a time
			t.Errorf("%d frames were painted while nothing was scanned", more)
		}
	})
}

func TestEscStopsAScanAndKeepsWhatWasFound(t *testing.T) {
	for _, key := range []string{"esc", "c", "ctrl+c"} {
		t.Run(key, func(t *testing.T) {
			shop(t, func(s *testkit.Story) {
				s.World.Hold("scan")
				s.Press("a", "r").Wait(time.Second).See("1 waiting")
				s.Press(key).See("shop: stopped; found until then: 1 warning, 1 note", "stopped at 1 warning").DontSee("waits for its turn")
				s.Press("o").See("12:7", "14:7").DontSee("nightly.yml")
			})
		})
	}
}

// A scan that does not end is given up the second time; what it still says is about nothing any more.
func TestALateScanIsDropped(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		release := s.World.HoldAfter("scan")
		s.Press("r", "esc").See("stopping…").Press("esc").See("the scan was given up", "not scanned yet")
		s.World.Free("scan")
		s.Press("r").Wait(time.Second).See("1 error, 3 warnings, 1 note")
		s.World.Checkout("/home/ada/src/shop")
		release()
		s.Wait(time.Second).See("1 error, 3 warnings, 1 note")
	})
}

func TestACheckoutIsTakenOffTheList(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		release := s.World.HoldAfter("scan")
		s.Press("r", "x").See("taken off the list: 1 repository; no file was touched").On("billing")
		release()
		s.Wait(time.Second).See("billing").DontSee("shop:")
		s.Press("x").See("No checkout is on the list")
		if kept := s.World.Kept(); len(kept) > 0 {
			t.Errorf("what is kept: %+v", kept)
		}
	})
}

func TestWhatCannotBeFixedSaysWhy(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.Press("r", "o")
		s.Resize(120, 24)
		toRow(s, "compose.yml").Press("down", "f").See("fix: withheld: the image localstack/localstack:1.4 does not know the new name")
		toRow(s, "scripts/start.sh").Press("down", "f").See("fix: a person has to do it: rotate the key, then read it from a secret store")
		s.Press("space")
		toRow(s, "compose.yml").Press("space", "p").See("preview the fix: none of these can be fixed from here")
		s.Press("enter").See("why", "withheld: the image")
	})
}

func TestWhatIsRefusedIsToldFileByFile(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.World.RefuseFile(".github/workflows/nightly.yml", "it has changes that are not committed: commit them, or force it")
		s.World.Expect("write " + ci)
		s.Press("r", "f").See("Fix 2 findings", "left as it is: .github/workflows/nightly.yml: it has changes that are not committed", "[ Write 1 file ]")
		s.Press("tab", "enter").See("Fixed 1 finding in 1 file; 1 file left as it is.", "written: .github/workflows/ci.yml")
		s.Press("esc").See("1 error, 2 warnings, 1 note")
	})
}

func TestNothingIsWrittenInReadOnly(t *testing.T) {
	testkit.TellIn(t, testkit.Checkouts, readOnly, func(s *testkit.Story) {
		s.Press("6", "r", "f").See("fix: keyturn was started with --read-only").DontSee("[ Write")
		s.Press("p").See("+LOCALSTACK_AUTH_TOKEN", "[ Close ]").DontSee("[ Write")
	})
}

// What is written is told even if the dialog is gone by then, and the checkout is scanned again.
func TestAWriteThatIsLateIsToldAllTheSame(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.World.Expect("write "+ci, "write "+nightly)
		s.Press("r", "f")
		release := s.World.Hold("write")
		s.Press("tab", "enter").See("writing…").Press("esc").See("writing…").Press("ctrl+c").DontSee("writing…")
		release()
		s.Wait(time.Second).See("1 error, 1 warning, 1 note")
		s.Press("m").See("fixed 2 findings in 2 files")
	})
}

func TestACheckoutOffTheListDoesNotComeBack(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.World.Expect("write "+ci, "write "+nightly)
		s.Press("r", "f")
		release := s.World.Hold("write")
		s.Press("tab", "enter", "ctrl+c", "x").On("billing")
		release()
		s.Wait(10 * time.Second).On("billing").DontSee("shop")
	})
}

func TestAScanThatFailsSaysSo(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.World.Fail("scan", errors.New("permission denied"))
		s.Press("r").See("shop could not be scanned: permission denied", "failed: permission denied")
		s.Press("r").See("1 error, 3 warnings, 1 note").DontSee("failed")
	})
}

func TestTheOverviewKnowsWhatIsToBeFixed(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.Press("1").See("fix 1 place in 1 repository")
		s.Press("6", "r", "1").See("fix 3 places in 2 repositories", "look at 3 places in 1 repository that only a person can fix")
		s.On("blocking        ")
		for range 5 {
			if strings.Contains(s.Cursor(), "fix 3 places") {
				break
			}
			s.Press("down")
		}
		s.Press("enter").See("only: fix 3 places in 2 repositories").On("billing")
	})
}

// The pane of a legacy key says where it stands, and how that is known.
func TestALegacyKeySaysWhereItIsUsed(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.Resize(120, 60).Press("4")
		toRow(s, "release-legacy").Press("enter").See("In repositories", "not scanned yet: press 6")
		s.Press("6", "r", "4").See("proven: shop/scripts/start.sh:3", "probably, by the name of the secret: shop/.github/workflows/ci.yml:14")
		s.Press("esc")
		toRow(s, "forgotten-legacy").Press("enter").See("nowhere that is known, in 1 repository")
	})
}

// Names of files and folders are as hostile as those that come from the service.
func TestHostileFileNamesAreShownAsText(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Checkouts(w)
		w.Checkout("/home/ada/src/shop", testkit.Place("a\x1b[2Jb.yml", 1), testkit.Place("exe\u202egpj.sh", 2), testkit.Place("раyments.yml", 3), testkit.Place("payments.yml", 4))
	}
	shopIn(t, fill, func(s *testkit.Story) {
		s.Press("r", "o").See(`a\x1b[2Jb.yml`, `exe\u202egpj.sh`)
		toRow(s, "раyments.yml …").Press("enter").See(`\u0440\u0430yments.yml`).Press("esc")
		toRow(s, "payments.yml …")
		s.Press("p").See("+LOCALSTACK_AUTH_TOKEN")
	})
}

func TestTheScreenOfCheckoutsAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 10}} {
		name := fmt.Sprintf("%dx%d", size[0], size[1])
		t.Run(name, func(t *testing.T) {
			shop(t, func(s *testkit.Story) {
				s.Resize(size[0], size[1]).Golden("checkouts-" + name)
				s.World.Hold("scan")
				s.Press("r").Wait(2 * time.Second).Golden("scanning-" + name)
				s.World.Free("scan")
				s.Press("esc", "r").Wait(10 * time.Second).Press("o").Golden("by-file-" + name)
				s.Press("down", "down", "enter").Golden("finding-"+name).Press("enter", "v").Golden("by-credential-" + name)
				s.Press("esc", "f").Golden("diff-"+name).Press("esc", "n").Type("~/src/").Press("tab").Golden("path-" + name)
			})
		})
	}
}

// Whatever is pressed, and however the screen is resized, nothing leaves its room: every frame is checked.
func TestTheScreenOfCheckoutsHoldsAtOddSizes(t *testing.T) {
	shop(t, func(s *testkit.Story) {
		s.Press("r")
		for _, keys := range [][]string{{}, {"o"}, {"enter"}, {"esc", "v"}, {"v"}, {"/"}, {"esc", "f"}, {"end", "right"}, {"esc", "n"}} {
			s.Resize(100, 30).Press(keys...)
			for width := 40; width < 140; width += 11 {
				s.Resize(width, 10+width%27)
			}
		}
	})
}
