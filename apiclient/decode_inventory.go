package apiclient

import (
	"example.com/keyturn/models"
)

// The required fields of a workspace file.
var (
	inventoryMemberFields = []string{"email"}
	inventoryUseFields    = []string{"last", "count"}
)

func inventory(r *reader) models.Inventory {
	var inv models.Inventory
	for f := r.object(nil); r.next(&f); {
		switch string(f.key) {
		case "workspace":
			inv.Workspace = inventoryWorkspace(r)
		case "sunset":
			calendar := sunset(r)
			inv.Sunset = &calendar
		case "members":
			inv.Members = listOf(r, inventoryMember)
		case "ci_tokens":
			inv.CITokens = listOf(r, inventoryCredential)
		case "legacy_keys":
			inv.LegacyKeys = listOf(r, inventoryCredential)
		default:
			r.skip()
		}
	}
	return inv
}

func inventoryWorkspace(r *reader) models.InventoryWorkspace {
	var w models.InventoryWorkspace
	for f := r.object(nil); r.next(&f); {
		switch string(f.key) {
		case "name":
			w.Name = r.text()
		case "personal_token_reveal":
			w.PersonalReveal = oneOf(r, reveals)
		case "members_use_ci":
			use := r.flag()
			w.MembersUseCI = &use
		default:
			r.skip()
		}
	}
	return w
}

// inventoryMember reads one person. A token is passed over: a file that the service hands out has
// none, and one that came all the same must not end in a file.
func inventoryMember(r *reader) models.InventoryMember {
	var m models.InventoryMember
	for f := r.object(inventoryMemberFields); r.next(&f); {
		switch string(f.key) {
		case "email":
			m.Email = r.text()
		case "name":
			m.Name = r.text()
		case "role":
			m.Role = oneOf(r, roles)
		case "seat":
			m.Seat = r.flag()
		case "created_at":
			m.CreatedAt = r.moment()
		case "use":
			m.Use = listOf(r, inventoryUse)
		case "refused_ci":
			m.RefusedCI = r.total()
		default:
			r.skip()
		}
	}
	return m
}

// inventoryCredential reads one credential, without a value for the same reason.
func inventoryCredential(r *reader) models.InventoryCredential {
	var c models.InventoryCredential
	for f := r.object(nil); r.next(&f); {
		switch string(f.key) {
		case "kind":
			c.Kind = oneOf(r, models.Kinds)
		case "name":
			c.Name = r.text()
		case "owner":
			c.Owner = r.text()
		case "state":
			c.State = oneOf(r, credentialStates)
		case "created_at":
			c.CreatedAt = r.moment()
		case "use":
			c.Use = listOf(r, inventoryUse)
		default:
			r.skip()
		}
	}
	return c
}

func inventoryUse(r *reader) models.InventoryUse {
	var u models.InventoryUse
	for f := r.object(inventoryUseFields); r.next(&f); {
		switch string(f.key) {
		case "client":
			u.Client = r.text()
		case "version":
			u.Version = r.text()
		case "host":
			u.Host = r.text()
		case "ci":
			u.CI = r.flag()
		case "first":
			u.First = r.moment()
		case "last":
			u.Last = r.moment()
		case "count":
			u.Count = r.count(1, 1<<62)
		default:
			r.skip()
		}
	}
	return u
}
