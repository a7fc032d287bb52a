package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestAScriptSeesThePlanAndMustSayYes(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Unconfirmed, "rotate", "deploy").says("rotate deploy (CI token, id crd_deploy)", "24 h after the first use", "lstk 1.4.0 on runner-9", "add --yes")
		d.run(cli.Done, "rotate", "deploy", "--dry-run").says("24 h after the first use").doesNotSay("--yes")
		d.run(cli.Unconfirmed, "rotate", "deploy", "--json").says(`"confirmation-needed"`, `"what_happens"`)
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.run(cli.Done, "rotate", "deploy", "--yes").says(
			"rotated deploy (id crd_deploy)", "both secrets work", "keyturn copy deploy", "LOCALSTACK_AUTH_TOKEN", "keyturn rotation cancel deploy")
	})
}

func TestAPersonIsAsked(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		for _, no := range []string{"n", "", "deploy"} {
			d.answers(no).run(cli.Unconfirmed, "rotate", "deploy").says("Do it? [y/N]", "nothing was changed")
		}
		d.deps.Width = 40
		d.answers("n").run(cli.Unconfirmed, "rotate", "deploy")
		for line := range strings.Lines(d.err.String()) {
			if len(line) > 60 {
				t.Errorf("wider than the terminal: %q", line)
			}
		}
		d.world.Expect("rotate crd_deploy 3d")
		d.answers("y").run(cli.Done, "rotate", "deploy", "--overlap", "72h")
		d.answers("y").run(cli.Failed, "rotate", "deploy").says("a rotation is already open (started by Ada Admin, waiting for first use) (Ada Admin, 2026-11-23 16:04:00 CET, from 192.0.2.7)", "to do:").doesNotSay("Do it?")
	})
}

// theirs is what another admin's rotation makes of a credential.
func theirs(state models.RotationState) func(*models.Credential) {
	return func(c *models.Credential) {
		next := c.Secrets[0]
		next.Version, next.State = 2, models.SecretPending
		c.Secrets = append(c.Secrets, next)
		c.Rotation = &models.Rotation{
			ID: "rot_theirs", Credential: c.ID, State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
			StartedAt: time.Now(), StartedBy: "Bob Builder", StartedFrom: "198.51.100.7", Revision: 1,
		}
	}
}

func TestAnOpenRotationIsFollowedOrSuperseded(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Elsewhere("crd_deploy", "Bob Builder", theirs(models.RotationPending))
		d.run(cli.Failed, "rotate", "deploy", "--yes").says(
			"already open (started by Bob Builder, waiting for first use)", "2026-11-23 16:04:00 CET, from 198.51.100.7", "keyturn rotation show deploy", "keyturn rotate deploy --supersede\n")
		d.run(cli.Failed, "rotate", "deploy", "--overlap", "72h", "--yes").says("take its place: keyturn rotate deploy --supersede --overlap 3d\n")
		d.run(cli.Failed, "rotate", "deploy", "--overlap", "none", "--reason", "Bob's log", "--yes").says(`take its place: keyturn rotate deploy --supersede --overlap none --reason 'Bob'\''s log'`)
		d.run(cli.Failed, "rotate", "deploy", "e2e", "--yes").says("deploy: a rotation is already open")
		d.run(cli.Unconfirmed, "rotate", "deploy", "--supersede").says("A rotation is open, started by Bob Builder, 2026-11-23 16:04 CET, 15:04 UTC, from 198.51.100.7. Version 2 ends at once", "version 1 goes on working")
		d.run(cli.Failed, "rotate", "--filter", "deploy", "--yes").says("deploy: a rotation is already open", "from 198.51.100.7", "keyturn rotate deploy --supersede")
		d.run(cli.Failed, "rotate", "--filter", "no such", "--yes").says("nothing that can be rotated now")
		d.run(cli.Done, "rotate", "--filter", "e", "--dry-run").says("deploy is left out: a rotation is open, started by Bob Builder, 2026-11-23 16:04", "keyturn rotate deploy --supersede")
		d.world.Expect("rotate crd_deploy first-use+24h instead of rot_theirs")
		d.run(cli.Done, "rotate", "deploy", "--supersede", "--yes").says("rotated deploy")
	})
}

