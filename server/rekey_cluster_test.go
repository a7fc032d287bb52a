package server_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/vault"
)

// The key of a workspace in PostgreSQL is changed while services on several machines serve it, each with a copy
// of the key in a folder of its own.

func (c *cluster) copy(from, to string) {
	c.Helper()
	text, err := os.ReadFile(from)
	c.must(err)
	c.must(os.WriteFile(to, text, 0o600))
}

// farm starts services on as many machines, which have nothing but the key in common.
func (c *cluster) farm(n int) (all []*machine) {
	c.Helper()
	all = append(all, c.startOn(filepath.Join(c.TempDir(), "workspace.key")))
	for len(all) < n {
		key := filepath.Join(c.TempDir(), "workspace.key")
		c.copy(all[0].at.KeyFile, key)
		all = append(all, c.startOn(key))
	}
	return all
}

func (m *machine) prepare() server.Prepared {
	m.c.Helper()
	p, err := server.PrepareKey(m.c.Context(), m.at)
	m.c.must(err)
	return p
}

func (m *machine) rekey() server.Rekeyed {
	m.c.Helper()
	done, err := server.Rekey(m.c.Context(), m.at, func(int) {})
	m.c.must(err)
	return done
}

func (m *machine) keyID() string {
	m.c.Helper()
	v, err := vault.Load(m.at.KeyFile)
	m.c.must(err)
	return v.ID()
}

// opensWith returns how many secrets there are, all of which open with the key in that file.
func (c *cluster) opensWith(file string) (n int) {
	c.Helper()
	keys, err := vault.Load(file)
	c.must(err)
	s, err := postgres.Open(c.Context(), c.database, c.Now)
	c.must(err)
	defer func() { c.must(s.Close()) }()
	c.must(s.Read(c.Context(), func(q policy.Queries) (err error) {
		if err := policy.KeyFits(q, keys); err != nil {
			return err
		}
		n, err = policy.CheckSecrets(q, keys)
		return err
	}))
	return n
}

func (c *cluster) refusedAs(err error, code string) {
	c.Helper()
	var e *models.Error
	if !errors.As(err, &e) || e.Code != code || e.Title == "" || e.Fix == "" {
		c.Fatalf("got %v, want %s with what to do", err, code)
	}
}

// Twice in a row, and by night more often, while both services activate, create, read and rotate without a pause: nobody is refused
// anything, no value changes, and in the end everything that either of them has sealed opens with the last key.
func TestTheKeyChangesWhileServicesServe(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	all := c.farm(2)
	a, b := all[0], all[1]
	a.do(func(tx *policy.Tx) error {
		for i := range 700 {
			if _, err := tx.CreateCIToken(fmt.Sprintf("deploy %d", i)); err != nil {
				return err
			}
		}
		return nil
	})
	kept := a.create("kept")
	value := a.secret(kept.ID, 1)
	stop := make(chan struct{})
	var busy sync.WaitGroup
	var rounds atomic.Int64
	for i, m := range all {
		busy.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if !m.lives(fmt.Sprintf("made by %d %d", i, n), kept, value) {
					return
				}
				rounds.Add(1)
			}
		})
	}
	first := a.keyID()
	changes := 2 * night.Seeds(t)
	for range changes {
		before := rounds.Load()
		c.eventually("the services are busy", func() bool { return rounds.Load() > before+5 || t.Failed() })
		next := a.prepare()
		c.copy(next.Next, b.at.KeyFile+".new")
		done := a.rekey()
		if done.Secrets < 702 || done.Resumed || a.keyID() != next.ID {
			t.Errorf("changed: %+v", done)
		}
		before = rounds.Load()
		c.eventually("the services go on", func() bool { return rounds.Load() > before+5 || t.Failed() })
		c.eventually("the other machine has put the key in its place", func() bool { return b.keyID() == next.ID })
	}
	close(stop)
	busy.Wait()
	if n := c.opensWith(a.at.KeyFile); n < 702+int(rounds.Load()) {
		t.Errorf("%d secrets open", n)
	}
	for _, m := range all {
		if _, err := vault.Find(m.at.KeyFile, first); m == a && err != nil {
			t.Errorf("the first key is gone: %v", err)
		}
		if _, err := os.Stat(m.at.KeyFile + ".new"); err == nil {
			t.Error("the new key still waits for its turn")
		}
		if strings.Contains(m.log.String(), "level=ERROR") {
			t.Errorf("the log:\n%s", m.log)
		}
	}
	t.Logf("%d changes of the key during %d rounds of create, rotate, read and activate on two services", changes, rounds.Load())
}

