package audit_test

import (
	"strings"
	"testing"
)

// TestCorpusAsFolders holds a whole audit to the corpus, as plain folders and as checkouts. The checkout in
// which lines are marked is left out: it needs what reads the marks.
func TestCorpusAsFolders(t *testing.T) {
	for _, kind := range []string{"plain", "checkout"} {
		t.Run(kind, func(t *testing.T) {
			var want, got []label
			for _, c := range loadCorpus(t) {
				if c.name == "run-inline" {
					continue
				}
				files := map[string]string{}
				for _, f := range c.files {
					files[f.path] = string(f.text)
				}
				dir := folder(t, files)
				if kind == "checkout" {
					git(t, dir, "init", "-q")
				}
				report := audited(t, at(dir))
				if report.Stats.Failed > 0 {
					t.Errorf("%s: %v", c.name, report.Skipped)
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
		})
	}
}
