package models

import (
	"fmt"
	"sort"
	"time"
)

// Severity ranks a finding, in the words of LocalStack's own lstk doctor.
type Severity string

// The severities, the worst first.
const (
	Blocking      Severity = "blocking"
	Fixable       Severity = "fixable"
	Informational Severity = "informational"
)

func (s Severity) rank() int {
	switch s {
	case Blocking:
		return 0
	case Fixable:
		return 1
	}
	return 2
}

// FindingCode is the stable name of a kind of finding.
type FindingCode string

// The findings about a workspace.
const (
	FindingLegacyCIKey      FindingCode = "workspace.legacy_ci_key"
	FindingLegacyAPIKey     FindingCode = "workspace.legacy_api_key"
	FindingDowntimeExposure FindingCode = "workspace.downtime_exposure"
	FindingPersonalInCI     FindingCode = "workspace.personal_token_in_ci"
	FindingTokenWithoutSeat FindingCode = "workspace.token_without_seat"
	FindingStaleRotation    FindingCode = "workspace.stale_rotation"
)

// Finding is one thing to migrate or to mend.
type Finding struct {
	Code       FindingCode
	Severity   Severity
	Credential CredentialID
	Member     MemberID
	Subject    string // the name of what it is about
	Message    string
	Fix        string
}

// NextStep is what an administrator should do about one legacy key.
type NextStep string

// The next steps for a legacy key.
const (
	StepRotateKey  NextStep = "rotate"
	StepAskOwner   NextStep = "ask the owner"
	StepRevokeKey  NextStep = "revoke: unused"
	StepFindOwner  NextStep = "find an owner"
	StepAwaitUse   NextStep = "put the new token in place"
	StepAwaitGrace NextStep = "wait: old one retiring"
)

// LegacyVerdict is what the console says about one legacy key.
type LegacyVerdict struct {
	Reason   string    // why it is flagged
	Used     bool      // in the last RecentDays days
	Hit      *Downtime // the next window that will refuse it
	HitUses  int64     // about how many activations that window will refuse
	Next     NextStep
	Severity Severity
}

// StaleAfter is how long a rotation may wait for its first use before it is a finding.
const StaleAfter = 7 * 24 * time.Hour

// JudgeLegacy says why a legacy key is flagged, what will hit it and what to do next. It returns
// false for a credential none of whose working values is legacy.
func JudgeLegacy(c *Credential, sunset Sunset, now time.Time) (LegacyVerdict, bool) {
	if !c.HasWorkingLegacy() {
		return LegacyVerdict{}, false
	}
	v := LegacyVerdict{Used: c.Use.Recent > 0, Severity: Fixable, Hit: sunset.Next(now)}
	if v.Hit != nil {
		v.HitUses = expectedUses(c.Use.Recent, v.Hit.End.Sub(v.Hit.Start))
	}
	phase, _ := sunset.Phase(now)
	switch {
	case phase == SunsetOver:
		v.Reason, v.Severity = "refused for good: the sunset is over", Blocking
	case phase == InDowntime:
		v.Reason, v.Severity = "refused now: planned downtime", Blocking
	case phase == BeforeSunset:
		v.Reason = "legacy: the sunset begins " + day(sunset.Start)
	case sunset.End.IsZero():
		v.Reason = "legacy: being phased out"
	default:
		v.Reason = "legacy: ends " + day(sunset.End)
	}
	if phase == SunsetOver {
		v.Hit, v.HitUses = nil, 0
	}
	if v.Used && v.HitUses > 0 {
		v.Severity = Blocking
	}
	v.Next = nextStep(c, v.Used)
	return v, true
}

func nextStep(c *Credential, used bool) NextStep {
	if r := c.OpenRotation(); r != nil {
		if r.State == RotationPending {
			return StepAwaitUse
		}
		return StepAwaitGrace
	}
	switch {
	case !used:
		return StepRevokeKey
	case c.Kind == LegacyCIKey:
		return StepRotateKey
	case c.Owner == nil:
		return StepFindOwner
	}
	return StepAskOwner
}

func day(t time.Time) string {
	if t.IsZero() {
		return "soon"
	}
	return t.UTC().Format("2006-01-02")
}

// expectedUses scales the uses of the last RecentDays days to a window, rounded up.
func expectedUses(recent int64, window time.Duration) int64 {
	span := int64(RecentDays * 24 * time.Hour / time.Minute)
	minutes := int64(window / time.Minute)
	return (recent*minutes + span - 1) / span
}

