package policy

import (
	"context"

	"example.com/keyturn/models"
	"example.com/keyturn/server/vault"
)

// Authenticate returns the member whose personal token this is. Any other credential is refused,
// and an unknown token is answered like a revoked one.
func (s *Service) Authenticate(ctx context.Context, token models.Secret) (models.Principal, error) {
	var p models.Principal
	err := s.store.Read(ctx, func(q Queries) error {
		found, err := s.lookedUp(func(v *vault.Vault) (Presented, error) { return q.Presented(v.Lookup(token)) })
		if err != nil {
			return err
		}
		if !found.Known() || !found.Secret.State.Works() {
			return tokenUnknown()
		}
		if found.Secret.Kind != models.PersonalToken {
			return &models.Error{
				Fault: models.FaultUnauthorized, Code: "not-a-personal-token",
				Title: "Only a personal token signs in here", Detail: "this is a " + found.Secret.Kind.Label(),
				Fix: "put your own personal token in LOCALSTACK_AUTH_TOKEN",
			}
		}
		if found.State == models.Paused {
			return &models.Error{
				Fault: models.FaultUnauthorized, Code: "token-paused",
				Title: "This personal token is paused", Fix: "ask an admin of the workspace to resume it",
			}
		}
		p, err = principal(q, found.Owner)
		return err
	})
	return p, err
}

func tokenUnknown() error {
	return &models.Error{
		Fault: models.FaultUnauthorized, Code: "token-unknown",
		Title: "This token is not known here, or no longer",
		Fix:   "take your present personal token from the workspace and put it in LOCALSTACK_AUTH_TOKEN",
	}
}

func principal(q Queries, id models.MemberID) (models.Principal, error) {
	m, err := q.Member(id)
	if err != nil {
		return models.Principal{}, err
	}
	w, err := q.Workspace()
	if err != nil {
		return models.Principal{}, err
	}
	return models.Principal{
		ID: m.ID, Email: m.Email, Name: m.Name, Role: m.Role, Token: m.Token.ID,
		Permissions: models.PermissionsOf(m.Role, w.PersonalReveal, w.MembersUseCI),
	}, nil
}
