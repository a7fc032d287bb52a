package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/testkit"
)

// keeping gives the desk the real engine, with its journal in a folder.
func (d *desk) keeping() *desk {
	dir := filepath.Join(d.TempDir(), "intents")
	d.deps.Connect = func(endpoint string, _ models.Secret) (cli.Remote, error) {
		e := rotation.Keeping(testkit.Known{World: d.world}, endpoint, journal.Open(dir, durable.OS{}))
		return cli.Remote{Service: d.files, Rotator: e, Unfinished: e, Plans: rotation.NewPlans(e, bulk.NewShelf(filepath.Join(d.deps.StateDir, cli.PlansDir), durable.OS{}))}, nil
	}
	d.deps.Local = func() cli.Local { return d.world.Local(journal.Open(dir, durable.OS{})) }
	d.env["STATE"] = dir
	return d
}

func times(n int, call string) (calls []string) {
	for range n {
		calls = append(calls, call)
	}
	return calls
}

func TestWhatIsUnknownIsAskedForLater(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping().run(cli.Done, "rotation", "unfinished").says("nothing is unfinished")
		d.run(cli.Done, "rotation", "resume").says("nothing is unfinished")
		d.world.LoseReplies("rotate", 5)
		d.world.Expect(times(6, "rotate crd_deploy first-use+24h")...)
		d.run(cli.Unknown, "rotate", "deploy", "--yes").says("unknown: rotate deploy", "keyturn rotation resume ")
		d.run(cli.Done, "rotation", "unfinished").says("rotate deploy: no known outcome", "by Ada Admin", "keyturn rotation resume")
		d.run(cli.Done, "rotation", "resume", "--dry-run", "--json").says(`"action": "rotate"`, `"name": "deploy"`, `"asked_by": "Ada Admin"`)
		d.run(cli.NotSignedIn, "rotation", "resume", "--read-only").says("--read-only")
		d.run(cli.Failed, "rotation", "resume", "NOSUCHKEY").says("no unfinished rotation has the id")
		d.run(cli.Done, "rotation", "resume").says("rotate deploy: done")
		keys := d.world.Keys("rotate")
		for _, key := range keys {
			if key != keys[0] {
				t.Errorf("asked with another key: %v", keys)
			}
		}
		d.run(cli.Done, "rotation", "unfinished").says("nothing is unfinished")
	})
}

// Files are edited, and versions differ: an intent and a plan may say nothing of when.
func TestWhatNobodyKnowsTheTimeOfIsListed(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping()
		zoe := owner.Owner{Endpoint: "https://other.example.com", Member: "mem_1", MemberName: "Zoe"}
		req := models.RotateRequest{Credential: "crd_far", Key: "K9"}
		entry, err := journal.Open(d.env["STATE"], durable.OS{}).Begin(journal.Intent{Key: "K9", Owner: zoe, Rotate: &req})
		if err != nil {
			t.Fatal(err)
		}
		run, err := bulk.NewShelf(filepath.Join(d.deps.StateDir, cli.PlansDir), durable.OS{}).Keep(bulk.Plan{Owner: zoe, Items: []bulk.Item{{Credential: "crd_far", Request: req}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(entry.Leave(), run.Close()); err != nil {
			t.Fatal(err)
		}
		d.run(cli.Done, "rotation", "unfinished").says("a plan of 1 rotations is half done", "rotate crd_far: of Zoe")
	})
}

func TestWhatStaysUnknownHasItsExitCode(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping()
		d.world.LoseReplies("rotate", 12)
		d.world.Expect(append(times(9, "rotate crd_deploy first-use+24h"), times(5, "rotate crd_build first-use+24h")...)...)
		d.run(cli.Unknown, "rotate", "deploy", "--yes")
		d.run(cli.Unknown, "rotate", "build", "--yes")
		d.run(cli.Unknown, "rotation", "resume", "--json").says(`"outcome": "unknown"`, `"outcome": "done"`, "1 of 2 outcomes are still unknown")
		d.run(cli.Done, "rotation", "resume").says("done")
	})
}

func TestAStepIsAskedForLaterToo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping()
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.run(cli.Done, "rotate", "deploy", "--yes")
		d.world.LoseReplies("cancel", 4)
		d.world.Expect(times(5, "cancel rot_crd_deploy")...)
		d.run(cli.Unknown, "rotation", "cancel", "deploy", "--yes").says("keyturn rotation resume ")
		d.run(cli.Done, "rotation", "unfinished").says("cancel deploy: no known outcome")
		d.run(cli.Done, "rotation", "resume").says("cancel deploy: done")
	})
}

func TestAStrangeFileAndAnotherServiceAreSaid(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping()
		j := journal.Open(d.env["STATE"], durable.OS{})
		entry, err := j.Begin(journal.Intent{
			Key: "K9", Owner: owner.Owner{Endpoint: "https://other.example.com", Member: "mem_1", MemberName: "Zoe"}, At: d.deps.Now(),
			Rotate: &models.RotateRequest{Credential: "crd_far", Key: "K9"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := entry.Leave(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(j.Dir(), "notes.txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		d.run(cli.Done, "rotation", "unfinished").says("rotate crd_far: of Zoe at https://other.example.com", "notes.txt is left alone")
		d.run(cli.Done, "rotation", "resume").says("nothing is left for you to resume", "keyturn rotation unfinished").doesNotSay("nothing is unfinished")
		d.run(cli.NotSignedIn, "rotation", "resume", "K9").says("this was asked by Zoe of https://other.example.com")
		if _, err := os.Stat(filepath.Join(j.Dir(), "notes.txt")); err != nil {
			t.Error(err)
		}
	})
}

// What a plan asks for is left to the plan, and nothing at all is asked before somebody has agreed to go on with it.
func TestNothingIsAskedBeforeAPlanIsAgreedTo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		file := d.keeping().leavesPlan("deploy", "e2e")
		d.leaves("deploy", models.DefaultOverlap) // it was asked for, and that is not in the plan
		d.leaves("K1", models.DefaultOverlap)
		d.run(cli.Unconfirmed, "rotation", "resume").says("rotate of-deploy", "2 of 2 are left", "--yes").doesNotSay("done")
		d.run(cli.Unconfirmed, "rotation", "resume", "--json").says(`"results": []`, "2 of 2 are left", `"code": "confirmation-needed"`)
		d.answers("n").run(cli.Unconfirmed, "rotation", "resume").says("Do it? [y/N]", "nothing was changed").doesNotSay("done")
		if keys := d.world.Keys("rotate"); len(keys) > 0 {
			d.Fatalf("asked with %v", keys)
		}
		held, err := bulk.Open(durable.OS{}, file)
		if err != nil {
			t.Fatal(err)
		}
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.run(cli.Done, "rotation", "resume").says("rotate deploy: done").doesNotSay("of-e2e")
		d.run(cli.Done, "rotation", "resume").says("nothing is left for you to resume").doesNotSay("nothing is unfinished")
		if err := held.Close(); err != nil {
			t.Fatal(err)
		}
		if keys := d.world.Keys("rotate"); !slices.Equal(keys, []string{"K1"}) {
			d.Fatalf("asked with %v", keys)
		}
	})
}
