package server_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
)

// Several services work on one database, as on several machines: each has a folder of its own, and all
// have the same key.

type cluster struct {
	testing.TB
	database models.Secret
	key      string
	admin    policy.Caller
	mu       sync.Mutex
	now      time.Time
}

func newCluster(t testing.TB) *cluster {
	t.Helper()
	return &cluster{TB: t, database: storetest.Postgres(t), key: filepath.Join(t.TempDir(), "workspace.key"), now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
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
	url  string
	stop func()
}

func (c *cluster) start() *machine {
	c.Helper()
	srv, err := server.Open(c.Context(), server.Config{
		Dir: filepath.Join(c.TempDir(), "data"), Database: c.database, KeyFile: c.key, Now: c.Now, TokenPrefix: "lstest", AdminEmail: "ada@example.com",
	})
	c.must(err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	c.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ctx, l) }()
	m := &machine{Server: srv, c: c, url: "http://" + l.Addr().String()}
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
		p, err := srv.Service().Authenticate(c.Context(), models.NewSecret(strings.TrimSpace(string(token))))
		c.must(err)
		c.admin = policy.Caller{Principal: p, From: "192.0.2.1"}
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

func TestOneRotationThroughThreeServices(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b, d := c.start(), c.start(), c.start()
	token := a.create("deploy")
	old := b.secret(token.ID, 1)
	if got := d.activate(old); got != "" {
		t.Fatalf("made on one, refused on another with %s", got)
	}
	b.rotate(token.ID)
	fresh := a.secret(token.ID, 2)
	// The first uses come in on all three at the same moment; only one of them is the first.
	var wg sync.WaitGroup
	for _, m := range []*machine{a, b, d} {
		wg.Go(func() {
			if got := m.activate(fresh); got != "" {
				t.Errorf("the new secret is refused with %s", got)
			}
		})
	}
	wg.Wait()
	if n := c.count(a, token.ID, models.EventFirstUse); n != 1 {
		t.Errorf("%d first uses", n)
	}
	if got := d.get(token.ID).Rotation; got.State != models.RotationRetiring {
		t.Errorf("the rotation stands at %+v", got)
	}
	c.advance(models.DefaultGrace)
	for _, m := range []*machine{a, b, d} {
		if got := m.activate(old); got != models.RefusedUnknown {
			t.Errorf("after its grace the old secret is answered %q", got)
		}
	}
	c.eventually("the grace ends", func() bool { return a.get(token.ID).Rotation.State == models.RotationDone })
	if n := c.count(a, token.ID, models.EventOldEnded); n != 1 {
		t.Errorf("the grace ended %d times", n)
	}
}

func TestRevokedHereIsRefusedThereAtOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	for i := range 20 {
		token := a.create("deploy " + string(rune('a'+i)))
		s := b.secret(token.ID, 1)
		for range 3 {
			if got := b.activate(s); got != "" {
				t.Fatalf("refused with %s", got)
			}
		}
		a.do(func(tx *policy.Tx) error {
			_, err := tx.Revoke(models.ChangeRequest{Credential: token.ID, Seen: token.Revision, Reason: "leaked"})
			return err
		})
		if got := b.activate(s); got != models.RefusedUnknown {
			t.Fatalf("revoked on one, answered %q on another", got)
		}
	}
}

func TestARepeatGetsItsAnswerFromAnotherService(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	make1 := func(tx *policy.Tx) error {
		_, err := tx.CreateCIToken("deploy")
		return err
	}
	replayed, err := a.change("the-key", make1)
	if err != nil || replayed {
		t.Fatal(replayed, err)
	}
	a.stop()
	replayed, err = b.change("the-key", make1)
	if err != nil || !replayed {
		t.Errorf("the repeat was %v, replayed %v", err, replayed)
	}
}

