package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/testkit"
)

func TestChanges(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("create fresh", "rename crd_deploy deploy-eu", "pause crd_build", "resume crd_build", "revoke crd_lun", "pause crd_e2e", "pause crd_deploy")
		d.run(cli.Done, "create", "fresh").says("created fresh", "keyturn copy fresh")
		d.run(cli.Usage, "create", " ").says("must not be empty")
		d.run(cli.Done, "rename", "deploy", "deploy-eu").says("renamed to deploy-eu")
		d.run(cli.Unconfirmed, "pause", "build").says("3 h ago", "1200 uses in 30 days", "--yes")
		d.answers("y").run(cli.Done, "pause", "build").says("paused build")
		d.answers("y").run(cli.Failed, "pause", "build").says("it is paused already", "keyturn show build")
		d.run(cli.Done, "resume", "build").says("resumed build")
		d.answers("y").run(cli.Unconfirmed, "revoke", "forgotten-legacy").says("has never been used", "Type forgotten-legacy")
		d.answers("forgotten-legacy").run(cli.Done, "revoke", "forgotten-legacy", "--reason", "nobody knows it").says("revoked forgotten-legacy")
		d.run(cli.Failed, "revoke", "forgotten-legacy", "--yes").says("is revoked")
		d.run(cli.Done, "pause", "e2e", "deploy-eu", "--yes", "--json").says(`"action": "pause"`, `"state": "paused"`)
		d.run(cli.Failed, "pause", "member002@example.com", "--yes").says("can only be reset")
	})
}

func TestAFailureIsSaidOnce(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("create deploy")
		d.world.Fail("create", &models.Error{Fault: models.FaultConflict, Title: "Another CI credential has this name", Fix: "choose another name"})
		d.run(cli.Failed, "create", "deploy").says("keyturn: Another CI credential has this name\nto do: choose another name")
		if d.out.Len() > 0 {
			t.Errorf("said a second time: %s", &d.out)
		}
	})
}

func TestCopyWaitsAndTakesItBack(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("secret crd_deploy", "copy", "clear", "secret crd_deploy", "copy", "clear", "secret crd_deploy", "copy", "clear")
		d.answers("").run(cli.Done, "copy", "deploy").says("deploy placed on the clipboard by fakeclip", "enter clears", "the clipboard is cleared")
		if !d.world.Holds("") {
			t.Error("the clipboard still holds something")
		}
		begin, over := time.Now(), make(chan struct{})
		defer close(over)
		d.deps.Stdin = reader(func() error { <-over; return os.ErrClosed })
		d.run(cli.Done, "copy", "deploy").says("the clipboard is cleared")
		if waited := time.Since(begin); waited != 45*time.Second {
			t.Errorf("cleared after %s", waited)
		}
		d.deps.Stdin = reader(func() error { d.world.CopyElsewhere("mine"); return os.ErrClosed })
		d.run(cli.Done, "copy", "deploy").says("left as it is")
	})
}

func TestCopySaysWhatItCannotTakeBack(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.world.Expect("secret crd_deploy", "copy", "secret crd_deploy", "copy", "secret crd_deploy", "copy", "secret crd_deploy")
		d.run(cli.Done, "copy", "deploy").says("stays in the clipboard")
		d.run(cli.Done, "copy", "deploy", "--json").says(`"how": "placed on the clipboard by fakeclip"`, `"clearable": true`)
		d.world.Deliver(kit.Delivery{Sentence: "handed to tmux"})
		d.answers("").run(cli.Done, "copy", "deploy").says("deploy handed to tmux", "clear your clipboard yourself").doesNotSay("cleared")
		d.run(cli.Usage, "copy", "deploy", "--stdout").says("--stdout is for a pipe")
		d.deps.OutTTY = false
		d.run(cli.Done, "copy", "deploy", "--stdout")
		if d.out.String() != testkit.Value("crd_deploy", 1) {
			t.Errorf("the pipe got %q", &d.out)
		}
	})
}

func TestImport(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		file := filepath.Join(t.TempDir(), "members.csv")
		write(t, file, "email,name,role,seat\nada@example.com,Ada,admin,yes\n")
		d.files.report = models.ImportReport{Created: 1, Updated: 2, Unchanged: 3, Changes: []models.ImportChange{{Verb: "create", What: "member", Name: "ada@example.com"}, {Verb: "keep", What: "CI token", Name: "deploy", Detail: "another value"}, {Verb: "update", What: "sunset calendar", Detail: "2 downtimes"}}}
		d.run(cli.Done, "import", file, "--dry-run").says("create member ada@example.com", "keep CI token deploy: another value", "update sunset calendar: 2 downtimes", "and 1 more", "1 would be created, 2 would be updated, 3 unchanged")
		d.run(cli.Done, "import", file).says("1 created, 2 updated, 3 unchanged")
		d.deps.Stdin = strings.NewReader("email,name,role,seat\nada@example.com,Ada,admin,yes\n")
		d.run(cli.Done, "import", "-", "--json").says(`"created": 1`)
		if n := len(d.files.imported); n != 3 || d.files.imported[0].Members[0].Email != "ada@example.com" {
			t.Errorf("%d imports: %+v", n, d.files.imported)
		}
		write(t, file, "email,name,role,seat\nada@example.com,Ada,queen,yes\n")
		d.run(cli.Failed, "import", file).says("members.csv:2", "queen", "nothing was changed")
		d.run(cli.Failed, "import", file+".no").says("no such file", "docs/workspace-file.md")
		d.run(cli.Failed, "import", t.TempDir()).says("cannot be read (is a directory)", "docs/workspace-file.md")
		if len(d.files.imported) != 3 {
			t.Error("a bad file was sent")
		}
		write(t, file, "email,name,role,seat\nada@example.com,Ada,admin,yes\n")
		d.run(cli.NotSignedIn, "import", file, "--read-only").says("leave --read-only out")
	})
}

// write writes a file of the test's own, which may hold a value.
func write(t testing.TB, name, text string) {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	hunt.For(t).Except(path, "the test has written it")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExport(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.files.export = models.Inventory{
			Workspace: models.InventoryWorkspace{Name: "Acme"}, Members: []models.InventoryMember{{Email: "ada@example.com", Name: "Ada", Role: models.RoleAdmin, Seat: true}},
		}
		file := filepath.Join(t.TempDir(), "workspace.yaml")
		d.run(cli.Done, "export", file).says("wrote "+file, "1 member, 0 CI tokens", "no secrets")
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		d.run(cli.Failed, "export", file).says("is there already", "--force")
		d.run(cli.Failed, "export", filepath.Join(t.TempDir(), "none", "w.yaml")).says("w.yaml cannot be written (no such file or directory)", "to do: ")
		d.run(cli.Done, "export", file, "--force")
		d.run(cli.Done, "import", file, "--dry-run")
		d.run(cli.Done, "export").says("ada@example.com")
		d.run(cli.Done, "export", "--json").says(`"command": "export"`, `"ada@example.com"`)
		d.run(cli.Usage, "export", "--format", "xml").says("yaml or json")
		d.run(cli.Failed, "export", filepath.Join(file, "below")).says("cannot be written (not a directory)")
		if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
			t.Errorf("left behind: %v %v", left, err)
		}
	})
}
