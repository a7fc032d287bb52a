package hunt

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Caught runs something as a test of its own, to its end, and returns what it complained of: that is how a hunt is
// held to finding what was put in its way.
func Caught(t testing.TB, test func(testing.TB)) []string {
	t.Helper()
	base := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	f := &fake{TB: t, ctx: ctx, base: base}
	f.alone(func() { test(f) })
	stop()
	for f.next() {
	}
	return f.said
}

// fake is the test of somebody who is meant to fail.
type fake struct {
	testing.TB
	ctx      context.Context
	base     string
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

// alone runs something that may end at once.
func (f *fake) alone(do func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	<-done
}

// next does what was last to be cleaned up.
func (f *fake) next() bool {
	f.mu.Lock()
	n := len(f.cleanups)
	if n == 0 {
		f.mu.Unlock()
		return false
	}
	do := f.cleanups[n-1]
	f.cleanups = f.cleanups[:n-1]
	f.mu.Unlock()
	f.alone(do)
	return true
}

func (f *fake) Cleanup(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cleanups = append(f.cleanups, do)
}

func (f *fake) Context() context.Context { return f.ctx }

func (f *fake) TempDir() string {
	dir, err := os.MkdirTemp(f.base, "")
	if err != nil {
		f.Fatal(err)
	}
	return dir
}

func (f *fake) complain(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.said = append(f.said, text)
}

func (f *fake) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.said) > 0
}

func (f *fake) Fail()                             { f.complain("failed") }
func (f *fake) Error(args ...any)                 { f.complain(fmt.Sprintln(args...)) }
func (f *fake) Errorf(format string, args ...any) { f.complain(fmt.Sprintf(format, args...)) }
func (f *fake) FailNow()                          { f.Fail(); runtime.Goexit() }
func (f *fake) Fatal(args ...any)                 { f.Error(args...); runtime.Goexit() }
func (f *fake) Fatalf(format string, args ...any) { f.Errorf(format, args...); runtime.Goexit() }

// Leaks fails unless a test, run to its end, complains of a value in each of these places and of nothing else.
func Leaks(t testing.TB, test func(testing.TB), places ...string) {
	t.Helper()
	var found []string
	for _, said := range Caught(t, test) {
		expected := false
		for _, place := range places {
			if strings.HasPrefix(said, complaint) && strings.Contains(said, place) {
				found, expected = append(found, place), true
			}
		}
		if !expected {
			t.Errorf("it complains of something else: %s", said)
		}
	}
	for _, place := range places {
		if !slices.Contains(found, place) {
			t.Errorf("a value in %s was not found", place)
		}
	}
}
