package models

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestJudge(t *testing.T) {
	downtime := calendar.Downtimes[1]
	tests := []struct {
		name string
		p    Presentation
		want Refusal
	}{
		{"personal token with a seat", show(PersonalToken, withSeat), ""},
		{"personal token without a seat", show(PersonalToken), RefusedNoSeat},
		{"personal token in CI", show(PersonalToken, withSeat, inCI), RefusedInCI},
		{"personal token in CI without a seat", show(PersonalToken, inCI), RefusedInCI},
		{"paused personal token", show(PersonalToken, withSeat, paused), RefusedPaused},
		{"CI token in CI", show(CIToken, inCI), ""},
		{"CI token on a desk", show(CIToken), ""},
		{"paused CI token", show(CIToken, inCI, paused), RefusedPaused},
		{"revoked CI token", show(CIToken, inCI, revoked), RefusedUnknown},
		{"pending CI token", show(CIToken, inState(SecretPending)), ""},
		{"retiring CI token", show(CIToken, inState(SecretRetiring)), ""},
		{"ended secret", show(CIToken, inState(SecretRevoked)), RefusedUnknown},
		{"CI token in a downtime", show(CIToken, inCI, at(downtime.Start)), ""},
		{"CI token after the sunset", show(CIToken, inCI, at(calendar.End)), ""},
		{"personal token in a downtime", show(PersonalToken, withSeat, at(downtime.Start)), ""},
		{"legacy API key without a seat", show(LegacyAPIKey), ""},
		{"legacy API key in CI", show(LegacyAPIKey, inCI), ""},
		{"legacy CI key", show(LegacyCIKey, inCI), ""},
		{"legacy CI key before the sunset", show(LegacyCIKey, at(noon.AddDate(-1, 0, 0))), ""},
		{"legacy CI key in a downtime", show(LegacyCIKey, at(downtime.Start)), RefusedDowntime},
		{"legacy API key in a downtime", show(LegacyAPIKey, at(downtime.Start)), RefusedDowntime},
		{"legacy key when the downtime ends", show(LegacyCIKey, at(downtime.End)), ""},
		{"legacy key after the sunset", show(LegacyCIKey, at(calendar.End)), RefusedRetired},
		{"paused legacy key", show(LegacyCIKey, paused), RefusedPaused},
		{"paused legacy key in a downtime", show(LegacyCIKey, paused, at(downtime.Start)), RefusedDowntime},
		{"revoked legacy key after the sunset", show(LegacyCIKey, revoked, at(calendar.End)), RefusedUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := Judge(tt.p, calendar)
			if v.Refusal != tt.want || v.Accepted() != (tt.want == "") {
				t.Fatalf("got %+v, want the refusal %q", v, tt.want)
			}
			if want := retryAfter(tt.want, downtime); !v.RetryAfter.Equal(want) {
				t.Errorf("retry after %s, want %s", v.RetryAfter, want)
			}
		})
	}
}

func retryAfter(r Refusal, d Downtime) time.Time {
	if r == RefusedDowntime {
		return d.End
	}
	return time.Time{}
}

// show makes a presentation of a current secret on an ordinary day of the sunset.
func show(kind Kind, options ...func(*Presentation)) Presentation {
	p := Presentation{Secret: SecretVersion{Kind: kind, State: SecretCurrent}, Credential: Active, At: noon.Add(time.Hour)}
	for _, o := range options {
		o(&p)
	}
	return p
}

func withSeat(p *Presentation) { p.Seat = true }
func inCI(p *Presentation)     { p.CI = true }
func paused(p *Presentation)   { p.Credential = Paused }
func revoked(p *Presentation)  { p.Credential = Revoked }

func at(when time.Time) func(*Presentation) {
	return func(p *Presentation) { p.At = when }
}

func inState(s SecretState) func(*Presentation) {
	return func(p *Presentation) { p.Secret.State = s }
}

// Seats concern personal tokens only, and the calendar legacy keys only: whatever else holds.
func TestJudgeLooksAtWhatConcernsTheKind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Presentation{
			Secret: SecretVersion{
				Kind:  rapid.SampledFrom(Kinds).Draw(t, "kind"),
				State: rapid.SampledFrom([]SecretState{SecretCurrent, SecretPending, SecretRetiring, SecretRevoked}).Draw(t, "secret"),
			},
			Credential: rapid.SampledFrom([]CredentialState{Active, Paused, Revoked}).Draw(t, "credential"),
			Seat:       rapid.Bool().Draw(t, "seat"),
			CI:         rapid.Bool().Draw(t, "ci"),
			At:         noon.Add(time.Duration(rapid.IntRange(-500, 3000).Draw(t, "hour")) * time.Hour),
		}
		v := Judge(p, calendar)
		if !p.Secret.Kind.Legacy() && v != Judge(p, Sunset{}) {
			t.Fatal("the calendar changed what happens to a token")
		}
		other := p
		other.Seat = !p.Seat
		if p.Secret.Kind != PersonalToken && v != Judge(other, calendar) {
			t.Fatal("a seat changed what happens to a shared credential")
		}
		if v.Accepted() && (p.Credential != Active || !p.Secret.State.Works()) {
			t.Fatalf("%+v was accepted", p)
		}
	})
}
