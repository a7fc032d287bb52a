//go:build unix

package proof_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/proof/failpoint"
	"example.com/keyturn/proof/screen"
	"example.com/keyturn/server/store/storetest"
)

// A demo is served at another port every time. Its plans belong to its workspace all the same: the next demo on
// the same folder goes on with them, on the screen or in lines.
func TestTheNextDemoGoesOnWithThePlanOfOneThatWasKilled(t *testing.T) {
	program, err := mortalConsole()
	must(t, err)
	for name, args := range map[string][]string{"on the screen": nil, "in lines": {"--accessible"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Hunt(t)
			dir := filepath.Join(t.TempDir(), "demo")
			demo := []string{"demo", "--data", dir, "--members", "10", "--ci-tokens", "8", "--legacy", "2"}
			dead := screen.Start(t, 80, 24, []string{"NO_COLOR=1", failpoint.At + "=send rotations #5"}, program, demo...).MayDie()
			dead.See("What to do next").Press("2").See("terraform-plan").Press("a").See("8 marked").Press("r").Dialog("Rotate", "8 credentials").
				Press(screen.ShiftTab, screen.Enter)
			if !dead.Killed() {
				t.Fatal("the demo was not killed")
			}
			next := screen.Start(t, 80, 24, []string{"NO_COLOR=1"}, program, append(demo, args...)...)
			v := &visit{stand: &stand{TB: t}, flow: consoleFlow{lines: args != nil}}
			v.goOn(next).See("rotate: 8 of 8 done")
			if left, err := os.ReadDir(filepath.Join(dir, "console", "plans")); err != nil || len(left) > 0 {
				t.Errorf("of the plan is left %v, %v", left, err)
			}
		})
	}
}
