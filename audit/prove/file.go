package prove

import (
	"context"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// Members are the members that a workspace file lists.
func Members(inv models.Inventory) []models.MemberRef {
	list := make([]models.MemberRef, len(inv.Members))
	for i, m := range inv.Members {
		list[i] = models.MemberRef{Name: m.Name, Email: m.Email}
	}
	return list
}

// entry is a credential of a workspace file that comes with its value.
type entry struct {
	value models.Secret
	finding.Identity
}

// File identifies values by those that a workspace file holds: nobody is asked. It compares in a time that
// tells nothing of them.
func File(inv models.Inventory) Identify {
	entries := entriesOf(inv)
	return func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
		known := make([]*finding.Identity, len(values))
		for i, v := range values {
			if ctx.Err() != nil {
				return known[:i], ctx.Err()
			}
			for _, e := range entries {
				if e.value.Equal(v) && known[i] == nil {
					known[i] = &e.Identity
				}
			}
		}
		return known, nil
	}
}

func entriesOf(inv models.Inventory) []entry {
	var list []entry
	people := map[string]string{}
	for _, m := range inv.Members {
		person := personOf(models.MemberRef{Name: m.Name, Email: m.Email})
		people[strings.ToLower(m.Email)] = person
		if !m.Token.Empty() {
			list = append(list, entry{m.Token, finding.Identity{Kind: models.PersonalToken, Owner: person}})
		}
	}
	add := func(c models.InventoryCredential, kind models.Kind) {
		if c.Value.Empty() {
			return
		}
		owner := c.Owner
		if person, ok := people[strings.ToLower(owner)]; ok {
			owner = person
		}
		list = append(list, entry{c.Value, finding.Identity{Kind: kind, Name: c.Name, Owner: owner, State: states[c.State]}})
	}
	for _, c := range inv.CITokens {
		add(c, models.CIToken)
	}
	for _, c := range inv.LegacyKeys {
		add(c, c.Kind)
	}
	return list
}

// states are those of the secret of a credential. A file that leaves the state out does not tell.
var states = map[models.CredentialState]string{
	models.Active: string(models.SecretCurrent), models.Paused: string(models.Paused), models.Revoked: string(models.SecretRevoked),
}
