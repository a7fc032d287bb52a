package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/rotation"
	"example.com/keyturn/server"
	"example.com/keyturn/server/store/storetest"
)

// fakeClock is a clock that only a test moves.
type fakeClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *fakeClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a service on a real socket with an admin at its client.
type world struct {
	testing.TB
	hunt     *hunt.Hunt
	clock    *fakeClock
	dir      string
	server   *server.Server
	endpoint string
	admin    *apiclient.Client
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{TB: t, hunt: storetest.Hunt(t), clock: &fakeClock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}}
	dir := t.TempDir() + "/data"
	var err error
	w.dir = dir
	w.server, err = server.Open(t.Context(), server.Config{
		Dir: dir, Now: w.clock.now, Version: "test", TokenPrefix: "lsdemo",
		Log: w.hunt.Log("the log of the service"),
	})
	w.must(err)
	l, err := server.Listen("127.0.0.1:0", "", "")
	w.must(err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- w.server.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		w.hunt.KeepFiles(t, filepath.Join(dir, "workspace.db-wal"))
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := w.server.Close(); err != nil {
			t.Error(err)
		}
	})
	w.endpoint = "http://" + l.Addr().String()
	token, err := adminToken(dir)
	w.must(err)
	w.admin, err = apiclient.New(apiclient.Config{Endpoint: w.endpoint, Token: token})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// activate is a LocalStack client in CI presenting a credential, as lstk does.
func (w *world) activate(value string) (status int, answer string) {
	w.Helper()
	body := fmt.Sprintf(`{"product":{"name":"localstack-pro","version":"4.1.0"},"credentials":{"token":%q},"machine":{"hostname":"runner-7","ci":true}}`, value)
	resp, err := http.Post(w.endpoint+"/v1/license/request", "application/json", strings.NewReader(body))
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, string(text)
}

func (w *world) expect(value string, status int, when string) {
	w.Helper()
	if got, answer := w.activate(value); got != status {
		w.Errorf("%s: status %d instead of %d: %s", when, got, status, answer)
	}
}

func (w *world) secret(id models.CredentialID) string {
	w.Helper()
	value, err := w.admin.Secret(w.Context(), id, 0)
	w.must(err)
	return value.Reveal()
}

func TestTheWholeWay(t *testing.T) {
	w := newWorld(t)
	report, err := w.admin.Import(t.Context(), models.Inventory{
		CITokens: []models.InventoryCredential{{Kind: models.CIToken, Name: "deploy-eu"}},
		Members:  []models.InventoryMember{{Email: "maria@example.com", Name: "Maria", Seat: true}},
	}, false, "import-0001")
	w.must(err)
	if report.Created != 2 {
		t.Fatalf("imported %+v", report)
	}
	page, err := w.admin.Credentials(t.Context(), models.CredentialFilter{Kinds: []models.Kind{models.CIToken}}, models.Page{})
	w.must(err)
	token := page.Items[0]

	old := w.secret(token.ID)
	w.expect(old, http.StatusOK, "the pipeline before the rotation")

	engine := rotation.New(w.admin)
	started, token, err := engine.Start(t.Context(), models.RotateRequest{
		Credential: token.ID, Seen: token.Revision, Overlap: models.DefaultOverlap, Key: engine.NewKey(),
	})
	w.must(err)
	if started.State != models.RotationPending {
		t.Fatalf("the rotation is %s", started.State)
	}
	next := w.secret(token.ID)
	if next == old {
		t.Fatal("the secret is still the old one")
	}
	w.clock.advance(40 * 24 * time.Hour)
	w.expect(old, http.StatusOK, "the old secret, while the new one was never used")

	w.expect(next, http.StatusOK, "the new secret")
	w.clock.advance(models.DefaultGrace - time.Second)
	w.expect(old, http.StatusOK, "the old secret in its grace")
	w.clock.advance(time.Second)
	w.expect(old, http.StatusUnauthorized, "the old secret after its grace")
	w.expect(next, http.StatusOK, "the new secret after the grace")
	_, err = w.server.Service().Sweep(t.Context())
	w.must(err)

	done, token, err := w.admin.Rotation(t.Context(), started.ID)
	w.must(err)
	if done.State != models.RotationDone || token.Version(1).State != models.SecretRevoked || token.Version(2).State != models.SecretCurrent {
		t.Errorf("in the end the rotation is %s, the secrets %+v", done.State, token.Secrets)
	}
	w.tells(token.ID, models.EventSecretRead, models.EventRotationStarted, models.EventSecretRead, models.EventFirstUse, models.EventOldEnded)
}

// tells checks that the activity of a credential is exactly this, the oldest first.
func (w *world) tells(id models.CredentialID, want ...models.EventAction) {
	w.Helper()
	page, err := w.admin.Events(w.Context(), models.EventFilter{Credential: id}, models.Page{})
	w.must(err)
	var got []models.EventAction
	for i := len(page.Items) - 1; i >= 0; i-- {
		got = append(got, page.Items[i].Action)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("the activity tells %v instead of %v", got, want)
	}
}

func TestALegacyKeyBecomesACITokenOfTheSameNameAndID(t *testing.T) {
	w := newWorld(t)
	_, err := w.admin.Import(t.Context(), models.Inventory{LegacyKeys: []models.InventoryCredential{
		{Kind: models.LegacyCIKey, Name: "old-nightly", Value: models.NewSecret("q7z4k2m9x1")},
	}}, false, "import-0002")
	w.must(err)
	page, err := w.admin.Credentials(t.Context(), models.CredentialFilter{Kinds: []models.Kind{models.LegacyCIKey}}, models.Page{})
	w.must(err)
	key := page.Items[0]
	engine := rotation.New(w.admin)
	_, after, err := engine.Start(t.Context(), models.RotateRequest{Credential: key.ID, Seen: key.Revision, Overlap: models.DefaultOverlap, Key: engine.NewKey()})
	w.must(err)
	if after.ID != key.ID || after.Name != key.Name || after.Kind != models.CIToken {
		t.Errorf("it became %s %q (%s)", after.Kind, after.Name, after.ID)
	}
	w.expect("q7z4k2m9x1", http.StatusOK, "the legacy value in the overlap")
	if _, err := models.ParseToken(w.secret(key.ID)); err != nil {
		t.Errorf("the new value is no token: %v", err)
	}
}
