package inventory

import (
	"strings"
	"time"

	"example.com/keyturn/models"
)

// Version is the version of the format that is read and written.
const Version = "1"

// schema turns the nodes of a file into a workspace, and notes everything that is wrong.
type schema struct{ *found }

func (s schema) inventory(n *node) models.Inventory {
	var inv models.Inventory
	s.object(n, "a workspace file", entries{
		"version": func(n *node) {
			if text := s.text(n, "version"); text != Version && text != "" {
				s.add(n.line, "version %s of the format is not known: this keyturn reads version %s", quote(text), Version)
			}
		},
		"workspace": func(n *node) { inv.Workspace = s.workspace(n) },
		"sunset":    func(n *node) { inv.Sunset = s.sunset(n) },
		"members": func(n *node) {
			s.list(n, "members", func(n *node) { inv.Members = append(inv.Members, s.member(n)) })
		},
		"ci_tokens": func(n *node) {
			s.list(n, "ci_tokens", func(n *node) { inv.CITokens = append(inv.CITokens, s.credential(n, models.CIToken)) })
		},
		"legacy_keys": func(n *node) {
			s.list(n, "legacy_keys", func(n *node) { inv.LegacyKeys = append(inv.LegacyKeys, s.credential(n, "")) })
		},
	})
	if n.kind == mapping {
		s.unique(n)
	}
	return inv
}

func (s schema) workspace(n *node) models.InventoryWorkspace {
	var w models.InventoryWorkspace
	s.object(n, "workspace", entries{
		"name": func(n *node) { w.Name = s.name(n, "name") },
		"personal_token_reveal": func(n *node) {
			w.PersonalReveal = oneOf(s, n, "personal_token_reveal", models.RevealAdmins, models.RevealOwner)
		},
		"members_use_ci": func(n *node) {
			use := s.flag(n, "members_use_ci")
			w.MembersUseCI = &use
		},
	})
	return w
}

func (s schema) sunset(n *node) *models.Sunset {
	calendar := &models.Sunset{}
	s.object(n, "sunset", entries{
		"start":  func(n *node) { calendar.Start = s.moment(n, "start") },
		"end":    func(n *node) { calendar.End = s.moment(n, "end") },
		"source": func(n *node) { calendar.Source = s.text(n, "source") },
		"downtimes": func(n *node) {
			s.list(n, "downtimes", func(n *node) { calendar.Downtimes = append(calendar.Downtimes, s.downtime(n)) })
		},
	})
	if !calendar.Start.IsZero() && !calendar.End.IsZero() && !calendar.Start.Before(calendar.End) {
		s.add(n.line, "the sunset ends before it starts")
	}
	return calendar
}

func (s schema) downtime(n *node) models.Downtime {
	var d models.Downtime
	s.object(n, "a downtime", entries{
		"id":    func(n *node) { d.ID = s.text(n, "id") },
		"start": func(n *node) { d.Start = s.moment(n, "start") },
		"end":   func(n *node) { d.End = s.moment(n, "end") },
		"note":  func(n *node) { d.Note = s.text(n, "note") },
	}, "id", "start", "end")
	if !d.Start.IsZero() && !d.End.IsZero() && !d.Start.Before(d.End) {
		s.add(n.line, "the downtime %s ends before it starts", quote(d.ID))
	}
	return d
}

func (s schema) member(n *node) models.InventoryMember {
	m := models.InventoryMember{Role: models.RoleMember}
	s.object(n, "a member", entries{
		"email":      func(n *node) { m.Email = s.email(n, "email") },
		"name":       func(n *node) { m.Name = s.name(n, "name") },
		"role":       func(n *node) { m.Role = oneOf(s, n, "role", models.RoleMember, models.RoleAdmin) },
		"seat":       func(n *node) { m.Seat = s.flag(n, "seat") },
		"created_at": func(n *node) { m.CreatedAt = s.moment(n, "created_at") },
		"token":      func(n *node) { m.Token = s.token(n, "token") },
		"use":        func(n *node) { m.Use = s.uses(n) },
		"refused_ci": func(n *node) { m.RefusedCI = s.count(n, "refused_ci", 0) },
	}, "email")
	return m
}

