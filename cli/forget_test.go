package cli_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
	"example.com/keyturn/ui/testkit"
)

// ada is who is signed in at the desk.
var ada = owner.Owner{Endpoint: cli.DefaultEndpoint, Workspace: "wsp_1", Member: "mem_001", MemberName: "Ada Admin"}

// leaves has a process die that had asked for a rotation of deploy.
func (d *desk) leaves(key string, overlap models.Overlap) {
	d.Helper()
	req := models.RotateRequest{Credential: "crd_deploy", Seen: 1, Overlap: overlap, Key: key}
	entry, err := journal.Open(d.env["STATE"], durable.OS{}).Begin(journal.Intent{Key: key, Owner: ada, At: d.deps.Now(), Rotate: &req})
	if err != nil {
		d.Fatal(err)
	}
	if err := entry.Leave(); err != nil {
		d.Fatal(err)
	}
}

// leavesPlan has a process die before it had begun with a plan of these.
func (d *desk) leavesPlan(keys ...string) (file string) {
	d.Helper()
	p := bulk.Plan{At: d.deps.Now(), Owner: ada}
	for _, key := range keys {
		req := models.RotateRequest{Credential: models.CredentialID("crd_" + key), Overlap: models.DefaultOverlap, Key: key}
		p.Items = append(p.Items, bulk.Item{Credential: req.Credential, Name: "of-" + key, Kind: models.CIToken, Request: req})
	}
	run, err := bulk.NewShelf(filepath.Join(d.deps.StateDir, cli.PlansDir), durable.OS{}).Keep(p)
	if err != nil {
		d.Fatal(err)
	}
	if err := run.Close(); err != nil {
		d.Fatal(err)
	}
	return run.Path
}

// gone is a service that does not answer any more.
func gone(w *testkit.World) {
	for _, verb := range []string{"workspace", "credential"} {
		w.Fail(verb, slices.Repeat([]error{testkit.Unreachable()}, 20)...)
	}
}

func TestWhatWasLeftIsListedWithoutTheService(t *testing.T) {
	for what, away := range map[string]func(*desk){
		"it does not answer": func(d *desk) { gone(d.world) },
		"nobody signed in":   func(d *desk) { d.env["LOCALSTACK_AUTH_TOKEN"] = "" },
	} {
		t.Run(what, func(t *testing.T) {
			at(t, testkit.Sample, func(d *desk) {
				d.keeping().leaves("K1", models.DefaultOverlap)
				file := d.leavesPlan("A", "B")
				away(d)
				d.run(cli.Done, "rotation", "unfinished").says(
					"rotate crd_deploy: no known outcome", "by Ada Admin", "at     "+cli.DefaultEndpoint, "id     K1", "a plan of 2 rotations", file, "whether all of this is yours, is not known: ")
				d.run(cli.Done, "rotation", "resume", "--dry-run", "--json").says(`"id": "K1"`, `"plan_file": "`+file, `"not_asked": {`).doesNotSay(`"error"`)
				d.run(cli.Done, "rotation", "forget", "K1", "--yes").says("forgotten: rotate crd_deploy; whether it was done is still not known")
				d.run(cli.Done, "rotation", "forget", file, "--yes")
				d.run(cli.Done, "rotation", "unfinished").says("nothing is unfinished").doesNotSay("known")
			})
		})
	}
}

// A service that takes a connection and says nothing is not waited for as long as one that is needed.
func TestAServiceThatHangsKeepsNobodyFromTheList(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping().leaves("K1", models.DefaultOverlap)
		defer d.world.Hold("workspace")()
		defer d.world.Hold("credential")()
		began := time.Now()
		d.run(cli.Done, "rotation", "unfinished").says("rotate crd_deploy: no known outcome", "is not known:")
		d.run(cli.Done, "rotation", "forget", "K1", "--dry-run").says("rotate crd_deploy, asked")
		if waited := time.Since(began); waited > 10*time.Second {
			t.Errorf("it took %s", waited)
		}
	})
}

