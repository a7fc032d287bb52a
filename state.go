package main

import (
	"net/http"
	"path/filepath"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/chain"
	"example.com/keyturn/cli"
	"example.com/keyturn/durable"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

// diskOf is the disk that intents, plans or what was seen of histories are kept on, and line is the way to
// the service; nil: the client's own. A build for tests puts others in their place.
var (
	diskOf = func(string) durable.Disk { return durable.OS{} }
	line   http.RoundTripper
)

// stateDir is where this user's keyturn keeps what it has begun and not finished; empty if the
// environment does not tell. A relative XDG path is ignored, as its specification wants.
func stateDir(env func(string) string) string {
	if dir := env("KEYTURN_STATE_DIR"); dir != "" {
		return dir
	}
	if dir := env("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "keyturn")
	}
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if home := env(name); filepath.IsAbs(home) {
			return filepath.Join(home, ".local", "state", "keyturn")
		}
	}
	return ""
}

// newEngine takes rotations to the service, and notes them in a folder first.
func newEngine(client *apiclient.Client, endpoint, state string) *rotation.Engine {
	return rotation.Keeping(client, endpoint, intentsIn(state))
}

// newPlans keeps the plans of whoever the engine is signed in as in the state folder.
func newPlans(engine *rotation.Engine, state string) *rotation.Plans {
	return rotation.NewPlans(engine, shelfIn(state))
}

// newLocal is what was left in the state folder.
func newLocal(state string) *rotation.Local {
	return rotation.NewLocal(intentsIn(state), shelfIn(state))
}

func intentsIn(state string) *journal.Journal {
	return journal.Open(below(state, "intents"), diskOf("intents"))
}

func shelfIn(state string) *bulk.Shelf {
	return bulk.NewShelf(below(state, cli.PlansDir), diskOf("plans"))
}

// below is a folder of the state folder; empty if there is none.
func below(state, name string) string {
	if state == "" {
		return ""
	}
	return filepath.Join(state, name)
}

// newWatch remembers what was seen of histories in a folder; without one, nothing.
func newWatch(client *apiclient.Client, state string) *chain.Watch {
	pins := chain.Pins{Disk: diskOf("seen"), Dir: below(state, "seen")}
	return &chain.Watch{Reader: client, Keeper: pins, Now: time.Now}
}
