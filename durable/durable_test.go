//go:build unix

package durable_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
)

// more counts one up.
func more(old []byte) ([]byte, error) {
	n, err := strconv.Atoi("0" + string(old))
	return []byte(strconv.Itoa(n + 1)), err
}

func count(t *testing.T, d durable.Disk, name string) string {
	t.Helper()
	text, err := durable.Read(d, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func soon(t *testing.T) context.Context {
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(stop)
	return ctx
}

// A lock belongs to the open file, so that these are to each other what processes are.
func TestManyUpdateOneFileAndNothingIsLost(t *testing.T) {
	name := filepath.Join(t.TempDir(), "folder", "count")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				if err := durable.Update(soon(t), durable.OS{}, name, more); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := count(t, durable.OS{}, name); got != "80" {
		t.Errorf("counted to %s of 80", got)
	}
	if left, err := os.ReadDir(filepath.Dir(name)); err != nil || len(left) != 1 {
		t.Errorf("left are %v %v", left, err)
	}
}

// Whatever step is the last one of a process, or is refused: the old content is there or the new one, and the
// next one can go on.
func TestAnUpdateIsWholeOrNothing(t *testing.T) {
	for _, first := range []bool{true, false} {
		for _, dies := range []bool{true, false} {
			for n, ended := 1, false; !ended; n++ {
				name := filepath.Join(t.TempDir(), "count")
				before, after := "", "1"
				if !first {
					before, after = "1", "2"
					if err := durable.Update(soon(t), durable.OS{}, name, more); err != nil {
						t.Fatal(err)
					}
				}
				step, gone := 0, errors.New("the process has died")
				d := &durabletest.Disk{}
				d.Before = func(string) error {
					if step++; step == n && !dies {
						return syscall.ENOSPC
					}
					if step >= n && dies {
						return gone
					}
					return nil
				}
				err := durable.Update(soon(t), d, name, more)
				d.Die()
				if got := count(t, durable.OS{}, name); got != before && got != after || err == nil && got != after {
					t.Fatalf("step %d: %q after %v", n, got, err)
				}
				if err := durable.Update(soon(t), durable.OS{}, name, more); err != nil {
					t.Fatalf("step %d: the next one: %v", n, err)
				}
				ended = err == nil && step < n
			}
		}
	}
}

func TestWhereNothingChangesNothingIsWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "count")
	for _, nothing := range []func([]byte) ([]byte, error){
		func([]byte) ([]byte, error) { return nil, nil },
		func(old []byte) ([]byte, error) { return bytes.Clone(old), nil },
		func([]byte) ([]byte, error) { return []byte("x"), os.ErrInvalid },
	} {
		if err := durable.Update(soon(t), durable.OS{}, name, nothing); err != nil && !errors.Is(err, os.ErrInvalid) {
			t.Error(err)
		}
		if left, err := os.ReadDir(filepath.Dir(name)); err != nil || len(left) != 0 {
			t.Errorf("left are %v %v", left, err)
		}
	}
}

func TestWhoeverHasItKeepsOthersWaitingNoLongerThanTheyLike(t *testing.T) {
	name := filepath.Join(t.TempDir(), "count")
	err := durable.Update(soon(t), durable.OS{}, name, func(old []byte) ([]byte, error) {
		ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		if err := durable.Update(ctx, durable.OS{}, name, more); !errors.Is(err, durable.ErrHeld) {
			t.Errorf("a second one: %v", err)
		}
		return more(old)
	})
	if got := count(t, durable.OS{}, name); err != nil || got != "1" {
		t.Errorf("%q %v", got, err)
	}
}

// A file that its owner has given another name since it was opened is not the one that was meant.
func TestAFileThatWasReplacedCannotBeLocked(t *testing.T) {
	dir := t.TempDir()
	temp := filepath.Join(dir, "a.new")
	for name, away := range map[string]func() error{
		"renamed":  func() error { return os.Rename(temp, filepath.Join(dir, "a")) },
		"removed":  func() error { return os.Remove(temp) },
		"replaced": func() error { return errors.Join(os.Remove(temp), os.WriteFile(temp, nil, 0o600)) },
	} {
		if err := os.WriteFile(temp, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := durable.OS{}.Open(temp)
		if err != nil {
			t.Fatal(err)
		}
		if err := away(); err != nil {
			t.Fatal(err)
		}
		if err := f.Lock(); !errors.Is(err, durable.ErrHeld) {
			t.Errorf("%s: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Who only looks at a file keeps nobody from it; whoever works on it does.
func TestWhoLooksIsInNobodysWay(t *testing.T) {
	for held, want := range map[time.Duration]error{6 * time.Millisecond: nil, time.Hour: durable.ErrHeld} {
		name := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			theirs, err := durable.OS{}.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := durable.OS{}.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := theirs.Lock(); err != nil {
				t.Fatal(err)
			}
			go func() {
				time.Sleep(held)
				_ = theirs.Close()
			}()
			if err := durable.Hold(ours); !errors.Is(err, want) {
				t.Errorf("held for %s: %v", held, err)
			}
			_ = ours.Close()
			time.Sleep(2 * held)
		})
	}
}
