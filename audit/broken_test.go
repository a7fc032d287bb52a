package audit

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/inspect"
	"example.com/keyturn/audit/source"
)

// A text that keyturn itself fails on is counted as not read; what it says stays with it, and the others are
// looked at.
func TestATextThatBreaksTheLookIsCounted(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.sh": "export LOCALSTACK_API_KEY=hidden-value-1\n", "b.sh": "export LOCALSTACK_API_KEY=$KEY\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	look := func(path string, text []byte) inspect.Result {
		if strings.Contains(string(text), "hidden-value-1") {
			panic("in the middle of " + string(text))
		}
		return inspect.Look(path, text)
	}
	report, err := audited(context.Background(), Options{Options: source.Options{Paths: []string{dir}}}, look)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 1 || report.Findings[0].Path != "b.sh" {
		t.Errorf("found %+v", report.Findings)
	}
	var failed []finding.Skipped
	for _, s := range report.Skipped {
		if s.Failed {
			failed = append(failed, s)
		}
	}
	if len(failed) != 1 || failed[0].Path != "a.sh" || report.Stats.Failed != 1 || strings.Contains(failed[0].Reason, "hidden") || strings.Contains(failed[0].Reason, "\n") {
		t.Errorf("not read: %+v of %+v", failed, report.Stats)
	}
}

// A file with very many findings does not fill the memory: the first are told, and how many more there are.
func TestOfVeryManyFindingsInOneFileTheFirstAreTold(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.sh"), []byte(strings.Repeat("export LOCALSTACK_API_KEY=$KEY\n", mostPerFile+7)), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Run(context.Background(), Options{Options: source.Options{Paths: []string{dir}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != mostPerFile || report.Findings[mostPerFile-1].Line != mostPerFile {
		t.Errorf("%d findings", len(report.Findings))
	}
	if len(report.Remarks) != 1 || !strings.Contains(report.Remarks[0].Text, "7 more") {
		t.Errorf("remarks: %+v", report.Remarks)
	}
}
