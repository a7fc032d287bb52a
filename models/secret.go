package models

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// Secret carries the value of a credential. Every way of printing, logging or encoding it gives
// a stub; Reveal is the one door to the value.
type Secret struct{ value []byte }

// NewSecret takes a copy of value.
func NewSecret(value string) Secret { return Secret{value: []byte(value)} }

// Reveal returns the value. Each caller is listed in arch_test.go.
func (s Secret) Reveal() string { return string(s.value) }

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return len(s.value) == 0 }

// Wipe overwrites the value. Copies that Reveal handed out are beyond its reach.
func (s *Secret) Wipe() {
	clear(s.value)
	s.value = nil
}

// Equal compares two secrets in time that depends on their lengths only.
func (s Secret) Equal(o Secret) bool { return subtle.ConstantTimeCompare(s.value, o.value) == 1 }

// Digest is the SHA-256 of the value in hex. It lets a holder ask "is it still this one?" without
// keeping the value. Never print it for a legacy key: ten characters can be guessed back.
func (s Secret) Digest() string {
	sum := sha256.Sum256(s.value)
	return hex.EncodeToString(sum[:])
}

const secretStub = "‹secret›"

// String returns a stub.
func (s Secret) String() string { return secretStub }

// GoString returns a stub.
func (s Secret) GoString() string { return secretStub }

// Format writes a stub for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secretStub) }

// MarshalText returns a stub, so JSON, YAML and text encoders cannot leak the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(secretStub), nil }

// LogValue returns a stub.
func (s Secret) LogValue() slog.Value { return slog.StringValue(secretStub) }
