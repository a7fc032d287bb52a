package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

// many adds so many legacy CI keys.
func many(n int) func(*testkit.World) {
	return func(w *testkit.World) {
		testkit.Sample(w)
		for i := range n {
			w.Put(testkit.LegacyCIKey(models.CredentialID(fmt.Sprintf("crd_old%03d", i)), fmt.Sprintf("old-%03d", i)))
		}
	}
}

func (d *desk) plan() string {
	d.Helper()
	found, err := filepath.Glob(filepath.Join(d.deps.StateDir, "plans", "*.plan"))
	if err != nil || len(found) != 1 {
		d.Fatalf("%v %v", found, err)
	}
	return found[0]
}

func TestFourHundredLegacyKeysInOneCommand(t *testing.T) {
	at(t, many(400), func(d *desk) {
		d.keeping()
		for i := range 400 {
			d.world.Expect(fmt.Sprintf("rotate crd_old%03d first-use+24h", i))
		}
		d.run(cli.Done, "rotate", "--filter", "legacy old", "--yes").says("the plan is in "+d.plan(), "400 of 400: ", "rotated old-000", "rotated old-399")
		if info, err := os.Stat(d.plan()); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
		keys := d.world.Keys("rotate")
		slices.Sort(keys)
		if len(slices.Compact(keys)) != 400 {
			t.Errorf("%d keys", len(keys))
		}
		d.run(cli.Done, "rotate", "--run", d.plan()).says("rotated old-000 before")
		d.run(cli.Done, "rotation", "unfinished").says("nothing is unfinished")
	})
}

func TestAPlanIsShownBeforeItRuns(t *testing.T) {
	at(t, many(3), func(d *desk) {
		file := filepath.Join(t.TempDir(), "the plan.plan")
		command := "keyturn rotate --run '" + file + "'" // as a shell takes it
		d.run(cli.Done, "rotate", "--filter", "legacy old", "--plan", file, "--dry-run").says("rotate old-000", command)
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), "the legacy key becomes a CI token") || !strings.Contains(string(text), `"keyturn_plan":1`) {
			t.Errorf("%v\n%s", err, text)
		}
		if strings.Contains(string(text), "lsdemo-") {
			t.Error("a value in the plan")
		}
		d.run(cli.Failed, "rotate", "--filter", "legacy old", "--plan", file, "--yes").says("there is a file", command)
		d.run(cli.Unconfirmed, "rotate", "--run", file).says("rotate old-002", "3 of 3 are left", "--yes")
		d.run(cli.Usage, "rotate", "deploy", "--run", file).says("--run takes everything from the plan")
		d.run(cli.Usage, "rotate", "--run", file, "--parallel", "0").says("--parallel")
		d.run(cli.NotSignedIn, "rotate", "--run", file, "--read-only").says("--read-only")
		d.run(cli.Failed, "rotate", "--run", filepath.Join(t.TempDir(), "none")).says("cannot be read")
		d.world.Expect("rotate crd_old000 first-use+24h", "rotate crd_old001 first-use+24h", "rotate crd_old002 first-use+24h")
		d.answers("y").run(cli.Done, "rotate", "--run", file).says("rotated old-001")
	})
}

func TestEachItemEndsAsDoneFailedOrUnknown(t *testing.T) {
	at(t, many(4), func(d *desk) {
		d.world.Expect(times(2, "rotate crd_old000 first-use+24h")...)
		d.world.Expect("rotate crd_old001 first-use+24h", "rotate crd_old002 first-use+24h", "rotate crd_old003 first-use+24h")
		d.world.Fail("rotate", testkit.Lost("rotate"), &models.Error{Fault: models.FaultConflict, Title: "It is revoked"})
		d.run(cli.Unknown, "rotate", "--filter", "legacy old", "--yes", "--parallel", "1").says(
			"unknown: rotate old-000", "failed: rotate old-001: It is revoked", "rotated old-003", "2 of 4 done, 1 failed, 1 unknown", "keyturn rotate --run "+d.plan())
		key := d.world.Keys("rotate")[0]
		d.run(cli.Failed, "rotate", "--run", d.plan(), "--yes", "--json").says(`"outcome": "done"`, `"outcome": "failed"`, "It is revoked", "3 of 4 done, 1 failed", `"plan_file"`)
		keys := d.world.Keys("rotate")
		if len(keys) != 5 || keys[4] != key {
			t.Errorf("asked again with another key: %v", keys)
		}
	})
}

