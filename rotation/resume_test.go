package rotation

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/durable"
	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

func TestTheIntentIsOnTheDiskBeforeTheFirstByte(t *testing.T) {
	k := newKeeper()
	dir := filepath.Join(t.TempDir(), "intents")
	e, _ := process(watched{k, func() {
		if list, _, err := journal.Open(dir, durable.OS{}).List(); err != nil || len(list) != 1 || !list[0].Held || list[0].Member != "mem_ada" || list[0].Endpoint != here || list[0].Rotate.Key != list[0].Key {
			t.Errorf("when the request goes out: %+v, %v", list, err)
		}
	}}, dir, nil)
	if _, _, err := e.Start(t.Context(), request("K1")); err != nil {
		t.Fatal(err)
	}
	if list := unfinished(t, e); len(list) > 0 {
		t.Fatalf("it is done: %+v", list)
	}
	if _, _, err := e.Start(t.Context(), request("K2")); models.FaultOf(err) != models.FaultStale {
		t.Fatal(err)
	}
	if list := unfinished(t, e); len(list) > 0 {
		t.Fatalf("it was refused: %+v", list)
	}
}

type watched struct {
	*keeper
	see func()
}

func (w watched) Rotate(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	w.see()
	return w.keeper.Rotate(ctx, req)
}

func TestWhatCannotBeWrittenDownIsNotSent(t *testing.T) {
	k := newKeeper()
	e, _ := process(k, filepath.Join(t.TempDir(), "intents"), func(step string) error {
		if step == durabletest.Rest {
			return syscall.ENOSPC
		}
		return nil
	})
	_, _, err := e.Start(t.Context(), request("K1"))
	if models.FaultOf(err) != models.FaultUnreachable || k.calls > 0 || !strings.Contains(err.Error(), "nothing was sent") {
		t.Fatalf("%v after %d calls", err, k.calls)
	}
	e = Keeping(k, here, journal.Open("", durable.OS{}))
	if _, _, err := e.Start(t.Context(), request("K1")); k.calls > 0 || !strings.Contains(models.FixOf(err), "KEYTURN_STATE_DIR") {
		t.Fatalf("%v after %d calls", err, k.calls)
	}
	k.deaf = true
	e, _ = process(k, t.TempDir(), nil)
	if _, _, err := e.Start(t.Context(), request("K1")); models.FaultOf(err) != models.FaultUnreachable || k.calls > 0 {
		t.Fatalf("%v after %d calls", err, k.calls)
	}
}

func TestWhatIsUnknownIsResumedByTheNextProcess(t *testing.T) {
	k := newKeeper()
	dir := t.TempDir()
	e, _ := process(k, dir, nil)
	k.fates = []string{"reply", "request", "request", "request"}
	if _, _, err := e.Start(t.Context(), request("K1")); models.FaultOf(err) != models.FaultUnknown {
		t.Fatal(err)
	}
	next, _ := process(k, dir, nil)
	list := unfinished(t, next)
	if len(list) != 1 || list[0].Held || list[0].Credential() != "crd_1" || list[0].What() != "rotate" {
		t.Fatalf("%+v", list)
	}
	k.fates = []string{"request", "request", "request", "request"}
	if res, err := next.Resume(t.Context(), "K1"); err != nil || res.Outcome != Unknown || models.FaultOf(res.Err) != models.FaultUnknown {
		t.Fatalf("nobody has answered: %+v %v", res, err)
	}
	res, err := next.Resume(t.Context(), "K1")
	if err != nil || res.Outcome != Done || res.Looked || res.Rotation.ID != "rot_1" || len(k.made) != 1 {
		t.Fatalf("%+v %v", res, err)
	}
	if _, err := next.Resume(t.Context(), "K1"); models.FaultOf(err) != models.FaultNotFound {
		t.Fatal(err)
	}
}

// Whoever is signed out by the very reset whose answer was lost, or asks too often, is turned away
// before the service looks at the key: that says nothing of the outcome.
func TestBeingTurnedAwayDoesNotSettleWhatWasLost(t *testing.T) {
	for _, fate := range []string{"signed out", "too often"} {
		k := newKeeper()
		e, _ := process(k, t.TempDir(), nil)
		k.fates = []string{"reply", fate, fate, fate}
		_, _, err := e.Start(t.Context(), request("K1"))
		if models.FaultOf(err) != models.FaultUnknown || len(unfinished(t, e)) != 1 {
			t.Errorf("%s: %v", fate, err)
		}
		k.fates = []string{fate, fate, fate, fate}
		_, _, err = e.Start(t.Context(), request("K2"))
		if f := models.FaultOf(err); f != models.FaultUnauthorized && f != models.FaultRateLimited || len(unfinished(t, e)) != 1 {
			t.Errorf("%s from the first time on: surely not done: %v", fate, err)
		}
	}
}