// Theirs was confirmed and has never been used: whoever takes its place is asked why before anything is planned.
func TestTakingThePlaceOfAnUnusedOneNeedsAReason(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Elsewhere("crd_deploy", "Bob Builder", theirs(models.RotationRetiring))
		for _, more := range []string{"--dry-run", "--yes", "--reason= "} {
			d.run(cli.Usage, "rotate", "deploy", "--supersede", more).says("deploy: "+models.ErrNeedsReason.Error(), `--reason "…"`)
		}
		d.run(cli.Usage, "rotate", "--filter", "e", "--supersede", "--yes").says("deploy: " + models.ErrNeedsReason.Error())
		d.world.Expect("rotate crd_deploy first-use+24h instead of rot_theirs")
		d.run(cli.Done, "rotate", "deploy", "--supersede", "--yes", "--reason", "wrong vault").says("rotated deploy")
	})
}

// The other admin is quicker between the question and the answer.
func TestTheSlowerOfTwoAdminsIsTold(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.answers()
		meanwhile := reader(func() error {
			d.world.Elsewhere("crd_deploy", "Bob Builder", theirs(models.RotationRetiring))
			return io.EOF
		})
		d.deps.Stdin = io.MultiReader(meanwhile, strings.NewReader("y\n"))
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.run(cli.Failed, "rotate", "deploy").says("Bob Builder", "from 198.51.100.7", "old one retiring", "keyturn rotation show deploy", "keyturn rotate deploy --supersede")
	})
}

// outrun is whoever asks for a rotation just after somebody else has.
type outrun struct {
	cli.Rotator
	by func()
}

func (o outrun) Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	o.by()
	return o.Rotator.Start(ctx, req)
}

// Theirs is there before a program asks.
func TestAProgramIsToldOfAnOpenRotation(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Elsewhere("crd_deploy", "Bob Builder", theirs(models.RotationRetiring))
		began := time.Now()
		time.Sleep(25 * time.Hour)
		d.world.Elsewhere("crd_deploy", "Cleo Carter", func(c *models.Credential) { c.State = models.Paused })
		d.run(cli.Failed, "rotate", "deploy", "--yes", "--json")
		e := d.problem()
		if e.Code != models.RotationOpen || e.By != "Bob Builder" || !e.At.Equal(began) || e.From != "198.51.100.7" ||
			e.Fix != `follow it: keyturn rotation show deploy; or take its place: keyturn rotate deploy --supersede --reason "…"` {
			d.Errorf("%+v", e)
		}
		d.run(cli.Done, "show", "deploy", "--json").says(`"started_by": "Bob Builder"`, `"started_from": "198.51.100.7"`)
	})
}

// problem is the error of the last answer.
func (d *desk) problem() (e struct {
	Code string    `json:"code"`
	Fix  string    `json:"fix"`
	By   string    `json:"changed_by"`
	At   time.Time `json:"changed_at"`
	From string    `json:"changed_from"`
}) {
	d.Helper()
	doc := struct{ Error any }{&e}
	if err := json.Unmarshal(d.out.Bytes(), &doc); err != nil {
		d.Fatal(err)
	}
	return e
}

// A program is told in fields of their own who was quicker, when and from where.
func TestTheSlowerOfTwoProgramsIsTold(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		connect := d.deps.Connect
		d.deps.Connect = func(endpoint string, token models.Secret) (cli.Remote, error) {
			remote, err := connect(endpoint, token)
			remote.Rotator = outrun{remote.Rotator, func() { d.world.Elsewhere("crd_deploy", "Bob Builder", theirs(models.RotationPending)) }}
			return remote, err
		}
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.run(cli.Failed, "rotate", "deploy", "--yes", "--json")
		if e := d.problem(); e.By != "Bob Builder" || !e.At.Equal(time.Now()) || e.From != "198.51.100.7" {
			d.Errorf("%+v", e)
		}
	})
}

func TestALeakNeedsTheTypedName(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.answers("yes").run(cli.Unconfirmed, "rotate", "build", "--overlap", "none").says("ends at once", "Type build to go on")
		d.world.Expect("rotate crd_build none")
		d.answers("build").run(cli.Done, "rotate", "build", "--overlap", "none", "--reason", "leaked")
		d.world.Expect("rotate crd_deploy none", "rotate crd_e2e none")
		d.answers("2 credentials").run(cli.Done, "rotate", "deploy", "e2e", "--overlap", "none").says("rotate 1 of 2: ", "rotate 2 of 2: ")
	})
}

