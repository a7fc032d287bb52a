package policy

import (
	"context"
	"errors"
	"time"

	"example.com/keyturn/models"
)

// ErrNotFound is what a store says when there is no such object.
var ErrNotFound = errors.New("not found")

// ErrTaken is what a store says when a rule of uniqueness refuses a write: a name in use, or a
// second open rotation.
var ErrTaken = errors.New("taken")

// MaxCallers is how many callers are kept of one secret version. OtherClient is the name of the last of
// them, which stands for all that came when the others were there.
const (
	MaxCallers  = 200
	OtherClient = "other"
)

// Store keeps a workspace. Both kinds of transaction see one consistent state.
type Store interface {
	Read(ctx context.Context, fn func(Queries) error) error
	// Present is Queries.Presented by itself, as quick as the database allows: every activation begins
	// with it.
	Present(ctx context.Context, lookup []byte) (Presented, error)
	// SignIn finds who signs in with the secret that has that keyed hash, in one look at one state: every request
	// of a member begins with it.
	SignIn(ctx context.Context, lookup []byte) (SignIn, error)
	// Write runs fn in one transaction: all of it happens, or nothing.
	Write(ctx context.Context, fn func(Writes) error) error
	Close() error
}

// Queries reads. Credentials come with their working secret versions, the newest that ended, and
// their open or else latest rotation.
type Queries interface {
	Workspace() (models.Workspace, error) // without counts and caller
	Counts(usedSince time.Time) (models.Counts, error)
	Position() (int64, error)
	Standing() (Standing, error)
	// Moved returns what has moved after a position: the credentials, and the members with whom one of theirs
	// or they themselves have. ok is false where there are more than limit of either.
	Moved(after int64, limit int) (m Moved, ok bool, err error)
	// KeyID names the key that the secrets are sealed with; empty where that was not written down yet.
	KeyID() (string, error)

	Members(after models.MemberID, limit int) ([]models.Member, error)
	Member(id models.MemberID) (models.Member, error)
	MembersOf(ids []models.MemberID) ([]models.Member, error) // those that there are, in the order of their ids
	MembersChanged(after int64, limit int) ([]Changed[models.Member], error)

	Credentials(f models.CredentialFilter, after models.CredentialID, limit int) ([]models.Credential, error)
	Credential(id models.CredentialID) (models.Credential, error)
	CredentialsOf(ids []models.CredentialID) ([]models.Credential, error) // as MembersOf
	CredentialsChanged(after int64, limit int) ([]Changed[models.Credential], error)

	// Presented finds the secret with that keyed hash. An unknown one is no error: its Credential is empty.
	Presented(lookup []byte) (Presented, error)
	// Sealed returns the encrypted value; nil where the value is not known.
	Sealed(id models.CredentialID, version int) ([]byte, error)
	// SealedSecrets returns what rests sealed, in the order of its places, after that one.
	SealedSecrets(after SecretPlace, limit int) ([]SealedSecret, error)

	Callers(id models.CredentialID, limit int) ([]models.Caller, error)
	Rotations(id models.CredentialID, limit int) ([]models.Rotation, error)
	Rotation(id models.RotationID) (models.Rotation, error)
	// GraceEnding returns open rotations whose grace ends at or before that time, the first to end first.
	GraceEnding(until time.Time, limit int) ([]models.Rotation, error)
	// NextGraceEnd returns when the next grace ends; zero if none runs.
	NextGraceEnd() (time.Time, error)

	Events(q EventQuery) ([]models.Event, error)
	// EventHead is the newest event; the zero value before the first.
	EventHead() (models.EventHead, error)
	Remembered(principal models.MemberID, key string, now time.Time) (*Memory, error)
}

