package bulk_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/owner"
)

func TestAShelfKeepsWhatIsLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	shelf := bulk.NewShelf(dir, durable.OS{})
	if list, err := shelf.List(); err != nil || len(list) > 0 {
		t.Fatalf("of no folder: %v %v", list, err)
	}
	r, err := shelf.Keep(planOf(4))
	if err != nil {
		t.Fatal(err)
	}
	list, err := shelf.List()
	if err != nil || len(list) != 1 || !list[0].Held || list[0].Left != 4 {
		t.Fatalf("held: %+v %v", list, err)
	}
	f := newFleet()
	f.fate = func(call int, _ models.RotateRequest) error {
		switch call {
		case 1:
			return &models.Error{Fault: models.FaultStale, Title: "changed since"}
		case 2:
			return &models.Error{Fault: models.FaultUnknown, Title: "no answer"}
		case 4:
			return &models.Error{Fault: models.FaultUnreachable, Title: "gone"}
		}
		return nil
	}
	r.Do(t.Context(), f, options(1))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if list, err = shelf.List(); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	s := list[0]
	if s.Held || s.Done != 1 || s.Failed != 1 || s.Unknown != 1 || s.Left != 1 || s.ToGo() != 2 || s.Plan.Owner != ada {
		t.Errorf("%+v", s)
	}
	if s.Covers("KEY000") || !s.Covers("KEY001") || s.Covers("KEY002") || !s.Covers("KEY003") || len(s.Rest()) != 2 {
		t.Errorf("the rest is %+v", s.Rest())
	}
	if _, err := shelf.Take(s.File, owner.Owner{Endpoint: ada.Endpoint, Workspace: "another", Member: ada.Member}); models.FaultOf(err) != models.FaultForbidden {
		t.Errorf("of another workspace: %v", err)
	}
	if r, err = shelf.Take(s.File, ada); err != nil {
		t.Fatal(err)
	}
	f.fate = nil
	r.Do(t.Context(), f, options(2))
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("of what is done is left %v %v", left, err)
	}
	f.once(t, 3)
}

// A process that dies between the last result and the end of the file leaves nothing that stays for ever.
func TestAPlanThatIsDoneWithGoesAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	gone := errors.New("the process has died")
	disk := &durabletest.Disk{Before: func(step string) error {
		if step == durabletest.Remove {
			return gone
		}
		return nil
	}}
	r, err := bulk.NewShelf(dir, disk).Keep(planOf(2))
	if err != nil {
		t.Fatal(err)
	}
	r.Do(t.Context(), newFleet(), options(1))
	if err := r.Close(); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	named := filepath.Join(dir, "mine.plan") // somebody was told its name, and may want to read it
	if err := bulk.Write(durable.OS{}, named, bulk.Plan{At: at, Owner: ada}); err != nil {
		t.Fatal(err)
	}
	if list, err := bulk.NewShelf(dir, durable.OS{}).List(); err != nil || len(list) > 0 {
		t.Errorf("%+v %v", list, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != "mine.plan" {
		t.Errorf("left are %v %v", left, err)
	}
}

// A plan whose writer died before it was whole goes away by itself, later; that of a writer that lives stays.
func TestAPlanThatWasNeverWholeGoesAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	littered := func() []string {
		found, _ := filepath.Glob(filepath.Join(dir, "*.new"))
		for _, name := range found {
			if err := os.Chtimes(name, at, time.Now().Add(-2*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		return found
	}
	looks := 0
	look := func() {
		looks++
		if list, err := bulk.NewShelf(dir, durable.OS{}).List(); err != nil || len(list) > 0 {
			t.Errorf("%+v %v", list, err)
		}
	}
	gone := errors.New("the process has died")
	disk := &durabletest.Disk{}
	disk.Before = func(step string) error {
		switch step {
		case durabletest.Rest, durabletest.Sync:
			if littered(); step == durabletest.Rest {
				look() // beside a writer that is slow
			}
		case durabletest.Rename, durabletest.Remove:
			return gone
		}
		return nil
	}
	if _, err := bulk.NewShelf(dir, disk).Keep(planOf(3)); !errors.Is(err, gone) {
		t.Fatal(err)
	}
	if left := littered(); len(left) != 1 || looks != 1 {
		t.Fatalf("left are %v", left)
	}
	disk.Die()
	if look(); len(littered()) > 0 {
		t.Errorf("left are %v", littered())
	}
}

// What is not understood is said and left alone, and what was never complete is no plan.
func TestAShelfLeavesStrangeFilesAlone(t *testing.T) {
	dir := t.TempDir()
	shelf := bulk.NewShelf(dir, durable.OS{})
	for name, text := range map[string]string{"a.plan": "{}\n", "b.plan.new": "half", "notes.txt": "mine"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := shelf.List()
	if err != nil || len(list) != 1 || list[0].Err == nil || !strings.HasSuffix(list[0].File, "a.plan") {
		t.Errorf("%+v %v", list, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 3 {
		t.Errorf("left are %v %v", left, err)
	}
	if _, err := bulk.NewShelf("", durable.OS{}).Keep(bulk.Plan{At: time.Now()}); models.FaultOf(err) != models.FaultUnreachable || models.FixOf(err) == "" {
		t.Errorf("without a folder: %v", err)
	}
}

// Whoever cannot be helped by another file is not told to name one.
func TestAShelfOfNoUseSaysWhatToDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plans")
	shelf := bulk.NewShelf(dir, durable.OS{})
	if _, err := shelf.Take(filepath.Join(dir, "a.plan"), owner.Owner{}); models.FaultOf(err) != models.FaultConflict || !strings.Contains(err.Error(), "is not there any more") {
		t.Errorf("a plan that is gone: %v", err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.List(); err == nil || !strings.Contains(models.FixOf(err), "let yourself read "+dir) {
		t.Errorf("no folder: %v, %s", err, models.FixOf(err))
	}
}
