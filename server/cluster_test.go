package server_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// Several services work on one database, as on several machines: each has a folder of its own, and all
// have the same key.

type cluster struct {
	testing.TB
	hunt     *hunt.Hunt
	database models.Secret
	key      string
	admin    policy.Caller
	mu       sync.Mutex
	now      time.Time
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	return &cluster{TB: t, hunt: storetest.Hunt(t), database: storetest.Postgres(t), key: filepath.Join(t.TempDir(), "workspace.key"), now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *cluster) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *cluster) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *cluster) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// machine is one service, which serves until it is stopped.
type machine struct {
	*server.Server
	c    *cluster
	at   server.Place
	log  *journal
	url  string
	stop func()
}

// journal is what a service has logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// start starts a service that shares the key file of the others.
func (c *cluster) start() *machine { return c.startOn(c.key) }

// startOn starts a service with a key file of its own.
func (c *cluster) startOn(key string) *machine {
	c.Helper()
	at := server.Place{Dir: filepath.Join(c.TempDir(), "data"), KeyFile: key, Database: c.database, Now: c.Now}
	log := &journal{}
	srv, err := server.Open(c.Context(), server.Config{
		Dir: at.Dir, Database: c.database, KeyFile: key, Now: c.Now, TokenPrefix: "lstest", AdminEmail: "ada@example.com", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	c.must(err)
	c.hunt.Watch("the log of a service", func() []byte { return []byte(log.String()) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	m := &machine{Server: srv, c: c, at: at, log: log, url: "http://" + l.Addr().String()}
	m.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-served, srv.Close()); err != nil {
			c.Error(err)
		}
	})
	c.Cleanup(m.stop)
	if path := srv.FirstRun(); path != "" {
		token, err := os.ReadFile(path)
		c.must(err)
		c.admin, err = srv.Service().Authenticate(c.Context(), models.NewSecret(strings.TrimSpace(string(token))))
		c.must(err)
		c.admin.From = "192.0.2.1"
	}
	return m
}

// change makes a change on that machine, with that idempotency key.
func (m *machine) change(key string, fn func(*policy.Tx) error) (replayed bool, err error) {
	m.c.Helper()
	_, replayed, err = m.Service().Change(m.c.Context(), m.c.admin, policy.Once{Key: key}, func(tx *policy.Tx) (policy.Reply, error) {
		return policy.Reply{Status: 200}, fn(tx)
	})
	return replayed, err
}

func (m *machine) do(fn func(*policy.Tx) error) {
	m.c.Helper()
	_, err := m.change(rand.Text(), fn)
	m.c.must(err)
}

func (m *machine) create(name string) (c models.Credential) {
	m.c.Helper()
	m.do(func(tx *policy.Tx) (err error) {
		c, err = tx.CreateCIToken(name)
		return err
	})
	return c
}

func (m *machine) get(id models.CredentialID) models.Credential {
	m.c.Helper()
	got, err := m.Service().Credential(m.c.Context(), m.c.admin, id)
	m.c.must(err)
	return got
}

func (m *machine) rotate(id models.CredentialID) {
	m.c.Helper()
	seen := m.get(id).Revision
	m.do(func(tx *policy.Tx) error {
		_, _, err := tx.Rotate(models.RotateRequest{Credential: id, Seen: seen, Overlap: models.DefaultOverlap})
		return err
	})
}

func (m *machine) secret(id models.CredentialID, version int) models.Secret {
	m.c.Helper()
	s, _, err := m.Service().ReadSecret(m.c.Context(), m.c.admin, id, version)
	m.c.must(err)
	return s
}

func (m *machine) activate(s models.Secret) models.Refusal {
	m.c.Helper()
	out, err := m.Service().Activate(m.c.Context(), policy.Activation{Secret: s, CI: true, Client: "localstack", Host: "build-1"})
	m.c.must(err)
	return out.Verdict.Refusal
}

// eventually polls: what is not said to be at once may take seconds.
func (c *cluster) eventually(what string, holds func() bool) {
	c.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.Fatalf("not within 30 s: %s", what)
		}
	}
}

func (c *cluster) count(m *machine, id models.CredentialID, action models.EventAction) (n int) {
	c.Helper()
	page, err := m.Service().Events(c.Context(), c.admin, models.EventFilter{Credential: id}, models.Page{Limit: models.MaxPage})
	c.must(err)
	for _, e := range page.Items {
		if e.Action == action {
			n++
		}
	}
	return n
}

// killDuty ends the database session that holds the duty, as a cut line would.
func (c *cluster) killDuty() {
	c.Helper()
	conn, err := pgx.Connect(c.Context(), c.database.Reveal())
	c.must(err)
	defer func() { _ = conn.Close(context.Background()) }()
	killed, err := conn.Exec(c.Context(), `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
		WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid() AND l.objid = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`)
	c.must(err)
	if killed.RowsAffected() == 0 {
		c.Fatal("nobody had the duty")
	}
}

// killAll ends every session of the workspace.
func (c *cluster) killAll() {
	c.Helper()
	conn, err := pgx.Connect(c.Context(), c.database.Reveal())
	c.must(err)
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(c.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = current_schema()`)
	c.must(err)
}
