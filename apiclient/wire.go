package apiclient

import (
	"strings"
	"time"

	"example.com/keyturn/models"
)

// The bodies of requests, as the contract names them.

type nameBody struct {
	Name string `json:"name"`
}

type reasonBody struct {
	Reason string `json:"reason,omitempty"`
}

type overlapBody struct {
	Mode         string `json:"mode"`
	GraceSeconds int64  `json:"grace_seconds,omitempty"`
}

type rotateBody struct {
	Overlap    overlapBody `json:"overlap"`
	Reason     string      `json:"reason,omitempty"`
	Supersedes string      `json:"supersedes,omitempty"`
}

type extendBody struct {
	BySeconds int64  `json:"by_seconds"`
	Reason    string `json:"reason,omitempty"`
}

type settingsBody struct {
	Name         *string        `json:"name,omitempty"`
	Reveal       *models.Reveal `json:"personal_token_reveal,omitempty"`
	MembersUseCI *bool          `json:"members_use_ci,omitempty"`
}

type importBody struct {
	DryRun    bool          `json:"dry_run"`
	Inventory inventoryBody `json:"inventory"`
}

type identifyBody struct {
	Values []string `json:"values"`
}

type inventoryBody struct {
	Workspace  settingsOut     `json:"workspace,omitzero"`
	Sunset     *sunsetBody     `json:"sunset,omitempty"`
	Members    []memberBody    `json:"members,omitempty"`
	CITokens   []inventoryItem `json:"ci_tokens,omitempty"`
	LegacyKeys []inventoryItem `json:"legacy_keys,omitempty"`
}

type settingsOut struct {
	Name         string        `json:"name,omitempty"`
	Reveal       models.Reveal `json:"personal_token_reveal,omitempty"`
	MembersUseCI *bool         `json:"members_use_ci,omitempty"`
}

type sunsetBody struct {
	Start     time.Time      `json:"start,omitzero"`
	End       time.Time      `json:"end,omitzero"`
	Source    string         `json:"source,omitempty"`
	Downtimes []downtimeBody `json:"downtimes"`
}

type downtimeBody struct {
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	Note  string    `json:"note,omitempty"`
}

type memberBody struct {
	Email     string      `json:"email"`
	Name      string      `json:"name,omitempty"`
	Role      models.Role `json:"role,omitempty"`
	Seat      bool        `json:"seat,omitempty"`
	CreatedAt time.Time   `json:"created_at,omitzero"`
	Token     string      `json:"token,omitempty"`
	Use       []useBody   `json:"use,omitempty"`
	RefusedCI int64       `json:"refused_ci,omitempty"`
}

type inventoryItem struct {
	Kind      models.Kind            `json:"kind,omitempty"`
	Name      string                 `json:"name,omitempty"`
	Owner     string                 `json:"owner,omitempty"`
	State     models.CredentialState `json:"state,omitempty"`
	CreatedAt time.Time              `json:"created_at,omitzero"`
	Value     string                 `json:"value,omitempty"`
	Use       []useBody              `json:"use,omitempty"`
}

type useBody struct {
	Client  string    `json:"client,omitempty"`
	Version string    `json:"version,omitempty"`
	Host    string    `json:"host,omitempty"`
	CI      bool      `json:"ci,omitempty"`
	First   time.Time `json:"first,omitzero"`
	Last    time.Time `json:"last"`
	Count   int64     `json:"count"`
}

func each[From, To any](list []From, to func(From) To) []To {
	out := make([]To, len(list))
	for i := range list {
		out[i] = to(list[i])
	}
	return out
}

// inventoryOut writes a workspace file for the service. This is where the values in it leave.
func inventoryOut(inv models.Inventory) inventoryBody {
	out := inventoryBody{
		Workspace: settingsOut{
			Name: restore(inv.Workspace.Name), Reveal: inv.Workspace.PersonalReveal, MembersUseCI: inv.Workspace.MembersUseCI,
		},
		Members: each(inv.Members, memberOut), CITokens: each(inv.CITokens, credentialOut), LegacyKeys: each(inv.LegacyKeys, credentialOut),
	}
	if inv.Sunset != nil {
		out.Sunset = &sunsetBody{
			Start: inv.Sunset.Start, End: inv.Sunset.End, Source: restore(inv.Sunset.Source),
			Downtimes: each(inv.Sunset.Downtimes, func(d models.Downtime) downtimeBody {
				return downtimeBody{ID: restore(d.ID), Start: d.Start, End: d.End, Note: restore(d.Note)}
			}),
		}
	}
	return out
}

// valuesOut writes values for the service to say whose they are. This is where they leave.
func valuesOut(values []models.Secret) identifyBody {
	return identifyBody{Values: each(values, models.Secret.Reveal)}
}

// hider takes values out of texts that a service might have put them into.
func hider(values []models.Secret) func(string) string {
	return func(s string) string {
		for _, v := range values {
			s = strings.ReplaceAll(s, v.Reveal(), v.String())
		}
		return s
	}
}

func memberOut(m models.InventoryMember) memberBody {
	return memberBody{
		Email: restore(m.Email), Name: restore(m.Name), Role: m.Role, Seat: m.Seat, CreatedAt: m.CreatedAt, Token: m.Token.Reveal(),
		Use: each(m.Use, useOut), RefusedCI: m.RefusedCI,
	}
}

func credentialOut(k models.InventoryCredential) inventoryItem {
	return inventoryItem{
		Kind: k.Kind, Name: restore(k.Name), Owner: restore(k.Owner), State: k.State, CreatedAt: k.CreatedAt, Value: k.Value.Reveal(),
		Use: each(k.Use, useOut),
	}
}

func useOut(u models.InventoryUse) useBody {
	return useBody{
		Client: restore(u.Client), Version: restore(u.Version), Host: restore(u.Host), CI: u.CI, First: u.First, Last: u.Last, Count: u.Count,
	}
}
