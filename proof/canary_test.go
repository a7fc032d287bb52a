package proof_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/apiclient"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/rotation"
	"example.com/keyturn/server/store/storetest"
)

// know adds the values that a witness has.
func know(h *hunt.Hunt, w *witness) {
	for _, versions := range w.values {
		for _, v := range versions {
			h.Add(v)
		}
	}
}

// inDatabase looks where the workspace rests.
func inDatabase(t testing.TB, h *hunt.Hunt, p place) {
	t.Helper()
	if p.Database == "" {
		h.InFiles(t, "the folder of SQLite:", p.Dir, "admin-token", "workspace.key")
		return
	}
	ctx := context.Background()
	tables, err := storetest.Dump(ctx, models.NewSecret(p.Database))
	must(t, err)
	h.In(t, "the tables of PostgreSQL", tables)
	conn, err := pgx.Connect(ctx, p.Database)
	must(t, err)
	defer func() { _ = conn.Close(ctx) }()
	var dir string
	must(t, conn.QueryRow(ctx, `SHOW data_directory`).Scan(&dir))
	wal := filepath.Join(dir, "pg_wal")
	if _, err := os.ReadDir(wal); err != nil {
		t.Logf("the server's own files cannot be read from here: %v", err)
		return
	}
	h.InFiles(t, "the write-ahead log of PostgreSQL:", wal)
	if log, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "log")); err == nil {
		h.In(t, "the log of PostgreSQL", log)
	}
}

// wiretap keeps every answer but those that are asked for a value.
type wiretap struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *wiretap) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil || strings.HasSuffix(req.URL.Path, "/secret") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(&w.all, "%s\n%v\n%s\n", req.URL, resp.Header, body)
	return resp, nil
}

// Block I: every operation is done, repeated and refused; then no value lies in answers, errors, logs or
// databases, in no form.
func TestNoValueStaysBehind(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, database)
			tap, h := &wiretap{}, s.hunt
			client, err := apiclient.New(apiclient.Config{Endpoint: s.url, Token: s.token, Timeout: time.Minute, Transport: tap})
			must(t, err)
			for _, op := range slices.Concat(operations, flows[len(flows)-2:]) {
				s.leavesNothing(op, client, h)
			}
			for _, e := range []error{s.refusedWith(models.NewSecret("ls-wrong-" + rotation.New(client).NewKey())), s.refusedWith(legacyValue("not there"))} {
				h.In(t, "what a client is told", []byte(fmt.Sprintf("%v %+v %#v", e, e, e)))
			}
			h.In(t, "answers", tap.all.Bytes())
			h.In(t, "the log of the service", s.log.bytes())
			inDatabase(t, h, s.place) // with what the service has not yet moved
			must(t, s.end())
			inDatabase(t, h, s.place)
			h.In(t, "the log of the service", s.log.bytes())
			t.Logf("block I on %s: %s", database, h)
			if !bytes.Contains(tap.all.Bytes(), []byte("rotation")) || h.Values() < 20 {
				t.Error("the hunt is not one")
			}
		})
	}
}

// leavesNothing does an operation, again, and once more with another key, which is refused.
func (s *stand) leavesNothing(op operation, client *apiclient.Client, h *hunt.Hunt) {
	s.Helper()
	ctx := toURL(s.Context(), s.url)
	d := op.prepare(s, "canary "+op.name)
	w := newWitness()
	hold := func() {
		if d.credential != "" {
			must(s, w.hold(ctx, s.admin, d.credential))
			know(h, w)
		}
	}
	hold()
	must(s, d.do(ctx, client))
	hold()
	if d.key != "" {
		must(s, d.again(ctx, client))
	}
	if d.credential == "" {
		return
	}
	_, err := client.Pause(ctx, models.ChangeRequest{Credential: d.credential, Seen: 0, Key: rotation.New(client).NewKey()})
	h.In(s, "what a client is told", []byte(fmt.Sprintf("%v %+v", err, err)))
	if err == nil {
		s.Errorf("%s: a change of what nobody saw was not refused", op.name)
	}
}

// refusedWith signs in with a value that does not.
func (s *stand) refusedWith(value models.Secret) error {
	s.Helper()
	_, err := newClient(s.TB, s.url, value, time.Minute).Workspace(s.Context())
	if models.FaultOf(err) != models.FaultUnauthorized {
		s.Errorf("a wrong token is answered %v", err)
	}
	return err
}

// A value in the database, in the log of the service or in a folder fails the test.
func TestTheStandHunts(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			hunt.Leaks(t, func(t testing.TB) {
				s := start(t, database)
				c := s.token1("deploy")
				w := newWitness()
				must(t, w.hold(t.Context(), s.admin, c.ID))
				value := w.values[c.ID][1].Reveal()
				_, err := s.admin.Rename(t.Context(), models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Name: value, Key: rotation.New(s.admin).NewKey()})
				must(t, err)
				must(t, os.WriteFile(filepath.Join(t.TempDir(), "left"), []byte(value), 0o600))
				_, err = s.log.Write([]byte(value))
				must(t, err)
			}, map[string]string{onSQLite: "workspace.db", onPostgres: "the tables of PostgreSQL"}[database], "the log of the service", "/left")
		})
	}
}
