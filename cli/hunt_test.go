package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/ui/testkit"
)

// A value that a command repeats, or leaves in a folder, fails its test; one that it was asked for does not.
func TestTheDeskHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		d := newDesk(t, testkit.NewWorld(t, testkit.Sample))
		d.world.Expect("secret crd_deploy")
		value := strings.TrimSpace(d.run(cli.Done, "copy", "deploy", "--stdout").out.String())
		d.run(cli.Failed, "show", value)
		if err := os.WriteFile(filepath.Join(d.deps.StateDir, "left"), []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
		own := filepath.Join(t.TempDir(), "own")
		write(t, own, value)
	}, "says beside its answer", "/left")
}
