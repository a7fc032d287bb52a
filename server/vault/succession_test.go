package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/vault"
)

// Whoever prepares, changes and takes keys, and in whatever order: a key that may have sealed something is
// found for ever, and the one that counts lies in the key file once somebody has settled it.
func TestNoOrderOfStepsLosesAKey(t *testing.T) {
	night.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "keyturn-keys-")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path := filepath.Join(dir, "key")
		first, err := vault.LoadOrCreate(path)
		if err != nil {
			t.Fatal(err)
		}
		counts, sealed := first.ID(), []string{first.ID()}
		t.Repeat(map[string]func(*rapid.T){
			"prepare": func(t *rapid.T) {
				if _, err := vault.Next(path); err != nil {
					t.Fatal(err)
				}
			},
			"somebody throws the prepared one away": func(t *rapid.T) { _ = os.Remove(vault.Pending(path)) },
			"change": func(t *rapid.T) {
				next, err := vault.PendingNext(path)
				if next == nil {
					t.Skip(err)
				}
				if err := vault.Keep(path); err != nil {
					t.Fatal(err)
				}
				counts, sealed = next.ID(), append(sealed, next.ID())
			},
			"the database falls back": func(t *rapid.T) { counts = rapid.SampledFrom(sealed).Draw(t, "to") },
			"settle": func(t *rapid.T) {
				if err := vault.Settle(path, counts); err != nil {
					t.Fatal(err)
				}
				if now, err := vault.Load(path); err != nil || now.ID() != counts {
					t.Fatalf("the key file does not hold the key that counts: %v", err)
				}
			},
			"": func(t *rapid.T) {
				for _, id := range sealed {
					if _, err := vault.Find(path, id); err != nil {
						t.Fatalf("a key is lost: %v", err)
					}
				}
				held := slices.Compact(slices.Sorted(slices.Values(sealed)))
				if next, err := vault.PendingNext(path); err == nil && next != nil && !slices.Contains(held, next.ID()) {
					held = slices.Sorted(slices.Values(append(held, next.ID())))
				}
				if got := vault.Held(path); !slices.Equal(got, held) {
					t.Fatalf("it says that it has %v, want %v", got, held)
				}
				if left, _ := filepath.Glob(filepath.Join(dir, ".key-*")); len(left) > 0 {
					t.Fatalf("left behind: %v", left)
				}
			},
		})
	})
}

// Several services in one folder may take the new key at the same moment.
func TestSettlingTogether(t *testing.T) {
	for range 50 {
		path := filepath.Join(t.TempDir(), "key")
		first, err := vault.LoadOrCreate(path)
		if err != nil {
			t.Fatal(err)
		}
		next, err := vault.Next(path)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := vault.Settle(path, next.ID()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		now, err := vault.Load(path)
		if err != nil || now.ID() != next.ID() {
			t.Fatalf("the key file holds another key: %v", err)
		}
		if _, err := vault.Find(path, first.ID()); err != nil {
			t.Error(err)
		}
		if pending, err := vault.PendingNext(path); pending != nil || err != nil {
			t.Errorf("the new key still waits: %v", err)
		}
	}
}

func TestAKeyThatIsNotHereIsNotFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := vault.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Find(path, "0011223344556677"); !errors.Is(err, vault.ErrNoSuchKey) {
		t.Errorf("found: %v", err)
	}
	if err := vault.Settle(path, "0011223344556677"); err == nil {
		t.Error("a key that is not there was put in the place of the one that is")
	}
	if now, err := vault.Load(path); err != nil || now.ID() != first.ID() {
		t.Errorf("the key file has changed: %v", err)
	}
	// A file that cannot be read is told of: it may be the one.
	if err := os.WriteFile(vault.Pending(path), []byte("words"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.Find(path, "0011223344556677"); !errors.Is(err, vault.ErrNoSuchKey) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("told: %v", err)
	}
}

// The id says which key it is, and nothing of it: it is not a part of any hash that the key makes.
func TestTheIDNamesTheKey(t *testing.T) {
	key := vault.NewKey()
	a, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := vault.New(key)
	if err != nil {
		t.Fatal(err)
	}
	if a.ID() != b.ID() || len(a.ID()) != 16 || a.ID() == newVault(t).ID() {
		t.Errorf("ids %s, %s and %s", a.ID(), b.ID(), newVault(t).ID())
	}
}
