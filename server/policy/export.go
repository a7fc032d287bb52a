package policy

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"example.com/keyturn/models"
)

// Export returns the workspace as an inventory without any value, always in the same order.
// Importing it into the same workspace changes nothing.
func (s *Service) Export(ctx context.Context, c Caller) (models.Inventory, error) {
	if err := require(c, models.MayImport); err != nil {
		return models.Inventory{}, err
	}
	var inv models.Inventory
	err := s.store.Read(ctx, func(q Queries) error {
		w, err := q.Workspace()
		if err != nil {
			return err
		}
		ci := w.MembersUseCI
		inv.Workspace = models.InventoryWorkspace{Name: w.Name, PersonalReveal: w.PersonalReveal, MembersUseCI: &ci}
		inv.Sunset = &w.Sunset
		if err := exportMembers(q, &inv); err != nil {
			return err
		}
		return exportCredentials(q, &inv)
	})
	return inv, err
}

func exportMembers(q Queries, inv *models.Inventory) error {
	for after := models.MemberID(""); ; {
		page, err := q.Members(after, models.MaxPage)
		if err != nil {
			return err
		}
		for _, m := range page {
			after = m.ID
			use, err := exportUse(q, m.Token)
			if err != nil {
				return err
			}
			inv.Members = append(inv.Members, models.InventoryMember{
				Email: m.Email, Name: m.Name, Role: m.Role, Seat: m.Seat, CreatedAt: m.CreatedAt,
				Use: use, RefusedCI: m.Token.RefusedCI.Count,
			})
		}
		if len(page) < models.MaxPage {
			sort.Slice(inv.Members, func(i, j int) bool { return inv.Members[i].Email < inv.Members[j].Email })
			return nil
		}
	}
}

func exportCredentials(q Queries, inv *models.Inventory) error {
	filter := models.NotPersonal()
	for after := models.CredentialID(""); ; {
		page, err := q.Credentials(filter, after, models.MaxPage)
		if err != nil {
			return err
		}
		for _, c := range page {
			after = c.ID
			use, err := exportUse(q, c)
			if err != nil {
				return err
			}
			entry := models.InventoryCredential{Kind: c.Kind, Name: c.Name, State: c.State, CreatedAt: c.CreatedAt, Use: use}
			if c.Owner != nil {
				entry.Owner = c.Owner.Email
			}
			if c.Kind == models.CIToken {
				inv.CITokens = append(inv.CITokens, entry)
			} else {
				inv.LegacyKeys = append(inv.LegacyKeys, entry)
			}
		}
		if len(page) < models.MaxPage {
			byName(inv.CITokens)
			byName(inv.LegacyKeys)
			return nil
		}
	}
}

func byName(list []models.InventoryCredential) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Name != list[j].Name {
			return list[i].Name < list[j].Name
		}
		if list[i].Owner != list[j].Owner {
			return list[i].Owner < list[j].Owner
		}
		// A revoked one comes before the one that has its name now: whoever reads the file makes them
		// in this order.
		return list[i].State == models.Revoked && list[j].State != models.Revoked
	})
}

// exportUse tells a history without its versions, which mean nothing elsewhere.
func exportUse(q Queries, c models.Credential) ([]models.InventoryUse, error) {
	if !c.Use.Used() {
		return nil, nil
	}
	callers, err := q.Callers(c.ID, allCallers)
	if err != nil {
		return nil, err
	}
	index := map[callerKey]int{}
	var list []models.InventoryUse
	for _, u := range callers {
		i, known := index[keyOf(u)]
		if !known {
			index[keyOf(u)] = len(list)
			list = append(list, models.InventoryUse{
				Client: u.Client, Version: u.ClientVersion, Host: u.Host, CI: u.CI, First: u.First, Last: u.Last, Count: u.Count,
			})
			continue
		}
		list[i].Count += u.Count
		list[i].First, list[i].Last = earlier(list[i].First, u.First), later(list[i].Last, u.Last)
	}
	slices.SortStableFunc(list, func(a, b models.InventoryUse) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.Client, b.Client), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Host, b.Host))
	})
	return list, nil
}
