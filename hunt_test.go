//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/models"
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

// The values of stories, and what looks like a token.
var (
	valueOfAStory = regexp.MustCompile(`lsdemo-crd_[a-z0-9]+-version-[0-9]+`)
	likeAToken    = regexp.MustCompile(`ls[A-Za-z]*-[A-Za-z0-9]{8}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{12}`)
)

// No file of the repository holds a value: no golden screen, no answer that is kept, no sample, no document. What looks
// like a token there is none, by its checksum.
func TestNoFileOfTheRepositoryHoldsAValue(t *testing.T) {
	searched := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() == ".git" || !d.Type().IsRegular() {
			if err == nil && d.IsDir() && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		searched++
		if valueOfAStory.Match(text) {
			t.Errorf("%s holds a value of a story", name)
		}
		for _, found := range likeAToken.FindAll(text, -1) {
			if _, err := models.ParseToken(string(found)); err == nil {
				t.Errorf("%s holds a token", name)
			}
		}
		return nil
	})
	if err != nil || searched < 500 {
		t.Errorf("%d files were searched, %v", searched, err)
	}
}
