package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/models"
)

// folder makes files in a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=Maya", "-c", "user.email=maya@example.com"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func audited(t *testing.T, o audit.Options) finding.Report {
	t.Helper()
	report, err := audit.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func at(paths ...string) audit.Options { return audit.Options{Options: source.Options{Paths: paths}} }

const exported = "export LOCALSTACK_API_KEY=\"$KEY\"\n"

// newToken is a token that no other run has seen.
func newToken(t *testing.T) string {
	t.Helper()
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.IntN(256))
	}
	return token(t, rand.NewChaCha8(seed), "ls")
}

func TestTheReportIsTheSameHoweverItIsMade(t *testing.T) {
	files := map[string]string{"image.png": "\x00", "go.sum": "", "node_modules/x": exported, "ci.yml": "env: [\nLOCALSTACK_API_KEY: x\n"}
	for i := range 60 {
		files[fmt.Sprintf("d%d/f%d.sh", i%5, i)] = exported + exported
	}
	one, two := folder(t, files), folder(t, files)
	git(t, two, "init", "-q")
	var first string
	for _, workers := range []int{1, 2, 7} {
		o := at(two, one)
		o.Workers = workers
		report := audited(t, o)
		report.Stats.Millis = 0
		text, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Errorf("%d workers change the report", workers)
		}
		if s := report.Stats; s.Roots != 2 || s.Files != 122 || s.Candidates != 122 || s.Skipped != 6 || s.Failed != 0 || s.Findings[finding.Warning] != len(report.Findings) || len(report.Findings) < 240 {
			t.Errorf("%+v of %d findings", s, len(report.Findings))
		}
		if !slices.IsSortedFunc(report.Findings, func(a, b finding.Finding) int { return strings.Compare(a.Root+"\x00"+a.Path, b.Root+"\x00"+b.Path) }) {
			t.Error("the findings are not in order")
		}
	}
}

// Wherever a large file is cut, what is in it is found once, and in its place.
func TestALargeFileIsAuditedAsASmallOne(t *testing.T) {
	random := rand.New(rand.NewPCG(rand.Uint64(), 7))
	type spot struct{ line, column int }
	var want []spot
	var text strings.Builder
	for line := 1; text.Len() < 9<<20; line++ {
		if random.IntN(60000) == 0 {
			want = append(want, spot{line, 4})
			text.WriteString("ä: " + newToken(t))
		}
		text.WriteString(strings.Repeat(" word", random.IntN(12)) + "\n")
	}
	report := audited(t, at(folder(t, map[string]string{"large.log": text.String()})))
	var got []spot
	for _, f := range report.Findings {
		if f.Code != finding.HardcodedAuthToken || f.Fix.Kind != finding.Manual {
			t.Errorf("%+v", f)
		}
		got = append(got, spot{f.Line, f.Column})
	}
	if !slices.Equal(got, want) {
		t.Errorf("found at %v, not %v", got, want)
	}
	if s := report.Stats; s.Candidates != 1 || s.Files != 1 || len(want) > 0 && len(report.Remarks) != 1 {
		t.Errorf("%+v %v", s, report.Remarks)
	}
}

func TestWhatCannotBeChangedIsLeftToAPerson(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(exported, "\n", "\r\n"))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	large := strings.Repeat(strings.Repeat("# words\n", 100), 12000) + exported
	report := audited(t, at(folder(t, map[string]string{"small.sh": exported, "wide.sh": string(wide), "large.sh": large})))
	kinds := map[string]finding.Fix{}
	for _, f := range report.Findings {
		kinds[f.Path] = f.Fix
	}
	if kinds["small.sh"].Kind != finding.Rename || len(kinds["small.sh"].Edits) == 0 {
		t.Errorf("%+v", kinds["small.sh"])
	}
	for name, reason := range map[string]string{"wide.sh": "UTF-16", "large.sh": "8 MiB"} {
		if fix := kinds[name]; fix.Kind != finding.Manual || fix.Edits == nil || len(fix.Edits) > 0 || !strings.Contains(fix.Reason, reason) {
			t.Errorf("%s: %+v", name, fix)
		}
	}
}

