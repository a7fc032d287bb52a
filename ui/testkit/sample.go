package testkit

import (
	"fmt"
	"time"

	"example.com/keyturn/models"
)

const day = 24 * time.Hour

// CIToken is a CI token as it is on its first day.
func CIToken(id models.CredentialID, name string) models.Credential {
	at := start.Add(-90 * day)
	return models.Credential{
		ID: id, Kind: models.CIToken, Name: name, State: models.Active, CreatedAt: at, ChangedAt: at, Revision: 1, ValueKnown: true,
		Secrets: []models.SecretVersion{{Version: 1, Kind: models.CIToken, State: models.SecretCurrent, Fingerprint: "0a1b2c3d", Masked: "lsdemo-****", CreatedAt: at}},
	}
}

// LegacyCIKey is a pipeline's legacy key.
func LegacyCIKey(id models.CredentialID, name string) models.Credential {
	c := CIToken(id, name)
	c.Kind = models.LegacyCIKey
	c.Secrets[0].Kind, c.Secrets[0].Masked = models.LegacyCIKey, "****"
	return c
}

// Person is a member with a seat and a personal token.
func Person(n int, name string) models.Member {
	id := models.MemberID(fmt.Sprintf("mem_%03d", n))
	token := CIToken(models.CredentialID(fmt.Sprintf("crd_m%03d", n)), "")
	token.Kind, token.Secrets[0].Kind = models.PersonalToken, models.PersonalToken
	token.Owner = &models.MemberRef{ID: id, Name: name, Email: fmt.Sprintf("member%03d@example.com", n)}
	return models.Member{
		ID: id, Email: token.Owner.Email, Name: name, Role: models.RoleMember, Seat: true, Token: token,
		CreatedAt: start.Add(-300 * day), Revision: 1,
	}
}

// Used says how often a credential was used, and how long ago the last time was.
func Used(c models.Credential, ago time.Duration, recent int64, host string) models.Credential {
	c.Use = models.Use{Last: start.Add(-ago), Count: 4 * recent, Recent: recent, Client: "lstk", Version: "1.4.0", Host: host, CI: true}
	return c
}

// Sample fills a world with a small workspace that has something of everything.
func Sample(w *World) {
	w.Space(space())
	owner := &models.MemberRef{ID: "mem_002", Name: "Bea Builder", Email: "member002@example.com"}
	personal := Used(LegacyCIKey("crd_lapi", "Bea Builder's key"), 2*day, 60, "bea-laptop")
	personal.Kind, personal.Secrets[0].Kind, personal.Owner = models.LegacyAPIKey, models.LegacyAPIKey, owner
	paused := CIToken("crd_nightly", "nightly")
	paused.State = models.Paused
	w.Put(
		Used(CIToken("crd_build", "build"), 3*time.Hour, 1200, "runner-7"),
		Used(CIToken("crd_deploy", "deploy"), 5*time.Minute, 80, "runner-9"),
		Used(CIToken("crd_e2e", "e2e"), 26*time.Hour, 3, "runner-2"),
		paused,
		Used(LegacyCIKey("crd_lci", "release-legacy"), time.Hour, 3000, "jenkins-1"),
		LegacyCIKey("crd_lun", "forgotten-legacy"),
		personal,
	)
	ada, bea := Person(1, "Ada Admin"), Person(2, "Bea Builder")
	ada.Role, bea.LegacyKey = models.RoleAdmin, &personal
	carl := Person(3, "Carl Chairless")
	carl.Seat = false
	w.Join(ada, bea, carl)
	w.Callers("crd_deploy",
		models.Caller{SecretVersion: 1, Client: "lstk", ClientVersion: "1.4.0", Host: "runner-9", CI: true, First: start.Add(-9 * day), Last: start.Add(-5 * time.Minute), Count: 300})
	w.Callers("crd_lci",
		models.Caller{SecretVersion: 1, Client: "localstack-cli", ClientVersion: "2.1.0", Host: "jenkins-1", CI: true, First: start.Add(-80 * day), Last: start.Add(-time.Hour), Count: 9000},
		models.Caller{SecretVersion: 1, Client: "localstack-cli", ClientVersion: "4.1.0", Host: "jenkins-2", CI: true, First: start.Add(-20 * day), Last: start.Add(-2 * day), Count: 3000})
	w.Happened(
		models.Event{At: start.Add(-3 * day), Actor: "keyturn", Action: models.EventImported},
		models.Event{At: start.Add(-2 * time.Hour), Actor: "Ada Admin", ActorID: "mem_001", From: "192.0.2.7", Action: models.EventCreated, Credential: "crd_e2e", Name: "e2e", Kind: models.CIToken})
}

