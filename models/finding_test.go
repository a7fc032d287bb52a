package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var owner = &MemberRef{ID: "m1", Name: "Ada", Email: "ada@example.com"}

// legacyKey is a legacy key with that many recent uses.
func legacyKey(kind Kind, recent int64, o *MemberRef) *Credential {
	c := &Credential{
		ID: "c1", Kind: kind, Name: "deploy", State: Active, Owner: o,
		Secrets: []SecretVersion{{Version: 1, Kind: kind, State: SecretCurrent}},
	}
	if recent > 0 {
		c.Use = Use{Last: noon, Count: recent, Recent: recent, Client: "localstack", Host: "build-7"}
	}
	return c
}

// rotating is a legacy CI key whose rotation is open in that state.
func rotating(state RotationState, recent int64) *Credential {
	c := legacyKey(LegacyCIKey, recent, nil)
	c.Kind = CIToken
	old, next := state.SecretStates()
	c.Secrets[0].State = old
	c.Secrets = append(c.Secrets, SecretVersion{Version: 2, Kind: CIToken, State: next})
	c.Rotation = &Rotation{State: state, OldVersion: 1, NewVersion: 2, StartedAt: noon}
	return c
}

func TestJudgeLegacy(t *testing.T) {
	first := calendar.Downtimes[1]
	ordinary := noon.Add(time.Hour)
	tests := []struct {
		name     string
		key      *Credential
		at       time.Time
		reason   string
		next     NextStep
		severity Severity
		hit      string
		hitUses  int64
	}{
		{"used CI key", legacyKey(LegacyCIKey, 360, nil), ordinary, "legacy: ends 2026-12-10", StepRotateKey, Blocking, "first", 2},
		{"a part of a use counts whole", legacyKey(LegacyCIKey, 1, nil), ordinary, "legacy: ends", StepRotateKey, Blocking, "first", 1},
		{"unused CI key", legacyKey(LegacyCIKey, 0, nil), ordinary, "legacy: ends", StepRevokeKey, Fixable, "first", 0},
		{"used API key", legacyKey(LegacyAPIKey, 90, owner), ordinary, "legacy: ends", StepAskOwner, Blocking, "first", 1},
		{"used API key of nobody", legacyKey(LegacyAPIKey, 90, nil), ordinary, "legacy: ends", StepFindOwner, Blocking, "first", 1},
		{"unused API key of nobody", legacyKey(LegacyAPIKey, 0, nil), ordinary, "legacy: ends", StepRevokeKey, Fixable, "first", 0},
		{"in a downtime", legacyKey(LegacyCIKey, 0, nil), first.Start, "refused now: planned downtime", StepRevokeKey, Blocking, "first", 0},
		{"between downtimes the next one counts", legacyKey(LegacyCIKey, 30, nil), first.End, "legacy: ends", StepRotateKey, Blocking, "second", 1},
		{"after the last downtime", legacyKey(LegacyCIKey, 30, nil), calendar.Downtimes[0].End, "legacy: ends", StepRotateKey, Fixable, "", 0},
		{"after the sunset", legacyKey(LegacyCIKey, 30, nil), calendar.End, "refused for good", StepRotateKey, Blocking, "", 0},
		{"before the sunset", legacyKey(LegacyCIKey, 0, nil), noon.Add(-time.Hour), "legacy: the sunset begins 2026-09-01", StepRevokeKey, Fixable, "first", 0},
		{"rotated, not yet in place", rotating(RotationPending, 9), ordinary, "legacy: ends", StepAwaitUse, Blocking, "first", 1},
		{"rotated, old one retiring", rotating(RotationRetiring, 0), ordinary, "legacy: ends", StepAwaitGrace, Fixable, "first", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, legacy := JudgeLegacy(tt.key, calendar, tt.at)
			if !legacy {
				t.Fatal("not flagged")
			}
			if !strings.HasPrefix(v.Reason, tt.reason) || v.Next != tt.next || v.Severity != tt.severity {
				t.Errorf("got %q, %q, %q; want %q, %q, %q", v.Reason, v.Next, v.Severity, tt.reason, tt.next, tt.severity)
			}
			if idOf(v.Hit) != tt.hit || v.HitUses != tt.hitUses {
				t.Errorf("hit by %q at %d uses, want %q at %d", idOf(v.Hit), v.HitUses, tt.hit, tt.hitUses)
			}
		})
	}
}

func TestJudgeLegacyLeavesTheOthersAlone(t *testing.T) {
	over := rotating(RotationDone, 5)
	gone := legacyKey(LegacyCIKey, 5, nil)
	gone.State = Revoked
	for name, c := range map[string]*Credential{
		"a CI token":               {Kind: CIToken, State: Active, Secrets: []SecretVersion{{Kind: CIToken, State: SecretCurrent}}},
		"a migrated key":           over,
		"a revoked key":            gone,
		"a token without versions": {Kind: PersonalToken, State: Active},
	} {
		if v, legacy := JudgeLegacy(c, calendar, noon); legacy {
			t.Errorf("%s is flagged: %+v", name, v)
		}
		if list := FindCredential(c, calendar, noon); len(list) != 0 {
			t.Errorf("%s has findings: %v", name, list)
		}
	}
}

