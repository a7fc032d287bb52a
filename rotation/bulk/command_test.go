package bulk_test

import (
	"testing"

	"example.com/keyturn/rotation/bulk"
)

// What is suggested is one word to a shell, whatever the file is called.
func TestAShellReadsTheNameOfAPlan(t *testing.T) {
	const usual = "/home/ada/.local/state/keyturn/plans/20261124-150405-QK7RZP.plan"
	for path, want := range map[string]string{
		usual: usual, "/home/Ada Admin/a.plan": "'/home/Ada Admin/a.plan'", "it's $(id) `x`.plan": `'it'\''s $(id) ` + "`x`.plan'",
		"~/a.plan": "'~/a.plan'", "-x.plan": "./-x.plan", "- x.plan": "'./- x.plan'", "schlüssel.plan": "'schlüssel.plan'",
	} {
		if got := bulk.Word(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
		if got := bulk.GoOn(path); got != "keyturn rotate --run "+want {
			t.Errorf("%s: %s", path, got)
		}
	}
}