// credential reads a CI token or a legacy key; kind is empty where the entry has to say it.
func (s schema) credential(n *node, kind models.Kind) models.InventoryCredential {
	c := models.InventoryCredential{Kind: kind}
	kinds, required := []models.Kind{models.CIToken}, []string{"name"}
	if kind == "" {
		kinds, required = []models.Kind{models.LegacyCIKey, models.LegacyAPIKey}, []string{"kind"}
	}
	var value *node
	s.object(n, "a credential", entries{
		"kind":       func(n *node) { c.Kind = oneOf(s, n, "kind", kinds...) },
		"name":       func(n *node) { c.Name = s.name(n, "name") },
		"owner":      func(n *node) { c.Owner = s.email(n, "owner") },
		"state":      func(n *node) { c.State = oneOf(s, n, "state", models.Active, models.Paused, models.Revoked) },
		"created_at": func(n *node) { c.CreatedAt = s.moment(n, "created_at") },
		"value":      func(n *node) { value = n },
		"use":        func(n *node) { c.Use = s.uses(n) },
	}, required...)
	if value != nil && c.Kind.Legacy() {
		c.Value = s.legacyValue(value)
	} else if value != nil {
		c.Value = s.token(value, "value")
	}
	switch {
	case c.Kind == models.LegacyAPIKey && c.Owner == "" && c.Name == "":
		s.add(n.line, "a legacy API key without an owner needs a name")
	case c.Kind == models.LegacyCIKey && c.Name == "":
		s.add(n.line, "a legacy CI key needs a name")
	case c.Kind.Shared() && c.Owner != "":
		s.add(n.line, "a %s belongs to the workspace and has no owner", c.Kind.Label())
	}
	return c
}

func (s schema) uses(n *node) []models.InventoryUse {
	var list []models.InventoryUse
	s.list(n, "use", func(n *node) {
		var u models.InventoryUse
		s.object(n, "use", entries{
			"client":  func(n *node) { u.Client = s.text(n, "client") },
			"version": func(n *node) { u.Version = s.text(n, "version") },
			"host":    func(n *node) { u.Host = s.text(n, "host") },
			"ci":      func(n *node) { u.CI = s.flag(n, "ci") },
			"first":   func(n *node) { u.First = s.moment(n, "first") },
			"last":    func(n *node) { u.Last = s.moment(n, "last") },
			"count":   func(n *node) { u.Count = s.count(n, "count", 1) },
		}, "last", "count")
		if u.First.After(u.Last) && !u.Last.IsZero() {
			s.add(n.line, "the first use is later than the last")
		}
		list = append(list, u)
	})
	return list
}

// unique demands that nothing stands in the file twice.
func (s schema) unique(root *node) {
	for _, list := range root.fields {
		if list.value.kind != sequence {
			continue
		}
		s.uniqueIn(list)
	}
	s.uniqueValues(root)
}

// uniqueIn demands one entry for each member, name or owner in a list of the file.
func (s schema) uniqueIn(list field) {
	seen := map[string]int{}
	for _, item := range list.value.items {
		key := ""
		switch list.name {
		case "members":
			key = strings.ToLower(strings.TrimSpace(item.get("email")))
		case "ci_tokens":
			if key = item.get("name"); item.get("state") == string(models.Revoked) {
				key = "" // any number of them may have had this name
			}
		case "legacy_keys":
			key = item.get("kind") + " " + item.get("name")
			if owner := item.get("owner"); owner != "" {
				key = "owned by " + strings.ToLower(strings.TrimSpace(owner))
			}
		}
		if key == "" {
			continue
		}
		if first, twice := seen[key]; twice {
			s.add(item.line, "%s stands here a second time: the first is on line %d", quote(strings.TrimSpace(key)), first)
			continue
		}
		seen[key] = item.line
	}
}

// uniqueValues demands that no value belongs to two credentials. It tells lines, never values.
func (s schema) uniqueValues(root *node) {
	seen := map[string]int{}
	for _, list := range root.fields {
		for _, item := range list.value.items {
			value := item.get("value") + item.get("token")
			if value == "" {
				continue
			}
			if first, twice := seen[value]; twice {
				s.add(item.line, "this has the same value as the entry on line %d", first)
				continue
			}
			seen[value] = item.line
		}
	}
}

// get returns the text of a field, or "".
func (n *node) get(name string) string {
	for _, f := range n.fields {
		if f.name == name && f.value.kind == scalar {
			return f.value.text
		}
	}
	return ""
}

// moments are the ways in which a file may write a time.
var moments = []string{time.RFC3339Nano, time.DateOnly}
