package cli_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/audit"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/ui/testkit"
)

// tokenOf makes a token that nobody has but this test.
func tokenOf(t testing.TB, seed byte) string {
	t.Helper()
	token, err := models.NewToken(rand.NewChaCha8([32]byte{seed}), "lstest")
	if err != nil {
		t.Fatal(err)
	}
	return hunt.For(t).Learn(token.Reveal())
}

const workflow = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      LOCALSTACK_AUTH_TOKEN: %s
    steps:
      - run: localstack start -d
      - run: localstack start -d
        env:
          LOCALSTACK_AUTH_TOKEN: ${{ secrets.CARL_TOKEN }}
`

// inWorkflow checks a workflow out that has Bea's token in it, and feeds on a secret called by Carl.
func (d *desk) inWorkflow() (token string) {
	d.Helper()
	token = tokenOf(d.TB, 1)
	d.Chdir(d.TempDir())
	name := filepath.Join(".github", "workflows", "ci.yml")
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		d.Fatal(err)
	}
	write(d.TB, name, fmt.Sprintf(workflow, token))
	d.deps.Audit = audit.Run
	return token
}

// knowing makes the workspace know one value, as Bea's token that is in that state.
func (d *desk) knowing(token string, state models.SecretState) (asked *int) {
	asked = new(int)
	d.files.identify = func(values []models.Secret) ([]*models.Identified, error) {
		*asked += len(values)
		out := make([]*models.Identified, len(values))
		for i, v := range values {
			if v.Equal(models.NewSecret(token)) {
				out[i] = &models.Identified{
					Credential: "crd_bea", Kind: models.PersonalToken, Name: "personal token", Version: 1, State: state,
					Owner: &models.MemberRef{ID: "mem_002", Name: "Bea Builder", Email: "member002@example.com"},
				}
			}
		}
		return out, nil
	}
	return asked
}

func TestAWorkspaceProvesWhoseALiteralIs(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		token := d.inWorkflow()
		asked := d.knowing(token, models.SecretCurrent)
		d.run(cli.Failed, "audit").doesNotSay("Bea", "Carl", "personal-token-in-ci")
		d.run(cli.Failed, "audit", "--workspace").says(
			"6:30  hardcoded-auth-token  error", "the personal token of Bea Builder is written here, and it works: whoever reads the file has it",
			"6:30  personal-token-in-ci  error", "the personal token of Bea Builder is used in CI, which refuses every personal token",
			"personal-token-in-ci  warning", "the secret CARL_TOKEN bears the name of the member Carl Chairless: in CI a personal token is refused",
		).doesNotSay(token)
		if *asked != 1 {
			d.Errorf("asked about %d values, want one", *asked)
		}
		d.run(cli.Failed, "audit", "--workspace", "--read-only", "--json").says(`"proven": {`, `"credential": "crd_bea"`, `"owner": "Bea Builder"`, `"state": "current"`).doesNotSay(token)
		d.knowing(token, models.SecretRevoked)
		d.run(cli.Failed, "audit", "--workspace").says("it is revoked already")
	})
}

// Fixes are made with one question: what was answered is known when everything is read once more.
func TestNothingIsAskedTwice(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		asked := d.knowing(d.inWorkflow(), models.SecretCurrent)
		write(d.TB, "compose.yml", "services:\n  localstack:\n    environment:\n      - LOCALSTACK_API_KEY\n")
		d.run(cli.Failed, "audit", "--workspace", "--fix", "--write", "--force").says("Bea Builder")
		if text, err := os.ReadFile("compose.yml"); err != nil || !strings.Contains(string(text), "LOCALSTACK_AUTH_TOKEN") {
			d.Errorf("nothing was fixed: %s, %v", text, err)
		}
		if *asked != 1 {
			d.Errorf("asked about %d values, want one", *asked)
		}
	})
}

// Whatever the workspace does not say: what was found is told, in every format, and that it is not proven.
func TestWhatIsFoundIsToldWithoutTheWorkspace(t *testing.T) {
	away := &models.Error{Fault: models.FaultUnreachable, Code: "unreachable", Op: "list the members", Title: "the workspace service cannot be reached", Fix: "check that it runs"}
	denied := &models.Error{Fault: models.FaultForbidden, Code: "not-allowed", Title: "You may not do this in this workspace", Fix: "ask an admin of the workspace"}
	for name, c := range map[string]struct {
		prepare func(*desk)
		says    []string
	}{
		"nobody is signed in": {func(d *desk) { d.env = map[string]string{} }, []string{"you are not signed in", "LOCALSTACK_AUTH_TOKEN"}},
		"no service": {func(d *desk) {
			d.deps.Connect = func(string, models.Secret) (cli.Remote, error) { return cli.Remote{}, away }
		}, []string{"the workspace service cannot be reached", "check that it runs"}},
		"no admin": {func(d *desk) {
			d.files.identify = func([]models.Secret) ([]*models.Identified, error) { return nil, denied }
		}, []string{"You may not do this in this workspace", "ask an admin of the workspace"}},
		"half an answer": {func(d *desk) {
			know := d.files.identify
			d.files.identify = func(values []models.Secret) ([]*models.Identified, error) {
				found, err := know(values[:1])
				return found, errors.Join(err, away)
			}
		}, []string{"the workspace service cannot be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			at(t, testkit.Sample, func(d *desk) {
				token, other := d.inWorkflow(), tokenOf(d.TB, 2)
				d.knowing(token, models.SecretCurrent)
				write(d.TB, "other.txt", other+"\n")
				c.prepare(d)
				for _, format := range []string{"text", "json", "sarif", "github", "junit"} {
					d.run(cli.Incomplete, "audit", "--workspace", "--format", format, "--fail-on", "never")
					d.says(append(c.says, "whose the credentials are was not proven", "hardcoded-auth-token", "other.txt")...).doesNotSay(token, other)
				}
				d.run(cli.Incomplete, "audit", "--workspace")
				if proven := strings.Contains(d.out.String(), "Bea Builder"); proven != (name == "half an answer") {
					d.Errorf("what was answered is told: %t", proven)
				}
			})
		})
	}
}

// A workspace file proves without a service, without a token, and without showing what is in it.
func TestAWorkspaceFileProvesOffline(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		token := d.inWorkflow()
		d.env = map[string]string{}
		d.deps.Connect = func(string, models.Secret) (cli.Remote, error) {
			d.Error("somebody was asked")
			return cli.Remote{}, errors.New("nobody")
		}
		file := "members:\n  - {email: bea@example.com, name: Bea Builder, token: " + token + "}\n  - {email: carl@example.com}\n"
		outside := filepath.Join(d.TempDir(), "workspace.yaml")
		write(d.TB, outside, file)
		want := []string{
			"the personal token of Bea Builder is written here: whoever reads the file has it", "personal-token-in-ci  error",
			"the secret CARL_TOKEN bears the name of the member carl@example.com",
		}
		d.run(cli.Failed, "audit", "--inventory", outside).says(want...).doesNotSay(token)
		d.deps.Stdin = strings.NewReader(file)
		d.run(cli.Failed, "audit", "--inventory", "-").says(want...).doesNotSay(token)
		names := filepath.Join(d.TempDir(), "members.csv")
		write(d.TB, names, "email,name\ncarl@example.com,\n")
		d.run(cli.Failed, "audit", "--inventory", names).says("bears the name of the member carl@example.com").doesNotSay("personal-token-in-ci  error")
	})
}

func TestAProofThatMakesNoSenseIsUsage(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		value := tokenOf(d.TB, 1)
		write(d.TB, "broken.yaml", "members:\n  - {email: bea, token: "+value+"x}\n")
		asked := d.reporting(found(), nil)
		for _, c := range []struct{ args, says string }{
			{"--workspace --inventory x", "choose one"},
			{"--inventory nowhere.yaml", "nowhere.yaml"},
			{"--inventory broken.yaml", "broken.yaml:2"},
			{"--inventory - -", "name a file after --inventory"},
			{"--inventory - --repos -", "name a file after --inventory"},
		} {
			d.run(cli.Usage, append([]string{"audit"}, strings.Fields(c.args)...)...).says(c.says).doesNotSay(value)
		}
		if len(*asked) > 0 {
			d.Error("an audit was made all the same")
		}
	})
}

// What a name of a secret tells can be left alone as everything can: by a mark, and by a baseline.
func TestAProvenNameCanBeIgnored(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.inWorkflow()
		write(d.TB, "members.csv", "email,name\ncarl@example.com,\n")
		name := filepath.Join(".github", "workflows", "ci.yml")
		text, err := os.ReadFile(name)
		if err != nil {
			d.Fatal(err)
		}
		d.run(cli.Failed, "audit", "--inventory", "members.csv").says("CARL_TOKEN bears the name")
		d.run(cli.Done, "audit", "--inventory", "members.csv", "--write-baseline", "known")
		d.run(cli.Done, "audit", "--inventory", "members.csv", "--baseline", "known").doesNotSay("bears the name")
		write(d.TB, name, strings.Replace(string(text), "CARL_TOKEN }}", "CARL_TOKEN }} # keyturn:ignore[personal-token-in-ci] Carl is our bot", 1))
		d.run(cli.Failed, "audit", "--inventory", "members.csv").doesNotSay("bears the name")
	})
}
