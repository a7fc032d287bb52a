package testkit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/keyturn/models"
)

// rotator is the world as the console's rotator: Start and Step have no place beside Secret.
type rotator struct{ w *World }

// NewKey makes a key that is different every time.
func (r rotator) NewKey() string {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	r.w.made++
	return fmt.Sprintf("key-%d", r.w.made)
}

// Start rotates as the service does. The call reads "rotate <id> <overlap>".
func (r rotator) Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error) {
	line := fmt.Sprintf("rotate %s %s", req.Credential, req.Overlap)
	if req.Supersedes != "" {
		line += " instead of " + string(req.Supersedes)
	}
	done, err := r.w.once(ctx, line, req.Key, func() (answer, error) { return r.w.rotate(req) })
	return done.rotation, done.credential, err
}

// Step takes a step as the service does. The call reads "<step> <id>", with the reason if there is one.
func (r rotator) Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error) {
	line := fmt.Sprintf("%s %s", req.Step, req.Rotation)
	if req.Reason != "" {
		line += ": " + req.Reason
	}
	done, err := r.w.once(ctx, line, req.Key, func() (answer, error) { return r.w.step(req) })
	return done.rotation, done.credential, err
}

// once makes a change one time for each idempotency key, whoever loses the answer.
func (w *World) once(ctx context.Context, line, key string, make func() (answer, error)) (answer, error) {
	if err := w.act(ctx, line); err != nil {
		w.remember(line, key)
		return answer{}, err
	}
	w.remember(line, key)
	w.mu.Lock()
	defer w.mu.Unlock()
	done, again := w.answered[key]
	if !again {
		var err error
		if done, err = make(); err != nil {
			return answer{}, err
		}
		w.answered[key] = done
	}
	if verb := verbOf(line); w.lost[verb] > 0 {
		w.lost[verb]--
		return answer{}, Lost(verb)
	}
	return done, nil
}

func (w *World) remember(line, key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if key == "" {
		w.t.Errorf("%q came without an idempotency key", line)
	}
	w.keys[verbOf(line)] = append(w.keys[verbOf(line)], key)
}

func verbOf(line string) string {
	for i, r := range line {
		if r == ' ' {
			return line[:i]
		}
	}
	return line
}

// seen returns the credential if it is still as it was seen; the lock must be held.
func (w *World) seen(id models.CredentialID, seen models.Revision) (*models.Credential, error) {
	c := w.find(id)
	if c == nil {
		return nil, w.missing(id)
	}
	if c.Revision != seen {
		current := *c
		return nil, &models.Error{
			Fault: models.FaultStale, Code: "stale", Title: "Somebody has changed it since you looked", Fix: "look again",
			Current: &current, ChangedBy: c.ChangedBy, ChangedAt: c.ChangedAt, ChangedFrom: "198.51.100.7",
		}
	}
	return c, nil
}

func (w *World) rotate(req models.RotateRequest) (answer, error) {
	c, err := w.seen(req.Credential, req.Seen)
	if err != nil {
		return answer{}, err
	}
	if open := c.OpenRotation(); open != nil && open.ID == req.Supersedes {
		step := open.State.SupersedeStep()
		ended, err := open.Advance(step, models.StepInput{At: time.Now(), By: w.space.Caller.Name, Reason: req.Reason})
		if err != nil {
			return answer{}, &models.Error{Fault: models.FaultConflict, Code: "rotation-step", Title: err.Error()}
		}
		c.Rotation = &ended
	}
	if open := c.OpenRotation(); open != nil {
		current := *c
		return answer{}, &models.Error{
			Fault: models.FaultConflict, Code: models.RotationOpen, Title: "A rotation is already open",
			Detail: "started by " + open.StartedBy, Fix: "end or cancel it first", Current: &current,
			ChangedBy: open.StartedBy, ChangedAt: open.StartedAt, ChangedFrom: open.StartedFrom,
		}
	}
	old := c.Newest()
	next := models.SecretVersion{
		Version: old.Version + 1, Kind: models.CIToken, State: models.SecretPending,
		Fingerprint: fmt.Sprintf("%08x", 0xf00d0000+old.Version+1), Masked: "lsdemo-****", CreatedAt: time.Now(),
	}
	w.made++
	r := &models.Rotation{
		ID: rotationOf(req), Credential: c.ID, State: models.RotationPending,
		OldVersion: old.Version, NewVersion: next.Version, Overlap: req.Overlap, Reason: req.Reason,
		StartedAt: time.Now(), StartedBy: w.space.Caller.Name, StartedByID: w.space.Caller.ID, StartedFrom: "192.0.2.7",
		Asked: models.KeyDigest(req.Key), Revision: 1,
	}
	if req.Overlap.Mode == models.OverlapNone {
		r.State, r.EndedAt = models.RotationDone, time.Now()
	}
	c.Secrets, c.Rotation = append(slices.Clone(c.Secrets), next), r
	if c.Kind == models.LegacyCIKey {
		c.Kind = models.CIToken
	}
	w.decided(c)
	return answer{rotation: *r, credential: *c}, nil
}

