package api

import (
	"errors"
	"fmt"
	"time"

	"example.com/keyturn/models"
)

type importRequest struct {
	DryRun    bool          `json:"dry_run"`
	Inventory *inventoryDTO `json:"inventory"`
}

type inventoryDTO struct {
	Workspace  *inventoryWorkspaceDTO `json:"workspace,omitempty"`
	Sunset     *sunsetDTO             `json:"sunset,omitempty"`
	Members    []inventoryMemberDTO   `json:"members,omitempty"`
	CITokens   []inventoryKeyDTO      `json:"ci_tokens,omitempty"`
	LegacyKeys []inventoryKeyDTO      `json:"legacy_keys,omitempty"`
}

type inventoryWorkspaceDTO struct {
	Name         string `json:"name,omitempty"`
	Reveal       choice `json:"personal_token_reveal,omitempty"`
	MembersUseCI *bool  `json:"members_use_ci,omitempty"`
}

type inventoryMemberDTO struct {
	Email     string            `json:"email"`
	Name      string            `json:"name,omitempty"`
	Role      choice            `json:"role,omitempty"`
	Seat      bool              `json:"seat,omitempty"`
	CreatedAt *time.Time        `json:"created_at,omitempty"`
	Token     string            `json:"token,omitempty"`
	Use       []inventoryUseDTO `json:"use,omitempty"`
	RefusedCI int64             `json:"refused_ci,omitempty"`
}

type inventoryKeyDTO struct {
	Kind      choice            `json:"kind,omitempty"`
	Name      string            `json:"name,omitempty"`
	Owner     string            `json:"owner,omitempty"`
	State     choice            `json:"state,omitempty"`
	CreatedAt *time.Time        `json:"created_at,omitempty"`
	Value     string            `json:"value,omitempty"`
	Use       []inventoryUseDTO `json:"use,omitempty"`
}

type inventoryUseDTO struct {
	Client  string     `json:"client,omitempty"`
	Version string     `json:"version,omitempty"`
	Host    string     `json:"host,omitempty"`
	CI      bool       `json:"ci,omitempty"`
	First   *time.Time `json:"first,omitempty"`
	Last    time.Time  `json:"last"`
	Count   int64      `json:"count"`
}

type importReportDTO struct {
	DryRun    bool              `json:"dry_run"`
	Created   int               `json:"created"`
	Updated   int               `json:"updated"`
	Unchanged int               `json:"unchanged"`
	Kept      int               `json:"kept"`
	Changes   []importChangeDTO `json:"changes"`
}

