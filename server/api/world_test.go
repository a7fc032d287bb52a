package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// newYear is when every world begins.
var newYear = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// world is a whole service in a folder of its own, asked through its handler. It knows the contract
// and every secret that it came across.
type world struct {
	testing.TB
	srv      *server.Server
	clock    *clock
	log      *record
	contract *contract
	keys     *atomic.Int64
	hunt     *hunt.Hunt

	mu   sync.Mutex
	told []told // what was answered, except by the one operation that hands out secrets
}

// told is one answer, kept until every secret is known.
type told struct {
	what string
	text string
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

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *clock) advance(d time.Duration) { c.set(c.Now().Add(d)) }

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func newWorld(t testing.TB) (*world, session) {
	t.Helper()
	return newLimitedWorld(t, api.Limits{})
}

func newLimitedWorld(t testing.TB, limits api.Limits) (*world, session) {
	t.Helper()
	w := &world{TB: t, hunt: storetest.Hunt(t), clock: &clock{now: newYear}, log: &record{}, contract: loadContract(t), keys: &atomic.Int64{}}
	dir := filepath.Join(t.TempDir(), "data")
	database := storetest.Database(t)
	if database.Empty() {
		if err := errors.Join(os.Mkdir(dir, 0o700), storetest.Prepare(filepath.Join(dir, "workspace.db"))); err != nil {
			t.Fatal(err)
		}
	}
	srv, err := server.Open(context.Background(), server.Config{
		Dir: dir, Database: database, Now: w.clock.Now, Version: "1.2.3", TokenPrefix: "lstest",
		Log:       slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Workspace: "Acme", AdminEmail: "ada@example.com", Limits: &limits,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.srv = srv
	w.hunt.Watch("the log", func() []byte { return []byte(w.log.String()) })
	t.Cleanup(func() {
		w.hunt.KeepFiles(t, filepath.Join(dir, "workspace.db-wal"))
		w.end()
	})
	token, err := os.ReadFile(srv.FirstRun())
	if err != nil {
		t.Fatal(err)
	}
	return w, w.session(strings.TrimSpace(string(token)))
}

// end closes the service, and has what it answered searched for secrets.
func (w *world) end() {
	if err := w.srv.Close(); err != nil {
		w.Error(err)
	}
	for _, a := range w.told {
		w.hunt.Keep("the answer to "+a.what, []byte(a.text))
	}
}

// learn notes a secret value, so that it is looked for in the end.
func (w *world) learn(secret string) string { return w.hunt.Learn(secret) }

func (w *world) session(token string) session { return session{w: w, token: w.learn(token)} }

// in is the same world for another test, whose answers nobody keeps.
func (w *world) in(t testing.TB) *world {
	return &world{TB: t, srv: w.srv, clock: w.clock, log: w.log, contract: w.contract, keys: w.keys, hunt: w.hunt}
}

// newKey makes an idempotency key.
func (w *world) newKey() string {
	return fmt.Sprintf("key-%08d", w.keys.Add(1))
}

// load imports an inventory behind the back of HTTP.
func (w *world) load(inv models.Inventory) {
	w.Helper()
	caller := policy.Caller{Principal: models.Principal{Name: "seed", Permissions: []models.Permission{models.MayImport}}}
	_, _, err := w.srv.Service().Change(context.Background(), caller, policy.Once{}, func(tx *policy.Tx) (policy.Reply, error) {
		_, err := tx.Import(inv, false)
		return policy.Reply{Status: 200}, err
	})
	if err != nil {
		w.Fatal(err)
	}
}

// sunset is a calendar with one downtime, from the tenth day to the eleventh, that ends after thirty.
func sunset() *models.Sunset {
	return &models.Sunset{
		Start: newYear, End: newYear.AddDate(0, 0, 30), Source: "https://example.com/sunset",
		Downtimes: []models.Downtime{{ID: "d1", Start: newYear.AddDate(0, 0, 10), End: newYear.AddDate(0, 0, 11)}},
	}
}

// bobsKey and pipelineKey are the legacy keys of a furnished workspace.
const bobsKey, pipelineKey = "bobsOldKey", "pipeOldKey"

// furnish fills the workspace: Bob with a seat and a legacy key, Eve without a seat, a CI token, a
// legacy CI key, the calendar.
func (w *world) furnish() {
	w.Helper()
	w.load(models.Inventory{
		Sunset: sunset(),
		Members: []models.InventoryMember{
			{Email: "bob@example.com", Name: "Bob", Role: models.RoleMember, Seat: true},
			{Email: "eve@example.com", Name: "Eve", Role: models.RoleMember},
		},
		CITokens: []models.InventoryCredential{{Name: "deploy"}},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyAPIKey, Owner: "bob@example.com", Value: models.NewSecret(w.learn(bobsKey))},
			{Kind: models.LegacyCIKey, Name: "pipeline", Value: models.NewSecret(w.learn(pipelineKey))},
		},
	})
}