// Writes reads and writes in one transaction. Every write moves the position of what it touches; a secret or a
// rotation is a part of its credential, which must be saved behind it.
type Writes interface {
	Queries

	CreateWorkspace(w models.Workspace) error
	SaveWorkspace(w models.Workspace) error
	SaveKeyID(id string) error

	InsertMember(m models.Member) error // its token and legacy key are inserted on their own
	SaveMember(m models.Member) error   // its credentials move too if they are told under another name now

	// InsertCredential inserts a credential with its use so far and with those who used its first version.
	// That version must be inserted next, on its own.
	InsertCredential(c models.Credential, callers []models.Caller) error
	// SaveCredential writes what people decide: name, kind, state, revision, rotation. Use is not touched.
	SaveCredential(c models.Credential) error
	InsertSecret(id models.CredentialID, s models.SecretVersion, k SecretMaterial) error
	SaveSecretState(id models.CredentialID, s models.SecretVersion) error
	// Reseal writes how a secret rests. Nobody is told: its value is the same.
	Reseal(s SealedSecret) error
	// TouchAll makes every object count as changed after that position.
	TouchAll(behind int64) error

	InsertRotation(r models.Rotation) error
	SaveRotation(r models.Rotation) error

	// AddUse adds activations to what is known of the credential, the version and the caller; they may be
	// older than what is known already.
	AddUse(u Uses) error
	AddRefusalInCI(u SingleUse) (firstToday bool, err error)
	// SetUse puts callers in the place of the same callers of the same version, raises the refusals
	// in CI to that number, and sums up the credential's history anew; for imports.
	SetUse(id models.CredentialID, callers []models.Caller, refusedCI int64, now time.Time) error

	// AddEvent gives the event its number and its hash.
	AddEvent(e models.Event) error
	Remember(m Memory) error
}

// Changed is an object with the position of its last change.
type Changed[T any] struct {
	Object   T
	Position int64
}

// Standing is where a workspace stands. Two readers who are told the same are told the same of every object,
// as long as nobody puts the database back between them.
type Standing struct {
	Position int64
	Key      string // the id of the key that counts: fingerprints are made with it
	Head     models.EventHead
}

// Moved is what has moved, each once and in the order of the ids.
type Moved struct {
	Credentials []models.CredentialID
	Members     []models.MemberID
}

// SignIn is what a store knows of a secret that somebody signs in with.
type SignIn struct {
	Standing   Standing // at that moment; its key as with Presented
	Credential models.CredentialID
	State      models.CredentialState
	Secret     models.SecretVersion // its kind and its state
	Owner      models.Member        // id, e-mail, name and role; empty without one
	Workspace  models.Workspace     // what it allows its members
}

// Known reports whether there is such a secret.
func (s SignIn) Known() bool { return s.Credential != "" }

// Presented is what a store knows of a presented secret.
type Presented struct {
	Workspace  models.Revision // of the workspace at that moment
	Key        string          // the id of the key that counts at that moment, under which it must have been looked up
	Credential models.CredentialID
	State      models.CredentialState
	Secret     models.SecretVersion
	Owner      models.MemberID // empty without one
	Seat       bool
	Rotation   models.RotationID // the credential's open or latest one
	GraceEnds  time.Time         // of that rotation, if it is open and this is its old secret
	Awaited    bool              // that rotation is open and waits for the first use of this secret
	Fresh      bool              // this secret has never been used
}

// Known reports whether there is such a secret.
func (p Presented) Known() bool { return p.Credential != "" }

// stateAt is the state of the secret: once its grace is over it has ended, whether or not the sweep has been
// here.
func (p Presented) stateAt(now time.Time) models.SecretState {
	if !p.GraceEnds.IsZero() && !now.Before(p.GraceEnds) {
		return models.SecretRevoked
	}
	return p.Secret.State
}

// SecretMaterial is how a secret rests.
type SecretMaterial struct {
	Lookup []byte // nil where the value is not known
	Sealed []byte
}

// SecretPlace is one version of a credential's secret.
type SecretPlace struct {
	Credential models.CredentialID
	Version    int
}

// SealedSecret is how the secret of a place rests.
type SealedSecret struct {
	SecretPlace
	SecretMaterial
	Fingerprint string
}

// SingleUse is one activation.
type SingleUse struct {
	Credential models.CredentialID
	Version    int
	Client     string
	ClientVer  string
	Host       string
	CI         bool
	At         time.Time
}

// Uses are activations that differ in nothing but their time, all of one UTC day; At is that of the last.
type Uses struct {
	SingleUse
	First time.Time
	Count int64
}

// EventQuery asks for events with Seq below Before (0: no bound) and above After, the newest first.
type EventQuery struct {
	Before     int64
	After      int64
	Credential models.CredentialID
	OwnedBy    models.MemberID // only events about this member's own credentials
	Limit      int
}

// Memory is a remembered reply.
type Memory struct {
	Principal models.MemberID
	Once
	Reply
	At    time.Time
	Until time.Time
}