func TestNobodyForgetsWithoutMeaningIt(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping().leaves("K1", models.Overlap{Mode: models.OverlapNone})
		d.run(cli.Done, "rotation", "unfinished").says("rotate deploy: no known outcome", "keyturn rotation forget ID")
		lost := []string{
			"forget deploy (CI token, id crd_deploy)", "asked 2026-11-23 16:04 CET", "by Ada Admin at " + cli.DefaultEndpoint, "Whether it was done is not known", "forgetting it does not find out",
			"If it was done, its old secret has ended", "Look at its rotations and at the activity", "To find out instead: keyturn rotation resume K1",
		}
		d.run(cli.Done, "rotation", "forget", "K1", "--dry-run").says(lost...)
		d.run(cli.Unconfirmed, "rotation", "forget", "K1").says(append(lost, "--yes")...)
		d.run(cli.NotSignedIn, "rotation", "forget", "K1", "--read-only", "--yes").says("--read-only")
		d.run(cli.Failed, "rotation", "forget", "K2", "--yes").says(`nothing that is unfinished on this machine has the id "K2"`)
		for _, answer := range []string{"", "y", "yes", "build"} {
			d.answers(answer).run(cli.Unconfirmed, "rotation", "forget", "K1").says("Type deploy to go on", "nothing was changed")
		}
		d.run(cli.Done, "rotation", "unfinished").says("rotate deploy: no known outcome")
		d.answers("deploy").run(cli.Done, "rotation", "forget", "K1").says("forgotten: rotate deploy; whether it was done is still not known")
		d.run(cli.Done, "rotation", "unfinished").says("nothing is unfinished")
	})
}

// A plan names what of it may have been done, and takes that along. One item of it alone is not forgotten.
func TestAPlanIsForgottenWithWhatIsNotKnownOfIt(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		file := d.keeping().leavesPlan("A", "B", "K1")
		d.answers("y").run(cli.Done, "rotation", "forget", file, "--dry-run").says("0 done, 3 to go", "not asked for any more: of-A, of-B, of-K1.").doesNotSay("Not known")
		d.leaves("K1", models.DefaultOverlap) // it was asked for, and that is not in the plan
		d.run(cli.Done, "rotation", "unfinished").says("rotate deploy: no known outcome", "plan   "+file)
		d.run(cli.Done, "rotation", "unfinished", "--json").says("\"plan_file\": \"" + file + "\"\n      }\n    ],\n    \"of_others\"")
		d.run(cli.Failed, "rotation", "forget", "K1", "--yes").says("it is forgotten with the plan, or not", "keyturn rotation forget "+file)
		d.answers("yes").run(cli.Unconfirmed, "rotation", "forget", file).says("not asked for any more: of-A, of-B.", "Not known whether done: rotate of-K1 (crd_K1)", "Type of-K1 to go on")
		d.run(cli.Done, "rotation", "forget", filepath.Base(file), "--yes", "--json").says(
			`"action": "forget"`, `"plan_file": "`+file, "\"id\": \"crd_K1\",\n        \"name\": \"of-K1\",\n        \"outcome\": \"unknown\"", `"outcome": "not begun"`).doesNotSay(`"done"`, `"failed"`)
		d.run(cli.Done, "rotation", "unfinished").says("nothing is unfinished")
	})
}

// Where nothing of a plan is unknown, a y is enough.
func TestAPlanThatWasNotBegunIsForgotten(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		file := d.keeping().leavesPlan("A", "B")
		d.answers("").run(cli.Unconfirmed, "rotation", "forget", file).says("Do it? [y/N]")
		d.answers("y").run(cli.Done, "rotation", "forget", file).says("forgotten: a plan of 2 rotations\n")
		d.run(cli.Failed, "rotation", "forget", file).says("nothing that is unfinished on this machine")
	})
}

// What somebody else has left on this machine is forgotten here; nobody else can.
func TestWhatAnotherServiceWasAskedIsForgottenToo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.keeping()
		req := models.StepRequest{Rotation: "rot_far", Credential: "crd_far", Step: models.StepCancel, Key: "K9"}
		zoe := owner.Owner{Endpoint: "https://other.example.com", Member: "mem_1", MemberName: "Zoe"}
		entry, err := journal.Open(d.env["STATE"], durable.OS{}).Begin(journal.Intent{Key: "K9", Owner: zoe, Step: &req})
		if err != nil {
			t.Fatal(err)
		}
		d.run(cli.Failed, "rotation", "forget", "K9", "--yes").says("another keyturn on this machine works on K9")
		if err := entry.Leave(); err != nil {
			t.Fatal(err)
		}
		d.run(cli.Done, "rotation", "forget", "K9", "--yes", "--dry-run").says(
			"forget crd_far\n", "cancel crd_far, asked by Zoe at https://other.example.com", "that step of the rotation rot_far was taken")
		d.run(cli.Done, "rotation", "forget", "K9", "--yes").says("forgotten: cancel crd_far")
	})
}
