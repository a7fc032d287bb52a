package cli_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/testkit"
)

func TestLists(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "list", "ci-tokens").says("NAME", "deploy", "5 min ago", "nightly", "paused").doesNotSay("release-legacy")
		d.run(cli.Done, "list", "ci-tokens", "--filter", "DEP").says("crd_deploy").doesNotSay("crd_build")
		d.run(cli.Done, "list", "ci-tokens", "--filter", "zzz").says(`no CI token matches "zzz"`)
		d.run(cli.Done, "list", "members").says("Ada Admin", "member003@example.com", "REFUSED IN CI")
		d.run(cli.Done, "list", "members", "--filter", "carl").says("Carl").doesNotSay("Ada")
		d.run(cli.Done, "list", "legacy").says("release-legacy", "rotate", "2026-11-25", "revoke: unused").doesNotSay("nightly")
		d.run(cli.Done, "list", "events").says("Ada Admin", "created e2e", "192.0.2.7")
		d.run(cli.Done, "list", "events", "--limit", "1").doesNotSay("imported")
		d.run(cli.Usage, "list", "events", "--limit", "0").says("at least 1")
		d.run(cli.Usage, "list").says("ci-tokens, members, legacy or events")
		d.run(cli.Usage, "list", "tokens", "--json").says(`"code": "usage"`)
	})
}

func TestAnEmptyWorkspaceSaysHowToBegin(t *testing.T) {
	at(t, func(w *testkit.World) { w.Space(models.Workspace{Name: "Empty"}) }, func(d *desk) {
		d.run(cli.Done, "list", "ci-tokens").says("make one with: keyturn create NAME")
		d.run(cli.Done, "list", "legacy").says("there is no legacy key")
		d.run(cli.Done, "list", "members", "--json").says(`"data": []`)
		d.run(cli.Done, "list", "events").says("there is no event")
		d.run(cli.Done, "legacy").says("0 legacy keys left")
	})
}

func TestShow(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "show", "deploy").says("CI token", "lstk 1.4.0 on runner-9", "lsdemo-****")
		d.run(cli.Done, "show", "release-legacy").says("legacy CI key", "to do:")
		d.world.Expect("secret crd_deploy", "secret crd_deploy v1", "secret crd_m001")
		d.run(cli.Done, "show", "deploy", "--reveal").says("\nsecret     " + testkit.Value("crd_deploy", 1))
		d.run(cli.Done, "show", "deploy", "--reveal", "--secret-version", "1", "--json").says(`"secret": "lsdemo-`)
		d.run(cli.Done, "show", "member001@example.com", "--reveal").says("personal token", testkit.Value("crd_m001", 1))
	})
}

func TestWhatANameMeans(t *testing.T) {
	twins := func(w *testkit.World) {
		testkit.Sample(w)
		old := testkit.CIToken("crd_old", "build")
		old.State = models.Revoked
		w.Put(old, testkit.CIToken("crd_t1", "twin"), testkit.CIToken("crd_t2", "twin"), testkit.CIToken("crd_at", "deploy@eu"), testkit.CIToken("crd_sp", "with spaces"))
	}
	at(t, twins, func(d *desk) {
		d.run(cli.Done, "show", "build").says("crd_build").doesNotSay("crd_old")
		d.run(cli.Done, "show", "crd_old").says("revoked")
		d.run(cli.Usage, "show", "twin").says("may mean several", "crd_t1", "crd_t2", "use the id")
		d.run(cli.Failed, "show", "spac").says("did you mean with spaces (id crd_sp)?")
		d.run(cli.Failed, "show", "dep").says(`no credential is called "dep"`, "did you mean deploy, deploy@eu?")
		d.run(cli.Failed, "show", "zzz").says("keyturn list ci-tokens")
		d.run(cli.Done, "show", "deploy@eu").says("crd_at")
		d.world.Expect("pause crd_build")
		d.run(cli.Done, "pause", "build", "crd_build", "build", "--yes")
		d.run(cli.Failed, "show", "nobody@example.com").says("nobody has the e-mail address")
		d.run(cli.Failed, "pause", "e2e", "dep", "--yes").says("did you mean deploy") // and e2e is not paused
	})
}

func TestFindingsThatBlockFailTheCommand(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Failed, "legacy").says("blocking: release-legacy", "to do:", "3 legacy keys left", "days to the end of the sunset", "2026-11-25")
		d.run(cli.Done, "legacy", "--filter", "carl").says("no seat")
		d.run(cli.Failed, "legacy", "--json").says(`"severity": "blocking"`, `"legacy_keys_left": 3`)
	})
}

func TestEveryAnswerIsOneDocument(t *testing.T) {
	at(t, testkit.Hostile, func(d *desk) {
		for _, args := range [][]string{
			{"list", "ci-tokens"}, {"list", "members"}, {"list", "legacy"}, {"list", "events"}, {"legacy"}, {"show", "deploy"}, {"rotation", "show", "deploy"},
			{"show", "deploy", "--lines", "github"}, {"version"}, {"export"}, {"rotate", "deploy", "--dry-run"}, {"revoke", "deploy", "--dry-run"},
			{"rotate", "deploy"}, {"show", "nothing"}, {"list", "nonsense"}, {"rotate"}, {"--wrong"}, {"serve"}, {"demo"}, nil, {"rename", "deploy"},
		} {
			d.out.Reset()
			ctx, stop := context.WithTimeout(d.Context(), time.Minute)
			code := cli.Execute(ctx, d.deps, append([]string{"--json"}, args...))
			stop()
			var doc struct {
				Version int
				Command *string
				Data    any
				Error   *struct{ Code, Title string }
			}
			if err := json.Unmarshal(d.out.Bytes(), &doc); err != nil || doc.Version != 1 || doc.Command == nil {
				t.Errorf("%q: %v\n%s", args, err, &d.out)
			}
			if found := code == cli.Failed && args[0] == "legacy"; code != cli.Done && doc.Error == nil && !found {
				t.Errorf("%q: exit code %d without an error", args, code)
			}
		}
	})
}

func TestWhoMayNotIsToldSo(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.NotSignedIn, "rotate", "deploy", "--yes", "--read-only").says("--read-only", "leave --read-only out")
		d.run(cli.NotSignedIn, "create", "x", "--read-only").says("--read-only")
		d.world.SignIn(models.RoleMember)
		for _, args := range [][]string{
			{"rotate", "deploy", "--yes"}, {"create", "x"}, {"pause", "deploy", "--yes"}, {"revoke", "deploy", "--yes"}, {"rename", "deploy", "y"},
			{"rotation", "cancel", "deploy", "--yes"},
		} {
			d.run(cli.NotSignedIn, args...).says("only admins of the workspace may do this", "ask an admin")
		}
		d.env["LOCALSTACK_AUTH_TOKEN"] = ""
		for _, args := range [][]string{{"list", "members"}, {"rotate", "deploy"}, {"legacy"}, {"copy", "deploy"}, {"export"}, {}} {
			d.run(cli.NotSignedIn, args...).says("you are not signed in", "LOCALSTACK_AUTH_TOKEN")
		}
	})
}