type importChangeDTO struct {
	Verb   string `json:"verb"`
	What   string `json:"what"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
}

// choice is one of a few words. It may be left out, but not be empty.
type choice string

var errEmptyChoice = errors.New("a field with a choice of words is empty: leave it out")

// UnmarshalText refuses the empty word.
func (c *choice) UnmarshalText(text []byte) error {
	*c = choice(text)
	if len(text) == 0 {
		return errEmptyChoice
	}
	return nil
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func inventoryIn(d inventoryDTO) (models.Inventory, error) {
	var inv models.Inventory
	if d.Workspace != nil {
		reveal := models.Reveal(d.Workspace.Reveal)
		if reveal != "" && reveal != models.RevealAdmins && reveal != models.RevealOwner {
			return inv, invalid("personal_token_reveal must be admins or owner")
		}
		inv.Workspace = models.InventoryWorkspace{Name: d.Workspace.Name, PersonalReveal: reveal, MembersUseCI: d.Workspace.MembersUseCI}
	}
	if d.Sunset != nil {
		if d.Sunset.Downtimes == nil {
			return inv, invalid("sunset.downtimes is missing: without any, write an empty list")
		}
		s := models.Sunset{Start: moment(d.Sunset.Start), End: moment(d.Sunset.End), Source: d.Sunset.Source}
		for _, w := range d.Sunset.Downtimes {
			s.Downtimes = append(s.Downtimes, models.Downtime{ID: w.ID, Start: w.Start.UTC(), End: w.End.UTC(), Note: w.Note})
		}
		inv.Sunset = &s
	}
	for i, m := range d.Members {
		role := models.Role(m.Role)
		if role != "" && role != models.RoleAdmin && role != models.RoleMember {
			return inv, invalid(fmt.Sprintf("members[%d]: role must be admin or member", i))
		}
		inv.Members = append(inv.Members, models.InventoryMember{
			Email: m.Email, Name: m.Name, Role: role, Seat: m.Seat, CreatedAt: moment(m.CreatedAt), Token: models.NewSecret(m.Token),
			Use: each(m.Use, inventoryUseIn), RefusedCI: m.RefusedCI,
		})
	}
	var err error
	if inv.CITokens, err = inventoryKeysIn("ci_tokens", d.CITokens); err != nil {
		return inv, err
	}
	inv.LegacyKeys, err = inventoryKeysIn("legacy_keys", d.LegacyKeys)
	return inv, err
}

func inventoryKeysIn(list string, keys []inventoryKeyDTO) ([]models.InventoryCredential, error) {
	var out []models.InventoryCredential
	for i, k := range keys {
		switch models.CredentialState(k.State) {
		case "", models.Active, models.Paused, models.Revoked:
		default:
			return nil, invalid(fmt.Sprintf("%s[%d]: state must be active, paused or revoked", list, i))
		}
		out = append(out, models.InventoryCredential{
			Kind: models.Kind(k.Kind), Name: k.Name, Owner: k.Owner, State: models.CredentialState(k.State), CreatedAt: moment(k.CreatedAt),
			Value: models.NewSecret(k.Value), Use: each(k.Use, inventoryUseIn),
		})
	}
	return out, nil
}

func inventoryUseIn(u inventoryUseDTO) models.InventoryUse {
	return models.InventoryUse{
		Client: u.Client, Version: u.Version, Host: u.Host, CI: u.CI, First: moment(u.First), Last: u.Last.UTC(), Count: u.Count,
	}
}

func inventoryOut(inv models.Inventory) inventoryDTO {
	out := inventoryDTO{Workspace: &inventoryWorkspaceDTO{
		Name: inv.Workspace.Name, Reveal: choice(inv.Workspace.PersonalReveal), MembersUseCI: inv.Workspace.MembersUseCI,
	}}
	if inv.Sunset != nil {
		s := sunsetOut(*inv.Sunset)
		out.Sunset = &s
	}
	out.Members = each(inv.Members, func(m models.InventoryMember) inventoryMemberDTO {
		return inventoryMemberDTO{
			Email: m.Email, Name: m.Name, Role: choice(m.Role), Seat: m.Seat, CreatedAt: when(m.CreatedAt),
			Use: each(m.Use, inventoryUseOut), RefusedCI: m.RefusedCI,
		}
	})
	out.CITokens = each(inv.CITokens, inventoryKeyOut)
	out.LegacyKeys = each(inv.LegacyKeys, inventoryKeyOut)
	return out
}

func inventoryKeyOut(k models.InventoryCredential) inventoryKeyDTO {
	return inventoryKeyDTO{
		Kind: choice(k.Kind), Name: k.Name, Owner: k.Owner, State: choice(k.State), CreatedAt: when(k.CreatedAt), Use: each(k.Use, inventoryUseOut),
	}
}

func inventoryUseOut(u models.InventoryUse) inventoryUseDTO {
	return inventoryUseDTO{Client: u.Client, Version: u.Version, Host: u.Host, CI: u.CI, First: when(u.First), Last: u.Last, Count: u.Count}
}

func importReportOut(r models.ImportReport) importReportDTO {
	return importReportDTO{
		DryRun: r.DryRun, Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged, Kept: r.Kept,
		Changes: each(r.Changes, func(c models.ImportChange) importChangeDTO {
			return importChangeDTO{Verb: c.Verb, What: c.What, Name: c.Name, Detail: c.Detail}
		}),
	}
}
