package policy_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

var (
	firstUse = models.DefaultOverlap
	noGrace  = models.Overlap{Mode: models.OverlapNone}
	ctx      = context.Background()
)

// newYear is when every world begins.
var newYear = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// tb is what *testing.T, *testing.B and *rapid.T have in common.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// world is a service over a real database with a clock that stands until it is moved.
type world struct {
	tb
	hunt  *hunt.Hunt
	dir   string
	place models.Secret // the PostgreSQL database, or empty
	store policy.Store
	svc   *policy.Service
	clock *clock
	admin policy.Caller
	token models.Secret // the admin's
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{tb: t, hunt: storetest.Hunt(t), dir: t.TempDir(), place: storetest.Database(t), clock: &clock{now: newYear}}
	if w.place.Empty() {
		w.must(storetest.Prepare(w.database()))
	}
	w.open(t)
	w.must(w.svc.Bootstrap(ctx, "Acme", "ada@example.com", func(s models.Secret) error {
		w.token = models.NewSecret(s.Reveal()) // ours; the one that was handed over is wiped
		return nil
	}))
	w.admin = w.signIn(w.token)
	return w
}

func (w *world) database() string { return filepath.Join(w.dir, "workspace.db") }

func (w *world) open(t testing.TB) {
	t.Helper()
	keys, err := vault.LoadOrCreate(filepath.Join(w.dir, "workspace.key"))
	if err != nil {
		t.Fatal(err)
	}
	if w.place.Empty() {
		w.store, err = sqlite.Open(ctx, w.database(), w.clock.Now)
	} else {
		w.store, err = postgres.Open(ctx, w.place, w.clock.Now)
	}
	if err != nil {
		t.Fatal(err)
	}
	opened := w.store
	t.Cleanup(func() {
		w.hunt.KeepFiles(t, w.database()+"-wal")
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	w.svc, err = policy.New(policy.Config{Store: w.store, Keys: policy.OneKey(keys), Now: w.clock.Now, TokenPrefix: "lstest"})
	if err != nil {
		t.Fatal(err)
	}
}

// in is the same world whose failures are reported to t.
func (w *world) in(t tb) *world {
	other := *w
	other.tb = t
	return &other
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatalf("%v", err)
	}
}

// refused fails unless err carries that code, a title and a fix.
func (w *world) refused(err error, code string) {
	w.Helper()
	var e *models.Error
	switch {
	case err == nil:
		w.Fatalf("done, want the refusal %s", code)
	case !errors.As(err, &e):
		w.Fatalf("got %v, want the refusal %s", err, code)
	case e.Code != code:
		w.Fatalf("refused with %s (%v), want %s", e.Code, err, code)
	case e.Title == "" || e.Fix == "":
		w.Errorf("the refusal %s does not say what to do: %+v", code, e)
	}
}

func (w *world) signIn(token models.Secret) policy.Caller {
	w.Helper()
	caller, err := w.svc.Authenticate(ctx, token)
	w.must(err)
	caller.From = "192.0.2.7"
	return caller
}

// join brings in a member and signs in with their token.
func (w *world) join(email string, seat bool) policy.Caller {
	w.Helper()
	w.load(models.Inventory{Members: []models.InventoryMember{{Email: email, Role: models.RoleMember, Seat: seat}}})
	return w.signIn(w.tokenOf(email))
}

func (w *world) memberOf(email string) models.Member {
	w.Helper()
	page, err := w.svc.Members(ctx, w.admin, models.Page{Limit: models.MaxPage})
	w.must(err)
	for _, m := range page.Items {
		if m.Email == email {
			return m
		}
	}
	w.Fatalf("no member %s", email)
	return models.Member{}
}

func (w *world) tokenOf(email string) models.Secret {
	w.Helper()
	return w.read(w.memberOf(email).Token.ID, 0)
}

// load imports an inventory as the admin.
func (w *world) load(inv models.Inventory) models.ImportReport {
	w.Helper()
	report, err := w.tryLoad(inv, false)
	w.must(err)
	return report
}

func (w *world) tryLoad(inv models.Inventory, dry bool) (report models.ImportReport, err error) {
	err = w.as(w.admin, func(tx *policy.Tx) error {
		report, err = tx.Import(inv, dry)
		return err
	})
	return report, err
}

// as makes one change in the name of a caller.
func (w *world) as(c policy.Caller, fn func(*policy.Tx) error) error {
	_, _, err := w.svc.Change(ctx, c, policy.Once{}, func(tx *policy.Tx) (policy.Reply, error) {
		return policy.Reply{Status: 200}, fn(tx)
	})
	return err
}

func (w *world) create(name string) models.Credential {
	w.Helper()
	c, err := w.tryCreate(w.admin, name)
	w.must(err)
	return c
}

func (w *world) tryCreate(by policy.Caller, name string) (c models.Credential, err error) {
	err = w.as(by, func(tx *policy.Tx) error {
		c, err = tx.CreateCIToken(name)
		return err
	})
	return c, err
}

// legacy brings in a legacy key of either kind with that value.
func (w *world) legacy(kind models.Kind, name, owner, value string) models.Credential {
	w.Helper()
	w.load(models.Inventory{LegacyKeys: []models.InventoryCredential{{Kind: kind, Name: name, Owner: owner, Value: models.NewSecret(value)}}})
	return w.named(kind, name)
}

func (w *world) named(kind models.Kind, name string) models.Credential {
	w.Helper()
	page, err := w.svc.Credentials(ctx, w.admin, models.CredentialFilter{Kinds: []models.Kind{kind}}, models.Page{Limit: models.MaxPage})
	w.must(err)
	for _, c := range page.Items {
		if c.Name == name {
			return c
		}
	}
	w.Fatalf("no %s named %s", kind.Label(), name)
	return models.Credential{}
}

func (w *world) get(id models.CredentialID) models.Credential {
	w.Helper()
	c, err := w.svc.Credential(ctx, w.admin, id)
	w.must(err)
	return c
}

func (w *world) read(id models.CredentialID, version int) models.Secret {
	w.Helper()
	s, _, err := w.svc.ReadSecret(ctx, w.admin, id, version)
	w.must(err)
	return s
}

func (w *world) tryRotate(c policy.Caller, id models.CredentialID, o models.Overlap) (r models.Rotation, err error) {
	w.Helper()
	seen := w.get(id).Revision
	err = w.as(c, func(tx *policy.Tx) error {
		r, _, err = tx.Rotate(models.RotateRequest{Credential: id, Seen: seen, Overlap: o})
		return err
	})
	return r, err
}

func (w *world) rotate(id models.CredentialID, o models.Overlap) models.Rotation {
	w.Helper()
	r, err := w.tryRotate(w.admin, id, o)
	w.must(err)
	return r
}

func (w *world) step(id models.CredentialID, step models.RotationStep, reason string, extend time.Duration) error {
	w.Helper()
	r := w.get(id).Rotation
	if r == nil {
		w.Fatalf("%s was never rotated", id)
	}
	return w.as(w.admin, func(tx *policy.Tx) error {
		_, _, err := tx.Step(models.StepRequest{Rotation: r.ID, Step: step, Seen: r.Revision, Reason: reason, Extend: extend})
		return err
	})
}

// change runs one of the plain changes on the credential as it is now.
func (w *world) change(c policy.Caller, id models.CredentialID, what func(*policy.Tx, models.ChangeRequest) (models.Credential, error)) error {
	w.Helper()
	req := models.ChangeRequest{Credential: id, Seen: w.get(id).Revision, Name: "renamed", Reason: "not needed"}
	return w.as(c, func(tx *policy.Tx) error {
		_, err := what(tx, req)
		return err
	})
}

// present is a LocalStack client that shows a secret.
func (w *world) present(s models.Secret, ci bool) models.Refusal {
	w.Helper()
	return w.activate(policy.Activation{Secret: s, CI: ci, Client: "localstack", Version: "4.0", Host: "build-7", From: "192.0.2.9"}).Verdict.Refusal
}

func (w *world) activate(a policy.Activation) policy.Activated {
	w.Helper()
	out, err := w.svc.Activate(ctx, a)
	w.must(err)
	w.must(w.svc.FlushUses(ctx))
	return out
}

func (w *world) accepted(s models.Secret) {
	w.Helper()
	if r := w.present(s, true); r != "" {
		w.Fatalf("refused with %s", r)
	}
}

func (w *world) rejected(s models.Secret, want models.Refusal) {
	w.Helper()
	if r := w.present(s, true); r != want {
		w.Fatalf("answered %q, want %q", r, want)
	}
}

func (w *world) sweep() time.Time {
	w.Helper()
	next, err := w.svc.Sweep(ctx)
	w.must(err)
	return next
}

func (w *world) events(c policy.Caller, id models.CredentialID) []models.Event {
	w.Helper()
	page, err := w.svc.Events(ctx, c, models.EventFilter{Credential: id}, models.Page{Limit: models.MaxPage})
	w.must(err)
	return page.Items
}

// actions are the events of a credential, the oldest first, in one line.
func (w *world) actions(id models.CredentialID) string {
	w.Helper()
	var words []string
	for _, e := range w.events(w.admin, id) {
		words = append([]string{string(e.Action)}, words...)
	}
	return strings.Join(words, " ")
}

// reopened is a second process on the same folder.
func (w *world) reopened() *world {
	w.Helper()
	t, ok := w.tb.(testing.TB)
	if !ok {
		w.Fatalf("only a whole test can open a second process")
	}
	other := *w
	other.open(t)
	return &other
}
