package main

import (
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
	dir := ""
	if state != "" {
		dir = filepath.Join(state, "intents")
	}
	return rotation.Keeping(client, endpoint, journal.Open(dir, durable.OS{}))
}

// newPlans keeps the plans of whoever the engine is signed in as in the state folder.
func newPlans(engine *rotation.Engine, state string) *rotation.Plans {
	dir := ""
	if state != "" {
		dir = filepath.Join(state, cli.PlansDir)
	}
	return rotation.NewPlans(engine, bulk.NewShelf(dir, durable.OS{}))
}

// newWatch remembers what was seen of histories in a folder; without one, nothing.
func newWatch(client *apiclient.Client, state string) *chain.Watch {
	pins := chain.Pins{}
	if state != "" {
		pins.Dir = filepath.Join(state, "seen")
	}
	return &chain.Watch{Reader: client, Keeper: pins, Now: time.Now}
}
