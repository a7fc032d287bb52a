package inspect

import (
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// Result is what one file holds.
type Result struct {
	Findings []finding.Finding // with Path set, and Root and Commit left to the caller
	Remark   string            // why it was read line by line, for one; mostly empty
	Own      bool              // the file says that its folder holds LocalStack's own sources
	Other    bool              // the file says that localstack is another program in its folder

	// Fed are the secrets that LocalStack's variables are fed from in CI: each is a finding, and gets its
	// message, if its name turns out to be a member's.
	Fed []finding.Finding
}

// Look inspects a file. path is from the root of its checkout, with slashes; text is UTF-8.
func Look(path string, text []byte) Result {
	d := read(path, text)
	r := Result{Findings: d.judge(), Remark: d.remark, Own: isOwn(path, text), Other: isOther(path, text), Fed: d.fed()}
	for i := range r.Findings {
		r.Findings[i].CI = d.kind.ci
	}
	finding.Sort(r.Findings)
	if len(r.Findings) > 0 {
		sum, beside := finding.SumOf(text), valuesOf(r.Findings)
		for i := range r.Findings {
			r.Findings[i].Fix.Of, r.Findings[i].Fix.Beside = sum, beside
		}
	}
	return r
}

// valuesOf are the literals that were found, for those who show other lines of the file.
func valuesOf(list []finding.Finding) []models.Secret {
	var values []models.Secret
	for _, f := range list {
		if !f.Value.Empty() {
			values = append(values, f.Value)
		}
	}
	return values
}
