package bulk_test

import (
	"os/exec"
	"testing"

	"example.com/keyturn/rotation/bulk"
)

// What is suggested is one word to the shell, whatever the file is called.
func TestAShellReadsTheNameOfAPlan(t *testing.T) {
	for path, want := range map[string]string{
		"/home/ada/.local/state/keyturn/plans/20261124-150405-QK7RZP.plan": "/home/ada/.local/state/keyturn/plans/20261124-150405-QK7RZP.plan",
		"/home/Ada Admin/a.plan": "'/home/Ada Admin/a.plan'", "it's $(id) `x`.plan": `'it'\''s $(id) ` + "`x`.plan'", "~/a.plan": "'~/a.plan'", "-x.plan": "./-x.plan", "schlüssel.plan": "'schlüssel.plan'",
	} {
		if got := bulk.Word(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
		if got := bulk.GoOn(path); got != "keyturn rotate --run "+want {
			t.Errorf("%s: %s", path, got)
		}
		shell, err := exec.LookPath("sh")
		if err != nil || path[0] == '-' {
			continue
		}
		if heard, err := exec.Command(shell, "-c", "printf %s "+bulk.Word(path)).Output(); err != nil || string(heard) != path {
			t.Errorf("%s: a shell reads %s %v", path, heard, err)
		}
	}
}
