package models

import "time"

// Reveal says who may read other people's personal tokens.
type Reveal string

// The values of the personal token reveal setting.
const (
	RevealAdmins Reveal = "admins"
	RevealOwner  Reveal = "owner"
)

// Workspace is the account: what it is called, how it is set, and how much of everything it has.
type Workspace struct {
	ID             string
	Name           string
	PersonalReveal Reveal
	MembersUseCI   bool // members may read CI tokens
	Sunset         Sunset
	Counts         Counts
	Caller         Principal
	Now            time.Time // the service's clock
	ChangedAt      time.Time // settings or calendar; zero: never
	ChangedBy      string
	Head           EventHead // of the history
	Revision       Revision
}

// Counts says how much of everything there is. Revoked credentials are not counted.
type Counts struct {
	Members       int
	Seats         int
	CITokens      int
	LegacyAPI     int
	LegacyCI      int
	LegacyUsed    int // of both legacy kinds, used in the last RecentDays days
	LegacyUnused  int
	LegacyNoOwner int
	Migrated      int // CI tokens that were legacy CI keys, and members whose legacy key is gone
	OpenRotations int
}

// Legacy is the number of legacy keys that are left.
func (c Counts) Legacy() int { return c.LegacyAPI + c.LegacyCI }

// Principal is a member who asks the service for something.
type Principal struct {
	ID          MemberID
	Email       string
	Name        string
	Role        Role
	Token       CredentialID // the personal token that they signed in with
	Permissions []Permission
}

// Permission is one thing that a principal may do.
type Permission string

// The permissions.
const (
	MayReadCISecrets       Permission = "ci_secrets.read"
	MayReadPersonalSecrets Permission = "personal_secrets.read" // other people's
	MayManageCredentials   Permission = "credentials.manage"
	MayImport              Permission = "workspace.import"
	MaySeeAllEvents        Permission = "events.read_all"
)

// May reports whether the principal holds the permission.
func (p Principal) May(want Permission) bool {
	for _, have := range p.Permissions {
		if have == want {
			return true
		}
	}
	return false
}

// PermissionsOf lists what a role may do under the workspace's settings.
func PermissionsOf(role Role, reveal Reveal, membersUseCI bool) []Permission {
	var list []Permission
	if role == RoleAdmin || membersUseCI {
		list = append(list, MayReadCISecrets)
	}
	if role != RoleAdmin {
		return list
	}
	if reveal == RevealAdmins {
		list = append(list, MayReadPersonalSecrets)
	}
	return append(list, MayManageCredentials, MayImport, MaySeeAllEvents)
}
