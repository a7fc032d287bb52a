package api_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

// counting counts how often a database is read in a transaction.
type counting struct {
	policy.Store
	reads atomic.Int64
}

func (c *counting) Read(ctx context.Context, fn func(policy.Queries) error) error {
	c.reads.Add(1)
	return c.Store.Read(ctx, fn)
}

// TestAConsoleFindsItsListsReady: what it asks for first is not read from the database, nor is the list of everything.
func TestAConsoleFindsItsListsReady(t *testing.T) {
	t.Parallel()
	h := storetest.Hunt(t)
	inner, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "workspace.db"), time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, inner.Close()) })
	store := &counting{Store: inner}
	keys, err := vault.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	must(t, err)
	service, err := policy.New(policy.Config{Store: store, Keys: policy.OneKey(keys), Now: time.Now, TokenPrefix: "lstest"})
	must(t, err)
	var token string
	must(t, service.Bootstrap(t.Context(), "Acme", "ada@example.com", func(s models.Secret) error {
		token = h.Learn(s.Reveal())
		return nil
	}))
	a := api.New(api.Config{Service: service, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	ask := func(path string) int64 {
		before := store.reads.Load()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		a.ServeHTTP(answer, r)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d, %s", path, answer.Code, answer.Body)
		}
		h.Keep(path, answer.Body.Bytes())
		return store.reads.Load() - before
	}
	must(t, a.MakeReady(t.Context()))
	for _, path := range []string{
		"/v1/credentials?kind=ci_token&kind=legacy_ci_key&kind=legacy_api_key&limit=1000", "/v1/members?limit=1000", "/v1/credentials?limit=1000",
	} {
		if n := ask(path); n != 0 {
			t.Errorf("%s: the database was read %d times", path, n)
		}
	}
	if n := ask("/v1/credentials?kind=ci_token&limit=1000"); n == 0 {
		t.Error("what nobody makes ready was not read")
	}
	if a.Kept() == 0 {
		t.Error("nothing is kept")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