func TestTheServiceSaysHowLongToWait(t *testing.T) {
	k := newKeeper()
	var waits []time.Duration
	e, _ := process(k, t.TempDir(), nil)
	e.sleep = func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }
	k.fates = []string{"too often", "too often"}
	if _, _, err := e.Start(t.Context(), request("K1")); err != nil || len(waits) != 2 {
		t.Fatalf("%v after %v", err, waits)
	}
	for i, most := range []time.Duration{firstWait, 2 * firstWait} { // and not all who were told so at the same moment
		if extra := waits[i] - time.Second; extra < most/2 || extra > most {
			t.Errorf("the service asked for a second: %v", waits)
		}
	}
	long := limited{k}
	e, _ = process(long, t.TempDir(), nil)
	if _, _, err := e.Start(t.Context(), request("K3")); models.FaultOf(err) != models.FaultRateLimited || k.calls != 4 {
		t.Fatalf("a person does not wait an hour: %v after %d calls", err, k.calls)
	}
}

// Two processes run copies of one plan: it is not the folder that is wrong.
func TestWhoWritesTheSameRequestDownIsNamed(t *testing.T) {
	k := newKeeper()
	e, _ := process(k, t.TempDir(), func(step string) error {
		if step == durabletest.Create {
			return durable.ErrHeld
		}
		return nil
	})
	_, _, err := e.Start(t.Context(), request("K1"))
	if told := (*models.Error)(nil); !errors.As(err, &told) || told.Code != "under-way" || told.Fault != models.FaultUnknown || k.calls != 0 {
		t.Fatalf("%v after %d calls", err, k.calls)
	}
}

// A folder that somebody else owns hides whether a key has been asked with before: not one that was made a moment ago.
func TestWhatWasNeverAskedForIsNotUnknown(t *testing.T) {
	k := newKeeper()
	closed := func(step string) error {
		if step == durabletest.Open || step == durabletest.Create {
			return syscall.EACCES
		}
		return nil
	}
	e, disk := process(k, t.TempDir(), closed)
	made := e.NewKey()
	for key, want := range map[string]models.Fault{made: models.FaultUnreachable, "K1": models.FaultUnknown} {
		if _, _, err := e.Start(t.Context(), request(key)); models.FaultOf(err) != want || k.calls != 0 {
			t.Errorf("%s: %v after %d calls", key, err, k.calls)
		}
	}
	disk.Before = func(string) error { return nil }
	k.fates = []string{"reply", "reply", "reply", "reply"}
	if _, _, err := e.Start(t.Context(), request(made)); models.FaultOf(err) != models.FaultUnknown {
		t.Fatal(err)
	}
	disk.Before = closed
	if _, _, err := e.Start(t.Context(), request(made)); models.FaultOf(err) != models.FaultUnknown {
		t.Errorf("it was asked with meanwhile: %v", err)
	}
}

type limited struct{ *keeper }

func (l limited) Rotate(context.Context, models.RotateRequest) (models.Rotation, models.Credential, error) {
	l.calls++
	return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultRateLimited, RetryAfter: time.Hour}
}

func TestAfterADayTheRotationsAreLookedAt(t *testing.T) {
	for _, fate := range []string{"die before", "die after"} {
		for _, later := range []time.Duration{23*time.Hour + 51*time.Minute, 10 * 365 * 24 * time.Hour, -10 * 365 * 24 * time.Hour} {
			k := newKeeper()
			dir := t.TempDir()
			k.made = []models.Rotation{{ID: "rot_0", Credential: "crd_1", Overlap: models.DefaultOverlap, StartedBy: k.me.Name, StartedAt: k.now.Add(-7 * 24 * time.Hour), State: models.RotationDone}}
			crash(t, k, dir, fate)
			k.now = k.now.Add(later)
			calls := k.calls
			next, _ := process(k, dir, nil)
			res, err := next.Resume(t.Context(), "K1")
			want := map[string]Outcome{"die before": NotDone, "die after": Done}[fate]
			if err != nil || res.Outcome != want || !res.Looked || k.calls != calls {
				t.Errorf("%s, %s later: %+v %v", fate, later, res, err)
			}
			if len(unfinished(t, next)) > 0 {
				t.Errorf("%s, %s later: it is known now", fate, later)
			}
		}
	}
}

// What the same admin did days later is not what was asked for then.
func TestALaterRotationIsNotTheOneThatWasAskedFor(t *testing.T) {
	k := newKeeper()
	dir := t.TempDir()
	crash(t, k, dir, "die before")
	k.now = k.now.Add(48 * time.Hour)
	k.made = append(k.made, models.Rotation{ID: "rot_9", Credential: "crd_1", Overlap: models.DefaultOverlap, StartedBy: k.me.Name, StartedAt: k.now, State: models.RotationPending})
	next, _ := process(k, dir, nil)
	if res, err := next.Resume(t.Context(), "K1"); err != nil || res.Outcome != NotDone || !res.Looked {
		t.Errorf("%+v %v", res, err)
	}
}

