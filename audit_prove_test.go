package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
)

// audits runs keyturn audit beside the world's service, with somebody's token.
func (w *world) audits(code int, token string, args ...string) (finding.Report, string) {
	w.Helper()
	var out, errs bytes.Buffer
	env := map[string]string{"LOCALSTACK_AUTH_TOKEN": token, "KEYTURN_ENDPOINT": w.endpoint}
	got := cli.Execute(w.Context(), cli.Deps{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Env: func(name string) string { return env[name] },
		Now: time.Now, Zone: time.UTC, Version: "test", Connect: connect, Audit: audit.Run,
	}, append([]string{"audit", "--json"}, args...))
	if got != code {
		w.Fatalf("keyturn audit %s: exit code %d instead of %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	w.hunt.Keep("what keyturn audit says", slices.Concat(out.Bytes(), errs.Bytes()))
	var r finding.Report
	w.must(json.Unmarshal(out.Bytes(), &r))
	return r, out.String()
}

// proven is the finding of that code in a file.
func (w *world) proven(r finding.Report, code finding.Code, path string) finding.Finding {
	w.Helper()
	for _, f := range r.Findings {
		if f.Code == code && f.Path == path {
			return f
		}
	}
	w.Fatalf("no %s in %s: %+v", code, path, r.Findings)
	return finding.Finding{}
}

// The way of a leak: Maria's token stands in a workflow, an old key in a script. The audit says whose they
// are, uses nothing by that, and sees that they have been replaced.
func TestALeakIsTracedToItsOwner(t *testing.T) {
	w := newWorld(t)
	const key = "q7zr2m" + "x9kd"
	w.must(imported(w, models.Inventory{
		Members:    []models.InventoryMember{{Email: "maria@example.com", Name: "Maria Santos", Role: models.RoleMember, Seat: true}},
		LegacyKeys: []models.InventoryCredential{{Kind: models.LegacyCIKey, Name: "old-nightly", Value: models.NewSecret(key)}},
	}))
	admin, err := adminToken(w.dir)
	w.must(err)
	maria := w.member("maria@example.com")
	token := w.secret(maria.Token.ID)
	files := map[string]string{
		".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      LOCALSTACK_AUTH_TOKEN: " + token + "\n    steps:\n      - run: localstack start -d\n",
		".github/workflows/pr.yml": "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      LOCALSTACK_AUTH_TOKEN: ${{ secrets.SANTOS_TOKEN }}\n    steps:\n      - run: localstack start -d\n",
		"nightly.sh":               "#!/bin/sh\nexport LOCALSTACK_API_KEY=" + key + "\nlocalstack start -d\n",
		"nobodys.sh":               "#!/bin/sh\nexport LOCALSTACK_API_KEY=w3hk8" + "p2vb5\nlocalstack start -d\n",
	}
	leaky := t.TempDir()
	w.hunt.Except(leaky, "the checkout holds what is traced")
	t.Chdir(leaky)
	for name, text := range files {
		w.must(os.MkdirAll(filepath.Dir(name), 0o700))
		w.must(os.WriteFile(name, []byte(text), 0o600))
	}
	before, err := w.admin.Credential(t.Context(), maria.Token.ID)
	w.must(err)

	r, text := w.audits(cli.Failed, admin.Reveal(), "--workspace")
	leak := w.proven(r, finding.PersonalTokenInCI, ".github/workflows/ci.yml")
	if leak.Severity != finding.Error || leak.Proven == nil || leak.Proven.Credential != maria.Token.ID || leak.Proven.Owner != "Maria Santos" || leak.Proven.State != "current" {
		t.Errorf("the leak is %+v, %+v", leak, leak.Proven)
	}
	if f := w.proven(r, finding.PersonalTokenInCI, ".github/workflows/pr.yml"); f.Severity != finding.Warning || f.Proven != nil || !strings.Contains(f.Message, "Maria Santos") {
		t.Errorf("the secret that is called by a member is %+v", f)
	}
	if f := w.proven(r, finding.LegacyKeyLiteral, "nightly.sh"); f.Proven == nil || f.Proven.Name != "old-nightly" || f.Proven.Kind != models.LegacyCIKey {
		t.Errorf("the key is %+v", f)
	}
	if f := w.proven(r, finding.LegacyKeyLiteral, "nobodys.sh"); f.Proven != nil {
		t.Errorf("nobody's key is %+v", f.Proven)
	}
	if strings.Contains(text, token) || strings.Contains(text, key) {
		t.Error("the report holds a value")
	}

	after, err := w.admin.Credential(t.Context(), maria.Token.ID)
	w.must(err)
	if after.Use != before.Use || after.Revision != before.Revision {
		t.Errorf("asking moved %+v to %+v", before, after)
	}
	events, err := w.admin.Events(t.Context(), models.EventFilter{}, models.Page{Limit: 1})
	w.must(err)
	if e := events.Items[0]; e.Action != models.EventIdentified || e.Detail != "values asked about: 3, known: 2" {
		t.Errorf("the history tells %+v", e)
	}

	if r, _ := w.audits(cli.Incomplete, token, "--workspace"); len(r.Skipped) != 1 || !strings.Contains(r.Skipped[0].Reason, "You may not do this in this workspace") || len(r.Findings) < 4 {
		t.Errorf("whoever is no admin is told %+v, %d findings", r.Skipped, len(r.Findings))
	}

	_, _, err = w.admin.Rotate(t.Context(), models.RotateRequest{Credential: maria.Token.ID, Seen: after.Revision, Overlap: models.Overlap{Mode: models.OverlapNone}, Reason: "in a workflow", Key: "reset-0001"})
	w.must(err)
	r, _ = w.audits(cli.Failed, admin.Reveal(), "--workspace")
	if f := w.proven(r, finding.HardcodedAuthToken, ".github/workflows/ci.yml"); f.Proven == nil || f.Proven.State != "revoked" || !strings.Contains(f.Message, "revoked already") {
		t.Errorf("after the reset it is %+v, %+v", f, f.Proven)
	}
}

func imported(w *world, inv models.Inventory) error {
	_, err := w.admin.Import(w.Context(), inv, false, "import-0001")
	return err
}

func (w *world) member(email string) models.Member {
	w.Helper()
	page, err := w.admin.Members(w.Context(), models.Page{})
	w.must(err)
	for _, m := range page.Items {
		if m.Email == email {
			return m
		}
	}
	w.Fatalf("no member %s", email)
	return models.Member{}
}
