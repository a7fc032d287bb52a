package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
)

// keyturn runs a command of the program against the world's service.
func (w *world) keyturn(code int, stdin string, args ...string) string {
	w.Helper()
	token, err := adminToken(w.dir)
	w.must(err)
	var out, errs bytes.Buffer
	env := map[string]string{"LOCALSTACK_AUTH_TOKEN": token.Reveal(), "KEYTURN_ENDPOINT": w.endpoint}
	got := cli.Execute(w.Context(), cli.Deps{
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs, Env: func(name string) string { return env[name] },
		Now: w.clock.now, Zone: time.UTC, Version: "test", Connect: connect, Local: local,
	}, args)
	if got != code {
		w.Fatalf("keyturn %s: exit code %d instead of %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	w.hunt.Keep("what keyturn "+args[0]+" says beside its answer", errs.Bytes())
	if !slices.Contains(args, "--stdout") && !slices.Contains(args, "--reveal") { // which ask for the value
		w.hunt.Keep("what keyturn "+args[0]+" answers", out.Bytes())
	}
	return out.String()
}

// The whole way as a script would go it.
func TestTheWholeWayInCommands(t *testing.T) {
	w := newWorld(t)
	file := `version: "1"
workspace: {name: Scripts}
members:
  - {email: maria@example.com, name: Maria, seat: true}
ci_tokens:
  - {name: deploy-eu}
legacy_keys:
  - {kind: legacy_ci_key, name: old-nightly, value: q7z4k2m9x1}
`
	w.keyturn(cli.Done, file, "import", "-", "--dry-run")
	w.keyturn(cli.Done, file, "import", "-")
	if again := w.keyturn(cli.Done, file, "import", "-"); !strings.HasPrefix(again, "0 created, 0 updated") {
		t.Errorf("the second import: %s", again)
	}
	old := w.keyturn(cli.Done, "", "copy", "deploy-eu", "--stdout")
	w.expect(old, http.StatusOK, "the value from the pipe")

	if plan := w.keyturn(cli.Unconfirmed, "", "rotate", "deploy-eu"); !strings.Contains(plan, "lstk") && !strings.Contains(plan, "runner-7") {
		t.Errorf("the plan does not name who is concerned:\n%s", plan)
	}
	var rotated struct {
		Data struct {
			Results []struct{ Outcome, Secret string }
		}
	}
	w.must(json.Unmarshal([]byte(w.keyturn(cli.Done, "", "rotate", "deploy-eu", "--yes", "--json", "--reveal")), &rotated))
	if len(rotated.Data.Results) != 1 || rotated.Data.Results[0].Outcome != "done" {
		t.Fatalf("%+v", rotated)
	}
	next := rotated.Data.Results[0].Secret
	w.expect(old, http.StatusOK, "the old secret in the overlap")
	w.expect(next, http.StatusOK, "the new secret")
	w.keyturn(cli.Done, "", "rotation", "end", "deploy-eu", "--yes")
	w.expect(old, http.StatusUnauthorized, "the old secret after its end")
	w.expect(next, http.StatusOK, "the new secret after that")

	w.keyturn(cli.Done, "", "pause", "deploy-eu", "--yes")
	if status, answer := w.activate(next); status == http.StatusOK || !strings.Contains(answer, string(models.RefusedPaused)) {
		t.Errorf("a paused token: %d %s", status, answer)
	}
	w.keyturn(cli.Done, "", "resume", "deploy-eu")
	w.expect(next, http.StatusOK, "a resumed token")
	w.keyturn(cli.Done, "", "rotate", "--filter", "nightly", "--yes")
	w.keyturn(cli.Done, "", "rename", "old-nightly", "nightly")
	w.keyturn(cli.Done, "", "revoke", "nightly", "--yes", "--reason", "no longer built")
	w.expect("q7z4k2m9x1", http.StatusUnauthorized, "a revoked legacy key")
	w.keyturn(cli.Done, "", "legacy")

	events := w.keyturn(cli.Done, "", "list", "events", "--filter", "nightly")
	for _, said := range []string{"started to rotate nightly", "renamed", "revoked nightly"} {
		if !strings.Contains(events, said) && !strings.Contains(events, strings.Replace(said, " nightly", " old-nightly", 1)) {
			t.Errorf("%q is missing in the activity:\n%s", said, events)
		}
	}
	w.exportHoldsNoSecret(old, next)
}

func (w *world) exportHoldsNoSecret(values ...string) {
	w.Helper()
	name := filepath.Join(w.TempDir(), "workspace.json")
	w.keyturn(cli.Done, "", "export", name)
	text, err := os.ReadFile(name)
	w.must(err)
	for _, value := range values {
		if strings.Contains(string(text), value) {
			w.Error("the export holds a value")
		}
	}
	w.keyturn(cli.Done, "", "import", name, "--dry-run")
}
