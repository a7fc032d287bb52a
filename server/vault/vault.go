// Package vault keeps secrets at rest: encrypted for reading back, and hashed with a key for
// look-up. Its key lives in a file outside the database, so a lost database gives nothing away.
//
// It knows nothing of where sealed secrets are kept.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"example.com/keyturn/models"
)

// KeySize is the length of the vault's key in bytes.
const KeySize = 32

// idSize is the length of a key's id in bytes, before it is written in hex.
const idSize = 8

// ErrSealBroken says that a sealed secret does not belong to that credential, version or key.
var ErrSealBroken = errors.New("the sealed secret does not open with this key for this credential and version")

// Vault seals, opens and hashes secrets. It is safe for concurrent use.
type Vault struct {
	aead        cipher.AEAD // AES-256-GCM with a random nonce
	lookupKey   []byte
	fingerprint []byte
	id          string
}

// New derives the vault's three keys and its id from one key (HKDF-SHA-256, RFC 5869).
func New(key []byte) (*Vault, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the vault's key has %d bytes instead of %d", len(key), KeySize)
	}
	sealKey, err := derive(key, "seal")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	v := &Vault{aead: aead}
	if v.lookupKey, err = derive(key, "lookup"); err != nil {
		return nil, err
	}
	if v.fingerprint, err = derive(key, "fingerprint"); err != nil {
		return nil, err
	}
	id, err := derive(key, "id")
	if err != nil {
		return nil, err
	}
	v.id = hex.EncodeToString(id[:idSize])
	return v, nil
}

// ID names the key without giving anything of it away. It is no secret: the database holds it.
func (v *Vault) ID() string { return v.id }

func derive(key []byte, purpose string) ([]byte, error) {
	out, err := hkdf.Key(sha256.New, key, nil, "keyturn vault v1 "+purpose, KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive the %s key: %w", purpose, err)
	}
	return out, nil
}

// NewKey makes a key from the system's CSPRNG.
func NewKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails, by its documentation
	return key
}

// Seal encrypts a secret; what comes out opens for that credential and version only.
func (v *Vault) Seal(s models.Secret, id models.CredentialID, version int) []byte {
	return v.aead.Seal(nil, nil, []byte(s.Reveal()), associated(id, version))
}

// Open decrypts what Seal made. It fails with ErrSealBroken for another credential, another
// version or another key.
func (v *Vault) Open(sealed []byte, id models.CredentialID, version int) (models.Secret, error) {
	plain, err := v.aead.Open(nil, nil, sealed, associated(id, version))
	if err != nil {
		return models.Secret{}, ErrSealBroken
	}
	defer clear(plain)
	return models.NewSecret(string(plain)), nil
}

// associated binds a sealed secret to its place. The version comes first and ends in a space, so
// no id can be mistaken for another place.
func associated(id models.CredentialID, version int) []byte {
	return []byte(strconv.Itoa(version) + " " + string(id))
}

// Lookup is the keyed hash by which a presented secret is found.
func (v *Vault) Lookup(s models.Secret) []byte { return keyed(v.lookupKey, s) }

// Fingerprint is eight hex digits that tell secrets apart without giving anything away.
func (v *Vault) Fingerprint(s models.Secret) string {
	return hex.EncodeToString(keyed(v.fingerprint, s)[:4])
}

func keyed(key []byte, s models.Secret) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(s.Reveal()))
	return mac.Sum(nil)
}
