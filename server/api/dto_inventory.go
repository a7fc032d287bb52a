package api

import (
	"errors"
	"time"

	"example.com/keyturn/models"
)

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
