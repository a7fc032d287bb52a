package rotation

import (
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
	"example.com/keyturn/rotation/owner"
)

// Another Ada Admin rotates the same credential with the same overlap in the very minute in which our request is lost,
// before or after it was done.
func TestTwoAdminsOfOneNameAreNotConfused(t *testing.T) {
	for fate, want := range map[string]Outcome{"die before": NotDone, "die after": Done} {
		k, dir := newKeeper(), t.TempDir()
		crash(t, k, dir, fate)
		k.put(models.Rotation{
			ID: "rot_hers", Credential: "crd_1", Overlap: models.DefaultOverlap, StartedBy: k.me.Name, StartedByID: "mem_ada_2", StartedAt: k.now,
			Asked: models.KeyDigest("K1"), State: models.RotationPending,
		})
		k.now = k.now.Add(48 * time.Hour)
		next, _ := process(k, dir, nil)
		res, err := next.Resume(t.Context(), "K1")
		if err != nil || res.Outcome != want || !res.Looked || want == Done && res.Rotation.ID != "rot_1" {
			t.Errorf("%s: %+v %v", fate, res, err)
		}
	}
}

func TestWhichRotationAnIntentHasStarted(t *testing.T) {
	at := time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)
	ours := models.Rotation{StartedAt: at, StartedBy: "Ada Admin", StartedByID: "mem_ada", Overlap: models.DefaultOverlap, Asked: models.KeyDigest("K1")}
	with := func(change func(*models.Rotation)) models.Rotation {
		r := ours
		change(&r)
		return r
	}
	ada, nameless := owner.Owner{Member: "mem_ada", MemberName: "Ada Admin"}, owner.Owner{MemberName: "Ada Admin"}
	for name, tc := range map[string]struct {
		of   owner.Owner
		r    models.Rotation
		want bool
	}{
		"our own":                      {ada, ours, true},
		"under a name of before":       {ada, with(func(r *models.Rotation) { r.StartedBy = "Ada Miller" }), true},
		"however late it is":           {ada, with(func(r *models.Rotation) { r.StartedAt = at.Add(30 * 24 * time.Hour) }), true},
		"a namesake's":                 {ada, with(func(r *models.Rotation) { r.StartedByID = "mem_ada_2" }), false},
		"another request of ours":      {ada, with(func(r *models.Rotation) { r.Asked = models.KeyDigest("K2") }), false},
		"an intent without an id":      {nameless, ours, true},
		"one of somebody else without": {nameless, with(func(r *models.Rotation) { r.StartedBy = "Bob" }), false},
		"before requests were noted":   {ada, with(func(r *models.Rotation) { r.Asked = "" }), true},
		"a namesake's of then":         {ada, with(func(r *models.Rotation) { r.Asked, r.StartedByID = "", "mem_ada_2" }), false},
		"before ids were noted":        {ada, with(func(r *models.Rotation) { r.Asked, r.StartedByID = "", "" }), true},
		"of then, by somebody else":    {ada, with(func(r *models.Rotation) { r.Asked, r.StartedByID, r.StartedBy = "", "", "Bob" }), false},
		"of then, days later":          {ada, with(func(r *models.Rotation) { r.Asked, r.StartedAt = "", at.Add(48*time.Hour) }), false},
		"of then, an hour earlier":     {ada, with(func(r *models.Rotation) { r.Asked, r.StartedAt = "", at.Add(-time.Hour) }), false},
		"of then, with another choice": {ada, with(func(r *models.Rotation) { r.Asked, r.Overlap = "", models.Overlap{Mode: models.OverlapNone} }), false},
	} {
		i := journal.Intent{Key: "K1", Owner: tc.of, At: at, Rotate: &models.RotateRequest{Overlap: models.DefaultOverlap, Key: "K1"}}
		if startedBy(tc.r, i) != tc.want {
			t.Errorf("%s: not %v", name, tc.want)
		}
	}
}

// The service lists only so many rotations: what is not among them may have been done all the same.
func TestALongHistoryIsNotTakenForAWholeOne(t *testing.T) {
	for others, want := range map[int]string{listed - 2: "", listed + 2: "cannot-be-told"} {
		k, dir := newKeeper(), t.TempDir()
		crash(t, k, dir, "die after")
		for range others {
			k.now = k.now.Add(time.Hour)
			k.put(models.Rotation{Credential: "crd_1", StartedByID: "mem_bob", StartedAt: k.now, Asked: models.KeyDigest("theirs")})
		}
		next, _ := process(k, dir, nil)
		res, err := next.Resume(t.Context(), "K1")
		if code := codeOf(res.Err); err != nil || code != want || (want == "") != (res.Outcome == Done) {
			t.Errorf("after %d others: %+v %v", others, res, err)
		}
	}
}

func codeOf(err error) string {
	if e, ok := err.(*models.Error); ok {
		return e.Code
	}
	return ""
}

// An earlier process sent the request and struck its intent out, and nobody was told any more. A day later the service
// has forgotten the key, and refuses the request because of its own rotation.
func TestAForgottenRequestIsRecognised(t *testing.T) {
	for name, tc := range map[string]struct {
		since func(*keeper)
		want  models.Fault
		looks int
	}{
		"nothing has happened since": {func(*keeper) {}, "", 0},
		"somebody has rotated since": {func(k *keeper) { k.put(models.Rotation{ID: "rot_9", Credential: "crd_1", StartedByID: "mem_bob"}) }, "", 1},
		"somebody was quicker":       {func(k *keeper) { k.made[0].StartedByID = "mem_bob" }, models.FaultStale, 0},
		"two were quicker": {func(k *keeper) {
			k.made[0].StartedByID = "mem_bob"
			k.put(models.Rotation{ID: "rot_9", Credential: "crd_1", StartedByID: "mem_bob"})
		}, models.FaultStale, 1},
		"it cannot be looked at": {func(k *keeper) {
			k.blind = true
			k.put(models.Rotation{ID: "rot_9", Credential: "crd_1", StartedByID: "mem_bob"})
		}, models.FaultUnknown, 1},
		"it was never rotated": {func(k *keeper) { k.made = nil }, models.FaultStale, 0},
	} {
		k, dir := newKeeper(), t.TempDir()
		first, _ := process(k, dir, nil)
		if _, _, err := first.Start(t.Context(), request("K1")); err != nil {
			t.Fatal(err)
		}
		k.now = k.now.Add(25 * time.Hour)
		tc.since(k)
		next, _ := process(k, dir, nil)
		r, c, err := next.Start(t.Context(), request("K1"))
		if models.FaultOf(err) != tc.want || k.looks != tc.looks || err == nil && (r.ID != "rot_1" || c.Revision != k.revision["crd_1"]) {
			t.Errorf("%s: %+v, %v after looking %d times", name, r, err, k.looks)
		}
		if left := unfinished(t, next); (len(left) > 0) != (tc.want == models.FaultUnknown) {
			t.Errorf("%s: %d intents are left", name, len(left))
		}
	}
}
