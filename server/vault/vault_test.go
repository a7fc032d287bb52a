package vault_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/night"
	"example.com/keyturn/server/vault"
)

func newVault(t interface{ Fatal(...any) }) *vault.Vault {
	v, err := vault.New(vault.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSealOpensInItsPlaceOnly(t *testing.T) {
	v, other := newVault(t), newVault(t)
	night.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		id := models.CredentialID(rapid.StringN(0, 30, -1).Draw(t, "id"))
		version := rapid.IntRange(0, 1_000).Draw(t, "version")
		sealed := v.Seal(models.NewSecret(value), id, version)
		got, err := v.Open(sealed, id, version)
		if err != nil || got.Reveal() != value {
			t.Fatalf("it does not open in its own place: %v", err)
		}
		elsewhere := models.CredentialID(rapid.StringN(0, 30, -1).Filter(func(s string) bool { return s != string(id) }).Draw(t, "elsewhere"))
		flipped := bytes.Clone(sealed)
		flipped[rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")] ^= 1
		for what, try := range map[string]func() (models.Secret, error){
			"another credential": func() (models.Secret, error) { return v.Open(sealed, elsewhere, version) },
			"another version":    func() (models.Secret, error) { return v.Open(sealed, id, version+1) },
			"another key":        func() (models.Secret, error) { return other.Open(sealed, id, version) },
			"another bit":        func() (models.Secret, error) { return v.Open(flipped, id, version) },
			"a part":             func() (models.Secret, error) { return v.Open(sealed[:len(sealed)-1], id, version) },
			"nothing":            func() (models.Secret, error) { return v.Open(nil, id, version) },
			"digits that move":   func() (models.Secret, error) { return v.Open(sealed, "1 "+id, version) },
		} {
			if got, err := try(); !errors.Is(err, vault.ErrSealBroken) || !got.Empty() {
				t.Fatalf("with %s it opens: %v", what, err)
			}
		}
	})
}

func TestSealHidesTheValue(t *testing.T) {
	v, value := newVault(t), "a value long enough to be found"
	a, b := v.Seal(models.NewSecret(value), "c", 1), v.Seal(models.NewSecret(value), "c", 1)
	if bytes.Contains(a, []byte(value)) {
		t.Error("the sealed bytes contain the value")
	}
	if bytes.Equal(a, b) {
		t.Error("sealing twice gives the same bytes: equal secrets show")
	}
}

func TestHashesDependOnValueAndKey(t *testing.T) {
	v, other := newVault(t), newVault(t)
	night.Check(t, func(t *rapid.T) {
		a := models.NewSecret(rapid.String().Draw(t, "a"))
		b := models.NewSecret(rapid.String().Draw(t, "b"))
		same := a.Equal(b)
		if bytes.Equal(v.Lookup(a), v.Lookup(b)) != same {
			t.Fatal("the look-up is not that of the value")
		}
		if same && v.Fingerprint(a) != v.Fingerprint(b) {
			t.Fatal("equal secrets have different fingerprints")
		}
		if bytes.Equal(v.Lookup(a), other.Lookup(a)) || v.Fingerprint(a) == other.Fingerprint(a) {
			t.Fatal("the hash can be computed without the key")
		}
		if f := v.Fingerprint(a); len(f) != 8 || strings.HasPrefix(hex.EncodeToString(v.Lookup(a)), f) {
			t.Fatalf("the fingerprint %s gives the look-up away", f)
		}
	})
}

func TestKeyMustHaveItsSize(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := vault.New(make([]byte, n)); err == nil {
			t.Errorf("a key of %d bytes was taken", n)
		}
	}
}

func TestKeyFileIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := vault.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file has the mode %v, %v", info.Mode(), err)
	}
	second, err := vault.LoadOrCreate(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := second.Open(first.Seal(models.NewSecret("x"), "c", 1), "c", 1)
	if err != nil || got.Reveal() != "x" {
		t.Errorf("after a restart the vault does not open what it sealed: %v", err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// Two services that start on the same folder at the same time must end up with the same key.
func TestKeyFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	vaults := make([]*vault.Vault, 8)
	var wg sync.WaitGroup
	for i := range vaults {
		wg.Go(func() {
			v, err := vault.LoadOrCreate(path)
			if err != nil {
				t.Error(err)
			}
			vaults[i] = v
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, v := range vaults {
		if v.Fingerprint(models.NewSecret("x")) != vaults[0].Fingerprint(models.NewSecret("x")) {
			t.Fatal("two keys were made")
		}
	}
}

func TestKeyFileRefused(t *testing.T) {
	good := strings.Repeat("ab", vault.KeySize) + "\n"
	tests := []struct {
		name, text string
		mode       fs.FileMode
		says       string
	}{
		{"others may read it", good, 0o644, "chmod 600"},
		{"the group may write it", good, 0o620, "chmod 600"},
		{"too short", good[2:], 0o600, "damaged"},
		{"too long", "ab" + good, 0o600, "damaged"},
		{"not hex", strings.Replace(good, "a", "x", 1), 0o600, "damaged"},
		{"empty", "", 0o600, "damaged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil { // whatever the umask
				t.Fatal(err)
			}
			_, err := vault.LoadOrCreate(path)
			if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want it to say %q and where", err, tt.says)
			}
			if strings.Contains(err.Error(), "abab") {
				t.Error("the error shows the key")
			}
			if text, _ := os.ReadFile(path); string(text) != tt.text {
				t.Error("the file was overwritten: what it sealed is lost")
			}
		})
	}
	if _, err := vault.LoadOrCreate(filepath.Join(t.TempDir(), "missing", "key")); err == nil {
		t.Error("a key was made in a folder that is not there")
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	v, s := newVault(b), models.NewSecret("lstest-"+strings.Repeat("x", 36))
	for b.Loop() {
		if _, err := v.Open(v.Seal(s, "01ARZ3NDEKTSV4RRFFQ69G5FAV", 1), "01ARZ3NDEKTSV4RRFFQ69G5FAV", 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	v, s := newVault(b), models.NewSecret("lstest-"+strings.Repeat("x", 36))
	for b.Loop() {
		v.Lookup(s)
	}
}
