package models

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Page asks for a part of a list. The zero value asks for the first, of the service's usual size.
type Page struct {
	Cursor string // from the page before; opaque
	Limit  int    // 0 to MaxPage
}

// MaxPage is the largest page.
const MaxPage = 1000

// CredentialFilter narrows a list of credentials. Empty fields do not narrow.
type CredentialFilter struct {
	Kinds  []Kind
	States []CredentialState
}

// NotPersonal lets everything through but personal tokens: those are told with their members.
func NotPersonal() CredentialFilter {
	return CredentialFilter{Kinds: []Kind{CIToken, LegacyCIKey, LegacyAPIKey}}
}

// EventFilter narrows a list of events.
type EventFilter struct {
	Credential CredentialID
	After      int64 // only events with a larger Seq; 0: the newest
}

// CredentialPage is a part of a list of credentials.
type CredentialPage struct {
	Items []Credential
	Next  string // empty: this was the last
}

// MemberPage is a part of a list of members.
type MemberPage struct {
	Items []Member
	Next  string
}

// EventPage is a part of a list of events, the newest first.
type EventPage struct {
	Items []Event
	Next  string
}

// Changes is what has changed since a position: whole objects, to be put in place by id.
type Changes struct {
	Position    int64 // ask from here next time
	Credentials []Credential
	Members     []Member
	Workspace   bool // settings, calendar or counts may have changed
	More        bool // ask again at once
}

// RotateRequest asks for the replacement of a secret.
type RotateRequest struct {
	Credential CredentialID
	Seen       Revision // the revision that the admin saw
	Overlap    Overlap
	Reason     string
	Supersedes RotationID // an open rotation that this one takes the place of; see SupersedeStep
	Key        string     // idempotency key: the same key never rotates twice
}

// KeyDigest is how a rotation tells which request started it, for as long as it is known: whoever made the
// idempotency key recognises it, and nobody can tell the key from it.
func KeyDigest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// StepRequest asks for one step of a rotation.
type StepRequest struct {
	Rotation   RotationID
	Credential CredentialID // whose rotation it is, for whoever tells of it later; the service is not asked with it
	Step       RotationStep
	Seen       Revision // of the rotation
	Reason     string
	Extend     time.Duration
	Key        string
}

// ChangeRequest asks for a change of a credential.
type ChangeRequest struct {
	Credential CredentialID
	Seen       Revision
	Name       string // for a rename
	Reason     string // for a revocation
	Key        string
}
