// Package sample makes believable workspaces for demos and tests: the same one for the same
// options, with the names that break screens among the ones that do not.
package sample

import (
	"fmt"
	"math/rand/v2"
	"time"

	"example.com/keyturn/models"
)

// Options say how large the workspace is and which one it is.
type Options struct {
	Members  int
	CITokens int
	Legacy   int
	Seed     uint64
	Now      time.Time
}

// AdminEmail is the first member, who signs in.
const AdminEmail = "ada.admin@example.com"

// maker draws everything from one seeded source.
type maker struct {
	*rand.Rand
	now time.Time
}

// Generate makes a workspace. The first member is an admin with a seat.
func Generate(o Options) models.Inventory {
	m := maker{Rand: rand.New(rand.NewPCG(o.Seed, 0x6b657974)), now: o.Now.UTC().Truncate(time.Hour)} //nolint:gosec // a sample, no secret
	inv := models.Inventory{Workspace: models.InventoryWorkspace{Name: "Northwind Robotics (demo)"}, Sunset: m.sunset()}
	for i := range o.Members {
		inv.Members = append(inv.Members, m.member(i))
	}
	for i := range o.CITokens {
		inv.CITokens = append(inv.CITokens, m.ciToken(i))
	}
	owner := 1
	for i := range o.Legacy {
		key := m.legacyKey(i)
		if key.Kind == models.LegacyAPIKey {
			if owner < o.Members && m.IntN(5) > 0 {
				key.Owner, key.Name = inv.Members[owner].Email, ""
				owner++
			}
		}
		inv.LegacyKeys = append(inv.LegacyKeys, key)
	}
	return inv
}

// sunset is a calendar in the middle of which now lies, with the next downtime some days ahead.
func (m maker) sunset() *models.Sunset {
	day := func(days, hour int) time.Time {
		return m.now.Truncate(24*time.Hour).AddDate(0, 0, days).Add(time.Duration(hour) * time.Hour)
	}
	s := &models.Sunset{Start: day(-240, 0), End: day(49, 0), Source: "https://blog.localstack.cloud/completing-the-transition-to-auth-tokens"}
	for i, w := range []struct{ days, hour, hours int }{{-30, 14, 1}, {-12, 6, 2}, {4, 9, 4}, {18, 17, 8}, {32, 2, 24}} {
		s.Downtimes = append(s.Downtimes, models.Downtime{
			ID: fmt.Sprintf("downtime-%d", i+1), Start: day(w.days, w.hour), End: day(w.days, w.hour+w.hours), Note: fmt.Sprintf("%d h", w.hours),
		})
	}
	return s
}

func (m maker) member(i int) models.InventoryMember {
	first, last := pick(m, firstNames), pick(m, lastNames)
	member := models.InventoryMember{
		Email: fmt.Sprintf("%s.%s%d@example.com", ascii(first), ascii(last), i), Name: first + " " + last,
		Role: models.RoleMember, Seat: m.IntN(8) > 0, CreatedAt: m.ago(400, 900),
	}
	switch {
	case i == 0:
		return models.InventoryMember{Email: AdminEmail, Name: "Ada Admin", Role: models.RoleAdmin, Seat: true, CreatedAt: member.CreatedAt}
	case i <= len(hostileNames):
		member.Name = hostileNames[i-1]
	case m.IntN(20) == 0:
		member.Role = models.RoleAdmin
	}
	if m.IntN(3) > 0 {
		member.Use = []models.InventoryUse{m.use("lstk", "0.9.2", "laptop-"+ascii(first), false, m.IntN(60))}
	}
	if m.IntN(25) == 0 {
		member.RefusedCI = int64(1 + m.IntN(40))
	}
	return member
}

func (m maker) ciToken(i int) models.InventoryCredential {
	c := models.InventoryCredential{Kind: models.CIToken, Name: unique(m, pipelineNames, i), State: models.Active, CreatedAt: m.ago(10, 300)}
	if m.IntN(12) == 0 {
		c.State = models.Paused
	}
	c.Use = m.callers()
	return c
}

func (m maker) legacyKey(i int) models.InventoryCredential {
	c := models.InventoryCredential{
		Kind: models.LegacyCIKey, Name: "legacy-" + unique(m, pipelineNames, i), State: models.Active, CreatedAt: m.ago(700, 1400),
		Value: models.NewSecret(m.legacyValue()), Use: m.callers(),
	}
	if m.IntN(5) >= 3 {
		c.Kind = models.LegacyAPIKey
	}
	return c
}

const legacyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

func (m maker) legacyValue() string {
	b := make([]byte, 10)
	for i := range b {
		b[i] = legacyAlphabet[m.IntN(len(legacyAlphabet))]
	}
	return string(b)
}

// callers is busy, quiet or no use at all.
func (m maker) callers() []models.InventoryUse {
	switch m.IntN(5) {
	case 0:
		return nil
	case 1:
		return []models.InventoryUse{m.use("localstack-cli", "3.0.2", "jenkins-"+fmt.Sprint(m.IntN(9)), true, 40+m.IntN(200))}
	}
	list := []models.InventoryUse{m.use("localstack-cli", "4.1.0", "fv-az"+fmt.Sprint(100+m.IntN(900)), true, m.IntN(6))}
	if m.IntN(2) == 0 {
		list = append(list, m.use("testcontainers-java", "1.20.4", "runner-"+fmt.Sprint(m.IntN(40)), true, m.IntN(3)))
	}
	return list
}

// use ended that many days ago.
func (m maker) use(client, version, host string, ci bool, daysAgo int) models.InventoryUse {
	last := m.now.AddDate(0, 0, -daysAgo).Add(-time.Duration(1+m.IntN(1400)) * time.Minute)
	return models.InventoryUse{
		Client: client, Version: version, Host: host, CI: ci, Last: last,
		First: last.AddDate(0, 0, -1-m.IntN(200)), Count: int64(1 + m.IntN(4000)),
	}
}

func (m maker) ago(from, to int) time.Time { return m.now.AddDate(0, 0, -from-m.IntN(to-from)) }

func pick(m maker, list []string) string { return list[m.IntN(len(list))] }

func unique(m maker, list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return fmt.Sprintf("%s-%d", pick(m, list), i)
}

// ascii keeps what may stand in an e-mail address without quotes.
func ascii(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case 'A' <= r && r <= 'Z':
			out = append(out, r+'a'-'A')
		case 'a' <= r && r <= 'z':
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return "member"
	}
	return string(out)
}
