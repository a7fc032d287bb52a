package kit

import (
	"context"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/rotation"
	"example.com/keyturn/rotation/bulk"
)

// Reader is what the console reads from the workspace service.
type Reader interface {
	Workspace(ctx context.Context) (models.Workspace, error)
	Members(ctx context.Context, page models.Page) (models.MemberPage, error)
	Credentials(ctx context.Context, filter models.CredentialFilter, page models.Page) (models.CredentialPage, error)
	Credential(ctx context.Context, id models.CredentialID) (models.Credential, error)
	Usage(ctx context.Context, id models.CredentialID) (callers []models.Caller, truncated bool, err error)
	Rotations(ctx context.Context, id models.CredentialID) ([]models.Rotation, error)
	Events(ctx context.Context, filter models.EventFilter, page models.Page) (models.EventPage, error)
	// Changes waits up to that long for a change after the position. A negative position only asks
	// where the service stands.
	Changes(ctx context.Context, after int64, wait time.Duration) (models.Changes, error)
}

// SecretReader reads values; every reading leaves an event at the service.
type SecretReader interface {
	Secret(ctx context.Context, id models.CredentialID, version int) (models.Secret, error)
}

// Changer makes the changes that are not rotations.
type Changer interface {
	Create(ctx context.Context, name, key string) (models.Credential, error)
	Rename(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Pause(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Resume(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Revoke(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
}

// Rotator takes rotations from intent to outcome; see package rotation. An error of
// models.FaultUnknown says that the outcome is not known even after asking again.
type Rotator interface {
	Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error)
	Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error)
	NewKey() string // a fresh idempotency key
}

// Clipboard hands values to the user's clipboard and takes them back.
type Clipboard interface {
	// Copy returns a sentence that tells the way the value went and what is known of its arrival.
	Copy(ctx context.Context, value models.Secret) (Delivery, error)
	// ClearIfOurs empties the clipboard if it still holds the last value copied.
	ClearIfOurs(ctx context.Context) (cleared bool, err error)
}

// Delivery tells how a value went to the clipboard.
type Delivery struct {
	Sentence  string // "handed to tmux", never just "copied"
	Clearable bool   // whether ClearIfOurs can find out what the clipboard holds
}

// Watch says whether the history of a workspace, as the service just told, continues what was seen before,
// and remembers it; nil: nobody remembers. See package chain.
type Watch func(ctx context.Context, space models.Workspace) error

// Unfinished knows the rotations whose outcome is not known, and asks the service for it; see package
// rotation.
type Unfinished interface {
	Unfinished(ctx context.Context) (rotation.Unfinished, error)
	Resume(ctx context.Context, key string) (rotation.Resumed, error)
}

// Plans keeps the plan of several rotations in a file before the first is sent, so that it can be gone on
// with after whatever happens. See rotation.Plans.
type Plans interface {
	// Keep writes a plan down, and holds it. If it fails nothing may be sent.
	Keep(ctx context.Context, p bulk.Plan) (*bulk.Run, error)
	// Take takes a plan that was left, to go on with it.
	Take(ctx context.Context, file string) (*bulk.Run, error)
	// Left is the plans of which something is left.
	Left(ctx context.Context) (rotation.LeftPlans, error)
}

// Local is what was left on this machine, whoever began it. It needs no service. See rotation.Local.
type Local interface {
	Look(ctx context.Context) (rotation.Lying, error)
	// Forget gives up one thing, if it is still as it was seen.
	Forget(ctx context.Context, one rotation.Loose) error
}

// Ports is everything the console needs from outside.
type Ports struct {
	Reader     Reader
	Secrets    SecretReader
	Changer    Changer
	Rotator    Rotator
	Unfinished Unfinished // nil: nothing is written down
	Clipboard  Clipboard
	Watch      Watch
	Plans      Plans
	Local      Local
	Auditor    Auditor // nil: checkouts cannot be scanned
	Now        func() time.Time
	Location   *time.Location
}
