package screens_test

import (
	"fmt"
	"strings"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

const day = 24 * time.Hour

// admin is who looks at the screens.
var admin = models.Principal{
	ID: "mem_admin", Name: "Ada Admin", Email: "ada@example.com", Role: models.RoleAdmin, Token: "crd_ada",
	Permissions: models.PermissionsOf(models.RoleAdmin, models.RevealAdmins, true),
}

// names that broke other programs: wide, emoji, combining, right to left, very long, alike.
var hostileNames = []string{
	"北京构建流水线-生产环境", "deploy 👩‍👩‍👧‍👦 family", "Zoë Ångström e\u0301e\u0301e\u0301", "مفتاح البناء", "раyments", "payments",
	"a-very-long-name-" + strings.Repeat("x", 200), "⚠️ warning", "ｆｕｌｌｗｉｄｔｈ", "tab-less",
}

func space() models.Workspace {
	return models.Workspace{
		ID: "wsp_1", Name: "Acme", PersonalReveal: models.RevealAdmins, MembersUseCI: true, Caller: admin, Now: now,
		Sunset: models.Sunset{
			Start: now.Add(-60 * day), End: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
			Downtimes: []models.Downtime{
				{ID: "dt1", Start: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), End: time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC), Note: "first rehearsal"},
				{ID: "dt2", Start: time.Date(2026, 12, 9, 23, 0, 0, 0, time.UTC), End: time.Date(2026, 12, 10, 3, 0, 0, 0, time.UTC), Note: "second rehearsal"},
			},
		},
		Counts: models.Counts{Members: 10, Seats: 8, CITokens: 5, LegacyAPI: 2, LegacyCI: 2, LegacyUsed: 2, LegacyUnused: 2, LegacyNoOwner: 1, Migrated: 12, OpenRotations: 2},
	}
}

func loaded() *kit.Book {
	b := kit.NewBook()
	b.Online = true
	b.PutWorkspace(space(), now)
	return b
}

func token(id, name string) models.Credential {
	return models.Credential{
		ID: models.CredentialID(id), Kind: models.CIToken, Name: name, State: models.Active, CreatedAt: now.Add(-90 * day), Revision: 1, ValueKnown: true,
		Secrets: []models.SecretVersion{{Version: 1, Kind: models.CIToken, State: models.SecretCurrent, Fingerprint: "0a1b2c3d", Masked: "lsdemo-****", CreatedAt: now.Add(-90 * day)}},
	}
}

func used(c models.Credential, ago time.Duration, recent int64, host string) models.Credential {
	c.Use = models.Use{Last: now.Add(-ago), Count: recent * 4, Recent: recent, Client: "lstk", Version: "1.4.0", Host: host, CI: true}
	return c
}

func legacyCI(id, name string) models.Credential {
	c := token(id, name)
	c.Kind = models.LegacyCIKey
	c.Secrets[0].Kind, c.Secrets[0].Masked = models.LegacyCIKey, "****"
	return c
}

func legacyAPI(id, name string, owner *models.MemberRef) models.Credential {
	c := legacyCI(id, name)
	c.Kind, c.Owner = models.LegacyAPIKey, owner
	c.Secrets[0].Kind = models.LegacyAPIKey
	return c
}

// rotating opens a rotation of a token's secret.
func rotating(c models.Credential, state models.RotationState) models.Credential {
	old := c.Secrets[0]
	next := models.SecretVersion{Version: 2, Kind: models.CIToken, State: models.SecretPending, Fingerprint: "beefcafe", Masked: "lsdemo-****", CreatedAt: now.Add(-2 * time.Hour)}
	r := &models.Rotation{
		ID: "rot_1", Credential: c.ID, State: state, OldVersion: 1, NewVersion: 2, Overlap: models.DefaultOverlap,
		StartedAt: now.Add(-2 * time.Hour), StartedBy: "Ada Admin", Revision: 1,
	}
	if state == models.RotationRetiring {
		old.State, next.State = models.SecretRetiring, models.SecretCurrent
		r.FirstUse, r.GraceEnds = now.Add(-time.Hour), now.Add(23*time.Hour)
	}
	c.Kind, c.Rotation, c.Secrets = models.CIToken, r, []models.SecretVersion{old, next}
	return c
}

func member(n int, name string) models.Member {
	id := fmt.Sprintf("%03d", n)
	t := token("crd_m"+id, "personal token")
	t.Kind = models.PersonalToken
	t.Owner = &models.MemberRef{ID: models.MemberID("mem_" + id), Name: name, Email: "member" + id + "@example.com"}
	return models.Member{ID: t.Owner.ID, Email: t.Owner.Email, Name: name, Role: models.RoleMember, Seat: true, Token: t, CreatedAt: now.Add(-300 * day)}
}

// sample is a workspace with something of everything.
func sample() *kit.Book {
	b := loaded()
	paused := token("crd_paused", "nightly")
	paused.State = models.Paused
	revoked := token("crd_gone", "aaa-old")
	revoked.State = models.Revoked
	revoked.Secrets[0].State = models.SecretRevoked
	owner := &models.MemberRef{ID: "mem_001", Name: "Bea Builder", Email: "member001@example.com"}
	b.PutCredentials([]models.Credential{
		used(token("crd_build", "build"), 3*time.Hour, 1200, "runner-7"),
		rotating(used(token("crd_deploy", "deploy"), 5*time.Minute, 80, "runner-9"), models.RotationPending),
		rotating(used(token("crd_e2e", "e2e"), 26*time.Hour, 3, "runner-2"), models.RotationRetiring),
		paused, revoked,
		used(legacyCI("crd_lci", "release-legacy"), time.Hour, 3000, "jenkins-1"),
		legacyCI("crd_lun", "forgotten-legacy"),
		used(legacyAPI("crd_lapi", "Bea Builder's key", owner), 2*day, 60, "bea-laptop"),
		legacyAPI("crd_lorp", "orphan", nil),
	})
	bea := member(1, "Bea Builder")
	key := legacyAPI("crd_lapi", "Bea Builder's key", owner)
	bea.LegacyKey = &key
	bea.LegacyKey.Use = b.Credential("crd_lapi").Use
	carl := member(2, "Carl Chairless")
	carl.Seat = false
	dana := member(3, "Dana Dev")
	dana.Token.RefusedCI = models.Use{Last: now.Add(-time.Hour), Count: 42, Client: "lstk", Host: "runner-3", CI: true}
	b.PutMembers([]models.Member{bea, carl, dana})
	return b
}

// hostile is a workspace whose names are meant to break the screen.
func hostile() *kit.Book {
	b := sample()
	var list []models.Credential
	var people []models.Member
	for i, name := range hostileNames {
		list = append(list, used(token(fmt.Sprintf("crd_h%d", i), name), time.Duration(i)*time.Hour, int64(i), name),
			used(legacyCI(fmt.Sprintf("crd_k%d", i), name), time.Hour, int64(100*i), name))
		people = append(people, member(100+i, name))
	}
	b.PutCredentials(list)
	b.PutMembers(people)
	return b
}
