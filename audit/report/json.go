package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"

	"example.com/keyturn/audit/finding"
)

// version is that of the JSON document.
const version = 1

// document is a report with what became of the fixes.
type document struct {
	finding.Report
	Mended *Mended `json:"mended,omitempty"`
}

func writeJSON(w io.Writer, r finding.Report, mended *Mended) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(document{Whole(r), mended}); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// Whole is a report in which nothing is missing: lists without members are empty ones, and every severity
// has a count. Programs that read it need not ask.
func Whole(r finding.Report) finding.Report {
	r.Version = version
	r.Findings = append([]finding.Finding{}, r.Findings...)
	for i, f := range r.Findings {
		if f.Fix.Edits == nil {
			r.Findings[i].Fix.Edits = []finding.Edit{}
		}
	}
	if r.Skipped == nil {
		r.Skipped = []finding.Skipped{}
	}
	if r.Remarks == nil {
		r.Remarks = []finding.Remark{}
	}
	counts := map[finding.Severity]int{finding.Error: 0, finding.Warning: 0, finding.Note: 0}
	maps.Copy(counts, r.Stats.Findings)
	r.Stats.Findings = counts
	return r
}