func rotationOf(req models.RotateRequest) models.RotationID {
	if req.Supersedes != "" {
		return req.Supersedes + "_next"
	}
	return models.RotationID("rot_" + string(req.Credential))
}

func (w *World) step(req models.StepRequest) (answer, error) {
	for i := range w.shared {
		c := &w.shared[i]
		if c.Rotation == nil || c.Rotation.ID != req.Rotation {
			continue
		}
		by := w.space.Caller.Name
		after, err := c.Rotation.Advance(req.Step, models.StepInput{At: time.Now(), By: by, Reason: req.Reason, Extend: req.Extend})
		if err != nil {
			return answer{}, &models.Error{Fault: models.FaultConflict, Code: "rotation-step", Title: err.Error()}
		}
		after.Revision++
		c.Rotation = &after
		w.decided(c)
		return answer{rotation: after, credential: *c}, nil
	}
	return answer{}, &models.Error{Fault: models.FaultNotFound, Code: "not_found", Title: "There is no rotation " + string(req.Rotation)}
}

// decided notes that a person changed the credential; the lock must be held.
func (w *World) decided(c *models.Credential) {
	if r := c.Rotation; r != nil {
		states(c, r)
	}
	c.Revision++
	c.ChangedAt, c.ChangedBy = time.Now(), w.space.Caller.Name
	w.note(change{credential: c.ID})
}

// states puts the two secrets of a rotation where its state says.
func states(c *models.Credential, r *models.Rotation) {
	old, next := r.State.SecretStates()
	c.Secrets = slices.Clone(c.Secrets)
	for i := range c.Secrets {
		switch c.Secrets[i].Version {
		case r.OldVersion:
			c.Secrets[i].State = old
		case r.NewVersion:
			c.Secrets[i].State = next
		}
	}
}

// FirstUse is a pipeline that activates with the new secret of an open rotation.
func (w *World) FirstUse(id models.CredentialID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	after, err := c.Rotation.Advance(models.StepFirstUse, models.StepInput{At: time.Now()})
	if err != nil {
		w.t.Fatal(err)
	}
	c.Rotation = &after
	states(c, &after)
	w.note(change{credential: id})
}

// Elsewhere is another admin's decision about a credential.
func (w *World) Elsewhere(id models.CredentialID, by string, decide func(*models.Credential)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	decide(c)
	c.Revision++
	c.ChangedAt, c.ChangedBy = time.Now(), by
	w.note(change{credential: id})
}

// Create makes a CI token. The call reads "create <name>".
func (w *World) Create(ctx context.Context, name, key string) (models.Credential, error) {
	done, err := w.once(ctx, "create "+name, key, func() (answer, error) {
		w.made++
		c := CIToken(models.CredentialID(fmt.Sprintf("crd_new%d", w.made)), name)
		w.shared = append(w.shared, c)
		w.note(change{credential: c.ID})
		return answer{credential: c}, nil
	})
	return done.credential, err
}

// Rename renames. The call reads "rename <id> <name>".
func (w *World) Rename(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return w.change(ctx, fmt.Sprintf("rename %s %s", req.Credential, req.Name), req, func(c *models.Credential) { c.Name = req.Name })
}

// Pause pauses. The call reads "pause <id>".
func (w *World) Pause(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return w.change(ctx, "pause "+string(req.Credential), req, func(c *models.Credential) { c.State = models.Paused })
}

// Resume resumes. The call reads "resume <id>".
func (w *World) Resume(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return w.change(ctx, "resume "+string(req.Credential), req, func(c *models.Credential) { c.State = models.Active })
}

// Revoke revokes. The call reads "revoke <id>".
func (w *World) Revoke(ctx context.Context, req models.ChangeRequest) (models.Credential, error) {
	return w.change(ctx, "revoke "+string(req.Credential), req, func(c *models.Credential) { c.State = models.Revoked })
}

func (w *World) change(ctx context.Context, line string, req models.ChangeRequest, do func(*models.Credential)) (models.Credential, error) {
	done, err := w.once(ctx, line, req.Key, func() (answer, error) {
		c, err := w.seen(req.Credential, req.Seen)
		if err != nil {
			return answer{}, err
		}
		do(c)
		w.decided(c)
		return answer{credential: *c}, nil
	})
	return done.credential, err
}
