package rotation

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
)

// Whatever is lost, wherever a process dies, however the disk fails and the clock runs: the request
// is done at most once, and what a process said of it was true.
func TestNoScheduleOfCrashesRotatesTwice(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		k, dir := newKeeper(), filepath.Join(root, strconv.Itoa(runs))
		told := ""
		for range rapid.IntRange(1, 5).Draw(t, "processes") {
			k.fates = rapid.SliceOfN(rapid.SampledFrom(lostFates), 0, 6).Draw(t, "fates")
			if said := live(t, k, dir, rapid.SampledFrom([]string{"", "die", "fail"}).Draw(t, "disk"), rapid.IntRange(1, 14).Draw(t, "at step")); said != "" {
				if told == "done" && said == "not done" {
					t.Fatalf("first %s, then %s", told, said)
				}
				told = said
			}
			if len(k.made) > 1 || told == "done" && len(k.made) == 0 {
				t.Fatalf("rotated %d times, and the last process said: %s", len(k.made), told)
			}
			k.now = k.now.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, 12 * time.Hour, 30 * time.Hour}).Draw(t, "later"))
		}
		k.fates = nil
		e, _ := process(k, dir, nil)
		for _, found := range unfinished(t, e) {
			res, err := e.Resume(context.Background(), found.Key)
			if err != nil || res.Outcome == Unknown {
				t.Fatalf("everything answers, and it is still not known: %+v %v", res, err)
			}
			if done := res.Outcome == Done; done != (len(k.made) == 1) {
				t.Fatalf("%s, and rotated %d times", res.Outcome, len(k.made))
			}
		}
		if len(unfinished(t, e)) > 0 || len(k.made) > 1 {
			t.Fatalf("%d left, rotated %d times", len(unfinished(t, e)), len(k.made))
		}
	})
}

// live is one process that starts the rotation, or resumes it if the journal has it. It returns what
// it said, "" if it died before.
func live(t *rapid.T, k *keeper, dir, disk string, at int) (said string) {
	step := 0
	e, d := process(k, dir, func(string) error {
		if step++; step == at && disk == "die" {
			panic(dies{})
		} else if step >= at && disk == "fail" {
			return syscall.EIO
		}
		return nil
	})
	defer d.Die()
	defer func() {
		if p := recover(); p != nil && p != any(dies{}) {
			panic(p)
		}
	}()
	before, calls := len(k.made), k.calls
	u, err := e.Unfinished(context.Background())
	if err != nil {
		return ""
	}
	if len(u.Mine) > 0 {
		res, err := e.Resume(context.Background(), "K1")
		if err != nil || res.Outcome == Unknown {
			return "unknown"
		}
		return string(res.Outcome)
	}
	if before > 0 { // nobody starts again what is known to be done
		return ""
	}
	_, _, err = e.Start(context.Background(), request("K1"))
	switch {
	case err == nil:
		return "done"
	case models.FaultOf(err) == models.FaultUnknown:
		return "unknown"
	case len(k.made) > 0:
		t.Fatalf("it was done, and the engine says: %v", err)
	case errors.Is(err, syscall.EIO) && k.calls > calls:
		t.Fatalf("sent without an intent: %v", err)
	}
	return "not done"
}
