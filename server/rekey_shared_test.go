//go:build linux

package server

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/proof/wire"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

// shared is a workspace in PostgreSQL, with a service that serves it while its key is changed.
type shared struct {
	house
	at      Place
	service *Server
	first   models.Credential
	values  []models.Secret
}

// newShared makes a workspace with that many tokens.
func newShared(t testing.TB, tokens int) *shared {
	t.Helper()
	storetest.Hunt(t)
	h := house{t, filepath.Join(t.TempDir(), "data")}
	w := &shared{house: h, at: Place{Dir: h.dir, Database: storetest.Postgres(t), Now: time.Now}}
	s, err := Open(context.Background(), Config{Dir: h.dir, Database: w.at.Database, TokenPrefix: "lstest", Log: h.log()})
	h.must(err)
	t.Cleanup(func() { h.must(s.Close()) })
	w.service = s
	var made []models.Credential
	h.change(s, func(tx *policy.Tx) error {
		for i := range tokens {
			c, err := tx.CreateCIToken(fmt.Sprintf("deploy-%d", i))
			if err != nil {
				return err
			}
			made = append(made, c)
		}
		return nil
	})
	w.first = made[0]
	w.values = append(w.values, h.value(s, made[0]), h.value(s, made[tokens-1]))
	return w
}

// serves fails unless the running service lets the tokens in, reads one, and makes another one, if it has a name.
func (w *shared) serves(name string) {
	w.Helper()
	c := w.first
	if name != "" {
		w.change(w.service, func(tx *policy.Tx) (err error) {
			c, err = tx.CreateCIToken(name)
			return err
		})
	}
	reader := policy.Caller{Principal: models.Principal{Name: "ada", Permissions: []models.Permission{models.MayReadCISecrets}}}
	value, _, err := w.service.service.ReadSecret(context.Background(), reader, c.ID, 1)
	w.must(err)
	for _, v := range append(w.values, value) {
		out, err := w.service.service.Activate(context.Background(), policy.Activation{Secret: v, CI: true})
		w.must(err)
		if !out.Verdict.Accepted() {
			w.Fatalf("a token is refused with %s", out.Verdict.Refusal)
		}
	}
}

// sealed returns how many secrets there are, which must all open with the key that counts.
func (w *shared) sealed() (n int, key string) {
	w.Helper()
	w.must(w.service.store.Read(context.Background(), func(q policy.Queries) error {
		id, err := q.KeyID()
		if err != nil {
			return err
		}
		v, err := vault.Find(w.at.key(), id)
		if err != nil {
			return err
		}
		n, err = policy.CheckSecrets(q, v)
		key = id
		return err
	}))
	return n, key
}

// Killed after any step or batch, while a service serves: every secret opens with the key that counts, which is
// there, the service goes on, and the next attempt finishes the work.
func TestAKilledRekeyInPostgreSQLLosesNothing(t *testing.T) {
	t.Parallel()
	const tokens = 1100
	w := newShared(t, tokens)
	extra, made := 0, 1+tokens
	var before, next string
	died := everyPoint(t, func() ([]string, func(bool)) {
		_, before = w.sealed()
		p, err := PrepareKey(t.Context(), w.at)
		w.must(err)
		next = p.ID
		return []string{"rekey", w.dir, w.at.Database.Reveal()}, func(died bool) {
			extra++
			w.serves(fmt.Sprintf("made after %d", extra))
			if made++; died {
				if _, err := Rekey(t.Context(), w.at, func(int) {}); err != nil {
					w.refusedAs(err, "not-prepared") // it was done, and the service has put the key in its place
				}
			}
			n, key := w.sealed()
			if now, err := vault.Load(w.at.key()); err != nil || key != next || now.ID() != next || n != made {
				t.Errorf("%d secrets of %d rest under %s, the one before was %s, the new one is %s; %v", n, made, key, before, next, err)
			}
			if _, err := vault.Find(w.at.key(), before); err != nil {
				t.Errorf("the key before is gone: %v", err)
			}
		}
	})
	t.Logf("killed at %d points", died)
	if died < 5 {
		t.Errorf("killed at %d points only", died)
	}
}

// The line to the database is cut after anything that is said on it, while a service serves on another one.
func TestTheLineIsCutAnywhereInAChangeOfTheKey(t *testing.T) {
	t.Parallel()
	w := newShared(t, 2)
	cuts, undone, made := 0, 0, 3
	ways := 1 // by day each cut in one of two ways, in turn; by night in both
	if night.Long(t) {
		ways = 2
	}
	for turn := ways; ; turn++ {
		n := turn / ways
		p, err := PrepareKey(t.Context(), w.at)
		w.must(err)
		failed, cut := w.cutAt(n, turn%2 == 0)
		if w.serves(""); failed != nil {
			undone++
			if _, err := Rekey(t.Context(), w.at, func(int) {}); err != nil {
				w.refusedAs(err, "not-prepared") // it was done, and the service has put the key in its place
			}
		}
		name := ""
		if turn%10 == 0 {
			made++
			name = fmt.Sprintf("made after %d", turn)
		}
		w.serves(name)
		if sealed, key := w.sealed(); key != p.ID || sealed != made {
			t.Errorf("cut at %d: %d secrets rest under %s, want %d under %s", n, sealed, key, made, p.ID)
		}
		if !cut {
			w.must(failed)
			break
		}
		cuts++
	}
	t.Logf("%d cuts, %d of which made it fail", cuts, undone)
	if undone < 15 {
		t.Errorf("only %d cuts made it fail", undone)
	}
}

// cutAt changes the key over a line that is cut at that place, and reports whether it came to that.
func (w *shared) cutAt(n int, heard bool) (failed error, cut bool) {
	w.Helper()
	address, err := url.Parse(w.at.Database.Reveal())
	w.must(err)
	line, err := wire.NewLine(address.Host)
	w.must(err)
	line.CutAt(n, heard)
	address.Host = line.Address()
	far := w.at
	far.Database = models.NewSecret(address.String())
	_, failed = Rekey(w.Context(), far, func(int) {})
	cut = line.WasCut()
	w.must(line.Close())
	return failed, cut
}
