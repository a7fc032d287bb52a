package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"time"

	"example.com/keyturn/ui/batch"
)

// crash is what may be told of a panic: its type and where it happened. What a panic says, and the
// arguments on its stack, may hold a secret.
type crash struct{ kind, stack string }

// arguments are the words that a stack shows for the values of a call.
var arguments = regexp.MustCompile(`\((?:\{|0x|\.\.\.|_)[^()\n]*\)`)

// crashOf describes the panic that is being recovered.
func crashOf(recovered any) *crash {
	stack := debug.Stack()
	if elsewhere, ok := recovered.(*batch.Panic); ok {
		recovered, stack = elsewhere.Value, elsewhere.Stack
	}
	return &crash{kind: fmt.Sprintf("%T", recovered), stack: arguments.ReplaceAllString(string(stack), "(…)")}
}

// report writes the crash down where only the user reads it, and says so in one sentence.
func (c *crash) report(env func(string) string, now time.Time) error {
	sentence := fmt.Sprintf("keyturn failed (%s) and has given the terminal back", c.kind)
	path, err := c.write(env, now)
	if err != nil {
		return fmt.Errorf("%s; where it happened could not be written down: %w", sentence, err)
	}
	return fmt.Errorf("%s: please report it with the file %s, which holds no values", sentence, path)
}

func (c *crash) write(env func(string) string, now time.Time) (string, error) {
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
