package rotation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/rotation/journal"
)

// remains is what processes have left on this machine.
type remains struct {
	dir  string
	disk durable.Disk
}

func (r remains) journal() *journal.Journal {
	return journal.Open(filepath.Join(r.dir, "intents"), r.disk)
}
func (r remains) shelf() *bulk.Shelf { return bulk.NewShelf(filepath.Join(r.dir, "plans"), r.disk) }
func (r remains) local() *Local      { return NewLocal(r.journal(), r.shelf()) }

// look is what is left, each thing with what is not known of it.
func (r remains) look(t failer) []Loose {
	t.Helper()
	lying, err := r.local().Look(context.Background())
	if err != nil || len(lying.Unreadable) > 0 {
		t.Fatalf("%+v %v", lying.Unreadable, err)
	}
	return lying.Loose()
}

// unknownKeys is everything that is told of without a known outcome.
func unknownKeys(list []Loose) (keys []string) {
	for _, one := range list {
		if !one.IsPlan() {
			keys = append(keys, one.ID())
		}
		for _, item := range one.Unknown {
			keys = append(keys, item.Request.Key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (r remains) ask(t failer, key string) {
	t.Helper()
	req := request(key)
	entry, err := r.journal().Begin(journal.Intent{Key: key, At: time.Now(), Rotate: &req})
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := entry.Leave(); err != nil {
		t.Fatalf("%v", err)
	}
}

// fated has each request of a plan meet its own fate.
type fated map[string]error

func (f fated) Start(_ context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	return models.Rotation{}, models.Credential{ID: req.Credential}, f[req.Key]
}

// plan leaves a plan. Each letter says what became of an item: done, failed, unknown, left, or asked for and not
// written down.
func (r remains) plan(t failer, items string) {
	t.Helper()
	p, fates := bulk.Plan{At: time.Now()}, fated{}
	for i, letter := range items {
		req := request(fmt.Sprintf("P%d", i))
		p.Items = append(p.Items, bulk.Item{Credential: req.Credential, Name: req.Key, Request: req})
		switch letter {
		case 'f':
			fates[req.Key] = &models.Error{Fault: models.FaultStale}
		case 'u':
			fates[req.Key] = &models.Error{Fault: models.FaultUnknown}
		case 'l', 'a':
			fates[req.Key] = &models.Error{Fault: models.FaultUnreachable}
		}
		if letter == 'a' || letter == 'u' {
			r.ask(t, req.Key)
		}
	}
	run, err := r.shelf().Keep(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	run.Do(context.Background(), fates, bulk.Options{Parallel: 1, Now: time.Now})
	if err := run.Close(); err != nil {
		t.Fatalf("%v", err)
	}
}

func TestARequestIsForgottenAndNothingIsAsked(t *testing.T) {
	k, dir := newKeeper(), t.TempDir()
	k.fates = []string{"reply", "reply", "reply", "reply"}
	r := remains{dir, durable.OS{}}
	e := Keeping(k, here, r.journal())
	e.sleep = func(context.Context, time.Duration) error { return nil }
	if _, _, err := e.Start(t.Context(), request("K1")); models.FaultOf(err) != models.FaultUnknown {
		t.Fatal(err)
	}
	k.deaf, k.blind = true, true // gone
	calls := k.calls
	list := r.look(t)
	if len(list) != 1 || list[0].ID() != "K1" || list[0].IsPlan() {
		t.Fatalf("%+v", list)
	}
	held, err := r.journal().Take("K1")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.local().Forget(t.Context(), list[0]); models.FaultOf(err) != models.FaultConflict || !errors.Is(err, durable.ErrHeld) {
		t.Errorf("while somebody asks for it: %v", err)
	}
	if len(r.look(t)) > 0 {
		t.Error("what somebody works on is not left")
	}
	if err := held.Leave(); err != nil {
		t.Fatal(err)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if err := r.local().Forget(gone, list[0]); !errors.Is(err, context.Canceled) || len(r.look(t)) != 1 {
		t.Errorf("by somebody who has gone: %v", err)
	}
	if err := r.local().Forget(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if err := r.local().Forget(t.Context(), list[0]); models.FaultOf(err) != models.FaultNotFound {
		t.Errorf("twice: %v", err)
	}
	if len(r.look(t)) > 0 || k.calls != calls {
		t.Errorf("left are %v, asked %d times", r.look(t), k.calls-calls)
	}
	k.deaf = false
	if _, err := e.Resume(t.Context(), "K1"); models.FaultOf(err) != models.FaultNotFound {
		t.Errorf("resumed: %v", err)
	}
}

// What the disk keeps is not forgotten, and who wanted that learns what to do.
func TestWhatCannotBeTakenAwayIsNotForgotten(t *testing.T) {
	r := remains{t.TempDir(), durable.OS{}}
	r.ask(t, "K1")
	disk := &durabletest.Disk{Before: func(step string) error {
		if step == durabletest.Remove {
			return fs.ErrPermission
		}
		return nil
	}}
	err := remains{r.dir, disk}.local().Forget(t.Context(), r.look(t)[0])
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "K1 is not forgotten") || models.FixOf(err) == "" {
		t.Errorf("%v", err)
	}
	if left := unknownKeys(r.look(t)); !slices.Equal(left, []string{"K1"}) {
		t.Errorf("left are %v", left)
	}
}

// Whatever became of the items of a plan: those that may have been done are told as unknown, once, and with the plan.
func TestWhatMayHaveBeenDoneOfAPlanIsNamed(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		r := remains{filepath.Join(root, strconv.Itoa(runs)), durable.OS{}}
		// A run stops at the first that cannot be asked for: what follows is left.
		items := rapid.StringMatching(`[dfu]{0,3}`).Draw(t, "over") + rapid.StringMatching(`[la]{1,4}`).Draw(t, "left")
		if strings.Contains(items, "uu") {
			t.Skip("a run stops at two without an answer")
		}
		r.ask(t, "ALONE")
		r.plan(t, items)
		var want []string
		left := 0
		for i, letter := range items {
			switch letter {
			case 'u', 'a':
				want = append(want, fmt.Sprintf("P%d", i))
			case 'l':
				left++
			}
		}
		list := r.look(t)
		if len(list) != 2 || !list[0].IsPlan() || !slices.Equal(unknownKeys(list[:1]), want) || len(list[0].Left) != left || list[1].ID() != "ALONE" {
			t.Fatalf("%s: %+v", items, list)
		}
		lying, err := r.local().Look(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range want {
			if _, err := lying.Find(key); models.FaultOf(err) != models.FaultConflict || !strings.Contains(models.FixOf(err), list[0].ID()) {
				t.Fatalf("%s is of the plan: %v", key, err)
			}
		}
		if one, err := lying.Find(list[0].Plan.Name()); err != nil || one.ID() != list[0].ID() {
			t.Fatalf("%+v %v", one, err)
		}
		if err := r.local().Forget(context.Background(), list[0]); err != nil {
			t.Fatal(err)
		}
		if rest := r.look(t); len(rest) != 1 || rest[0].ID() != "ALONE" {
			t.Fatalf("left are %+v", rest)
		}
	})
}

// Somebody has gone on with it between the question and the answer: they know more now.
func TestAPlanThatWasGoneOnWithIsNotForgotten(t *testing.T) {
	for what, meanwhile := range map[string]func(r remains, file string){
		"another one is done": func(r remains, file string) {
			run, err := bulk.Open(r.disk, file)
			if err != nil {
				t.Fatal(err)
			}
			run.Do(t.Context(), fated{"P1": &models.Error{Fault: models.FaultUnknown}, "P2": &models.Error{Fault: models.FaultUnknown}}, bulk.Options{Parallel: 1, Now: time.Now})
			if err := run.Close(); err != nil {
				t.Fatal(err)
			}
		},
		"another one was asked for": func(r remains, _ string) { r.ask(t, "P2") },
	} {
		r := remains{t.TempDir(), durable.OS{}}
		r.plan(t, "dall")
		list := r.look(t)
		meanwhile(r, list[0].ID())
		if err := r.local().Forget(t.Context(), list[0]); models.FaultOf(err) != models.FaultConflict || models.FixOf(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
		if now := r.look(t); len(now) != 1 || !slices.Contains(unknownKeys(now), "P2") {
			t.Errorf("%s: left are %+v", what, now)
		}
	}
	r := remains{t.TempDir(), durable.OS{}}
	r.plan(t, "dl")
	list := r.look(t)
	run, err := bulk.Open(durable.OS{}, list[0].ID())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.local().Forget(t.Context(), list[0]); !errors.Is(err, durable.ErrHeld) {
		t.Errorf("while somebody works on it: %v", err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
}

// Wherever whoever forgets dies, or the disk refuses: the plan is there as it was, or it is gone and what is unknown
// of it is still told of, until that is gone too.
func TestForgettingAPlanIsCutAnywhere(t *testing.T) {
	for _, dies := range []bool{true, false} {
		for n, ended := 1, false; !ended; n++ {
			r := remains{t.TempDir(), durable.OS{}}
			r.plan(t, "duala")
			seen := r.look(t)
			step := 0
			disk := &durabletest.Disk{Before: func(string) error {
				if step++; step == n || dies && step > n {
					return fs.ErrPermission
				}
				return nil
			}}
			err := remains{r.dir, disk}.local().Forget(t.Context(), seen[0])
			if !dies && n < step && err == nil { // a step that may fail without a word
				continue
			}
			disk.Die()
			if ended = err == nil; !ended && models.FixOf(err) == "" {
				t.Fatalf("step %d: nobody says what to do about %v", n, err)
			}
			now := r.look(t)
			whole := len(now) > 0 && now[0].IsPlan()
			switch {
			case ended && len(now) > 0:
				t.Fatalf("forgotten, and left are %+v", now)
			case whole && (len(now) != 1 || !slices.Equal(unknownKeys(now), unknownKeys(seen))):
				t.Fatalf("step %d: left are %+v", n, now)
			}
			for _, one := range now { // by whoever comes later
				if err := r.local().Forget(t.Context(), one); err != nil {
					t.Fatalf("step %d: %v", n, err)
				}
			}
			if rest := r.look(t); len(rest) > 0 {
				t.Fatalf("step %d: left are %+v", n, rest)
			}
			if n > 60 {
				t.Fatal("it never succeeds")
			}
		}
	}
}

// An intent whose file is damaged was asked for all the same: a plan of it says so, and the file is left alone.
func TestADamagedIntentOfAPlanIsNotKnown(t *testing.T) {
	r := remains{t.TempDir(), durable.OS{}}
	r.plan(t, "dala")
	damaged := filepath.Join(r.dir, "intents", "P1.json")
	if err := os.WriteFile(damaged, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	lying, err := r.local().Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list := lying.Loose()
	if got := unknownKeys(list); len(list) != 1 || !slices.Equal(got, []string{"P1", "P3"}) || len(list[0].Left) != 1 {
		t.Fatalf("not known are %v of %+v", got, list)
	}
	if err := r.local().Forget(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if lying, err = r.local().Look(t.Context()); err != nil || len(lying.Loose()) > 0 || len(lying.Unreadable) != 1 || lying.Unreadable[0].Path != damaged {
		t.Errorf("left are %+v %v", lying, err)
	}
}

// What lies there and is not understood is not said to be not there.
func TestWhatIsNotUnderstoodIsNotForgotten(t *testing.T) {
	r := remains{t.TempDir(), durable.OS{}}
	r.ask(t, "K1")
	r.plan(t, "l")
	plan := r.look(t)[0].Plan
	intent := filepath.Join(r.dir, "intents", "K1.json")
	for _, file := range []string{intent, plan.File} {
		if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lying, err := r.local().Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, file := range map[string]string{"K1": intent, "K1.json": intent, intent: intent, plan.Name(): plan.File, plan.File: plan.File} {
		if _, err := lying.Find(id); models.FaultOf(err) != models.FaultConflict || !strings.Contains(err.Error(), file+" is not understood") {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range []string{"", "K2", "../intents/K1.json"} {
		if _, err := lying.Find(id); models.FaultOf(err) != models.FaultNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}