// lives makes a token, rotates it and uses both its secrets, and uses one that is there; false if the test failed.
func (m *machine) lives(name string, kept models.Credential, value models.Secret) bool {
	ctx := context.Background()
	use := func(what string, s models.Secret) {
		out, err := m.Service().Activate(ctx, policy.Activation{Secret: s, CI: true})
		if err != nil || !out.Verdict.Accepted() {
			m.c.Errorf("%s is refused: %q, %v", what, out.Verdict.Refusal, err)
		}
	}
	use("the token that was there", value)
	var made models.Credential
	for _, step := range []func(*policy.Tx) error{
		func(tx *policy.Tx) (err error) { made, err = tx.CreateCIToken(name); return err },
		func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: made.ID, Seen: made.Revision, Overlap: models.DefaultOverlap})
			return err
		},
	} {
		_, _, err := m.Service().Change(ctx, m.c.admin, policy.Once{Key: rand.Text()}, func(tx *policy.Tx) (policy.Reply, error) {
			return policy.Reply{Status: 200}, step(tx)
		})
		if err != nil {
			m.c.Errorf("a change: %v", err)
			return false
		}
	}
	for version := 1; version <= 2; version++ {
		s, _, err := m.Service().ReadSecret(ctx, m.c.admin, made.ID, version)
		if err != nil {
			m.c.Errorf("read version %d: %v", version, err)
			return false
		}
		use(fmt.Sprintf("version %d", version), s)
	}
	s, _, err := m.Service().ReadSecret(ctx, m.c.admin, kept.ID, 1)
	if err != nil || !s.Equal(value) {
		m.c.Errorf("the token that was there reads differently: %v", err)
	}
	return !m.c.Failed()
}

// ask sends a request with that token over HTTP.
func (m *machine) ask(path string, token models.Secret) (status int, retry string) {
	m.c.Helper()
	r, err := http.NewRequestWithContext(m.c.Context(), http.MethodGet, m.url+path, nil)
	m.c.must(err)
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	answer, err := http.DefaultClient.Do(r)
	m.c.must(err)
	m.c.must(answer.Body.Close())
	return answer.StatusCode, answer.Header.Get("Retry-After")
}

// A service without the new key seals, opens and lets in nothing, says so once in its log and to whoever asks,
// and goes on by itself once the file is there.
func TestAServiceWithoutTheNewKeyWaitsForIt(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	all := c.farm(2)
	a, b := all[0], all[1]
	token := a.create("deploy")
	value := a.secret(token.ID, 1)
	admin, err := os.ReadFile(filepath.Join(a.at.Dir, "admin-token"))
	c.must(err)
	ada := models.NewSecret(strings.TrimSpace(string(admin)))
	if status, _ := b.ask("/v1/workspace", ada); status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	next := a.prepare()
	a.at.LeaveBehind = true
	a.rekey()
	c.eventually("its log tells, before anybody asks", func() bool { return strings.Contains(b.log.String(), next.ID) })
	sealed := c.opensWith(a.at.KeyFile)
	for range 3 {
		_, err = b.Service().Activate(t.Context(), policy.Activation{Secret: value, CI: true})
		c.refusedAs(err, "key-missing")
		_, err = b.change(rand.Text(), func(tx *policy.Tx) error { _, err := tx.CreateCIToken("another"); return err })
		c.refusedAs(err, "key-missing")
		_, err = b.change(rand.Text(), func(tx *policy.Tx) error {
			_, _, err := tx.Rotate(models.RotateRequest{Credential: token.ID, Seen: token.Revision, Overlap: models.DefaultOverlap})
			return err
		})
		c.refusedAs(err, "key-missing")
		_, _, err = b.Service().ReadSecret(t.Context(), c.admin, token.ID, 1)
		c.refusedAs(err, "key-missing")
		if status, retry := b.ask("/v1/workspace", ada); status != http.StatusServiceUnavailable || retry == "" {
			t.Errorf("signing in is answered with %d, Retry-After %q", status, retry)
		}
	}
	c.eventually("it is not ready", func() bool { status, _ := b.ask("/readyz", ada); return status == http.StatusServiceUnavailable })
	if got := strings.Count(b.log.String(), "the workspace has another key"); got != 1 || !strings.Contains(b.log.String(), b.at.KeyFile+".new") {
		t.Errorf("told %d times:\n%s", got, b.log)
	}
	if n := c.opensWith(a.at.KeyFile); n != sealed {
		t.Errorf("%d secrets became %d", sealed, n)
	}
	_, err = server.Open(t.Context(), server.Config{Dir: filepath.Join(t.TempDir(), "data"), Database: c.database, KeyFile: b.at.KeyFile})
	c.refusedAs(err, "wrong-key")
	c.copy(a.at.KeyFile, b.at.KeyFile+".new") // where it lies by now
	if got := b.activate(value); got != "" {
		t.Errorf("with the key it is refused: %s", got)
	}
	b.rotate(token.ID)
	if s := b.secret(token.ID, 1); !s.Equal(value) {
		t.Error("the value has changed")
	}
	c.eventually("it is ready", func() bool { status, _ := b.ask("/readyz", ada); return status == http.StatusOK })
	if status, _ := b.ask("/v1/workspace", ada); status != http.StatusOK {
		t.Errorf("signing in: %d", status)
	}
	if b.keyID() != next.ID {
		t.Error("the key is not in its place")
	}
	for _, text := range []string{a.log.String(), b.log.String()} {
		if strings.Contains(text, value.Reveal()) || strings.Contains(text, ada.Reveal()) {
			t.Error("a log holds a secret")
		}
	}
}

