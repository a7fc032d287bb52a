// Package policy decides what may happen in a workspace and makes it happen in one transaction.
//
// It knows nothing of HTTP and nothing of SQL: package api asks it, package store keeps for it.
package policy

import (
	"time"

	"example.com/keyturn/models"
)

// Caller is who asks, from which network address, and where the workspace stood when they were recognised.
type Caller struct {
	models.Principal
	From     string
	Standing Standing
}

// Once makes a change safe to repeat: for 24 hours the same key of the same principal gets the
// first answer again. The zero value does not remember anything.
type Once struct {
	Key  string
	Hash [32]byte // of the request: method, path, preconditions and body
}

// Reply is an answer as it went out, kept so that a repeat is the same to the byte.
type Reply struct {
	Status int
	ETag   string
	Body   []byte
}

// Activation is one LocalStack client presenting one credential.
type Activation struct {
	Secret  models.Secret
	CI      bool
	Client  string
	Version string
	Host    string
	From    string
}

// Activated is the answer to an activation.
type Activated struct {
	Verdict    models.Verdict
	Credential models.CredentialID // empty for an unknown secret
	Legacy     bool                // the secret is a legacy key: Deprecation and Sunset headers are due
	Sunset     models.Sunset
	Workspace  string
	At         time.Time
}
