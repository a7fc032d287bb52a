package plan

import (
	"fmt"
	"slices"

	"example.com/keyturn/models"
)

// Superseded is the credential as the next rotation finds it after it has ended the open one. Without an
// open one it is the credential itself.
func Superseded(c models.Credential) models.Credential {
	open := c.OpenRotation()
	if open == nil {
		return c
	}
	ends, stays := open.OldVersion, open.NewVersion
	if open.State.SupersedeStep() == models.StepCancel {
		ends, stays = stays, ends
	}
	c.Secrets, c.Rotation = slices.Clone(c.Secrets), nil
	for i := range c.Secrets {
		switch s := &c.Secrets[i]; s.Version {
		case ends:
			s.State = models.SecretRevoked
		case stays:
			s.State = models.SecretCurrent
			c.Kind = s.Kind
		}
	}
	return c
}

// Started says who has started a rotation, when and from where.
func Started(r models.Rotation, clock Clock) string {
	text := fmt.Sprintf("started by %s, %s", r.StartedBy, clock.Moment(r.StartedAt))
	if r.StartedFrom != "" {
		text += ", from " + r.StartedFrom
	}
	return text
}

// Superseding says what taking the place of an open rotation does before the next one starts.
func Superseding(open models.Rotation) string {
	if open.State.SupersedeStep() == models.StepCancel {
		return fmt.Sprintf("Version %d ends at once, wherever it has been put already. Then yours starts; version %d goes on working.", open.NewVersion, open.OldVersion)
	}
	return fmt.Sprintf("Version %d ends at once: whoever still uses it is refused. Then yours starts; version %d goes on working.", open.OldVersion, open.NewVersion)
}
