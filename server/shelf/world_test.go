package shelf_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/shelf"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

var newYear = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// clock stands until it is moved.
type clock struct{ ms atomic.Int64 }

func (c *clock) Now() time.Time          { return newYear.Add(time.Duration(c.ms.Load()) * time.Millisecond) }
func (c *clock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// ring is both keys that the workspace ever has.
type ring [2]*vault.Vault

func (r ring) Latest() *vault.Vault { return r[0] }

func (r ring) Named(id string) (*vault.Vault, error) {
	for _, v := range r {
		if v.ID() == id {
			return v, nil
		}
	}
	return nil, policy.ErrWrongKey
}

// office is a service on the database of a world, with its shelf.
type office struct {
	*policy.Service
	store policy.Store
	shelf *shelf.Shelf
	views atomic.Int64 // how often the shelf has read
}

// stands looks without the shelf.
func (o *office) stands() (now policy.Standing, err error) {
	err = o.Service.View(context.Background(), func(q policy.Queries) (err error) {
		now, err = q.Standing()
		return err
	})
	return now, err
}

func (o *office) View(ctx context.Context, fn func(policy.Queries) error) error {
	o.views.Add(1)
	return o.Service.View(ctx, fn)
}

// world is a workspace and the services that have it.
type world struct {
	testing.TB
	hunt    *hunt.Hunt
	clock   *clock
	keys    ring
	open    func(t testing.TB, now func() time.Time) policy.Store
	path    string // of SQLite's file
	offices []*office
	admin   policy.Caller
	made    int
	full    bool // hardly anything is added any more
}

// maxCredentials bounds a world that is read again and again.
const maxCredentials = 60

var stores = map[string]func(t testing.TB, w *world){
	"SQLite": func(t testing.TB, w *world) {
		w.path = filepath.Join(t.TempDir(), "workspace.db")
		w.must(storetest.Prepare(w.path))
		w.open = func(t testing.TB, now func() time.Time) policy.Store {
			s, err := sqlite.Open(t.Context(), w.path, now)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	},
	"PostgreSQL": func(t testing.TB, w *world) {
		database := storetest.Postgres(t)
		w.open = func(t testing.TB, now func() time.Time) policy.Store {
			s, err := postgres.Open(t.Context(), database, now)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	},
}

// newWorld has two services on PostgreSQL, and one on SQLite, which is one process's.
func newWorld(t testing.TB, store string) *world {
	t.Helper()
	w := &world{TB: t, hunt: storetest.Hunt(t), clock: &clock{}}
	for i := range w.keys {
		key, err := vault.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
		w.must(err)
		w.keys[i] = key
	}
	stores[store](t, w)
	o := w.another(w.open(t, w.clock.Now))
	var token models.Secret
	w.must(o.Bootstrap(t.Context(), "Acme", "ada@example.com", func(s models.Secret) error {
		token = models.NewSecret(w.hunt.Learn(s.Reveal()))
		return nil
	}))
	var err error
	w.admin, err = o.Authenticate(t.Context(), token)
	w.must(err)
	if store == "PostgreSQL" {
		w.another(w.open(t, w.clock.Now))
	}
	return w
}

// another is one more service.
func (w *world) another(s policy.Store) *office {
	w.Helper()
	w.Cleanup(func() {
		if err := s.Close(); err != nil {
			w.Error(err)
		}
	})
	service, err := policy.New(policy.Config{Store: s, Keys: w.keys, Now: w.clock.Now, TokenPrefix: "lstest"})
	w.must(err)
	o := &office{Service: service, store: s}
	o.shelf = shelf.New(o, shelf.Room)
	w.offices = append(w.offices, o)
	return o
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// change makes one change, which may be refused.
func (w *world) change(o *office, fn func(*policy.Tx) error) {
	w.Helper()
	_, _, err := o.Change(context.Background(), w.admin, policy.Once{}, func(tx *policy.Tx) (policy.Reply, error) {
		return policy.Reply{Status: 200}, fn(tx)
	})
	if e := (*models.Error)(nil); err != nil && !errors.As(err, &e) {
		w.Fatal(err)
	}
}

// load imports so many new members, of whom some have a legacy key, and CI tokens.
func (w *world) load(o *office, members, tokens int) {
	w.Helper()
	if w.full {
		members, tokens = min(members, 1), 0
	}
	var inv models.Inventory
	for range members {
		w.made++
		email := fmt.Sprintf("m%d@example.com", w.made)
		inv.Members = append(inv.Members, models.InventoryMember{Email: email, Name: fmt.Sprint("Member ", w.made), Role: models.RoleMember, Seat: true})
		if w.made%3 == 0 {
			inv.LegacyKeys = append(inv.LegacyKeys, models.InventoryCredential{Kind: models.LegacyAPIKey, Owner: email, Value: models.NewSecret(fmt.Sprintf("legacykey%07d", w.made))})
		}
	}
	for range tokens {
		w.made++
		inv.CITokens = append(inv.CITokens, models.InventoryCredential{Name: fmt.Sprint("pipeline ", w.made)})
		w.made++
		inv.LegacyKeys = append(inv.LegacyKeys, models.InventoryCredential{Kind: models.LegacyCIKey, Name: fmt.Sprint("old ", w.made), Value: models.NewSecret(fmt.Sprintf("legacykey%07d", w.made))})
	}
	w.change(o, func(tx *policy.Tx) error {
		_, err := tx.Import(inv, false)
		return err
	})
}

func credentialText(b []byte, c *models.Credential) []byte { return asJSON(b, c) }
func memberText(b []byte, m *models.Member) []byte         { return asJSON(b, m) }

// asJSON writes an object with everything that it tells.
func asJSON(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return append(b, text...)
}

var filters = []models.CredentialFilter{
	{}, {Kinds: []models.Kind{models.CIToken, models.LegacyCIKey, models.LegacyAPIKey}}, {States: []models.CredentialState{models.Active}},
	{Kinds: []models.Kind{models.LegacyCIKey, models.CIToken}, States: []models.CredentialState{models.Paused, models.Revoked}},
}

// source is where a shelf reads, and somebody who asks for a page looks where the workspace stands.
type source interface {
	shelf.Source
	stands() (policy.Standing, error)
}

// page is a page of the members, or of the credentials that a filter lets through.
func page(o source, s *shelf.Shelf, filter int, p models.Page) ([]byte, error) {
	now, err := o.stands()
	if err != nil {
		return nil, err
	}
	if filter == len(filters) {
		return shelf.Answer(context.Background(), s, shelf.Members(memberText), p, now)
	}
	return shelf.Answer(context.Background(), s, shelf.Credentials(filters[filter], credentialText), p, now)
}

func nextOf(t interface{ Fatal(args ...any) }, body []byte) string {
	var page struct{ Next string }
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	return page.Next
}

func (w *world) read(from source, s *shelf.Shelf, filter int, p models.Page) string {
	w.Helper()
	body, err := page(from, s, filter, p)
	w.must(err)
	w.hunt.Keep("a page", body)
	return string(body)
}

// uses has credentials used once, all at the same moment.
func (w *world) uses(o *office, ids ...models.CredentialID) {
	w.Helper()
	w.must(o.store.Write(context.Background(), func(tx policy.Writes) error {
		var errs []error
		for _, id := range ids {
			u := policy.SingleUse{Credential: id, Version: 1, Client: "localstack", At: w.clock.Now()}
			errs = append(errs, tx.AddUse(policy.Uses{SingleUse: u, First: u.At, Count: 1}))
		}
		return errors.Join(errs...)
	}))
}

func (w *world) ids() (ids []models.CredentialID) {
	all, err := w.offices[0].Credentials(context.Background(), w.admin, models.CredentialFilter{}, models.Page{Limit: models.MaxPage})
	w.must(err)
	for _, c := range all.Items {
		ids = append(ids, c.ID)
	}
	return ids
}