// FindCredential returns the findings about one credential. Its owner's personal token is judged
// with FindMember.
func FindCredential(c *Credential, sunset Sunset, now time.Time) []Finding {
	var list []Finding
	if v, legacy := JudgeLegacy(c, sunset, now); legacy {
		list = append(list, legacyFindings(c, v)...)
	}
	if r := c.OpenRotation(); r != nil && r.State == RotationPending && now.Sub(r.StartedAt) >= StaleAfter {
		list = append(list, Finding{
			Code: FindingStaleRotation, Severity: Fixable, Credential: c.ID, Subject: c.Name,
			Message: fmt.Sprintf("rotated %s ago, and the new secret has never been used", FormatGrace(now.Sub(r.StartedAt).Truncate(24*time.Hour))),
			Fix:     "put the new token where the pipeline reads it, or cancel the rotation",
		})
	}
	return list
}

func legacyFindings(c *Credential, v LegacyVerdict) []Finding {
	code := FindingLegacyAPIKey
	if hasLegacyCI(c) {
		code = FindingLegacyCIKey
	}
	use := "unused"
	if v.Used {
		use = fmt.Sprintf("used %s in %d days", counted(c.Use.Recent, "time"), RecentDays)
		if c.Use.Client != "" {
			use += ", last by " + c.Use.Client
		}
		if c.Use.Host != "" {
			use += " on " + c.Use.Host
		}
	}
	list := []Finding{{
		Code: code, Severity: v.Severity, Credential: c.ID, Subject: c.Name,
		Message: v.Reason + "; " + use, Fix: fixFor(v.Next),
	}}
	if v.Hit != nil && v.HitUses > 0 {
		list = append(list, Finding{
			Code: FindingDowntimeExposure, Severity: Blocking, Credential: c.ID, Subject: c.Name,
			Message: fmt.Sprintf("refused from %s to %s, at about %s",
				v.Hit.Start.UTC().Format("2006-01-02 15:04"), v.Hit.End.UTC().Format("2006-01-02 15:04 UTC"), counted(v.HitUses, "activation")),
			Fix: fixFor(v.Next),
		})
	}
	return list
}

func hasLegacyCI(c *Credential) bool {
	for _, s := range c.Secrets {
		if s.Kind == LegacyCIKey {
			return true
		}
	}
	return c.Kind == LegacyCIKey
}

func fixFor(step NextStep) string {
	switch step {
	case StepRotateKey:
		return "rotate it: it becomes a CI token with the same name, and both work until the new one is in use"
	case StepAskOwner:
		return "ask the owner to switch to the personal token, then revoke the key"
	case StepFindOwner:
		return "find out from the host who uses it, move them to a token, then revoke the key"
	case StepRevokeKey:
		return fmt.Sprintf("revoke it: nobody has used it in %d days", RecentDays)
	case StepAwaitUse:
		return "put the new token where the pipeline reads it; the first use starts the old one's grace"
	}
	return "nothing: the old secret ends by itself"
}

// FindMember returns the findings about a member's personal token.
func FindMember(m *Member) []Finding {
	var list []Finding
	if !m.Seat && m.Token.State != Revoked {
		list = append(list, Finding{
			Code: FindingTokenWithoutSeat, Severity: Informational, Credential: m.Token.ID, Member: m.ID, Subject: m.DisplayName(),
			Message: "holds a personal token but no seat, so it does not activate",
			Fix:     "assign a seat, if this person needs LocalStack",
		})
	}
	if m.Token.RefusedCI.Count > 0 {
		list = append(list, Finding{
			Code: FindingPersonalInCI, Severity: Blocking, Credential: m.Token.ID, Member: m.ID, Subject: m.DisplayName(),
			Message: fmt.Sprintf("the personal token was refused %s in CI, last on %s", counted(m.Token.RefusedCI.Count, "time"), hostOr(m.Token.RefusedCI.Host)),
			Fix:     "give that pipeline a CI token",
		})
	}
	return list
}

func hostOr(host string) string {
	if host == "" {
		return "an unnamed host"
	}
	return host
}

// SortFindings orders findings by severity, code and subject, for good.
func SortFindings(list []Finding) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Severity != b.Severity {
			return a.Severity.rank() < b.Severity.rank()
		}
		if a.Code != b.Code {
			return a.Code < b.Code
		}
		if a.Subject != b.Subject {
			return a.Subject < b.Subject
		}
		return a.Credential < b.Credential
	})
}

// counted is a number with the word for it.
func counted(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
