package policy

import (
	"context"
	"fmt"

	"example.com/keyturn/models"
	"example.com/keyturn/server/vault"
)

// Allowance is how many values somebody may still try who does not know them.
type Allowance interface {
	// Take takes one for each of so many values, and returns for how many there was one.
	Take(values int) (granted int)
	// GiveBack gives them back for values that turned out to be known.
	GiveBack(values int)
}

// Identify says of each value, in order, which secret of the workspace it is, one that has ended too; nil
// if it is none. Nothing counts as use. The answer ends where the allowance does, perhaps before it begins:
// a value is paid for before it is looked for, so that whoever guesses learns nothing for free. It leaves
// one event with numbers only, and no event, no answer.
func (s *Service) Identify(ctx context.Context, c Caller, values []models.Secret, may Allowance) ([]*models.Identified, error) {
	if err := require(c, models.MayManageCredentials); err != nil {
		return nil, err
	}
	var found []*models.Identified
	known := 0
	for len(found) < len(values) {
		granted := may.Take(len(values) - len(found))
		if granted == 0 {
			break
		}
		some, err := s.lookFor(ctx, values[len(found):][:granted])
		if err != nil {
			return nil, fmt.Errorf("identify: %w", err)
		}
		ours := countKnown(some)
		may.GiveBack(ours)
		known += ours
		found = append(found, some...)
	}
	if len(found) == 0 {
		return nil, nil
	}
	if err := s.tellIdentified(ctx, c, len(found), known); err != nil {
		return nil, fmt.Errorf("identify: %w", err)
	}
	s.news.tell()
	return found, nil
}

// lookFor asks the store as an activation does.
func (s *Service) lookFor(ctx context.Context, values []models.Secret) ([]*models.Identified, error) {
	found := make([]*models.Identified, len(values))
	now := s.clock()
	err := s.store.Read(ctx, func(q Queries) error {
		for i, value := range values {
			p, err := s.lookedUp(func(v *vault.Vault) (Presented, error) { return q.Presented(v.Lookup(value)) })
			if err != nil {
				return err
			}
			if found[i] = nil; !p.Known() {
				continue
			}
			credential, err := q.Credential(p.Credential)
			if err != nil {
				return err
			}
			found[i] = &models.Identified{
				Credential: credential.ID, Kind: p.Secret.Kind, Name: credential.Name, Owner: credential.Owner,
				Version: p.Secret.Version, State: p.stateAt(now), Paused: credential.State == models.Paused,
			}
		}
		return nil
	})
	return found, err
}

func countKnown(found []*models.Identified) (known int) {
	for _, f := range found {
		if f != nil {
			known++
		}
	}
	return known
}

func (s *Service) tellIdentified(ctx context.Context, c Caller, asked, known int) error {
	return s.store.Write(ctx, func(w Writes) error {
		workspace, err := w.Workspace()
		if err != nil {
			return err
		}
		return s.begin(w, c).event(models.Event{
			Action: models.EventIdentified, Name: workspace.Name, Detail: fmt.Sprintf("values asked about: %d, known: %d", asked, known),
		})
	})
}
