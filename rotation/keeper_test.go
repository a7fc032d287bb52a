package rotation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/keyturn/durable/durabletest"
	"example.com/keyturn/models"
	"example.com/keyturn/rotation/journal"
)

const here = "https://keys.example.com"

// keeper is a service with a few credentials: it checks the revision, remembers answers for a day, and
// has its next calls meet the fates that are given.
type keeper struct {
	now      time.Time
	me       models.Principal
	revision map[models.CredentialID]models.Revision
	made     []models.Rotation
	untold   bool // it is of a time when rotations did not tell who asked for them
	memory   map[string]models.Rotation
	until    map[string]time.Time
	fates    []string
	calls    int
	deaf     bool // it does not even say who asks
	blind    bool // it does not list rotations
	looks    int  // how often it was asked for them
}

func newKeeper() *keeper {
	return &keeper{
		now: time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC), me: models.Principal{ID: "mem_ada", Name: "Ada Admin"},
		revision: map[models.CredentialID]models.Revision{}, memory: map[string]models.Rotation{}, until: map[string]time.Time{},
	}
}

func (k *keeper) fate() string {
	k.calls++
	if len(k.fates) == 0 {
		return ""
	}
	fate := k.fates[0]
	k.fates = k.fates[1:]
	return fate
}

var lostFates = []string{"", "request", "reply", "signed out", "too often", "die before", "die after"}

// dies is how a process ends in the middle.
type dies struct{}

func (k *keeper) Rotate(_ context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	fate := k.fate()
	switch fate {
	case "request":
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnreachable, Title: "unreachable"}
	case "signed out":
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnauthorized, Title: "sign in"}
	case "too often":
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultRateLimited, Title: "too often", RetryAfter: time.Second}
	case "die before":
		panic(dies{})
	}
	r, err := k.rotate(req)
	switch fate {
	case "reply":
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnknown, Title: "no answer"}
	case "die after":
		panic(dies{})
	}
	return r, k.credential(req.Credential), err
}

func (k *keeper) rotate(req models.RotateRequest) (models.Rotation, error) {
	if r, ok := k.memory[req.Key]; ok && k.now.Before(k.until[req.Key]) {
		return r, nil
	}
	if req.Seen != k.revision[req.Credential] {
		now := k.credential(req.Credential)
		return models.Rotation{}, &models.Error{Fault: models.FaultStale, Title: "changed since", Current: &now}
	}
	r := models.Rotation{
		ID: models.RotationID(fmt.Sprintf("rot_%d", len(k.made)+1)), Credential: req.Credential, Overlap: req.Overlap,
		StartedAt: k.now, StartedBy: k.me.Name, StartedByID: k.me.ID, Asked: models.KeyDigest(req.Key), State: models.RotationPending,
	}
	if k.untold {
		r.StartedByID, r.Asked = "", ""
	}
	k.put(r)
	k.memory[req.Key], k.until[req.Key] = r, k.now.Add(24*time.Hour)
	return r, nil
}

func (k *keeper) Step(_ context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	if k.fate() == "reply" {
		return models.Rotation{}, models.Credential{}, &models.Error{Fault: models.FaultUnknown, Title: "no answer"}
	}
	return models.Rotation{ID: req.Rotation, State: models.RotationCancelled}, models.Credential{}, nil
}

func (k *keeper) Workspace(context.Context) (models.Workspace, error) {
	if k.deaf {
		return models.Workspace{}, &models.Error{Fault: models.FaultUnreachable, Title: "unreachable"}
	}
	return models.Workspace{Caller: k.me, Now: k.now}, nil
}

// put makes a rotation happen.
func (k *keeper) put(r models.Rotation) {
	k.made = append(k.made, r)
	k.revision[r.Credential]++
}

func (k *keeper) credential(id models.CredentialID) models.Credential {
	c := models.Credential{ID: id, Revision: k.revision[id]}
	if list := k.of(id); len(list) > 0 {
		c.Rotation = &list[0]
	}
	return c
}

// of is the rotations of a credential, the newest first.
func (k *keeper) of(id models.CredentialID) (list []models.Rotation) {
	for _, r := range slices.Backward(k.made) {
		if r.Credential == id {
			list = append(list, r)
		}
	}
	return list
}

func (k *keeper) Credential(_ context.Context, id models.CredentialID) (models.Credential, error) {
	return k.credential(id), nil
}

func (k *keeper) Rotations(_ context.Context, id models.CredentialID) ([]models.Rotation, error) {
	k.looks++
	if k.blind {
		return nil, &models.Error{Fault: models.FaultUnreachable, Title: "unreachable"}
	}
	return k.of(id)[:min(len(k.of(id)), listed)], nil
}

// process is an engine in a process of its own over a shared folder.
func process(k Known, dir string, before func(string) error) (*Engine, *durabletest.Disk) {
	if before == nil {
		before = func(string) error { return nil }
	}
	disk := &durabletest.Disk{Before: before}
	e := Keeping(k, here+"/", journal.Open(dir, disk))
	e.sleep = func(context.Context, time.Duration) error { return nil }
	return e, disk
}

func request(key string) models.RotateRequest {
	return models.RotateRequest{Credential: "crd_1", Overlap: models.DefaultOverlap, Key: key}
}

// failer is a test or one run of a property.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func unfinished(t failer, e *Engine) []journal.Found {
	t.Helper()
	u, err := e.Unfinished(context.Background())
	if err != nil || len(u.Others)+len(u.Unreadable) > 0 {
		t.Fatalf("%+v %v", u, err)
	}
	return u.Mine
}
