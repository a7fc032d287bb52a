package audit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/source"
)

// TestCorpusAsCheckouts holds a whole audit to the corpus, each of its checkouts being one. Those in which
// lines are marked need what reads the marks.
func TestCorpusAsCheckouts(t *testing.T) {
	var want, got []label
	for _, c := range loadCorpus(t) {
		if c.name == "run-inline" {
			continue
		}
		dir := t.TempDir()
		for _, f := range c.files {
			name := filepath.Join(dir, filepath.FromSlash(f.path))
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, f.text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		report, err := audit.Run(t.Context(), audit.Options{Options: source.Options{Paths: []string{dir}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Skipped {
			if s.Failed {
				t.Errorf("%s/%s: %s", c.name, s.Path, s.Reason)
			}
		}
		for _, f := range report.Findings {
			got = append(got, labelOf(c.name, f))
		}
		for _, l := range loadLabels(t) {
			if strings.HasPrefix(l.path, c.name+"/") {
				want = append(want, l)
			}
		}
	}
	compare(t, want, got)
}

var _ = exec.Command
