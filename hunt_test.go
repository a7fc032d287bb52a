//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/proof/hunt"
)

// A value that a command repeats, that the log or the database holds, or that lies in a folder fails the test; one
// that a command was asked for does not.
func TestTheWorldHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		w := newWorld(t)
		w.keyturn(cli.Done, "", "create", "deploy-eu")
		value := w.keyturn(cli.Done, "", "copy", "deploy-eu", "--stdout")
		w.keyturn(cli.Failed, "", "show", value)
		w.keyturn(cli.Done, "", "rename", "deploy-eu", value)
		fmt.Fprintln(w.hunt.Writer("the log of the service"), value)
		w.must(os.WriteFile(filepath.Join(w.TempDir(), "left"), []byte(value), 0o600))
	}, "what keyturn show says", "what keyturn rename", "the log of the service", "/left", "workspace.db")
}

// The same for the program as it is shipped: what it says, its arguments, and what it leaves.
func TestTheProgramIsHuntedIn(t *testing.T) {
	const value = "lsdemo-canary-of-the-program"
	hunt.Leaks(t, func(t testing.TB) {
		hunt.For(t).Learn(value)
		if _, code := program(t, value); code != cli.Usage {
			t.Errorf("exit code %d", code)
		}
	}, "the arguments of keyturn", "what keyturn "+value+" says")
	hunt.Leaks(t, func(t testing.TB) {
		hunt.For(t).Learn(value)
		start(t, 120, 24, []string{"LOCALSTACK_AUTH_TOKEN=t"}, "--theme", value).Exit()
	}, "the arguments of keyturn", "cmdline of keyturn", "the stream of the pseudo-terminal")
}

// What a service in the machine room says, and what it leaves.
func TestTheMachineRoomHunts(t *testing.T) {
	hunt.Leaks(t, func(t testing.TB) {
		m := newMachineRoom(t)
		cmd, _, at := m.start()
		m.hunt.Learn(at["address"]) // as if it were one
		token, err := adminToken(m.dir)
		m.must(err)
		m.must(os.WriteFile(filepath.Join(m.dir, "left"), []byte(token.Reveal()), 0o600))
		m.stop(cmd)
	}, "what the service says", "/left")
}
