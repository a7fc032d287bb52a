package proof_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// points are where a process may die. It passes them by name; the number says which time in its life.
type points struct {
	death string        // the point at which it is killed; empty: never
	delay time.Duration // for death in the middle of a commit
	hit   func(point string)

	mu    sync.Mutex
	times map[string]int
}

// pass is one point: nothing, or the end.
func (p *points) pass(name string) {
	p.mu.Lock()
	p.times[name]++
	at := fmt.Sprintf("%s #%d", name, p.times[name])
	p.mu.Unlock()
	if p.hit != nil {
		p.hit(at)
	}
	if at != p.death {
		return
	}
	if p.delay > 0 {
		time.AfterFunc(p.delay, die)
		return
	}
	die()
}

// die is kill -9: no deferred call runs, no buffer is written, no connection is said goodbye to.
func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {}
}

// within passes a point before and one after a call.
func within(p *points, call string, do func() error) error {
	p.pass("before " + call)
	err := do()
	p.pass("after " + call)
	return err
}

// dyingStore is a database that is being used by somebody who may die.
type dyingStore struct {
	policy.Store
	*points
}

func (s *dyingStore) Write(ctx context.Context, fn func(policy.Writes) error) error {
	s.pass("before the transaction begins")
	err := s.Store.Write(ctx, func(w policy.Writes) error {
		s.pass("after the transaction has begun")
		err := fn(&dyingWrites{Writes: w, p: s.points})
		s.pass("before the commit")
		s.pass("in the commit")
		return err
	})
	s.pass("after the commit")
	return err
}

type dyingWrites struct {
	policy.Writes
	p *points
}

func (w *dyingWrites) Remembered(principal models.MemberID, key string, now time.Time) (m *policy.Memory, err error) {
	return m, within(w.p, "looking for a remembered reply", func() error { m, err = w.Writes.Remembered(principal, key, now); return err })
}

func (w *dyingWrites) Credential(id models.CredentialID) (c models.Credential, err error) {
	return c, within(w.p, "reading the credential", func() error { c, err = w.Writes.Credential(id); return err })
}

func (w *dyingWrites) Rotation(id models.RotationID) (r models.Rotation, err error) {
	return r, within(w.p, "reading the rotation", func() error { r, err = w.Writes.Rotation(id); return err })
}

func (w *dyingWrites) Presented(lookup []byte) (p policy.Presented, err error) {
	return p, within(w.p, "looking up what is presented", func() error { p, err = w.Writes.Presented(lookup); return err })
}

func (w *dyingWrites) InsertRotation(r models.Rotation) error {
	return within(w.p, "inserting the rotation", func() error { return w.Writes.InsertRotation(r) })
}

func (w *dyingWrites) SaveRotation(r models.Rotation) error {
	return within(w.p, "saving the rotation", func() error { return w.Writes.SaveRotation(r) })
}

func (w *dyingWrites) InsertSecret(id models.CredentialID, s models.SecretVersion, k policy.SecretMaterial) error {
	return within(w.p, "inserting the secret", func() error { return w.Writes.InsertSecret(id, s, k) })
}

func (w *dyingWrites) SaveSecretState(id models.CredentialID, s models.SecretVersion) error {
	return within(w.p, "saving a secret's state", func() error { return w.Writes.SaveSecretState(id, s) })
}

func (w *dyingWrites) SaveCredential(c models.Credential) error {
	return within(w.p, "saving the credential", func() error { return w.Writes.SaveCredential(c) })
}

func (w *dyingWrites) AddEvent(e models.Event) error {
	return within(w.p, "adding the event", func() error { return w.Writes.AddEvent(e) })
}

func (w *dyingWrites) Remember(m policy.Memory) error {
	return within(w.p, "remembering the reply", func() error { return w.Writes.Remember(m) })
}

func (w *dyingWrites) AddUse(u policy.Uses) error {
	return within(w.p, "counting the use", func() error { return w.Writes.AddUse(u) })
}

// dyingHandler may die around a request, and in the middle of its reply.
func dyingHandler(p *points, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.pass("before the request is read")
		next.ServeHTTP(&dyingReply{ResponseWriter: w, p: p}, r)
		_ = http.NewResponseController(w).Flush()
		p.pass("after the reply is sent")
	})
}

type dyingReply struct {
	http.ResponseWriter
	p *points
}

func (w *dyingReply) WriteHeader(status int) {
	w.p.pass("before the reply")
	w.ResponseWriter.WriteHeader(status)
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	w.p.pass("after the head of the reply")
}

func (w *dyingReply) Write(body []byte) (int, error) {
	half := len(body) / 2
	n, err := w.ResponseWriter.Write(body[:half])
	if err != nil {
		return n, err
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	w.p.pass("after half of the reply")
	rest, err := w.ResponseWriter.Write(body[half:])
	return n + rest, err
}
