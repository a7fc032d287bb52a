package durable_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
)

const begins = "{\"ours\": "

// age makes a file look as if nobody had written to it for so long.
func age(t *testing.T, name string, by time.Duration) {
	t.Helper()
	then := time.Now().Add(-by)
	if err := os.Chtimes(name, then, then); err != nil {
		t.Fatal(err)
	}
}

func there(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func TestOnlyWhatADeadWriterLeftIsTakenAway(t *testing.T) {
	for what, one := range map[string]struct {
		text  string
		old   time.Duration
		held  bool
		stays bool
	}{
		"nothing written": {"", 2 * time.Hour, false, false},
		"cut early":       {begins[:3], 2 * time.Hour, false, false},
		"cut late":        {begins + "1, \"and so on", 2 * time.Hour, false, false},
		"young":           {begins, time.Minute, false, true},
		"of tomorrow":     {begins, -24 * time.Hour, false, true},
		"held":            {begins, 48 * time.Hour, true, true},
		"not ours":        {"{\"theirs\": 1}", 48 * time.Hour, false, true},
		"a short word":    {"no", 48 * time.Hour, false, true},
	} {
		name := filepath.Join(t.TempDir(), "a.json.new")
		if err := os.WriteFile(name, []byte(one.text), 0o600); err != nil {
			t.Fatal(err)
		}
		age(t, name, one.old)
		if one.held {
			f, err := durable.OS{}.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Lock(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.Close() })
		}
		durable.Sweep(durable.OS{}, name, []byte(begins))
		if there(name) != one.stays {
			t.Errorf("%s: is it there? %v", what, there(name))
		}
	}
}

func TestNoLinkAndNoFolderIsTakenAway(t *testing.T) {
	dir := t.TempDir()
	file, link, folder := filepath.Join(dir, "a"), filepath.Join(dir, "b.json.new"), filepath.Join(dir, "c.json.new")
	if err := errors.Join(os.WriteFile(file, []byte(begins), 0o600), os.Symlink(file, link), os.Mkdir(folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	age(t, file, 48*time.Hour)
	age(t, folder, 48*time.Hour)
	for _, name := range []string{link, folder} {
		if durable.Sweep(durable.OS{}, name, []byte(begins)); !there(name) || !there(file) {
			t.Errorf("%s is gone", name)
		}
	}
}

// However slow a writer that lives is, and whenever somebody sweeps beside it: what it writes gets there. Only
// between making a file and holding it is its age all that keeps it.
func TestWhoSweepsIsInNoWritersWay(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.json")
	temp := name + ".new"
	swept := 0
	disk := &durabletest.Disk{}
	disk.Before = func(step string) error {
		if there(temp) {
			if step != durabletest.Lock {
				age(t, temp, 48*time.Hour)
			}
			durable.Sweep(durable.OS{}, temp, []byte(begins))
			swept++
		}
		return nil
	}
	f, err := durable.Write(disk, name, []byte(begins+"1}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := count(t, durable.OS{}, name); got != begins+"1}" || swept < 5 {
		t.Errorf("%q, swept %d times", got, swept)
	}
}

// Somebody sweeps what a dead writer left at the very moment in which the next one takes its place.
func TestWhoSweepsAndWhoWritesAnewMeet(t *testing.T) {
	for range 50 {
		name := filepath.Join(t.TempDir(), "a.json")
		temp := name + ".new"
		if err := os.WriteFile(temp, []byte(begins), 0o600); err != nil {
			t.Fatal(err)
		}
		age(t, temp, 48*time.Hour)
		var both sync.WaitGroup
		both.Go(func() { durable.Sweep(durable.OS{}, temp, []byte(begins)) })
		both.Go(func() {
			f, err := durable.Write(durable.OS{}, name, []byte("1"))
			if err != nil {
				t.Error(err)
				return
			}
			_ = f.Close()
		})
		both.Wait()
		if got := count(t, durable.OS{}, name); got != "1" || there(temp) {
			t.Fatalf("%q, something left: %v", got, there(temp))
		}
	}
}

// One who sweeps has opened and locked what a dead writer left when the next writer comes.
func TestAWriterWaitsForWhoSweeps(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.json")
	temp := name + ".new"
	if err := os.WriteFile(temp, []byte(begins), 0o600); err != nil {
		t.Fatal(err)
	}
	age(t, temp, 48*time.Hour)
	wrote := make(chan error)
	durable.Sweep(&durabletest.Disk{Before: func(step string) error {
		if step == durabletest.Remove { // it is locked by now
			atWork := make(chan bool, 1)
			go func() {
				f, err := durable.Write(&durabletest.Disk{Before: func(step string) error {
					if step == durabletest.Lock {
						select {
						case atWork <- true:
						default:
						}
					}
					return nil
				}}, name, []byte("1"))
				if err == nil {
					err = f.Close()
				}
				wrote <- err
			}()
			<-atWork
		}
		return nil
	}}, temp, []byte(begins))
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	if got := count(t, durable.OS{}, name); got != "1" {
		t.Errorf("%q", got)
	}
}
