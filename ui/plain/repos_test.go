package plain_test

import (
	"errors"
	"testing"
	"time"

	"example.com/keyturn/ui/plain"
	"example.com/keyturn/ui/testkit"
)

// shop tells a story over a machine with checkouts.
func shop(t *testing.T, tale func(*user)) {
	t.Helper()
	tellIn(t, testkit.Checkouts, plain.Config{}, tale)
}

func TestACheckoutIsScannedReadAndFixedInLines(t *testing.T) {
	shop(t, func(u *user) {
		u.Types("repositories").Hears("repositories: 2, sorted by scanned.", "1: shop, not scanned yet, the console was started in it, in ~/src/shop",
			"2: billing, found 1 warning, all can be fixed, scanned 2026-11-20, in ~/src/billing")
		u.Types("1", "scan").Hears("shop: found 1 error, 3 warnings, 1 note, 2 can be fixed.")
		u.Types("findings").Hears("Findings in shop, by file: 1 error, 3 warnings, 1 note, 2 can be fixed, sorted by severity.",
			"1: scripts/start.sh, 1 place, 1 error", "2: line 3, error, a legacy key is written into the file, fix: by hand",
			"3: .github/workflows/ci.yml, 2 places, 1 warning, 1 note, 1 can be fixed", "4: line 12, warning, LOCALSTACK_API_KEY is set")
		u.Types("4", "detail").Hears("Everything about shop/.github/workflows/ci.yml:12:", "right line: LOCALSTACK_AUTH_TOKEN: ${{ secrets.DEPLOY }}", "Why it matters")
		u.Types("group").Hears("by credential", "release-legacy, legacy CI key, 1 place", "scripts/start.sh, line 3, error")
		u.Types("back").Hears("repositories: 2").Types("1", "preview").Hears("2 findings can be fixed in 2 files.", "In .github/workflows/ci.yml:", "At line 12:",
			"goes: LOCALSTACK_API_KEY: ${{ secrets.DEPLOY }}", "comes: LOCALSTACK_AUTH_TOKEN: ${{ secrets.DEPLOY }}", "Nothing is written: fix does it.")
		u.Types("fix").Hears("Type yes to write 2 files.").Types("").Hears("Nothing was done.")
		u.World.Expect("write /home/ada/src/shop/.github/workflows/ci.yml", "write /home/ada/src/shop/.github/workflows/nightly.yml")
		u.Types("fix", "yes").Hears("Fixed 2 findings in 2 files.", "written: .github/workflows/ci.yml, 1 finding.", "shop: found 1 error, 1 warning, 1 note, none can be fixed from here.")
		u.Types("fix").Hears("fix cannot be done now: none of these can be fixed from here, the first because: a person has to do it")
	})
}

func TestAPathIsAddedInLines(t *testing.T) {
	shop(t, func(u *user) {
		u.Types("repos", "add ~/nowhere").Hears("That does not do: there is no folder ~/nowhere.", "Write the path").Types("~/src/clean").Hears("clean: found nothing.", "clean, found nothing")
		u.Types("add", "").Hears("Nothing was done.")
		u.Types("remove").Hears("Taken off the list: 1 repository. No file was touched.")
		u.Types("list").Hears("repositories: 2").Types("scan").Hears("scan cannot be done now: nothing is selected.")
		u.Types("group").Hears("nothing has been scanned in this session").Types("stop-scan").Hears("no scan is running")
	})
}

func TestCtrlCStopsAScanAndKeepsWhatWasFound(t *testing.T) {
	shop(t, func(u *user) {
		u.Types("repositories", "mark-all")
		u.World.Hold("scan")
		u.Types("scan").Waits(time.Second).Hears("Scanning shop: 1,204 files, 35 MB, 2 findings, 0 s. Ctrl+c stops")
		u.Waits(20*time.Second).Hears("2 findings, 10 s.", "2 findings, 20 s.")
		u.Interrupts().Hears("shop: stopped; found until then: 1 warning, 1 note.", "Not scanned: 1 repository.")
		u.Types("1", "detail").Hears("found: stopped at 1 warning, 1 note")
	})
}

func TestAScanThatDoesNotEndIsGivenUp(t *testing.T) {
	shop(t, func(u *user) {
		release := u.World.HoldAfter("scan")
		u.Types("repositories", "1", "scan").Interrupts().Interrupts().Hears("The scan was given up: what it found is lost.")
		release()
		u.Waits(time.Second).Types("list").Hears("1: shop, not scanned yet")
	})
}

func TestAScanThatFailsIsSaid(t *testing.T) {
	shop(t, func(u *user) {
		u.World.Fail("scan", errors.New("permission denied"))
		u.Types("repositories", "1", "scan").Hears("shop could not be scanned: permission denied.").Types("list").Hears("1: shop, failed: permission denied")
	})
}

func TestReadOnlyLinesWriteNothing(t *testing.T) {
	tellIn(t, testkit.Checkouts, plain.Config{ReadOnly: true}, func(u *user) {
		u.Types("repositories", "1", "scan", "fix").Hears("fix cannot be done now: keyturn was started with --read-only.")
		u.Types("help fix").Hears("Not now: keyturn was started with --read-only.").Types("preview").Hears("comes: LOCALSTACK_AUTH_TOKEN")
	})
}

func TestStepsLeadToCheckoutsInLines(t *testing.T) {
	shop(t, func(u *user) {
		u.Types("list").Hears("fix 1 place in 1 repository").Types("repositories", "1", "scan", "findings", "overview").Hears("fix 3 places in 2 repositories")
		u.Types("help").HearsNo("stop-scan") // it is offered where it can be done
		u.Types("list").Hears("3: blocking: look at 3 places in 1 repository that only a person can fix", "4: fixable: fix 3 places in 2 repositories")
		u.Types("4", "next-step").Hears("repositories: 2, sorted by scanned, only: fix 3 places in 2 repositories.", "2 of 2: billing")
		u.Types("legacy", "filter release", "1", "detail").Hears("In repositories", "proven: shop/scripts/start.sh:3", "probably, by the name of the secret: shop/.github/workflows/ci.yml:14")
	})
}

// What is called as badly as can be is heard as text; the user of the story checks every line.
func TestHostileFilesAreHeardAsText(t *testing.T) {
	fill := func(w *testkit.World) {
		testkit.Checkouts(w)
		w.Checkout("/home/ada/src/shop", testkit.Place("a\x1b[2Jb.yml", 1), testkit.Place("раyments.yml", 3), testkit.Place("payments.yml", 4))
	}
	tellIn(t, fill, plain.Config{}, func(u *user) {
		u.Types("repositories", "1", "scan", "findings").Hears(`a\x1b[2Jb.yml`, "payments.yml, id ", "раyments.yml, id ").Types("2", "detail", "preview")
	})
}
