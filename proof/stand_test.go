package proof_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/store/storetest"
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
	p := place{Dir: filepath.Join(t.TempDir(), "data")}
	must(t, os.Mkdir(p.Dir, 0o700))
	if database == onPostgres {
		p.Database = storetest.Postgres(t).Reveal()
		return p
	}
	must(t, storetest.Prepare(p.file()))
	return p
}

func (p place) file() string { return filepath.Join(p.Dir, "workspace.db") }

// instance is one running service.
type instance struct {
	url string
	end func() error // once
}

// serve runs the service as keyturn serve does, but without limits, which are proved elsewhere.
func serve(p place, now func() time.Time, log io.Writer) (*instance, error) {
	ctx, stop := context.WithCancel(context.Background())
	s, err := server.Open(ctx, server.Config{
		Dir: p.Dir, Database: models.NewSecret(p.Database), Now: now, Version: "proof", Log: slog.New(slog.NewJSONHandler(log, nil)), Limits: &api.Limits{},
		AdminEmail: "ada@example.com",
	})
	if err != nil {
		stop()
		return nil, err
	}
	l, err := server.Listen("127.0.0.1:0", "", "")
	if err != nil {
		stop()
		return nil, errors.Join(err, s.Close())
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	return &instance{url: "http://" + l.Addr().String(), end: sync.OnceValue(func() error {
		stop()
		return errors.Join(<-served, s.Close())
	})}, nil
}

// stand is a workspace with one admin, served.
type stand struct {
	testing.TB
	*instance
	place place
	clock *clock
	hunt  *hunt.Hunt
	token models.Secret
	log   *buffer
	admin *apiclient.Client
}

// start serves a fresh workspace until the test ends.
func start(t testing.TB, database string) *stand {
	t.Helper()
	s := &stand{TB: t, hunt: storetest.Hunt(t), place: newPlace(t, database), clock: &clock{}, log: &buffer{}}
	s.hunt.Watch("the log of the service", s.log.bytes)
	s.instance = s.another()
	s.token = s.place.adminToken(t)
	s.admin = s.client(s.url, time.Minute)
	return s
}

// another serves the same workspace once more, as PostgreSQL allows.
func (s *stand) another() *instance {
	s.Helper()
	return s.anotherAt(s.clock.Now)
}

// anotherAt serves it on a machine with a clock of its own.
func (s *stand) anotherAt(now func() time.Time) *instance {
	s.Helper()
	i, err := serve(s.place, now, s.log)
	must(s, err)
	s.Cleanup(func() {
		s.hunt.KeepFiles(s, s.place.file()+"-wal")
		must(s, i.end())
	})
	return i
}

func (p place) adminToken(t testing.TB) models.Secret {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Dir, "admin-token"))
	must(t, err)
	return models.NewSecret(strings.TrimSpace(string(text)))
}

// client is a fresh client of the admin.
func (s *stand) client(url string, timeout time.Duration) *apiclient.Client {
	s.Helper()
	return newClient(s.TB, url, s.token, timeout)
}

func newClient(t testing.TB, url string, token models.Secret, timeout time.Duration) *apiclient.Client {
	t.Helper()
	hunt.For(t).Add(token)
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
