//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"example.com/keyturn/proof/screen"
	"example.com/keyturn/server/store/storetest"
)

// binary builds keyturn once for all tests, with the flags the tests themselves were built with.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "keyturn-test-")
	if err != nil {
		return "", err
	}
	builtIn = dir
	path := filepath.Join(dir, "keyturn")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build keyturn: %w\n%s", err, out)
	}
	return path, nil
})

// builtIn is the folder of the binary, once there is one.
var builtIn string

func TestMain(m *testing.M) {
	state, err := os.MkdirTemp("", "keyturn-state-")
	if err == nil {
		err = os.Setenv("KEYTURN_STATE_DIR", state)
	}
	if err != nil {
		panic(err)
	}
	code := storetest.Ended(m.Run(), state)
	_ = os.RemoveAll(state)
	if builtIn != "" {
		_ = os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

// start runs keyturn in a terminal of that size.
func start(t testing.TB, cols, rows int, env []string, args ...string) *screen.Terminal {
	t.Helper()
	storetest.Hunt(t) // a demo has a workspace
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return screen.Start(t, cols, rows, env, path, args...)
}
