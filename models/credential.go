package models

import "time"

// CredentialState is what an administrator decided about a credential as a whole.
type CredentialState string

// The states of a credential.
const (
	Active  CredentialState = "active"
	Paused  CredentialState = "paused" // refused until resumed
	Revoked CredentialState = "revoked"
)

// SecretState is where one version of a secret stands.
type SecretState string

// The states of a secret version. Current, pending and retiring secrets work.
const (
	SecretCurrent  SecretState = "current"
	SecretPending  SecretState = "pending"  // issued by an open rotation, not yet used
	SecretRetiring SecretState = "retiring" // replaced, in its grace
	SecretRevoked  SecretState = "revoked"
)

// Works reports whether a secret in this state is accepted.
func (s SecretState) Works() bool { return s != SecretRevoked }

// Credential is anything that activates LocalStack.
type Credential struct {
	ID         CredentialID
	Kind       Kind
	Name       string
	State      CredentialState
	Owner      *MemberRef // nil for what belongs to the workspace, and for a legacy key nobody claims
	Secrets    []SecretVersion
	Rotation   *Rotation // the open one, or else the latest
	Use        Use
	RefusedCI  Use // personal tokens presented by a machine that said it was CI
	CreatedAt  time.Time
	ChangedAt  time.Time
	ChangedBy  string
	Revision   Revision
	ValueKnown bool // false for a key that was imported without its value
}

// MemberRef points at a member and carries what a list shows of them.
type MemberRef struct {
	ID    MemberID
	Name  string
	Email string
}

// SecretVersion is one value that a credential had or has; the value itself is never part of it.
type SecretVersion struct {
	Version     int
	Kind        Kind // a rotated legacy CI key has a legacy version and a token version
	State       SecretState
	Fingerprint string // first 8 hex digits of a keyed hash: compare without seeing
	Masked      string // what may be shown instead of the value
	CreatedAt   time.Time
	FirstUse    time.Time // zero: never used
	LastUse     time.Time
	Uses        int64
	EndedAt     time.Time
}

// Use sums up the activations of a credential.
type Use struct {
	Last    time.Time // zero: never
	Count   int64     // ever
	Recent  int64     // in the last RecentDays days
	Client  string
	Version string
	Host    string
	CI      bool
}

// RecentDays is the span over which Use.Recent counts.
const RecentDays = 30

// Used reports whether there has been any activation.
func (u Use) Used() bool { return !u.Last.IsZero() }

// Label names the credential in a sentence. A personal token is named after its owner: the name of
// every one of them is the same.
func (c *Credential) Label() string {
	owner := ""
	if c.Owner != nil {
		owner = c.Owner.Name
		if owner == "" {
			owner = c.Owner.Email
		}
	}
	switch {
	case c.Kind == PersonalToken && owner != "":
		return owner
	case c.Name != "":
		return c.Name
	case owner != "":
		return owner
	}
	return string(c.ID)
}

// Newest is the version that the next reader should take: the pending one of an open rotation,
// else the current one. A credential without a working version returns nil.
func (c *Credential) Newest() *SecretVersion {
	var newest *SecretVersion
	for i := range c.Secrets {
		s := &c.Secrets[i]
		if (s.State == SecretPending || s.State == SecretCurrent) && (newest == nil || s.Version > newest.Version) {
			newest = s
		}
	}
	return newest
}

// Version returns the secret version with that number, or nil.
func (c *Credential) Version(n int) *SecretVersion {
	for i := range c.Secrets {
		if c.Secrets[i].Version == n {
			return &c.Secrets[i]
		}
	}
	return nil
}

// HasWorkingLegacy reports whether some legacy value of this credential is still accepted: the
// credential itself, or the old version of a CI key whose rotation is open.
func (c *Credential) HasWorkingLegacy() bool {
	if c.State == Revoked {
		return false
	}
	for _, s := range c.Secrets {
		if s.Kind.Legacy() && s.State.Works() {
			return true
		}
	}
	return c.Kind.Legacy()
}

// OpenRotation returns the rotation that is still under way, or nil.
func (c *Credential) OpenRotation() *Rotation {
	if c.Rotation == nil || !c.Rotation.State.Open() {
		return nil
	}
	return c.Rotation
}

// GraceEnds is when the old secret of the open rotation ends; zero while no grace runs.
func (c *Credential) GraceEnds() time.Time {
	if r := c.OpenRotation(); r != nil && r.State == RotationRetiring {
		return r.GraceEnds
	}
	return time.Time{}
}

// Caller is one distinct way in which one secret version was used.
type Caller struct {
	SecretVersion int
	Client        string
	ClientVersion string
	Host          string
	CI            bool
	First         time.Time
	Last          time.Time
	Count         int64
}
