package audit_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/inspect"
	"example.com/keyturn/audit/mend"
)

// wants reports whether a finding has something to change under the options.
func wants(f finding.Finding, o mend.Options) bool {
	return f.Fix.Kind.Fixable() || o.RenameSecrets && len(f.Fix.Optional) > 0
}

// Whatever is called fixable in the corpus is mended, the file says the same but for it, and a second look
// finds nothing more to mend. What is shown of it holds no value.
func TestTheCorpusIsMended(t *testing.T) {
	for _, o := range []mend.Options{{}, {RenameSecrets: true}} {
		mended := 0
		for _, c := range loadCorpus(t) {
			for _, f := range c.files {
				t.Run(fmt.Sprint(c.name, "/", f.path, " ", o.RenameSecrets), func(t *testing.T) {
					if mendsFile(t, c.name, f, o) {
						mended++
					}
				})
			}
		}
		if mended < 100 {
			t.Errorf("only %d files were mended", mended)
		}
	}
}

func mendsFile(t *testing.T, checkout string, f corpusFile, o mend.Options) bool {
	t.Helper()
	found := inspect.Look(f.path, f.text).Findings
	changes, refused, err := mend.Plan(found, func(string, string) ([]byte, error) { return f.text, nil }, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refused {
		t.Errorf("refused: %s", r.Reason)
	}
	if len(changes) == 0 {
		if len(refused) == 0 && slices.ContainsFunc(found, func(f finding.Finding) bool { return wants(f, o) }) {
			t.Error("something is fixable, and nothing changes")
		}
		return false
	}
	for _, left := range inspect.Look(f.path, changes[0].After).Findings {
		if wants(left, o) {
			t.Errorf("line %d is still to be mended: %s: %s", left.Line, left.Code, left.Message)
		}
	}
	showsNoValue(t, f, changes)
	return true
}

func showsNoValue(t *testing.T, f corpusFile, changes []mend.Change) {
	t.Helper()
	var shown bytes.Buffer
	if err := mend.Diff(&shown, changes, nil); err != nil {
		t.Fatal(err)
	}
	patches, refused := mend.Patches(changes)
	for _, p := range patches {
		shown.Write(p.Text)
	}
	for _, v := range f.values {
		if strings.Contains(shown.String(), v) {
			t.Errorf("a value is shown:\n%s", shown.String())
		}
	}
	if len(refused) > 0 && len(f.values) == 0 {
		t.Errorf("no patch for a file without a value:\n%s", shown.String())
	}
}