// Steps in the wrong order are refused, or do no harm.
func TestTheKeyIsNotLostByTheWrongOrder(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	all := c.farm(2)
	a, b := all[0], all[1]
	a.at.LeaveBehind, b.at.LeaveBehind = true, true
	token := a.create("deploy")
	value := a.secret(token.ID, 1)
	rekey := func(m *machine) error {
		_, err := server.Rekey(t.Context(), m.at, func(int) {})
		return err
	}
	c.refusedAs(rekey(a), "not-prepared")
	one, again := a.prepare(), a.prepare()
	if !one.Made || again.Made || one.ID != again.ID || one.ID == a.keyID() {
		t.Errorf("prepared %+v, then %+v", one, again)
	}
	// Prepared on both machines instead of copied: there are two, and the first to be changed to counts.
	other := b.prepare()
	a.rekey()
	c.refusedAs(rekey(b), "wrong-key")
	_, err := server.PrepareKey(t.Context(), b.at)
	c.refusedAs(err, "wrong-key")
	if v, err := vault.PendingNext(b.at.KeyFile); err != nil || v.ID() != other.ID {
		t.Errorf("what was prepared there is gone: %v", err)
	}
	c.copy(a.at.KeyFile, b.at.KeyFile) // over the old one, this time
	if got := b.activate(value); got != "" {
		t.Errorf("refused: %s", got)
	}
	// The key that was prepared there by mistake can still be the next one. The other machine gets it in the
	// place of its key, before the change: it works on with the one that it has.
	b.rekey()
	c.copy(b.at.KeyFile, a.at.KeyFile)
	if got := a.activate(value); got != "" {
		t.Errorf("refused: %s", got)
	}
	third := a.prepare()
	c.copy(third.Next, b.at.KeyFile)
	if got := b.activate(value); got != "" {
		t.Errorf("refused: %s", got)
	}
	c.refusedAs(rekey(b), "not-prepared")
	a.rekey()
	if got := b.activate(value); got != "" {
		t.Errorf("refused: %s", got)
	}
	c.opensWith(b.at.KeyFile)
	c.refusedAs(rekey(a), "not-prepared")
	// A wrong workspace, or none.
	elsewhere := newCluster(t)
	_, err = server.PrepareKey(t.Context(), server.Place{Dir: a.at.Dir, KeyFile: a.at.KeyFile, Database: elsewhere.database, Now: c.Now})
	c.refusedAs(err, "no-database")
	stranger := elsewhere.start()
	stranger.at.KeyFile = a.at.KeyFile
	_, err = server.PrepareKey(t.Context(), stranger.at)
	c.refusedAs(err, "wrong-key")
}

// A database that has fallen back to before the change, as by a restored dump, is served with the key before.
func TestADatabaseThatFallsBackIsServedWithTheKeyBefore(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	a := c.start()
	token := a.create("deploy")
	value := a.secret(token.ID, 1)
	old := a.keyID()
	sql := func(statements ...string) {
		conn, err := pgx.Connect(t.Context(), c.database.Reveal())
		c.must(err)
		defer func() { _ = conn.Close(context.Background()) }()
		for _, s := range statements {
			_, err := conn.Exec(t.Context(), s)
			c.must(err)
		}
	}
	sql(`CREATE TABLE dump_of_secrets AS TABLE secrets`, `CREATE TABLE dump_of_workspace AS TABLE workspace`)
	a.prepare()
	if done := a.rekey(); done.Before != c.key+"."+old {
		t.Errorf("the key before is said to be in %s", done.Before)
	}
	if got := a.activate(value); got != "" {
		t.Fatalf("refused: %s", got)
	}
	sql(`UPDATE secrets s SET lookup = d.lookup, sealed = d.sealed, fingerprint = d.fingerprint FROM dump_of_secrets d WHERE (d.credential_id, d.version) = (s.credential_id, s.version)`,
		`UPDATE workspace SET key_id = (SELECT key_id FROM dump_of_workspace)`)
	if got := a.activate(value); got != "" {
		t.Errorf("refused: %s", got)
	}
	if s := a.secret(token.ID, 1); !s.Equal(value) {
		t.Error("the value has changed")
	}
	a.stop()
	b := c.start()
	if got := b.activate(value); got != "" {
		t.Errorf("after a start: refused: %s", got)
	}
	b.prepare()
	b.rekey()
	if got := b.activate(value); got != "" {
		t.Errorf("after another change: refused: %s", got)
	}
	c.opensWith(c.key)
}