func TestInterruptingAQuestionIsANo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.answers()
		never, stop := context.WithTimeout(d.Context(), 10*time.Second)
		d.deps.Stdin = reader(func() error { stop(); return nil })
		if code := cli.Execute(never, d.deps, []string{"rotate", "deploy"}); code != cli.Unconfirmed {
			d.Errorf("exit code %d", code)
		}
		d.says("nothing was changed")
	})
}

// reader does something when it is read, and has nothing to read.
type reader func() error

func (r reader) Read([]byte) (int, error) { return 0, r() }

func TestAPersonalTokenIsReset(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Usage, "rotate", "member001@example.com", "--overlap", "24h").says("without an overlap")
		d.run(cli.Usage, "rotate", "member001@example.com", "deploy").says("apart")
		d.world.Expect("rotate crd_m001 none")
		d.answers("Ada Admin").run(cli.Done, "rotate", "MEMBER001@example.com").says("reset the personal token of Ada Admin")
	})
}

func TestNobodyGuessesAboutALostReply(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy first-use+24h", "create fresh", "pause crd_build")
		for verb, args := range map[string][]string{"rotate": {"rotate", "deploy", "--yes"}, "create": {"create", "fresh"}, "pause": {"pause", "build", "--yes"}} {
			d.world.LoseReplies(verb, 1)
			d.run(cli.Unknown, args...).says("unknown: "+verb, ": keyturn ")
		}
		d.run(cli.Failed, "rotate", "deploy", "--yes").says("a rotation is already open")
	})
}

func TestSeveralEndEachForItself(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_build first-use+24h", "rotate crd_deploy first-use+24h", "rotate crd_e2e first-use+24h")
		d.world.Fail("rotate", &models.Error{Fault: models.FaultConflict, Title: "Not now", Fix: "later"})
		d.run(cli.Failed, "rotate", "build", "deploy", "e2e", "--yes", "--parallel", "1").says("failed: rotate build: Not now", "rotated deploy", "rotated e2e", "2 of 3 done, 1 failed")
	})
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_build first-use+24h", "rotate crd_deploy first-use+24h")
		d.world.LoseReplies("rotate", 1)
		d.run(cli.Unknown, "rotate", "build", "deploy", "--yes", "--json").says(`"outcome": "unknown"`, `"outcome": "done"`, `"idempotency_key": "key-1"`)
	})
}

func TestTheFilterLeavesOutWhatCannotBeRotated(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_lci first-use+24h", "rotate crd_lun first-use+24h")
		d.run(cli.Done, "rotate", "--filter", "LEGACY", "--yes").says("rotated release-legacy", "rotated forgotten-legacy")
		d.run(cli.Failed, "rotate", "--filter", "legacy", "--yes").says("nothing that can be rotated now matches")
		d.run(cli.Failed, "rotate", "--filter", "lega", "--yes").says("nothing that can be rotated now matches",
			"2 are being rotated already; ", "-legacy: a rotation is open, started by Ada Admin, 2026-11-23 16:04 CET, 15:04 UTC, from 192.0.2.7", "add --supersede")
		d.run(cli.Usage, "rotate", "deploy", "--filter", "legacy").says("not both")
		d.run(cli.Usage, "rotate").says("keyturn rotate NAME")
		d.run(cli.Usage, "rotate", "deploy", "--overlap", "soon").says("--overlap")
	})
}

// The word means the kind, whatever the keys are called; a few letters of it do not.
func TestLegacyMeansEveryLegacyKey(t *testing.T) {
	at(t, func(w *testkit.World) {
		testkit.Sample(w)
		w.Put(testkit.LegacyCIKey("crd_plain", "old-nightly"))
	}, func(d *desk) {
		d.run(cli.Done, "rotate", "--filter", "Legacy", "--dry-run").says("rotate old-nightly", "rotate release-legacy").doesNotSay("rotate deploy")
		d.run(cli.Done, "rotate", "--filter", "legacy night", "--dry-run").says("rotate old-nightly").doesNotSay("rotate nightly", "release-legacy")
		d.run(cli.Done, "list", "legacy", "--filter", "gacy").doesNotSay("old-nightly")
	})
}

