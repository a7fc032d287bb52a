package policy

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/server/vault"
)

// Authenticate returns the member whose personal token this is; From is for who knows it to say. Any other
// credential is refused, and an unknown token is answered like a revoked one.
func (s *Service) Authenticate(ctx context.Context, token models.Secret) (Caller, error) {
	found, err := underKey(s, func(v *vault.Vault) (SignIn, string, error) {
		found, err := s.store.SignIn(ctx, v.Lookup(token))
		return found, found.Standing.Key, err
	})
	if err != nil {
		return Caller{}, err
	}
	if !found.Known() || !found.Secret.State.Works() {
		return Caller{}, tokenUnknown()
	}
	if found.Secret.Kind != models.PersonalToken {
		return Caller{}, &models.Error{
			Fault: models.FaultUnauthorized, Code: "not-a-personal-token",
			Title: "Only a personal token signs in here", Detail: "this is a " + found.Secret.Kind.Label(),
			Fix: "put your own personal token in LOCALSTACK_AUTH_TOKEN",
		}
	}
	if found.State == models.Paused {
		return Caller{}, &models.Error{
			Fault: models.FaultUnauthorized, Code: "token-paused",
			Title: "This personal token is paused", Fix: "ask an admin of the workspace to resume it",
		}
	}
	m, w := found.Owner, found.Workspace
	return Caller{Standing: found.Standing, Principal: models.Principal{
		ID: m.ID, Email: m.Email, Name: m.Name, Role: m.Role, Token: found.Credential,
		Permissions: models.PermissionsOf(m.Role, w.PersonalReveal, w.MembersUseCI),
	}}, nil
}

func tokenUnknown() error {
	return &models.Error{
		Fault: models.FaultUnauthorized, Code: "token-unknown",
		Title: "This token is not known here, or no longer",
		Fix:   "take your present personal token from the workspace and put it in LOCALSTACK_AUTH_TOKEN",
	}
}
