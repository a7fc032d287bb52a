//go:build linux

package server

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/server/policy"
)

// Killed after any step or batch, every secret opens with a key that is there, the service starts, and
// the next attempt goes through. In the end the old key is gone.
func TestAKilledRekeyLosesNothing(t *testing.T) {
	t.Parallel()
	made := newHouse(t)
	names := make([]string, 0, 520)
	for i := range 520 {
		names = append(names, fmt.Sprintf("deploy-%d", i))
	}
	made.served(func(s *Server) {
		made.change(s, func(tx *policy.Tx) error {
			for _, name := range names {
				if _, err := tx.CreateCIToken(name); err != nil {
					return err
				}
			}
			return nil
		})
	})
	some := made.create("one", "two")
	old, err := os.ReadFile(made.place().key())
	made.must(err)
	died := everyPoint(t, func() ([]string, func(bool)) {
		h := made.copied()
		return []string{"rekey", h.dir}, func(died bool) {
			if !allTrue(h.works(some...)) {
				t.Fatal("a token does not work")
			}
			if died {
				done, err := Rekey(context.Background(), h.place(), func(int) {})
				h.must(err)
				if !done.Resumed {
					t.Error("it does not say that it went on")
				}
			}
			if !allTrue(h.works(some...)) {
				t.Fatal("a token does not work in the end")
			}
			h.served(func(s *Server) {
				h.must(s.store.Read(t.Context(), func(q policy.Queries) error {
					keys, err := openKeys(t.Context(), s.store, h.place().key(), s.cfg.Log)
					if err != nil {
						return err
					}
					n, err := policy.CheckSecrets(q, keys.Latest())
					if n != len(names)+3 {
						t.Errorf("%d secrets are there", n)
					}
					return err
				}))
			})
			now, err := os.ReadFile(h.place().key())
			h.must(err)
			if string(now) == string(old) || slices.Contains(h.files(), keyFile+".new") {
				t.Errorf("in the end the key is not a new one alone: %v", h.files())
			}
		}
	})
	if died < 4 {
		t.Errorf("killed at %d points only", died)
	}
}

func TestRekeyRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.served(func(*Server) {
		_, err := Rekey(t.Context(), h.place(), func(int) {})
		h.refusedAs(err, "in-use")
	})
	_, err := Rekey(t.Context(), h.keyAlone().place(), func(int) {})
	h.refusedAs(err, "no-database")
	h.must(os.WriteFile(h.place().key(), []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
	_, err = Rekey(t.Context(), h.place(), func(int) {})
	h.refusedAs(err, "wrong-key")
	_, err = Open(t.Context(), Config{Dir: h.dir})
	h.refusedAs(err, "wrong-key")
	h.must(os.Remove(h.place().key()))
	_, err = Rekey(t.Context(), h.place(), func(int) {})
	h.refusedAs(err, "no-key")
}

// A workspace whose key is lost must not get another one: it would seal new secrets with it.
func TestALostKeyIsNotReplaced(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(os.Remove(h.place().key()))
	_, err := Open(t.Context(), Config{Dir: h.dir})
	h.refusedAs(err, "no-key")
	if slices.Contains(h.files(), keyFile) {
		t.Error("there is a key that fits nothing")
	}
}
