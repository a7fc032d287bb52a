package policy

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"example.com/keyturn/models"
)

// Config is what a Service is made of.
type Config struct {
	Store       Store
	Keys        Keys // of the secrets at rest
	Now         func() time.Time
	TokenPrefix string // letters before the dash of new tokens, "ls" to begin with
}

// Service decides about one workspace. It is safe for concurrent use.
type Service struct {
	store  Store
	keys   Keys
	now    func() time.Time
	prefix string
	news   *notifier
	ids    *idMaker

	ledger   *ledger
	calendar *calendar
}

// New returns a Service over an open store.
func New(cfg Config) (*Service, error) {
	if cfg.TokenPrefix == "" {
		cfg.TokenPrefix = "ls"
	}
	if _, err := models.NewToken(rand.Reader, cfg.TokenPrefix); err != nil {
		return nil, fmt.Errorf("token prefix %q: %w", cfg.TokenPrefix, err)
	}
	return &Service{
		store: cfg.Store, keys: cfg.Keys, now: cfg.Now, prefix: cfg.TokenPrefix,
		news: newNotifier(), ids: newIDMaker(), ledger: newLedger(), calendar: &calendar{store: cfg.Store},
	}, nil
}

// clock is the service's time, in UTC and whole milliseconds, as it is kept.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// Bootstrap makes the workspace with its first admin, who has a seat, and hands the admin's personal
// token to deliver. A workspace whose token could not be delivered is not made. It fails with
// ErrTaken if there is a workspace already.
func (s *Service) Bootstrap(ctx context.Context, name, adminEmail string, deliver func(models.Secret) error) error {
	if trouble := emailTrouble(adminEmail); trouble != "" {
		e := models.Invalid("email-refused", "the first admin, %q: %s", adminEmail, trouble)
		e.Fix = "give an address such as ada@example.com in admin_email, --admin-email or KEYTURN_ADMIN_EMAIL"
		return e
	}
	err := s.store.Write(ctx, func(w Writes) error {
		_, err := w.Workspace()
		if err == nil {
			return fmt.Errorf("there is a workspace already: %w", ErrTaken)
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		tx := s.begin(w, Caller{Principal: models.Principal{Name: "keyturn"}})
		err = w.CreateWorkspace(models.Workspace{
			ID: s.ids.next(tx.now), Name: name, PersonalReveal: models.RevealAdmins, Revision: 1, Now: tx.now,
		})
		if err == nil {
			err = w.SaveKeyID(s.keys.Latest().ID())
		}
		if err != nil {
			return err
		}
		local, _, _ := strings.Cut(adminEmail, "@")
		token, err := models.NewToken(rand.Reader, s.prefix)
		if err != nil {
			return err
		}
		defer token.Wipe()
		_, err = tx.addMember(models.InventoryMember{Email: adminEmail, Name: local, Role: models.RoleAdmin, Seat: true, Token: token})
		if err != nil {
			return err
		}
		return deliver(token)
	})
	if err != nil {
		return fmt.Errorf("set up the workspace: %w", err)
	}
	return nil
}

// Change runs fn in one transaction. With a key, a repeat of the same request gets the first
// reply again and fn is not run; the same key with another request is refused.
func (s *Service) Change(ctx context.Context, c Caller, once Once, fn func(*Tx) (Reply, error)) (reply Reply, replayed bool, err error) {
	err = s.store.Write(ctx, func(w Writes) error {
		tx := s.begin(w, c)
		tx.asked = once.Key
		if once.Key != "" {
			memory, err := w.Remembered(c.ID, once.Key, tx.now)
			if err != nil {
				return err
			}
			if memory != nil {
				replayed, reply = true, memory.Reply
				return sameRequest(memory, once)
			}
		}
		reply, err = fn(tx)
		if err != nil || once.Key == "" {
			return err
		}
		return w.Remember(Memory{Principal: c.ID, Once: once, Reply: reply, At: tx.now, Until: tx.now.Add(rememberFor)})
	})
	if err != nil {
		return Reply{}, false, err
	}
	if !replayed {
		s.news.tell()
	}
	return reply, replayed, nil
}

// rememberFor is how long a reply answers repeats.
const rememberFor = 24 * time.Hour

func sameRequest(m *Memory, once Once) error {
	if m.Hash == once.Hash {
		return nil
	}
	return &models.Error{
		Fault: models.FaultInvalid, Code: "idempotency-key-reused",
		Title: "This Idempotency-Key belongs to another request",
		Fix:   "use a new key for a new request; repeat the old request unchanged to get its answer again",
	}
}

// Tx is one change under way: what it may do depends on who asked.
type Tx struct {
	Writes
	s      *Service
	caller Caller
	now    time.Time
	asked  string // with which idempotency key; empty: without one
}

func (s *Service) begin(w Writes, c Caller) *Tx {
	return &Tx{Writes: w, s: s, caller: c, now: s.clock()}
}

// event writes one line of history in the name of the caller.
func (t *Tx) event(e models.Event) error {
	e.At = t.now
	if e.Actor == "" {
		e.Actor, e.ActorID = actorName(t.caller.Principal), t.caller.ID
	}
	if e.From == "" {
		e.From = t.caller.From
	}
	return t.AddEvent(e)
}

func actorName(p models.Principal) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Email
}

// newID makes ids that sort in the order of their making.
func (t *Tx) newID() string { return t.s.ids.next(t.now) }

// require refuses a caller without the permission.
func (t *Tx) require(p models.Permission) error { return require(t.caller, p) }

func require(c Caller, p models.Permission) error {
	if c.May(p) {
		return nil
	}
	return &models.Error{
		Fault: models.FaultForbidden, Code: "not-allowed",
		Title:  "You may not do this in this workspace",
		Detail: fmt.Sprintf("%s needs the permission %s", c.Email, p),
		Fix:    "ask an admin of the workspace",
	}
}

func notFound(what string) error {
	return &models.Error{
		Fault: models.FaultNotFound, Code: "not-found",
		Title: "There is no such " + what, Fix: "list what there is; it may have been named differently",
	}
}

// found turns the store's word for nothing into an error for people.
func found(what string, err error) error {
	if errors.Is(err, ErrNotFound) {
		return notFound(what)
	}
	return err
}

// idMaker hands out ULIDs that never go backwards, even within a millisecond or when the clock does.
type idMaker struct {
	mu      sync.Mutex
	entropy *ulid.MonotonicEntropy
	last    uint64
}

func newIDMaker() *idMaker {
	return &idMaker{entropy: ulid.Monotonic(rand.Reader, 0)}
}

func (m *idMaker) next(now time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := max(ulid.Timestamp(now), m.last)
	m.last = ms
	id, err := ulid.New(ms, m.entropy)
	if err != nil { // the monotonic part is used up: go on in the next millisecond
		m.last = ms + 1
		id = ulid.MustNew(m.last, m.entropy)
	}
	return id.String()
}