// Another admin was quicker with one of the plan: who, when and from where, and what to do is said when it happens and
// whenever somebody looks at the plan again.
func TestAPlanSaysWhoWasQuicker(t *testing.T) {
	at(t, many(3), func(d *desk) {
		file := filepath.Join(t.TempDir(), "legacy.plan")
		d.run(cli.Done, "rotate", "--filter", "legacy old", "--plan", file, "--dry-run")
		d.world.Elsewhere("crd_old001", "Bob Builder", theirs(models.RotationPending))
		d.world.Elsewhere("crd_old002", "Cleo Carter", func(c *models.Credential) { c.Name = "old-two" })
		time.Sleep(time.Hour)
		d.world.Expect("rotate crd_old000 first-use+24h", "rotate crd_old001 first-use+24h", "rotate crd_old002 first-use+24h")
		for range 2 {
			d.run(cli.Failed, "rotate", "--run", file, "--yes").says(
				"failed: rotate old-001: ", "a rotation started by Bob Builder is open: waiting for first use", "(Bob Builder, 2026-11-23 16:04:00 CET, from 198.51.100.7)",
				"  to do  follow it: keyturn rotation show old-001; or take its place: keyturn rotate old-001 --supersede\n",
				"failed: rotate old-002: ", "(Cleo Carter, 2026-11-23 16:04:00 CET, from 198.51.100.7)")
		}
		d.run(cli.Failed, "rotate", "--run", file, "--yes", "--json").says(
			`"changed_by": "Bob Builder"`, `"changed_at": "2026-11-23T15:04:00Z"`, `"changed_from": "198.51.100.7"`, `"code": "stale"`,
			`"fix": "follow it: keyturn rotation show old-001; or take its place: keyturn rotate old-001 --supersede"`)
	})
}

// Theirs was confirmed and never used. What the plan would have done is in the command that does it in the place of
// theirs: a shell takes it apart as it was meant.
func TestWhatIsSuggestedDoesWhatThePlanWouldHaveDone(t *testing.T) {
	at(t, many(3), func(d *desk) {
		file := filepath.Join(d.TempDir(), "old.plan")
		d.run(cli.Done, "rotate", "--filter", "legacy old", "--overlap", "90m", "--reason", "Bob's $HOME", "--plan", file, "--dry-run")
		d.world.Elsewhere("crd_old001", "Bob Builder", theirs(models.RotationRetiring))
		d.world.Expect("rotate crd_old000 90m", "rotate crd_old001 90m", "rotate crd_old002 90m")
		const told = "or take its place: keyturn "
		for range 2 { // the second tells it as the first has written it down
			_, command, found := strings.Cut(d.run(cli.Failed, "rotate", "--run", file, "--yes").out.String(), told)
			command, _, _ = strings.Cut(command, "\n")
			if want := `rotate old-001 --supersede --overlap 90m --reason 'Bob'\''s $HOME'`; !found || command != want {
				t.Errorf("%q instead of %q", command, want)
			}
		}
		d.world.Expect("rotate crd_old001 90m instead of rot_theirs")
		d.run(cli.Done, "rotate", "old-001", "--supersede", "--overlap", "90m", "--reason", "Bob's $HOME", "--yes")
	})
}

