// Package crash tells of a panic what may be told: its type and where it happened. What a panic says, and the
// arguments on its stack, may hold a secret.
package crash

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"time"
)

// Crash is a panic without what it says.
type Crash struct{ kind, stack string }

// arguments are the words that a stack shows for the values of a call.
var arguments = regexp.MustCompile(`\((?:\{|0x|\.\.\.|_)[^()\n]*\)`)

// Of describes the panic that is being recovered. One that was described where it happened, and handed on as a
// panic, stays as it is.
func Of(recovered any) *Crash {
	if c, ok := recovered.(*Crash); ok {
		return c
	}
	return &Crash{kind: fmt.Sprintf("%T", recovered), stack: arguments.ReplaceAllString(string(debug.Stack()), "(…)")}
}

// String is what a panic was about, without what it says.
func (c *Crash) String() string { return c.kind }

// Report writes the crash down where only the user reads it, and says so in one sentence.
func (c *Crash) Report(env func(string) string, now time.Time) error {
	sentence := fmt.Sprintf("keyturn itself has failed (%s)", c.kind)
	path, err := c.write(env, now)
	if err != nil {
		return fmt.Errorf("%s; where it happened could not be written down: %w", sentence, err)
	}
	return fmt.Errorf("%s: please report it with the file %s, which holds no values", sentence, path)
}

func (c *Crash) write(env func(string) string, now time.Time) (string, error) {
	state := env("XDG_STATE_HOME")
	if state == "" {
		state = filepath.Join(env("HOME"), ".local", "state")
	}
	if !filepath.IsAbs(state) {
		return "", fmt.Errorf("neither XDG_STATE_HOME nor HOME names a folder")
	}
	dir := filepath.Join(state, "keyturn")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "crash-"+now.UTC().Format("20060102-150405.000")+".txt")
	return path, os.WriteFile(path, []byte(c.kind+"\n\n"+c.stack), 0o600)
}