func TestAHistoryNamesTheCommit(t *testing.T) {
	dir := folder(t, map[string]string{"a.sh": "x " + newToken(t) + "\n"})
	git(t, dir, "init", "-q")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "leak")
	git(t, dir, "rm", "-q", "a.sh")
	git(t, dir, "commit", "-q", "-m", "gone")
	o := at(dir)
	if report := audited(t, o); len(report.Findings) > 0 {
		t.Errorf("%v", report.Findings)
	}
	o.History = true
	report := audited(t, o)
	if len(report.Findings) != 1 || report.Findings[0].Path != "a.sh" || report.Findings[0].Commit == nil || report.Findings[0].Commit.Author != "Maya" {
		t.Errorf("%+v", report.Findings)
	}
}

// What one checkout says of itself does not hold for another.
func TestOwnSourcesAreOwnInTheirRootOnly(t *testing.T) {
	own := folder(t, map[string]string{"pyproject.toml": "[project]\nname = \"localstack-core\"\n", "x.sh": exported})
	other := folder(t, map[string]string{"x.sh": exported})
	report := audited(t, at(own, other))
	if len(report.Findings) != 1 || report.Findings[0].Root != other {
		t.Errorf("%v", report.Findings)
	}
}

func TestWhatIsKnownIsCountedAndLeftOut(t *testing.T) {
	value := newToken(t)
	dir := folder(t, map[string]string{"a.sh": exported, "b.sh": exported, "c.txt": value, "d.txt": newToken(t)})
	o := at(dir)
	o.Ignore = func(text []byte, list []finding.Finding) ([]finding.Finding, int, []string) {
		if len(list) > 0 && list[0].Path == "a.sh" {
			return nil, len(list), []string{"line 1: a mark"}
		}
		return list, 0, nil
	}
	o.Identify = func(_ context.Context, values []models.Secret) ([]*finding.Identity, error) {
		known := make([]*finding.Identity, len(values))
		for i, v := range values {
			if v.Equal(models.NewSecret(value)) {
				known[i] = &finding.Identity{Name: "deploy"}
			}
		}
		return known, nil
	}
	o.Baseline = func(list []finding.Finding) (fresh, known []finding.Finding) {
		for _, f := range list {
			if f.Path == "b.sh" {
				known = append(known, f)
			} else {
				fresh = append(fresh, f)
			}
		}
		return fresh, known
	}
	report := audited(t, o)
	if s := report.Stats; s.Ignored != 1 || s.Baselined != 1 || s.Findings[finding.Error] != 2 || s.Findings[finding.Warning] != 0 {
		t.Errorf("%+v", s)
	}
	if len(report.Findings) != 2 || report.Findings[0].Proven == nil || report.Findings[0].Proven.Name != "deploy" || report.Findings[1].Proven != nil {
		t.Errorf("%+v", report.Findings)
	}
	if len(report.Remarks) != 1 || report.Remarks[0] != (finding.Remark{Path: "a.sh", Text: "line 1: a mark"}) {
		t.Errorf("%+v", report.Remarks)
	}

	o.Identify = func(context.Context, []models.Secret) ([]*finding.Identity, error) { return nil, errors.New("no line") }
	report, err := audit.Run(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "no line") || len(report.Findings) != 2 {
		t.Errorf("%v %v", err, report.Findings)
	}
}

func TestProgressIsToldAndEnds(t *testing.T) {
	dir := folder(t, map[string]string{"a.sh": exported, "b": "nothing"})
	o := at(dir)
	var told []audit.Progress
	o.Progress = func(p audit.Progress) { told = append(told, p) }
	audited(t, o)
	last := told[len(told)-1]
	if want := (audit.Progress{Root: dir, Files: 2, Bytes: int64(len(exported) + 7), Candidates: 1, Findings: 1, Done: true}); last != want {
		t.Errorf("%+v", last)
	}
	for _, p := range told[:len(told)-1] {
		if p.Done {
			t.Error("it is done twice")
		}
	}
}

func TestAnAuditThatIsStoppedSaysSo(t *testing.T) {
	dir := folder(t, map[string]string{"a.sh": exported, "b.sh": exported})
	ctx, cancel := context.WithCancel(t.Context())
	o := at(dir)
	o.Workers = 1
	o.Ignore = func(_ []byte, list []finding.Finding) ([]finding.Finding, int, []string) {
		cancel()
		return list, 0, nil
	}
	report, err := audit.Run(ctx, o)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "before everything was read") || len(report.Findings) != 1 {
		t.Errorf("%v, %d findings", err, len(report.Findings))
	}
	if _, err := audit.Run(t.Context(), at(filepath.Join(dir, "none"))); err == nil || errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