func TestAPlanStopsWhereGoingOnIsNoUse(t *testing.T) {
	at(t, many(6), func(d *desk) {
		d.world.Fail("rotate", testkit.Unreachable())
		d.world.Expect("rotate crd_old000 first-use+24h")
		d.run(cli.Failed, "rotate", "--filter", "legacy old", "--yes", "--parallel", "1").says("0 of 6 done, 0 failed, 6 not begun", "does not answer", "--run")
		for i := range 6 {
			d.world.Expect(fmt.Sprintf("rotate crd_old%03d first-use+24h", i))
		}
		d.run(cli.Done, "rotate", "--run", d.plan(), "--yes").says("rotated old-005")
	})
}

func TestAPlanIsPausedAndGoneOnWith(t *testing.T) {
	at(t, many(5), func(d *desk) {
		d.world.Expect("rotate crd_old000 first-use+24h")
		release := d.world.Hold("rotate")
		ctx, interrupt := context.WithCancel(d.Context())
		go func() {
			time.Sleep(time.Second)
			interrupt()
			time.Sleep(time.Second)
			release()
		}()
		code := cli.Execute(bounded{ctx}, d.deps, []string{"rotate", "--filter", "legacy old", "--yes", "--parallel", "1"})
		d.says("rotated old-000", "paused: rotate: 1 of 5 done, 0 failed, 4 not begun")
		if code != cli.Failed {
			t.Errorf("exit code %d", code)
		}
		for i := range 4 {
			d.world.Expect(fmt.Sprintf("rotate crd_old%03d first-use+24h", i+1))
		}
		d.run(cli.Done, "rotate", "--run", d.plan(), "--yes").says("rotated old-000 before", "rotated old-004")
	})
}

// bounded has the deadline that the fake service wants to see.
type bounded struct{ context.Context }

func (bounded) Deadline() (time.Time, bool) { return time.Now().Add(30 * time.Second), true }

func TestABarOnATerminal(t *testing.T) {
	at(t, many(3), func(d *desk) {
		d.world.Expect("rotate crd_old000 first-use+24h", "rotate crd_old001 first-use+24h", "rotate crd_old002 first-use+24h")
		d.answers()
		d.deps.Width = 100
		ctx, stop := context.WithTimeout(d.Context(), time.Minute)
		defer stop()
		if code := cli.Execute(ctx, d.deps, []string{"rotate", "--filter", "legacy old", "--yes"}); code != cli.Done {
			t.Fatalf("exit code %d: %s", code, &d.err)
		}
		d.says("\r[########................] 1 of 3\x1b[K", "[########################] 3 of 3", "\r\x1b[K")
	})
}

func TestAPlanThatWasLeftIsFoundAndGoneOnWith(t *testing.T) {
	at(t, many(6), func(d *desk) {
		d.keeping()
		d.world.Fail("rotate", nil, nil, testkit.Unreachable(), testkit.Unreachable(), testkit.Unreachable(), testkit.Unreachable())
		d.world.Expect("rotate crd_old000 first-use+24h", "rotate crd_old001 first-use+24h")
		d.world.Expect(times(4, "rotate crd_old002 first-use+24h")...)
		d.run(cli.Failed, "rotate", "--filter", "legacy old", "--yes", "--parallel", "1").says("2 of 6 done, 0 failed, 4 not begun")
		file := d.plan()
		d.run(cli.Done, "rotation", "unfinished").says("a plan of 6 rotations is half done: 2 done, 4 to go", "by Ada Admin", "keyturn rotate --run "+file)
		d.run(cli.Done, "rotation", "resume", "--dry-run", "--json").says(`"plan_file": "`+file, `"rotations": 6`, `"to_go": 4`)
		d.run(cli.Unconfirmed, "rotation", "resume").says("rotate old-002", "4 of 6 are left", "--yes")
		for i := range 4 {
			d.world.Expect(fmt.Sprintf("rotate crd_old%03d first-use+24h", i+2))
		}
		d.run(cli.Done, "rotation", "resume", "--yes").says("rotated old-000 before", "rotated old-002", "rotated old-005")
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("the plan is still there: %v", err)
		}
		d.run(cli.Done, "rotation", "resume", "--json").says(`"results": []`, `"plans": []`)
	})
}