func TestJudgeLegacyWithoutACalendar(t *testing.T) {
	v, _ := JudgeLegacy(legacyKey(LegacyCIKey, 3, nil), Sunset{}, noon)
	if v.Reason != "legacy: the sunset begins soon" || v.Hit != nil || v.Severity != Fixable {
		t.Errorf("got %+v", v)
	}
	v, _ = JudgeLegacy(legacyKey(LegacyCIKey, 3, nil), Sunset{Start: noon}, noon)
	if v.Reason != "legacy: being phased out" {
		t.Errorf("got %+v", v)
	}
}

func codes(list []Finding) []FindingCode {
	var out []FindingCode
	for _, f := range list {
		out = append(out, f.Code)
	}
	return out
}

func TestFindCredential(t *testing.T) {
	tests := []struct {
		name string
		c    *Credential
		at   time.Time
		want []FindingCode
	}{
		{"used CI key", legacyKey(LegacyCIKey, 360, nil), noon, []FindingCode{FindingLegacyCIKey, FindingDowntimeExposure}},
		{"unused CI key", legacyKey(LegacyCIKey, 0, nil), noon, []FindingCode{FindingLegacyCIKey}},
		{"used API key", legacyKey(LegacyAPIKey, 360, owner), noon, []FindingCode{FindingLegacyAPIKey, FindingDowntimeExposure}},
		{"rotated last week", rotating(RotationPending, 0), noon.Add(StaleAfter), []FindingCode{FindingLegacyCIKey, FindingStaleRotation}},
		{"rotated this week", rotating(RotationPending, 0), noon.Add(StaleAfter - 1), []FindingCode{FindingLegacyCIKey}},
		{"retiring for a week", rotating(RotationRetiring, 0), noon.Add(StaleAfter), []FindingCode{FindingLegacyCIKey}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := FindCredential(tt.c, calendar, tt.at)
			if got := codes(list); !slices.Equal(got, tt.want) {
				t.Fatalf("found %v, want %v", got, tt.want)
			}
			for _, f := range list {
				if f.Credential != "c1" || f.Subject != "deploy" || f.Message == "" || f.Fix == "" {
					t.Errorf("incomplete: %+v", f)
				}
			}
		})
	}
	message := FindCredential(legacyKey(LegacyCIKey, 360, nil), calendar, noon)[0].Message
	if want := "legacy: ends 2026-12-10; used 360 times in 30 days, last by localstack on build-7"; message != want {
		t.Errorf("it says %q, want %q", message, want)
	}
}

func TestFindMember(t *testing.T) {
	token := func(refused int64) Credential {
		return Credential{ID: "c2", Kind: PersonalToken, State: Active, RefusedCI: Use{Count: refused}}
	}
	tests := []struct {
		name string
		m    Member
		want []FindingCode
	}{
		{"in order", Member{Seat: true, Token: token(0)}, nil},
		{"no seat", Member{Token: token(0)}, []FindingCode{FindingTokenWithoutSeat}},
		{"refused in CI", Member{Seat: true, Token: token(3)}, []FindingCode{FindingPersonalInCI}},
		{"both", Member{Token: token(3)}, []FindingCode{FindingTokenWithoutSeat, FindingPersonalInCI}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.m.ID, tt.m.Email = "m1", "ada@example.com"
			list := FindMember(&tt.m)
			if got := codes(list); !slices.Equal(got, tt.want) {
				t.Fatalf("found %v, want %v", got, tt.want)
			}
			for _, f := range list {
				if f.Member != "m1" || f.Credential != "c2" || f.Subject != "ada@example.com" || f.Fix == "" {
					t.Errorf("incomplete: %+v", f)
				}
			}
		})
	}
	named := Member{Seat: true, Token: token(1)}
	if f := FindMember(&named)[0]; !strings.HasSuffix(f.Message, "refused 1 time in CI, last on an unnamed host") {
		t.Errorf("it says %q", f.Message)
	}
}

func TestSortFindings(t *testing.T) {
	list := []Finding{
		{Severity: Informational, Code: "a", Subject: "a"},
		{Severity: Fixable, Code: "b", Subject: "b", Credential: "2"},
		{Severity: Fixable, Code: "b", Subject: "b", Credential: "1"},
		{Severity: Fixable, Code: "b", Subject: "a"},
		{Severity: Fixable, Code: "a", Subject: "z"},
		{Severity: Blocking, Code: "z", Subject: "z"},
	}
	want := []Finding{list[5], list[4], list[3], list[2], list[1], list[0]}
	SortFindings(list)
	if !slices.Equal(list, want) {
		t.Errorf("sorted as %+v", list)
	}
}

func TestAFindingCountsAsPeopleDo(t *testing.T) {
	once := FindCredential(legacyKey(LegacyCIKey, 1, nil), calendar, noon)
	often := FindCredential(legacyKey(LegacyCIKey, 360, nil), calendar, noon)
	for _, tt := range []struct{ text, want string }{
		{once[0].Message, "used 1 time in 30 days"}, {once[1].Message, "at about 1 activation"},
		{often[0].Message, "used 360 times in 30 days"}, {often[1].Message, "at about 2 activations"},
	} {
		if !strings.Contains(tt.text+".", tt.want) || strings.Contains(tt.text, tt.want+"s") {
			t.Errorf("%q does not say %q", tt.text, tt.want)
		}
	}
}
