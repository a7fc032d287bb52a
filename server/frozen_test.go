//go:build linux

package server

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/store/storetest"
)

// beOnDuty asks for the duty as a service does, and says when it has it and when not.
func beOnDuty(dir string, database models.Secret) error {
	s, err := Open(context.Background(), Config{Dir: dir, Database: database, TokenPrefix: "lstest"})
	if err != nil {
		return err
	}
	for had := false; ; time.Sleep(100 * time.Millisecond) {
		has, err := s.store.OnDuty(context.Background())
		if err != nil {
			return err
		}
		if has != had {
			fmt.Println("reached on duty:", has)
		}
		had = has
	}
}

// A service that hangs, as one does whose machine is frozen, has lost the duty to end graces to the next one that asks
// within the time that the documents say. When it goes on, it knows.
func TestTheDutyMovesOnFromAServiceThatHangs(t *testing.T) {
	t.Parallel()
	w := newShared(t, 1)
	dir := filepath.Join(t.TempDir(), "data")
	other := house{t, dir}
	w.must(os.Mkdir(dir, 0o700))
	text, err := os.ReadFile(w.at.key())
	w.must(err)
	w.must(os.WriteFile(other.place().key(), text, 0o600))
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Stdin = strings.NewReader(strings.Join([]string{"be on duty", dir, w.at.Database.Reveal()}, "\n"))
	cmd.Env = append(os.Environ(), envDo+"=1")
	storetest.Hunt(t).Process(t, cmd)
	out, err := cmd.StdoutPipe()
	w.must(err)
	w.must(cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	says := bufio.NewScanner(out)
	says.Scan()
	if says.Text() != "reached on duty: true" {
		t.Fatalf("it says %q", says.Text())
	}
	w.must(cmd.Process.Signal(syscall.SIGSTOP))
	began := time.Now()
	for has := false; !has; {
		has, err = w.service.store.OnDuty(t.Context())
		w.must(err)
		if time.Since(began) > 15*time.Second-maxSweepPause { // which is how long a service may wait before it asks
			t.Fatal("nobody else has the duty")
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("the duty had moved on after %s", time.Since(began).Round(100*time.Millisecond))
	w.must(cmd.Process.Signal(syscall.SIGCONT))
	if says.Scan(); says.Text() != "reached on duty: false" {
		t.Errorf("after that it says %q", says.Text())
	}
}
