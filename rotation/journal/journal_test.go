package journal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
)

var at = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

func intent(key string) journal.Intent {
	return journal.Intent{
		Key: key, Owner: owner.Owner{Endpoint: "https://keys.example.com", Member: "mem_1", MemberName: "Ada Admin"}, At: at,
		Rotate: &models.RotateRequest{Credential: "crd_1", Seen: 7, Overlap: models.DefaultOverlap, Reason: "leaked", Key: key},
	}
}

// The form of the file is a promise to the next version.
const file = `{
  "keyturn_intent": 1,
  "idempotency_key": "K1",
  "endpoint": "https://keys.example.com",
  "member": "mem_1",
  "member_name": "Ada Admin",
  "at": "2026-11-24T15:00:00Z",
  "rotate": {
    "Credential": "crd_1",
    "Seen": 7,
    "Overlap": {
      "Mode": "first_use",
      "Grace": 86400000000000
    },
    "Reason": "leaked",
    "Supersedes": "",
    "Key": "K1"
  }
}
`

func TestAnIntentIsThereUntilItIsStruckOut(t *testing.T) {
	j := journal.Open(filepath.Join(t.TempDir(), "state", "intents"), durable.OS{})
	if list, strange, err := j.List(); len(list)+len(strange) > 0 || err != nil {
		t.Fatalf("a journal that was never written: %v %v %v", list, strange, err)
	}
	entry, err := j.Begin(intent("K1"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(j.Dir(), "K1.json"))
	if err != nil || string(text) != file {
		t.Errorf("%v\n%s", err, text)
	}
	if runtime.GOOS != "windows" {
		for name, want := range map[string]fs.FileMode{j.Dir(): 0o700, filepath.Join(j.Dir(), "K1.json"): 0o600} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v", name, info.Mode(), err)
			}
		}
	}
	if list, _, _ := j.List(); len(list) != 1 || !list[0].Held || *list[0].Rotate != *intent("K1").Rotate {
		t.Fatalf("%+v", list)
	}
	if _, err := j.Take("K1"); !errors.Is(err, durable.ErrHeld) {
		t.Fatalf("taken from whoever waits for the answer: %v", err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatal(err)
	}
	again, err := j.Take("K1")
	if err != nil || again.Endpoint != "https://keys.example.com" || !again.At.Equal(at) {
		t.Fatalf("%+v %v", again, err)
	}
	if err := again.Strike(); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Take("K1"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func TestWhatIsNotUnderstoodIsReportedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"notes.txt": "hello", "torn.json": file[:90], "K2.json": file, "empty.json": "", "K1.json": file,
		"newer.json": strings.Replace(file, `"keyturn_intent": 1`, `"keyturn_intent": 2`, 1), "unfinished.json.new": "{",
		"none.json": `{"keyturn_intent": 1, "idempotency_key": "none"}`, "huge.json": strings.Repeat(" ", 1<<20),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadDir(dir)
	j := journal.Open(dir, durable.OS{})
	list, strange, err := j.List()
	if err != nil || len(list) != 1 || list[0].Key != "K1" {
		t.Fatalf("%v %v", list, err)
	}
	if len(strange) != 8 {
		t.Errorf("%d strange files: %v", len(strange), strange)
	}
	for _, s := range strange {
		if s.Err == nil || strings.Contains(s.Path, "newer") && !strings.Contains(s.Err.Error(), "newer keyturn") {
			t.Errorf("%s: %v", s.Path, s.Err)
		}
	}
	if after, _ := os.ReadDir(dir); len(after) != len(before) {
		t.Error("something was removed")
	}
}

// Whatever step the disk refuses: an intent that could not be written is not there, or the error
// says where it lies; and one that was written is whole.
func TestTheDiskRefusesAtAnyStep(t *testing.T) {
	for n := 1; ; n++ {
		if n > 40 {
			t.Fatal("it never succeeds")
		}
		for _, stays := range []bool{false, true} { // it refuses once, or from then on
			step := 0
			j := journal.Open(filepath.Join(t.TempDir(), "intents"), &durabletest.Disk{Before: func(string) error {
				if step++; step == n || stays && step > n {
					return syscall.ENOSPC
				}
				return nil
			}})
			_, err := j.Begin(intent("K1"))
			list, strange, listed := journal.Open(j.Dir(), durable.OS{}).List()
			if listed != nil || len(strange) > 0 {
				t.Fatalf("step %d: %v, %v", n, strange, listed)
			}
			if err == nil {
				if len(list) != 1 || step >= n {
					t.Fatalf("step %d of %d failed, and it says that it did not: %v", n, step, list)
				}
				if n < 8 {
					t.Fatalf("only %d steps", n)
				}
				return
			}
			if models.FaultOf(err) != models.FaultUnreachable || !errors.Is(err, syscall.ENOSPC) || models.FixOf(err) == "" {
				t.Fatalf("step %d: %v", n, err)
			}
			if len(list) > 0 && !strings.Contains(models.FixOf(err), "K1.json") {
				t.Fatalf("step %d: an intent that was never sent lies there, and nobody says so: %v", n, err)
			}
		}
	}
}

// Wherever a writer dies: what it had begun goes away by itself, later, and what is not an intent's stays.
func TestWhatAKilledWriterLeftGoesAwayByItself(t *testing.T) {
	names := func(dir string) (list []string) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	littered := 0
	for n, ended := 1, false; !ended; n++ {
		dir, step := filepath.Join(t.TempDir(), "intents"), 0
		disk := &durabletest.Disk{Before: func(string) error {
			if step++; step >= n {
				return errors.New("the process has died")
			}
			return nil
		}}
		_, err := journal.Open(dir, disk).Begin(intent("K1"))
		disk.Die()
		ended = err == nil
		j, temp := journal.Open(dir, durable.OS{}), filepath.Join(dir, "K1.json.new")
		list, strange, err := j.List()
		if err != nil || len(strange) > 0 {
			t.Fatalf("step %d: %v %v", n, strange, err)
		}
		if len(list) > 0 || !slices.Contains(names(dir), "K1.json.new") {
			continue
		}
		littered++
		theirs := filepath.Join(dir, "a b.json.new")
		text, err := os.ReadFile(temp)
		if err := errors.Join(err, os.WriteFile(theirs, text, 0o600)); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{temp, theirs} {
			if err := os.Chtimes(name, at, time.Now().Add(-2*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if list, strange, err = j.List(); err != nil || len(list)+len(strange) > 0 {
			t.Fatalf("step %d: %v %v %v", n, list, strange, err)
		}
		if left := names(dir); len(left) != 1 || left[0] != "a b.json.new" {
			t.Fatalf("step %d: left are %v", n, left)
		}
	}
	if littered < 4 {
		t.Errorf("only %d deaths left something", littered)
	}
}

func TestAKeyIsNoPath(t *testing.T) {
	j := journal.Open(t.TempDir(), durable.OS{})
	for _, key := range []string{"", "../x", "a/b", "a.json", "a b", strings.Repeat("k", 129), "\x00"} {
		if _, err := j.Begin(intent(key)); models.FaultOf(err) != models.FaultInvalid {
			t.Errorf("%q: %v", key, err)
		}
		if _, err := j.Take(key); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	j := journal.Open(t.TempDir(), durable.OS{})
	rapid.Check(t, func(t *rapid.T) {
		want := intent(rapid.StringMatching(`[A-Za-z0-9_-]{1,40}`).Draw(t, "key"))
		want.MemberName = rapid.String().Draw(t, "name")
		if rapid.Bool().Draw(t, "step") {
			want.Rotate, want.Step = nil, &models.StepRequest{Rotation: "rot_1", Credential: "crd_1", Step: models.StepExtend, Seen: 3, Extend: time.Hour, Key: want.Key}
		}
		entry, err := j.Begin(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := entry.Leave(); err != nil {
			t.Fatal(err)
		}
		got, err := j.Take(want.Key)
		if err != nil {
			t.Fatal(err)
		}
		if got.What() != want.What() || got.Credential() != want.Credential() || got.MemberName != strings.ToValidUTF8(want.MemberName, "\ufffd") {
			t.Fatalf("%+v instead of %+v", got.Intent, want)
		}
		if err := got.Strike(); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzIntent(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte(`{"keyturn_intent":1,"idempotency_key":"K1","rotate":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "K1.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		list, strange, err := journal.Open(dir, durable.OS{}).List()
		if err != nil || len(list)+len(strange) != 1 {
			t.Fatalf("%v %v %v", list, strange, err)
		}
		if len(list) == 1 && (list[0].Credential() == "" && list[0].Rotate != nil || list[0].Key != "K1") {
			t.Fatalf("%+v", list[0])
		}
	})
}
