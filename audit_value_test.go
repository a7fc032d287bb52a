package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"example.com/keyturn/cli"
)

// Whatever an audit is asked for, no value of a file that it reads is in its answer: not beside a name that
// is renamed, not in a baseline, not in a patch, and not from a history.
func TestNoAnswerOfAnAuditHoldsAValue(t *testing.T) {
	secrets := sampleSecrets(t)
	token, key := secrets.Replace("ls-********-****-****-****-************"), strings.TrimSuffix(strings.TrimPrefix(secrets.Replace("=**********\n"), "="), "\n")
	text := "#!/bin/sh\nexport LOCALSTACK_API_KEY=\"$CI_TOKEN\" # not " + token + "\nexport LOCALSTACK_API_KEY=" + key + "\ncurl -H \"ls-api-key: " + key + "\" -H \"x: " + token + "\"\nlocalstack auth set-token " + token + "\n"
	checkedOut(t, "deploy.sh", text)
	if err := os.WriteFile("deploy.sh", []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("git", "add", "deploy.sh").CombinedOutput(); err != nil {
		t.Fatalf("git add: %v\n%s", err, out)
	}
	for _, args := range [][]string{
		{}, {"--json"}, {"--format", "sarif"}, {"--format", "github"}, {"--format", "junit"}, {"--fix"}, {"--fix", "--json"}, {"--fix", "--patch", "-"},
		{"--history"}, {"--history", "--json"}, {"--staged"}, {"--staged", "--format", "sarif"},
	} {
		hides(t, audited(t, cli.Failed, args...), args, token, key)
	}
	audited(t, cli.Done, "--write-baseline", "known")
	baseline, err := os.ReadFile("known")
	if err != nil {
		t.Fatal(err)
	}
	hides(t, string(baseline), []string{"--write-baseline"}, token, key)
	hides(t, audited(t, cli.Done, "--baseline", "known"), []string{"--baseline"}, token, key)
	if !strings.Contains(string(baseline), "hardcoded-auth-token") {
		t.Fatalf("the audit found no token: %s", baseline)
	}
}

// hides looks for values in an answer: whole, and any long piece of them.
func hides(t *testing.T, answer string, args []string, values ...string) {
	t.Helper()
	const piece = 8
	for _, value := range values {
		if len(value) < piece {
			t.Fatal("the value is too short to be looked for")
		}
		for i := range len(value) - piece + 1 {
			if strings.Contains(answer, value[i:i+piece]) {
				t.Fatalf("keyturn audit %v shows a piece of a value", args)
			}
		}
	}
}
