package models

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
)

func TestCredentialNewest(t *testing.T) {
	versions := func(states ...SecretState) *Credential {
		c := &Credential{}
		for i, s := range states {
			c.Secrets = append(c.Secrets, SecretVersion{Version: i + 1, State: s})
		}
		return c
	}
	tests := []struct {
		name string
		c    *Credential
		want int // 0: none
	}{
		{"the only one", versions(SecretCurrent), 1},
		{"the pending one", versions(SecretCurrent, SecretPending), 2},
		{"not the retiring one", versions(SecretRetiring, SecretCurrent), 2},
		{"after a rollback", versions(SecretCurrent, SecretRevoked), 1},
		{"in any order", &Credential{Secrets: []SecretVersion{{Version: 2, State: SecretPending}, {Version: 1, State: SecretCurrent}}}, 2},
		{"revoked", versions(SecretRevoked, SecretRevoked), 0},
		{"none", versions(), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.c.Newest()
			if (got == nil) != (tt.want == 0) || got != nil && got.Version != tt.want {
				t.Fatalf("got %+v, want version %d", got, tt.want)
			}
			if got != nil && got != tt.c.Version(tt.want) {
				t.Error("it is a copy: a change would be lost")
			}
		})
	}
	if versions(SecretCurrent).Version(7) != nil {
		t.Error("found a version that is not there")
	}
}

func TestOpenRotation(t *testing.T) {
	for state, open := range map[RotationState]bool{
		RotationPending: true, RotationRetiring: true, RotationDone: false, RotationCancelled: false, RotationRolledBack: false,
	} {
		c := Credential{Rotation: &Rotation{State: state}}
		if (c.OpenRotation() != nil) != open {
			t.Errorf("%s: open is %v", state, !open)
		}
	}
	if (&Credential{}).OpenRotation() != nil {
		t.Error("a rotation from nowhere")
	}
}

func TestKinds(t *testing.T) {
	for _, k := range Kinds {
		if got, err := ParseKind(string(k)); err != nil || got != k {
			t.Errorf("%s was read as %s, %v", k, got, err)
		}
		if k.Label() == string(k) {
			t.Errorf("%s has no name for people", k)
		}
	}
	if _, err := ParseKind("token"); err == nil {
		t.Error("an unknown kind was read")
	}
	for _, r := range []Role{RoleAdmin, RoleMember} {
		if got, err := ParseRole(string(r)); err != nil || got != r {
			t.Errorf("%s was read as %s, %v", r, got, err)
		}
	}
	if _, err := ParseRole("owner"); err == nil {
		t.Error("an unknown role was read")
	}
}

func TestPermissionsOf(t *testing.T) {
	all := []Permission{MayReadCISecrets, MayReadPersonalSecrets, MayManageCredentials, MayImport, MaySeeAllEvents}
	tests := []struct {
		role   Role
		reveal Reveal
		useCI  bool
		denied []Permission
	}{
		{RoleAdmin, RevealAdmins, false, nil},
		{RoleAdmin, RevealAdmins, true, nil},
		{RoleAdmin, RevealOwner, false, []Permission{MayReadPersonalSecrets}},
		{RoleMember, RevealAdmins, false, all},
		{RoleMember, RevealAdmins, true, all[1:]},
		{"", RevealAdmins, false, all},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s %v", tt.role, tt.reveal, tt.useCI), func(t *testing.T) {
			p := Principal{Permissions: PermissionsOf(tt.role, tt.reveal, tt.useCI)}
			for _, permission := range all {
				if p.May(permission) == slices.Contains(tt.denied, permission) {
					t.Errorf("%s: %v", permission, p.May(permission))
				}
			}
		})
	}
}

func TestErrorSaysWhatAndWhatToDo(t *testing.T) {
	e := &Error{Fault: FaultConflict, Title: "A rotation is open", Detail: "by ada", Fix: "follow it", Op: "rotate", Err: io.ErrUnexpectedEOF}
	if got, want := e.Error(), "rotate: A rotation is open (by ada)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wrapped := fmt.Errorf("in the console: %w", e)
	if FaultOf(wrapped) != FaultConflict || FixOf(wrapped) != "follow it" || !errors.Is(wrapped, io.ErrUnexpectedEOF) {
		t.Errorf("lost on the way: %v", wrapped)
	}
	if FaultOf(nil) != "" || FaultOf(io.EOF) != FaultInternal || FixOf(io.EOF) != "" {
		t.Error("foreign errors are classified wrongly")
	}
	if e := Invalid("x", "%d is odd", 3); e.Fault != FaultInvalid || e.Code != "x" || e.Error() != "3 is odd" {
		t.Errorf("got %+v", e)
	}
}

func TestEventsReadAsSentences(t *testing.T) {
	for action := range eventSentences {
		if action.Sentence() == "" || action.Sentence() == string(action) {
			t.Errorf("%s has no words", action)
		}
	}
	if got := EventAction("later.invented").Sentence(); got != "later.invented" {
		t.Errorf("an unknown action reads %q", got)
	}
}

func TestMemberDisplayName(t *testing.T) {
	if got := (Member{Name: "Ada", Email: "a@b"}).DisplayName(); got != "Ada" {
		t.Error(got)
	}
	if got := (Member{Email: "a@b"}).DisplayName(); got != "a@b" {
		t.Error(got)
	}
	if got := (Counts{LegacyAPI: 2, LegacyCI: 3}).Legacy(); got != 5 {
		t.Error(got)
	}
}

func TestACredentialIsNamedSoThatPeopleKnowIt(t *testing.T) {
	ada := &MemberRef{Name: "Ada", Email: "ada@example.com"}
	nameless := &MemberRef{Email: "ada@example.com"}
	for want, c := range map[string]Credential{
		"deploy":          {ID: "crd_1", Kind: CIToken, Name: "deploy", Owner: ada},
		"Ada":             {ID: "crd_1", Kind: PersonalToken, Name: "personal token", Owner: ada},
		"ada@example.com": {ID: "crd_1", Kind: LegacyAPIKey, Owner: nameless},
		"personal token":  {ID: "crd_1", Kind: PersonalToken, Name: "personal token"},
		"crd_1":           {ID: "crd_1", Kind: LegacyAPIKey},
	} {
		if got := c.Label(); got != want {
			t.Errorf("%+v is called %q, want %q", c, got, want)
		}
	}
}
