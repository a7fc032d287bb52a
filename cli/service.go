package cli

import (
	"context"
	"time"

	"example.com/keyturn/models"
)

// Service is what the commands need of the workspace service.
type Service interface {
	Workspace(ctx context.Context) (models.Workspace, error)
	Members(ctx context.Context, page models.Page) (models.MemberPage, error)
	Credentials(ctx context.Context, filter models.CredentialFilter, page models.Page) (models.CredentialPage, error)
	Credential(ctx context.Context, id models.CredentialID) (models.Credential, error)
	Usage(ctx context.Context, id models.CredentialID) (callers []models.Caller, truncated bool, err error)
	Rotations(ctx context.Context, id models.CredentialID) ([]models.Rotation, error)
	Events(ctx context.Context, filter models.EventFilter, page models.Page) (models.EventPage, error)
	Secret(ctx context.Context, id models.CredentialID, version int) (models.Secret, error)
	Identify(ctx context.Context, values []models.Secret) ([]*models.Identified, error)
	Create(ctx context.Context, name, key string) (models.Credential, error)
	Rename(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Pause(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Resume(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Revoke(ctx context.Context, req models.ChangeRequest) (models.Credential, error)
	Import(ctx context.Context, inv models.Inventory, dryRun bool, key string) (models.ImportReport, error)
	Export(ctx context.Context) (models.Inventory, error)
}

// Rotator takes rotations from intent to outcome; see package rotation.
type Rotator interface {
	Start(ctx context.Context, req models.RotateRequest) (models.Rotation, models.Credential, error)
	Step(ctx context.Context, req models.StepRequest) (models.Rotation, models.Credential, error)
	NewKey() string
}

// Remote is a workspace service that somebody is signed in to.
type Remote struct {
	Service
	Rotator    Rotator
	Unfinished Unfinished
	Plans      Plans
	History    History
}

// Clipboard hands a value to the user's clipboard. The sentence tells the way that it went;
// clearable is whether the clipboard can be read back.
type Clipboard interface {
	Copy(ctx context.Context, value models.Secret) (sentence string, clearable bool, err error)
	ClearIfOurs(ctx context.Context) (cleared bool, err error)
}

// call is one run of a command: what it was given, and the service once it is asked.
type call struct {
	Deps
	asJSON   bool
	endpoint string
	readOnly bool
	remote   *Remote
	space    *models.Workspace
	quiet    func() // somebody is asked now: waiting is no surprise
}

// service signs in with the personal token of the environment.
func (c *call) service() (*Remote, error) {
	if c.remote != nil {
		return c.remote, nil
	}
	token, err := signIn(c.Env)
	if err != nil {
		return nil, err
	}
	remote, err := c.Connect(endpointOf(c.endpoint, c.Env), token)
	if err != nil {
		return nil, err
	}
	c.remote = &remote
	return c.remote, nil
}

// workspace asks once who is signed in, and for the calendar.
func (c *call) workspace(ctx context.Context) (models.Workspace, error) {
	if c.space != nil {
		return *c.space, nil
	}
	s, err := c.service()
	if err != nil {
		return models.Workspace{}, err
	}
	space, err := s.Workspace(ctx)
	if err != nil {
		return models.Workspace{}, err
	}
	c.space = &space
	return space, nil
}

func signIn(env func(string) string) (models.Secret, error) {
	token := models.NewSecret(env("LOCALSTACK_AUTH_TOKEN"))
	if token.Empty() {
		return models.Secret{}, &models.Error{
			Fault: models.FaultUnauthorized, Code: "not-signed-in", Title: "you are not signed in",
			Fix: "put your personal token in LOCALSTACK_AUTH_TOKEN, or try keyturn demo",
		}
	}
	return token, nil
}

func endpointOf(flag string, env func(string) string) string {
	for _, endpoint := range []string{flag, env("KEYTURN_ENDPOINT")} {
		if endpoint != "" {
			return endpoint
		}
	}
	return DefaultEndpoint
}

// patience is how long a command stays silent before it says that it waits.
const patience = 500 * time.Millisecond