func TestWhoWaitsForChangesHearsOfThoseElsewhere(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a, b := c.start(), c.start()
	start, err := b.Service().Changes(t.Context(), c.admin, -1, 0)
	c.must(err)
	heard := make(chan models.Changes, 1)
	go func() {
		got, err := b.Service().Changes(t.Context(), c.admin, start.Position, 20*time.Second)
		if err != nil {
			t.Error(err)
		}
		heard <- got
	}()
	token := a.create("deploy")
	select {
	case got := <-heard:
		if len(got.Credentials) != 1 || got.Credentials[0].ID != token.ID {
			t.Errorf("heard of %+v", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing was heard")
	}
}

// The service with the duty to end graces goes without a word; another one takes over.
func TestTheDutyMovesOn(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	services := []*machine{c.start(), c.start(), c.start()}
	for range 2 {
		m := services[0]
		token := m.create("deploy " + rand.Text())
		m.rotate(token.ID)
		m.activate(m.secret(token.ID, 2))
		c.advance(models.DefaultGrace)
		c.eventually("a grace ends", func() bool { return m.get(token.ID).Rotation.State == models.RotationDone })
		if n := c.count(m, token.ID, models.EventOldEnded); n != 1 {
			t.Errorf("the grace ended %d times", n)
		}
		c.killDuty()
	}
	services[0].stop()
	m := services[1]
	token := m.create("the last")
	m.rotate(token.ID)
	m.activate(m.secret(token.ID, 2))
	c.advance(models.DefaultGrace)
	c.eventually("a grace ends after a service has stopped", func() bool { return m.get(token.ID).Rotation.State == models.RotationDone })
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

func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.start()
	_, err := server.Open(t.Context(), server.Config{Dir: filepath.Join(t.TempDir(), "data"), Database: c.database})
	var e *models.Error
	if !errors.As(err, &e) || e.Code != "wrong-key" || !strings.Contains(e.Fix, "workspace.key") {
		t.Errorf("opened with another key: %v", err)
	}
}

// Services that are started at the same moment on an empty database make one workspace, and one of them
// leaves the admin's token.
func TestServicesStartTogether(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	const n = 3
	opened := make([]*server.Server, n)
	var wg sync.WaitGroup
	for i := range n {
		dir := filepath.Join(t.TempDir(), "data")
		wg.Go(func() {
			s, err := server.Open(t.Context(), server.Config{Dir: dir, Database: c.database, KeyFile: c.key})
			if err != nil {
				t.Error(err)
				return
			}
			opened[i] = s
		})
	}
	wg.Wait()
	tokens := 0
	for _, s := range opened {
		if s == nil {
			continue
		}
		if s.FirstRun() != "" {
			tokens++
		}
		c.must(s.Close())
	}
	if tokens != 1 {
		t.Errorf("%d services left an admin's token", tokens)
	}
}

// A database that went away is no fault of ours: who asks is told to come again, and can.
func TestADatabaseThatGoesAwayComesBack(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	m := c.start()
	token := m.create("deploy")
	c.killAll()
	ask := func() (status int, retry string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.url+"/v1/workspace", nil)
		c.must(err)
		r.Header.Set("Authorization", "Bearer lstest-nobody")
		answer, err := http.DefaultClient.Do(r)
		c.must(err)
		c.must(answer.Body.Close())
		return answer.StatusCode, answer.Header.Get("Retry-After")
	}
	for range 20 {
		c.killAll()
		switch status, retry := ask(); {
		case status == http.StatusServiceUnavailable && retry == "":
			t.Error("it does not say when to come again")
		case status != http.StatusServiceUnavailable && status != http.StatusUnauthorized:
			t.Errorf("answered %d", status)
		}
	}
	c.eventually("the service finds its database again", func() bool {
		status, _ := ask()
		return status == http.StatusUnauthorized
	})
	c.eventually("it changes things again", func() bool {
		_, err := m.change(rand.Text(), func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: token.ID, Seen: token.Revision, Overlap: models.DefaultOverlap})
			return err
		})
		return err == nil
	})
	if got := m.get(token.ID); got.OpenRotation() == nil || len(got.Secrets) != 2 {
		t.Errorf("it is now %+v", got)
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
