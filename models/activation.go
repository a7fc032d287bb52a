package models

import "time"

// Presentation is everything the rules need to know of one credential presented by a LocalStack
// client. The variable or header it came in is not part of it, on purpose.
type Presentation struct {
	Secret     SecretVersion
	Credential CredentialState
	Seat       bool // the owner's; looked at for a personal token only
	CI         bool // the machine says that it is CI
	At         time.Time
}

// Refusal is why an activation was refused, as a code that LocalStack's clients can show.
type Refusal string

// The refusals. Codes that LocalStack's clients know are used where one fits.
const (
	RefusedUnknown  Refusal = "licensing.credentials.invalid"
	RefusedFormat   Refusal = "licensing.credentials.format"
	RefusedPaused   Refusal = "licensing.credentials.paused"
	RefusedInCI     Refusal = "licensing.credentials.personal_token_in_ci"
	RefusedNoSeat   Refusal = "licensing.license.not_assigned"
	RefusedDowntime Refusal = "licensing.legacy.planned_downtime"
	RefusedRetired  Refusal = "licensing.legacy.retired"
)

// Verdict is the answer to a presentation.
type Verdict struct {
	Refusal    Refusal   // empty: accepted
	RetryAfter time.Time // for RefusedDowntime: the end of the window
}

// Accepted reports whether the activation may go on.
func (v Verdict) Accepted() bool { return v.Refusal == "" }

// Judge applies the rules of the product to one presentation.
func Judge(p Presentation, sunset Sunset) Verdict {
	if !p.Secret.State.Works() || p.Credential == Revoked {
		return Verdict{Refusal: RefusedUnknown}
	}
	if p.Secret.Kind.Legacy() {
		switch phase, window := sunset.Phase(p.At); phase {
		case SunsetOver:
			return Verdict{Refusal: RefusedRetired}
		case InDowntime:
			return Verdict{Refusal: RefusedDowntime, RetryAfter: window.End}
		}
	}
	if p.Credential == Paused {
		return Verdict{Refusal: RefusedPaused}
	}
	if p.Secret.Kind == PersonalToken && p.CI {
		return Verdict{Refusal: RefusedInCI}
	}
	if p.Secret.Kind == PersonalToken && !p.Seat {
		return Verdict{Refusal: RefusedNoSeat}
	}
	return Verdict{}
}