func TestARotationThatIsOverIsNotTakenBack(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy none", "rotate crd_build first-use+24h")
		d.run(cli.Done, "rotate", "deploy", "--overlap", "none", "--yes").says("keyturn rotation show deploy").doesNotSay("take it back")
		d.run(cli.Done, "rotate", "build", "--yes").says("take it back    keyturn rotation cancel build")
	})
}

func TestTheNewValueIsShownOnlyIfAskedFor(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy first-use+24h", "secret crd_deploy", "create fresh", "secret crd_new4", "rotate crd_build first-use+24h", "secret crd_build")
		d.run(cli.Done, "rotate", "deploy", "--yes", "--reveal").says("secret: " + testkit.Value("crd_deploy", 2))
		d.world.Fail("secret", nil, &models.Error{Fault: models.FaultForbidden, Title: "Not for you"})
		d.run(cli.Done, "create", "fresh", "--reveal", "--json").says(`"secret": "lsdemo-`)
		d.run(cli.NotSignedIn, "rotate", "build", "--yes", "--reveal").says("rotated build", "could not be read: ", "Not for you")
	})
}

func TestTheStepsOfARotation(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Failed, "rotation", "confirm", "deploy", "--yes").says("no rotation is open")
		d.run(cli.Done, "rotation", "show", "deploy").says("has never been rotated", "keyturn rotate deploy")
		d.world.Expect("rotate crd_deploy first-use+24h", "confirm rot_crd_deploy: seen in the log", "extend rot_crd_deploy", "rollback rot_crd_deploy")
		d.run(cli.Done, "rotate", "deploy", "--yes")
		d.run(cli.Done, "rotation", "show", "deploy").says("version 1 to 2", "has not been used yet", "by Ada Admin")
		d.run(cli.Failed, "rotation", "extend", "deploy", "--yes").says("nothing to extend")
		d.run(cli.Usage, "rotation", "confirm", "deploy", "--yes").says("--reason")
		d.run(cli.Unconfirmed, "rotation", "confirm", "deploy", "--reason", "seen in the log").says("confirm the new secret of deploy")
		d.run(cli.Done, "rotation", "confirm", "deploy", "--reason", "seen in the log", "--yes").says("the old one ends in 1 d")
		d.run(cli.Usage, "rotation", "extend", "deploy", "--by", "long", "--yes").says("--by")
		d.run(cli.Done, "rotation", "extend", "deploy", "--by", "2d", "--yes").says("gave more time")
		d.run(cli.Failed, "rotation", "cancel", "deploy", "--yes").says("roll back instead")
		d.run(cli.Done, "rotation", "rollback", "deploy", "--yes").says("rolled back")
	})
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy first-use+24h", "end rot_crd_deploy")
		d.run(cli.Done, "rotate", "deploy", "--yes")
		d.world.FirstUse("crd_deploy")
		d.answers("y").run(cli.Unconfirmed, "rotation", "end", "deploy").says("Type deploy to go on")
		d.answers("deploy").run(cli.Done, "rotation", "end", "deploy").says("ended the old secret of deploy")
	})
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy first-use+24h", "cancel rot_crd_deploy")
		d.run(cli.Done, "rotate", "deploy", "--yes")
		d.answers("y").run(cli.Done, "rotation", "cancel", "deploy").says("cancelled the rotation of deploy")
	})
}

func TestWhoComesSecondLearnsWhoWasFirst(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("rotate crd_deploy first-use+24h")
		d.answers()
		d.deps.Stdin = io.MultiReader(reader(func() error {
			d.world.Elsewhere("crd_deploy", "Bea Builder", func(c *models.Credential) { c.Name = "deploy-2" })
			return io.EOF
		}), strings.NewReader("y\n"))
		d.run(cli.Failed, "rotate", "deploy").says("changed it since you looked (Bea Builder, 2026-")
	})
}

func TestPipelineLines(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "show", "deploy", "--lines", "github").says("secrets.LOCALSTACK_AUTH_TOKEN", "gh secret set")
		d.run(cli.Done, "show", "release-legacy", "--lines", "gitlab", "--json").says(`"variable": "LOCALSTACK_`)
		d.run(cli.Usage, "show", "deploy", "--lines", "punchcards").says("github")
		d.run(cli.Usage, "show", "member001@example.com", "--lines", "github").says("does not belong into a pipeline")
		if !strings.HasPrefix(d.err.String(), "keyturn: ") {
			d.Errorf("%q", d.err.String())
		}
	})
}
