package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

// The databases that every block runs on that depends on one.
const (
	onSQLite   = "sqlite"
	onPostgres = "postgres"
)

var databases = []string{onSQLite, onPostgres}

// place is where a workspace is kept.
type place struct {
	Dir      string // with the key, and the file of SQLite
	Database string // the address of PostgreSQL, or empty
}

func newPlace(t testing.TB, database string) place {
	t.Helper()
	p := place{Dir: t.TempDir()}
	if database == onPostgres {
		p.Database = storetest.Postgres(t).Reveal()
		return p
	}
	must(t, storetest.Prepare(p.file()))
	return p
}

func (p place) file() string { return filepath.Join(p.Dir, "workspace.db") }

func (p place) open(ctx context.Context, now func() time.Time) (policy.Store, error) {
	if p.Database != "" {
		return postgres.Open(ctx, models.NewSecret(p.Database), now)
	}
	return sqlite.Open(ctx, p.file(), now)
}

// instance is one running service: HTTP over TCP, policy and database, joined as package server joins
// them, with a clock and a store that can be tampered with.
type instance struct {
	url     string
	service *policy.Service
	web     *http.Server
	store   policy.Store
	stop    context.CancelFunc
	chores  sync.WaitGroup
}

// join starts an instance. wrap may put something between policy and the database.
func join(p place, now func() time.Time, log io.Writer, wrap func(policy.Store) policy.Store) (*instance, error) {
	ctx, stop := context.WithCancel(context.Background())
	i := &instance{stop: stop}
	keys, err := vault.LoadOrCreate(filepath.Join(p.Dir, "workspace.key"))
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	if i.store, err = p.open(ctx, now); err != nil {
		return nil, errors.Join(err, i.close())
	}
	if wrap != nil {
		i.store = wrap(i.store)
	}
	if i.service, err = policy.New(policy.Config{Store: i.store, Vault: keys, Now: now}); err != nil {
		return nil, errors.Join(err, i.close())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, i.close())
	}
	i.url = "http://" + l.Addr().String()
	i.web = &http.Server{Handler: api.New(api.Config{
		Service: i.service, Contract: server.Contract, Version: "proof", Log: slog.New(slog.NewJSONHandler(log, nil)), Limits: api.Limits{},
	}), ReadHeaderTimeout: 10 * time.Second}
	i.chores.Go(func() { _ = i.web.Serve(l) })
	i.chores.Go(func() { i.service.WriteUses(ctx, func(error) {}) })
	return i, nil
}

func (i *instance) close() error {
	var errs []error
	i.stop()
	if i.service != nil {
		i.service.Release()
	}
	if i.web != nil {
		errs = append(errs, i.web.Close())
	}
	i.chores.Wait()
	if i.store != nil {
		errs = append(errs, i.store.Close())
	}
	return errors.Join(errs...)
}

// stand is a workspace with one admin, served.
type stand struct {
	testing.TB
	*instance
	place place
	clock *clock
	token models.Secret
	log   *buffer
	admin *apiclient.Client
}

// start serves a fresh workspace until the test ends.
func start(t testing.TB, database string) *stand {
	t.Helper()
	s := &stand{TB: t, place: newPlace(t, database), clock: &clock{}, log: &buffer{}}
	var err error
	s.instance, err = join(s.place, s.clock.Now, s.log, nil)
	must(t, err)
	t.Cleanup(func() { must(t, s.close()) })
	s.token = bootstrap(t, s.service)
	s.admin = s.client(s.url, time.Minute)
	return s
}

func bootstrap(t testing.TB, service *policy.Service) (token models.Secret) {
	t.Helper()
	must(t, service.Bootstrap(t.Context(), "Acme", "ada@example.com", func(s models.Secret) error {
		token = models.NewSecret(s.Reveal()) // ours; the one that was handed over is wiped
		return nil
	}))
	return token
}

// client is a fresh client of the admin.
func (s *stand) client(url string, timeout time.Duration) *apiclient.Client {
	s.Helper()
	return newClient(s.TB, url, s.token, timeout)
}

func newClient(t testing.TB, url string, token models.Secret, timeout time.Duration) *apiclient.Client {
	t.Helper()
	c, err := apiclient.New(apiclient.Config{Endpoint: url, Token: token, Timeout: timeout})
	must(t, err)
	t.Cleanup(c.Close)
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// clock is the real one until somebody moves it.
type clock struct {
	mu   sync.Mutex
	move time.Duration
	set  time.Time // not zero: it stands there
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.set.IsZero() {
		return c.set
	}
	return time.Now().Add(c.move)
}

// stop has the clock stand at that moment.
func (c *clock) stop(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = at
}

// buffer is a log that many may write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.b.Bytes())
}

// accepted is what present returns for a credential that works.
const accepted = ""

// present is a machine that shows a secret to the service: the code of the refusal, or accepted.
func present(ctx context.Context, url string, secret models.Secret, ci bool) (string, error) {
	body, err := json.Marshal(map[string]any{
		"product":     map[string]string{"name": "localstack-pro", "version": "4.0.0"},
		"credentials": map[string]string{"token": secret.Reveal()},
		"machine":     map[string]any{"hostname": "runner-7", "ci": ci},
	})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/license/request", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	resp, err := pipelines.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode == http.StatusOK {
		return accepted, nil
	}
	var refusal struct{ Message string }
	if err := json.Unmarshal(text, &refusal); err != nil {
		return "", err
	}
	code, _, _ := strings.Cut(refusal.Message, ":")
	return code, nil
}

// pipelines keep few connections: each test has a service of its own.
var pipelines = &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
