package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/audit/checkouts"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/prove"
	"example.com/keyturn/durable"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/ui/kit"
)

// neighbour is a workspace that knows one value, and one member.
type neighbour struct {
	value string
	asked int
	fail  error
}

func (n *neighbour) Identify(_ context.Context, values []models.Secret) ([]*models.Identified, error) {
	n.asked += len(values)
	if n.fail != nil {
		return nil, n.fail
	}
	found := make([]*models.Identified, len(values))
	for i, v := range values {
		if v.Digest() == models.NewSecret(n.value).Digest() {
			found[i] = &models.Identified{Credential: "crd_1", Kind: models.LegacyCIKey, Name: "deploy-eu", State: models.SecretCurrent}
		}
	}
	return found, nil
}

func (n *neighbour) Members(context.Context, models.Page) (models.MemberPage, error) {
	return models.MemberPage{Items: []models.Member{{ID: "mem_1", Name: "Maria Santos", Email: "maria@example.com"}}}, n.fail
}

func auditorIn(t *testing.T, space workspace) *auditor {
	t.Helper()
	if known, ok := space.(*neighbour); ok {
		hunt.For(t).Learn(known.value)
	}
	a := &auditor{list: checkouts.List{Disk: durable.OS{}, Dir: t.TempDir()}, space: space, places: checkouts.Places{Cwd: t.TempDir()}}
	a.identify = prove.Once(a.ask)
	return a
}

// checkoutOf makes a committed checkout of files.
func checkoutOf(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	hunt.For(t).Except(root, "the checkout holds what is found")
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "first"}} {
		if out, err := exec.Command("git", append([]string{"-C", root}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return root
}

const workflow = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: localstack start -d
        env:
          LOCALSTACK_API_KEY: ${{ secrets.DEPLOY_EU }}
`

func scan(t *testing.T, a *auditor, root string) finding.Report {
	t.Helper()
	report, err := a.Scan(t.Context(), root, func(kit.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// The console scans, shows and writes with the real thing, and what it wrote is not found any more.
func TestTheConsoleMendsACheckout(t *testing.T) {
	key := "k3y" + "Of" + "4Pipe"
	space := &neighbour{value: key}
	a := auditorIn(t, space)
	root := checkoutOf(t, map[string]string{".github/workflows/ci.yml": workflow, "start.sh": "export LOCALSTACK_API_KEY=" + key + "\nlocalstack start\n"})
	report := scan(t, a, root)
	var proven, fixable []finding.Finding
	for _, f := range report.Findings {
		if f.Root != root {
			t.Errorf("%s is found in %q", f.Path, f.Root)
		}
		if f.Proven != nil {
			proven = append(proven, f)
		}
		if kit.Fixable(&f) {
			fixable = append(fixable, f)
		}
	}
	if len(proven) == 0 || proven[0].Proven.Name != "deploy-eu" || len(fixable) == 0 || space.asked != 1 {
		t.Fatalf("found %d proven and %d fixable, asked about %d values: %+v", len(proven), len(fixable), space.asked, report.Findings)
	}
	m, err := a.Preview(t.Context(), fixable)
	if err != nil {
		t.Fatal(err)
	}
	var diff strings.Builder
	for _, f := range m.Files {
		for _, line := range f.Lines {
			diff.WriteString(line.Text + "\n")
		}
	}
	if got := diff.String(); !strings.Contains(got, "+          LOCALSTACK_AUTH_TOKEN: ${{ secrets.DEPLOY_EU }}") || !strings.Contains(got, "--- a/.github/workflows/ci.yml") || strings.Contains(got, key) {
		t.Errorf("the diff is\n%s", got)
	}
	if text := read(t, root, ".github/workflows/ci.yml"); text != workflow {
		t.Errorf("a preview has written:\n%s", text)
	}
	files, err := m.Write(t.Context())
	if err != nil || len(files) == 0 || files[0].Refused != "" {
		t.Fatalf("written: %+v, %v", files, err)
	}
	if text := read(t, root, ".github/workflows/ci.yml"); text != strings.Replace(workflow, "LOCALSTACK_API_KEY", "LOCALSTACK_AUTH_TOKEN", 1) {
		t.Errorf("the file is\n%s", text)
	}
	for _, f := range scan(t, a, root).Findings {
		if f.Path == ".github/workflows/ci.yml" && kit.Fixable(&f) {
			t.Errorf("still found: %+v", f)
		}
	}
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What changed since it was shown is not written over.
func TestTheConsoleWritesOnlyWhatItShowed(t *testing.T) {
	a := auditorIn(t, &neighbour{})
	root := checkoutOf(t, map[string]string{".github/workflows/ci.yml": workflow})
	m, err := a.Preview(t.Context(), scan(t, a, root).Findings)
	if err != nil || len(m.Files) != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	changed := workflow + "# somebody else was here\n"
	if err := os.WriteFile(filepath.Join(root, ".github/workflows/ci.yml"), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := m.Write(t.Context())
	if err != nil || len(files) != 1 || files[0].Refused == "" {
		t.Errorf("written: %+v, %v", files, err)
	}
	if text := read(t, root, ".github/workflows/ci.yml"); text != changed {
		t.Errorf("the file is\n%s", text)
	}
}

// A workspace that does not answer keeps nobody from seeing what the files say.
func TestAScanNeedsNoAnswerOfTheWorkspace(t *testing.T) {
	a := auditorIn(t, &neighbour{fail: errors.New("the service does not answer")})
	report := scan(t, a, checkoutOf(t, map[string]string{".github/workflows/ci.yml": workflow}))
	if len(report.Findings) == 0 || len(report.Remarks) != 1 || !strings.Contains(report.Remarks[0].Text, "the service does not answer") {
		t.Errorf("found %d, remarks %+v", len(report.Findings), report.Remarks)
	}
}

func TestTheConsoleRemembersCheckouts(t *testing.T) {
	a := auditorIn(t, &neighbour{})
	at := time.Date(2026, 11, 23, 15, 4, 0, 0, time.UTC)
	s := kit.Scanned{Root: a.places.Cwd, At: at, Counts: kit.FindingCounts{Errors: 1, Warnings: 2, Notes: 3, Fixable: 4}, Partial: true}
	if err := a.Remember(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if k, err := a.Known(t.Context()); err != nil || len(k.Scanned) != 1 || k.Scanned[0] != s {
		t.Errorf("known is %+v, %v", k, err)
	}
	if err := a.Forget(t.Context(), s.Root); err != nil {
		t.Fatal(err)
	}
	if k, err := a.Known(t.Context()); err != nil || len(k.Scanned) != 0 {
		t.Errorf("known is %+v, %v", k, err)
	}
}