// crash starts a rotation in a process that dies.
func crash(t testing.TB, k *keeper, dir, fate string) {
	t.Helper()
	e, disk := process(k, dir, nil)
	k.fates = []string{fate}
	defer disk.Die()
	defer func() {
		if recover() == nil {
			t.Error("it lives")
		}
	}()
	_, _, _ = e.Start(context.Background(), request("K1"))
}

func TestAnIntentIsOfOneMemberAtOneService(t *testing.T) {
	k := newKeeper()
	dir := t.TempDir()
	crash(t, k, dir, "die before")
	bob := *k
	bob.me = models.Principal{ID: "mem_bob", Name: "Bob"}
	elsewhere := Keeping(k, "https://other.example.com", journal.Open(dir, durable.OS{}))
	other, _ := process(&bob, dir, nil)
	for _, e := range []*Engine{elsewhere, other} {
		u, err := e.Unfinished(t.Context())
		if err != nil || len(u.Mine) > 0 || len(u.Others) != 1 {
			t.Fatalf("%+v %v", u, err)
		}
		_, err = e.Resume(t.Context(), "K1")
		if models.FaultOf(err) != models.FaultForbidden || !strings.Contains(err.Error(), "Ada Admin of "+here) {
			t.Fatal(err)
		}
		if _, _, err := e.Start(t.Context(), request("K1")); models.FaultOf(err) != models.FaultForbidden {
			t.Fatal(err)
		}
	}
	if len(k.made)+len(bob.made) > 0 {
		t.Fatal("it was sent")
	}
	mine := Keeping(k, "HTTPS://u:p@Keys.Example.com/", journal.Open(dir, durable.OS{}))
	if res, err := mine.Resume(t.Context(), "K1"); err != nil || res.Outcome != Done {
		t.Fatalf("%+v %v", res, err)
	}
}

func TestWhoeverWaitsKeepsTheIntent(t *testing.T) {
	k := newKeeper()
	dir := t.TempDir()
	second, _ := process(k, dir, nil)
	first, _ := process(watched{k, func() {
		if _, err := second.Resume(t.Context(), "K1"); !strings.Contains(fmt.Sprint(err), "waits for the answer") {
			t.Errorf("%v", err)
		}
	}}, dir, nil)
	if _, _, err := first.Start(t.Context(), request("K1")); err != nil || k.calls != 1 {
		t.Fatalf("%v after %d calls", err, k.calls)
	}
}

func TestALostStepIsLookedAt(t *testing.T) {
	for _, row := range []struct {
		step models.RotationStep
		now  models.Rotation
		want Outcome
	}{
		{models.StepCancel, models.Rotation{State: models.RotationPending, Revision: 1}, NotDone},
		{models.StepCancel, models.Rotation{State: models.RotationCancelled, Revision: 2}, Done},
		{models.StepRollback, models.Rotation{State: models.RotationDone, Revision: 3}, NotDone},
		{models.StepRollback, models.Rotation{State: models.RotationRolledBack, Revision: 3}, Done},
		{models.StepConfirm, models.Rotation{State: models.RotationRetiring, ConfirmedAt: time.Now(), Revision: 2}, Done},
		{models.StepConfirm, models.Rotation{State: models.RotationRetiring, Revision: 2}, NotDone},
		{models.StepEnd, models.Rotation{State: models.RotationDone, EndedBy: "Ada Admin", Revision: 2}, Done},
		{models.StepEnd, models.Rotation{State: models.RotationDone, Revision: 2}, NotDone},
		{models.StepExtend, models.Rotation{State: models.RotationRetiring, Revision: 1}, NotDone},
		{models.StepExtend, models.Rotation{State: models.RotationRetiring, Revision: 2}, NotDone},
	} {
		k := newKeeper()
		dir := t.TempDir()
		e, _ := process(k, dir, nil)
		k.fates = []string{"reply", "reply", "reply", "reply"}
		_, _, err := e.Step(t.Context(), models.StepRequest{Rotation: "rot_1", Credential: "crd_1", Step: row.step, Seen: 1, Key: "K1"})
		if models.FaultOf(err) != models.FaultUnknown {
			t.Fatal(err)
		}
		row.now.ID, row.now.Credential = "rot_1", "crd_1"
		k.made, k.now = []models.Rotation{{ID: "rot_2", Credential: "crd_1"}, row.now}, k.now.Add(48*time.Hour)
		next, _ := process(k, dir, nil)
		if res, err := next.Resume(t.Context(), "K1"); err != nil || res.Outcome != row.want || !res.Looked {
			t.Errorf("%s, now %s: %+v, %v", row.step, row.now.State, res, err)
		}
	}
}
