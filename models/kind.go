package models

import "fmt"

// Kind says what a credential is, and so which rules it is judged by.
type Kind string

// The four kinds of credential that a workspace knows.
const (
	PersonalToken Kind = "personal_token"
	CIToken       Kind = "ci_token"
	LegacyAPIKey  Kind = "legacy_api_key" // a person's
	LegacyCIKey   Kind = "legacy_ci_key"  // a pipeline's
)

// Kinds lists every kind in the order in which people expect them.
var Kinds = []Kind{PersonalToken, CIToken, LegacyAPIKey, LegacyCIKey}

// ParseKind returns the kind with that name.
func ParseKind(s string) (Kind, error) {
	for _, k := range Kinds {
		if string(k) == s {
			return k, nil
		}
	}
	return "", fmt.Errorf("unknown credential kind %q", s)
}

// Legacy reports whether the sunset concerns this kind.
func (k Kind) Legacy() bool { return k == LegacyAPIKey || k == LegacyCIKey }

// Shared reports whether the credential belongs to the workspace rather than to a person.
func (k Kind) Shared() bool { return k == CIToken || k == LegacyCIKey }

// Label is the kind as people read it.
func (k Kind) Label() string {
	switch k {
	case PersonalToken:
		return "personal token"
	case CIToken:
		return "CI token"
	case LegacyAPIKey:
		return "legacy API key"
	case LegacyCIKey:
		return "legacy CI key"
	}
	return string(k)
}
