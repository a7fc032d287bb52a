package api

import (
	"fmt"
	"iter"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
)

// The shapes in which a workspace file arrives are those in which it leaves, but for their lists, which may be long and
// are gone through entry by entry.

type importRequest struct {
	DryRun    bool                  `json:"dry_run"`
	Inventory *arrivingInventoryDTO `json:"inventory"`
}

type arrivingInventoryDTO struct {
	Workspace  *inventoryWorkspaceDTO     `json:"workspace"`
	Sunset     *arrivingSunsetDTO         `json:"sunset"`
	Members    entries[arrivingMemberDTO] `json:"members"`
	CITokens   entries[arrivingKeyDTO]    `json:"ci_tokens"`
	LegacyKeys entries[arrivingKeyDTO]    `json:"legacy_keys"`
}

type arrivingSunsetDTO struct {
	Start     *time.Time            `json:"start"`
	End       *time.Time            `json:"end"`
	Source    string                `json:"source"`
	Downtimes *entries[downtimeDTO] `json:"downtimes"`
}

type arrivingMemberDTO struct {
	Email     string                   `json:"email"`
	Name      string                   `json:"name"`
	Role      choice                   `json:"role"`
	Seat      bool                     `json:"seat"`
	CreatedAt *time.Time               `json:"created_at"`
	Token     string                   `json:"token"`
	Use       entries[inventoryUseDTO] `json:"use"`
	RefusedCI int64                    `json:"refused_ci"`
}

type arrivingKeyDTO struct {
	Kind      choice                   `json:"kind"`
	Name      string                   `json:"name"`
	Owner     string                   `json:"owner"`
	State     choice                   `json:"state"`
	CreatedAt *time.Time               `json:"created_at"`
	Value     string                   `json:"value"`
	Use       entries[inventoryUseDTO] `json:"use"`
}

func (arrivingMemberDTO) most() int { return models.MaxInventoryEntries }
func (arrivingKeyDTO) most() int    { return models.MaxInventoryEntries }
func (inventoryUseDTO) most() int   { return models.MaxInventoryUse }
func (downtimeDTO) most() int       { return models.MaxInventoryDowntimes }

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// arrived is a list in the form that the policy takes, made entry by entry while it is gone through.
func arrived[From interface{ most() int }, To any](list entries[From], to func(From) To) iter.Seq[To] {
	return func(yield func(To) bool) {
		for one := range list.all() {
			if !yield(to(one)) {
				return
			}
		}
	}
}

// held is a list that is short enough to be held as a whole.
func held[From interface{ most() int }, To any](list entries[From], to func(From) To) []To {
	out := make([]To, 0, list.n)
	for one := range list.all() {
		out = append(out, to(one))
	}
	return out
}

func inventoryIn(d arrivingInventoryDTO) (policy.Arriving, error) {
	var inv policy.Arriving
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
		inv.Sunset = &models.Sunset{
			Start: moment(d.Sunset.Start), End: moment(d.Sunset.End), Source: d.Sunset.Source, Downtimes: held(*d.Sunset.Downtimes, downtimeIn),
		}
	}
	if d.Members.n+d.CITokens.n+d.LegacyKeys.n > models.MaxInventoryEntries {
		return inv, invalid(fmt.Sprintf("inventory has more than %d members, CI tokens and legacy keys", models.MaxInventoryEntries))
	}
	if err := membersFit(d.Members); err != nil {
		return inv, err
	}
	if err := keysFit("ci_tokens", d.CITokens); err != nil {
		return inv, err
	}
	if err := keysFit("legacy_keys", d.LegacyKeys); err != nil {
		return inv, err
	}
	inv.Members = arrived(d.Members, inventoryMemberIn)
	inv.CITokens, inv.LegacyKeys = arrived(d.CITokens, inventoryKeyIn), arrived(d.LegacyKeys, inventoryKeyIn)
	return inv, nil
}

func membersFit(members entries[arrivingMemberDTO]) error {
	i := 0
	for m := range members.all() {
		switch models.Role(m.Role) {
		case "", models.RoleAdmin, models.RoleMember:
		default:
			return invalid(fmt.Sprintf("members[%d]: role must be admin or member", i))
		}
		i++
	}
	return nil
}

func keysFit(list string, keys entries[arrivingKeyDTO]) error {
	i := 0
	for k := range keys.all() {
		switch models.CredentialState(k.State) {
		case "", models.Active, models.Paused, models.Revoked:
		default:
			return invalid(fmt.Sprintf("%s[%d]: state must be active, paused or revoked", list, i))
		}
		i++
	}
	return nil
}

func inventoryMemberIn(m arrivingMemberDTO) models.InventoryMember {
	return models.InventoryMember{
		Email: m.Email, Name: m.Name, Role: models.Role(m.Role), Seat: m.Seat, CreatedAt: moment(m.CreatedAt), Token: models.NewSecret(m.Token),
		Use: held(m.Use, inventoryUseIn), RefusedCI: m.RefusedCI,
	}
}

func inventoryKeyIn(k arrivingKeyDTO) models.InventoryCredential {
	return models.InventoryCredential{
		Kind: models.Kind(k.Kind), Name: k.Name, Owner: k.Owner, State: models.CredentialState(k.State), CreatedAt: moment(k.CreatedAt),
		Value: models.NewSecret(k.Value), Use: held(k.Use, inventoryUseIn),
	}
}

func inventoryUseIn(u inventoryUseDTO) models.InventoryUse {
	return models.InventoryUse{
		Client: u.Client, Version: u.Version, Host: u.Host, CI: u.CI, First: moment(u.First), Last: u.Last.UTC(), Count: u.Count,
	}
}

func downtimeIn(d downtimeDTO) models.Downtime {
	return models.Downtime{ID: d.ID, Start: d.Start.UTC(), End: d.End.UTC(), Note: d.Note}
}