func space() models.Workspace {
	return models.Workspace{
		ID: "wsp_1", Name: "Acme", PersonalReveal: models.RevealAdmins, MembersUseCI: true,
		Caller: models.Principal{
			ID: "mem_001", Name: "Ada Admin", Email: "member001@example.com", Role: models.RoleAdmin, Token: "crd_m001",
			Permissions: models.PermissionsOf(models.RoleAdmin, models.RevealAdmins, true),
		},
		Sunset: models.Sunset{
			Start: start.Add(-60 * day), End: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
			Downtimes: []models.Downtime{
				{ID: "dt1", Start: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), End: time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC), Note: "first rehearsal"},
			},
		},
		Counts: models.Counts{Members: 3, Seats: 2, CITokens: 4, LegacyAPI: 1, LegacyCI: 2, LegacyUsed: 2, LegacyUnused: 1, Migrated: 4},
	}
}

// HostileNames broke other programs: wide, emoji, combining, right to left, very long, look-alikes.
func HostileNames() []string {
	long := make([]byte, 300)
	for i := range long {
		long[i] = 'x'
	}
	return []string{
		"北京构建流水线-生产环境", "deploy 👩‍👩‍👧‍👦 family", "Zoë Ångström e\u0301e\u0301e\u0301", "مفتاح البناء", "раyments", "payments",
		string(long), "⚠️ warning", "ｆｕｌｌｗｉｄｔｈ", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦",
	}
}

// Hostile is the sample with names that are meant to break the screen, the workspace's own among them.
func Hostile(w *World) {
	Sample(w)
	space := space()
	space.Name = "株式会社 مفتاح 👩‍👩‍👧‍👦 " + HostileNames()[6]
	space.Caller.Name = HostileNames()[9]
	w.Space(space)
	for i, name := range HostileNames() {
		w.Put(
			Used(CIToken(models.CredentialID(fmt.Sprintf("crd_h%d", i)), name), time.Duration(i)*time.Hour, int64(i), name),
			Used(LegacyCIKey(models.CredentialID(fmt.Sprintf("crd_k%d", i)), name), time.Hour, int64(100*i), name))
		w.Join(Person(100+i, name))
	}
}

// Space replaces the workspace.
func (w *World) Space(space models.Workspace) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.space = space
	w.note(change{workspace: true})
}

// Downtime makes the next planned downtime begin that long from now.
func (w *World) Downtime(in, length time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	begins := time.Now().Add(in)
	w.space.Sunset.Downtimes = []models.Downtime{{ID: "dt", Start: begins, End: begins.Add(length)}}
	w.note(change{workspace: true})
}

// SignIn gives the user another role.
func (w *World) SignIn(role models.Role) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.space.Caller.Role = role
	w.space.Caller.Permissions = models.PermissionsOf(role, w.space.PersonalReveal, w.space.MembersUseCI)
	w.note(change{workspace: true})
}

// Put adds shared credentials and legacy keys, or replaces them by id.
func (w *World) Put(list ...models.Credential) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range list {
		if have := w.find(c.ID); have != nil {
			*have = c
		} else {
			w.shared = append(w.shared, c)
		}
		w.note(change{credential: c.ID})
	}
}

// Quietly adds a credential of which no long poll hears.
func (w *World) Quietly(c models.Credential) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shared = append(w.shared, c)
}

// Join adds members.
func (w *World) Join(list ...models.Member) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range list {
		w.members = append(w.members, m)
		w.note(change{member: m.ID})
	}
}

// Callers says who uses a credential.
func (w *World) Callers(id models.CredentialID, list ...models.Caller) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.usage[id] = list
}

// MoreCallers makes the service say that there are more callers of a credential than it names.
func (w *World) MoreCallers(id models.CredentialID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.more[id] = true
}

// Happened adds to the history.
func (w *World) Happened(list ...models.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range list {
		e.Seq = int64(len(w.events) + 1)
		w.events = append(w.events, e)
	}
}
