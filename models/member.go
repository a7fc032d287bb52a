package models

import (
	"fmt"
	"time"
)

// Role says what a member may do.
type Role string

// The roles of a workspace.
const (
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
)

// ParseRole returns the role with that name.
func ParseRole(s string) (Role, error) {
	if r := Role(s); r == RoleAdmin || r == RoleMember {
		return r, nil
	}
	return "", fmt.Errorf("unknown role %q: use admin or member", s)
}

// Member is a person in the workspace. Every member has exactly one personal token; a legacy API
// key is there only as long as it has not been revoked.
type Member struct {
	ID        MemberID
	Email     string
	Name      string
	Role      Role
	Seat      bool // holds a licence: without it, a valid token does not activate
	Token     Credential
	LegacyKey *Credential
	CreatedAt time.Time
	Revision  Revision
}

// DisplayName is the name, or the e-mail of a member without one.
func (m Member) DisplayName() string {
	if m.Name == "" {
		return m.Email
	}
	return m.Name
}
