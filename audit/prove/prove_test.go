package prove

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

const canary = "canary"

// literal is a finding of a value.
func literal(code finding.Code, path string, line int, value string, ci bool) finding.Finding {
	return finding.Finding{
		Path: path, Line: line, Column: 5, EndColumn: 9, Code: code, Severity: finding.Error, Message: "a value is written here", CI: ci,
		Fix: finding.Fix{Kind: finding.Manual, Reason: "rotate it", Edits: []finding.Edit{}}, Value: models.NewSecret(canary + value), Excerpt: "A: •••",
	}
}

// known answers for values of these names.
func known(who map[string]finding.Identity) Identify {
	return func(_ context.Context, values []models.Secret) ([]*finding.Identity, error) {
		out := make([]*finding.Identity, len(values))
		for i, v := range values {
			if id, ok := who[strings.TrimPrefix(v.Reveal(), canary)]; ok {
				out[i] = &id
			}
		}
		return out, nil
	}
}

var (
	marias   = finding.Identity{Credential: "c1", Kind: models.PersonalToken, Name: "personal token", Owner: "Maria Santos", State: "current"}
	deploy   = finding.Identity{Credential: "c2", Kind: models.CIToken, Name: "deploy-eu", State: "retiring"}
	oldKey   = finding.Identity{Credential: "c3", Kind: models.LegacyCIKey, Name: "nightly", State: "revoked"}
	bobs     = finding.Identity{Credential: "c4", Kind: models.LegacyAPIKey, Owner: "Bob", State: "paused"}
	pendings = finding.Identity{Credential: "c5", Kind: models.CIToken, Name: "next", State: "pending"}
	untold   = finding.Identity{Kind: models.LegacyAPIKey}
)

func TestAFindingSaysWhoseItsLiteralIsAndWhetherItWorks(t *testing.T) {
	for _, c := range []struct {
		who             finding.Identity
		code            finding.Code
		message, reason string
	}{
		{marias, finding.HardcodedAuthToken, "the personal token of Maria Santos is written here, and it works: whoever reads the file has it", "rotate it"},
		{deploy, finding.HardcodedAuthToken, "the CI token deploy-eu is written here, and it works until the grace of its rotation ends: whoever reads the file has it", "take it out, and read the new one, which is in use, from a secret store"},
		{pendings, finding.HardcodedAuthToken, "the CI token next is written here, and it works, being the new secret of a rotation: whoever reads the file has it", "rotate it"},
		{oldKey, finding.LegacyKeyLiteral, "the legacy CI key nightly is written here; it is revoked already", "take it out, and read the present one from a secret store"},
		{bobs, finding.LegacyKeyLiteral, "the legacy API key of Bob is written here, and it works again once it is resumed: whoever reads the file has it", "rotate it"},
		{untold, finding.LegacyKeyLiteral, "a legacy API key of this workspace is written here: whoever reads the file has it", "rotate it"},
	} {
		list, err := Findings(t.Context(), []finding.Finding{literal(c.code, "f", 3, "x", false)}, known(map[string]finding.Identity{"x": c.who}))
		if err != nil || len(list) != 1 {
			t.Fatalf("%d findings, %v", len(list), err)
		}
		f := list[0]
		if f.Message != c.message || f.Fix.Reason != c.reason || f.Proven == nil || *f.Proven != c.who || f.Severity != finding.Error {
			t.Errorf("it says %q, to do: %q, proven: %+v", f.Message, f.Fix.Reason, f.Proven)
		}
	}
}

// A personal token that is written into a file of CI is an error of its own, in the place of what only a
// name said there.
func TestAPersonalTokenInCIIsProven(t *testing.T) {
	guess := finding.Finding{Path: "ci.yml", Line: 4, Column: 9, Code: finding.PersonalTokenInCI, Severity: finding.Warning, Subject: "MY_TOKEN", CI: true}
	elsewhere := guess
	elsewhere.Line = 8
	history := guess
	history.Commit = &finding.Commit{Hash: "abc"}
	list := []finding.Finding{
		literal(finding.HardcodedAuthToken, "ci.yml", 4, "maria", true), guess, elsewhere, history,
		literal(finding.HardcodedAuthToken, "ci.yml", 6, "deploy", true), literal(finding.HardcodedAuthToken, "notes.txt", 1, "maria", false),
	}
	got, err := Findings(t.Context(), list, known(map[string]finding.Identity{"maria": marias, "deploy": deploy}))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, f := range got {
		told = append(told, fmt.Sprintf("%s:%d %s %s %t", f.Path, f.Line, f.Code, f.Severity, f.Proven != nil))
	}
	want := []string{
		"ci.yml:4 hardcoded-auth-token error true", "ci.yml:4 personal-token-in-ci error true", "ci.yml:4 personal-token-in-ci warning false",
		"ci.yml:6 hardcoded-auth-token error true", "ci.yml:8 personal-token-in-ci warning false", "notes.txt:1 hardcoded-auth-token error true",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	i := slices.IndexFunc(got, func(f finding.Finding) bool { return f.Code == finding.PersonalTokenInCI })
	f := got[i]
	if f.Message != "the personal token of Maria Santos is used in CI, which refuses every personal token" || f.Fix.Kind != finding.Manual || f.Fix.Edits == nil || !f.Value.Empty() {
		t.Errorf("it says %+v", f)
	}
}

// Each value is asked about once, and what was answered before a failure is told.
func TestWhatWasAnsweredBeforeAFailureIsTold(t *testing.T) {
	list := []finding.Finding{
		literal(finding.HardcodedAuthToken, "a", 1, "maria", false), literal(finding.HardcodedAuthToken, "b", 1, "maria", false),
		literal(finding.HardcodedAuthToken, "c", 1, "deploy", false), {Path: "d", Line: 1, Code: finding.DeprecatedLogin},
	}
	gone := errors.New("gone")
	asked := 0
	got, err := Findings(t.Context(), list, func(_ context.Context, values []models.Secret) ([]*finding.Identity, error) {
		asked = len(values)
		return []*finding.Identity{&marias}, gone
	})
	if !errors.Is(err, gone) || asked != 2 || len(got) != 4 || got[0].Proven == nil || got[1].Proven == nil || got[2].Proven != nil {
		t.Errorf("asked about %d, %v: %+v", asked, err, got)
	}
	nobody := func(context.Context, []models.Secret) ([]*finding.Identity, error) {
		t.Error("asked about nothing")
		return nil, nil
	}
	if got, err := Findings(t.Context(), list[3:], nobody); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	short := func(context.Context, []models.Secret) ([]*finding.Identity, error) { return nil, nil }
	if got, err := Findings(t.Context(), list, short); err == nil || len(got) != 4 {
		t.Errorf("no answers to two values: %v, %v", got, err)
	}
}

// Whatever is known of whatever was found: no finding is lost or changed but those that it is about, and no
// text holds a value.
func TestProvingOnlyAdds(t *testing.T) {
	codes := []finding.Code{finding.HardcodedAuthToken, finding.LegacyKeyLiteral}
	rapid.Check(t, func(t *rapid.T) {
		var list []finding.Finding
		for range rapid.IntRange(0, 12).Draw(t, "findings") {
			f := literal(rapid.SampledFrom(codes).Draw(t, "code"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "path"), rapid.IntRange(1, 4).Draw(t, "line"), rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "value"), rapid.Bool().Draw(t, "ci"))
			list = append(list, f)
		}
		finding.Sort(list)
		who := map[string]finding.Identity{}
		for _, v := range []string{"x", "y"} {
			if rapid.Bool().Draw(t, "known") {
				who[v] = rapid.SampledFrom([]finding.Identity{marias, deploy, oldKey, bobs, untold}).Draw(t, "who")
			}
		}
		before := slices.Clone(list)
		got, err := Findings(context.Background(), list, known(who))
		if err != nil {
			t.Fatal(err)
		}
		var literals []finding.Finding
		for _, f := range got {
			if strings.Contains(f.Message+f.Fix.Reason+f.Excerpt+f.Subject, canary) {
				t.Fatalf("a text holds a value: %+v", f)
			}
			if f.Code == finding.PersonalTokenInCI {
				if !f.CI || f.Proven == nil || f.Proven.Kind != models.PersonalToken || f.Severity != finding.Error {
					t.Fatalf("made up: %+v", f)
				}
				continue
			}
			literals = append(literals, f)
		}
		if len(literals) != len(before) {
			t.Fatalf("%d findings became %d", len(before), len(literals))
		}
		for i, f := range literals {
			_, ours := who[strings.TrimPrefix(f.Value.Reveal(), canary)]
			if ours != (f.Proven != nil) || !ours && f.Message != before[i].Message || f.Path != before[i].Path || f.Line != before[i].Line {
				t.Fatalf("%+v became %+v", before[i], f)
			}
		}
	})
}

func TestAnIdentityTellsWhatTheWorkspaceTells(t *testing.T) {
	who := models.Identified{Credential: "c", Kind: models.PersonalToken, Name: "personal token", Owner: &models.MemberRef{Email: "eve@example.com"}, State: models.SecretRetiring}
	if got := Identity(who); got != (finding.Identity{Credential: "c", Kind: models.PersonalToken, Name: "personal token", Owner: "eve@example.com", State: "retiring"}) {
		t.Errorf("%+v", got)
	}
	who.Paused, who.Owner = true, nil
	if got := Identity(who); got.State != "paused" || got.Owner != "" {
		t.Errorf("%+v", got)
	}
	who.State = models.SecretRevoked
	if got := Identity(who); got.State != "revoked" {
		t.Errorf("what is paused does not work again once it is revoked: %+v", got)
	}
}

func TestAWorkspaceFileIdentifiesItsOwnValues(t *testing.T) {
	inv := models.Inventory{
		Members: []models.InventoryMember{
			{Email: "Maria@Example.com", Name: "Maria Santos", Token: models.NewSecret("token-of-maria")}, {Email: "eve@example.com"},
		},
		CITokens: []models.InventoryCredential{{Name: "deploy", Value: models.NewSecret("token-of-ci"), State: models.Paused}, {Name: "empty"}},
		LegacyKeys: []models.InventoryCredential{
			{Kind: models.LegacyAPIKey, Owner: "maria@example.com", Value: models.NewSecret("key-of-maria"), State: models.Active},
			{Kind: models.LegacyCIKey, Name: "old", Value: models.NewSecret("key-of-old"), State: models.Revoked},
		},
	}
	var values []models.Secret
	for _, v := range []string{"key-of-old", "nobodys", "token-of-maria", "", "token-of-ci", "key-of-maria", "key-of-mari"} {
		values = append(values, models.NewSecret(v))
	}
	got, err := File(inv)(t.Context(), values)
	if err != nil {
		t.Fatal(err)
	}
	want := []*finding.Identity{
		{Kind: models.LegacyCIKey, Name: "old", State: "revoked"}, nil, {Kind: models.PersonalToken, Owner: "Maria Santos"}, nil,
		{Kind: models.CIToken, Name: "deploy", State: "paused"}, {Kind: models.LegacyAPIKey, Owner: "Maria Santos", State: "current"}, nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := File(inv)(gone, values); err == nil || len(got) > 0 {
		t.Errorf("went on after it was stopped: %v, %v", got, err)
	}
	if people := Members(inv); len(people) != 2 || people[0] != (models.MemberRef{Name: "Maria Santos", Email: "Maria@Example.com"}) {
		t.Errorf("its members are %+v", people)
	}
}

// Whoever was asked about a value is not asked again, but for what a failure left open.
func TestNoValueIsAskedAboutTwice(t *testing.T) {
	var asked []string
	fails := false
	ask := Once(func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
		if fails {
			return nil, errors.New("gone")
		}
		for _, v := range values {
			asked = append(asked, v.Reveal())
		}
		return known(map[string]finding.Identity{"a": marias})(ctx, values)
	})
	secrets := func(names ...string) (list []models.Secret) {
		for _, n := range names {
			list = append(list, models.NewSecret(canary+n))
		}
		return list
	}
	if got, err := ask(t.Context(), secrets("a", "b")); err != nil || got[0] == nil || got[1] != nil {
		t.Errorf("%v, %v", got, err)
	}
	fails = true
	if got, err := ask(t.Context(), secrets("b", "a")); err != nil || len(got) != 2 || got[0] != nil || got[1] == nil {
		t.Errorf("asked again: %v, %v", got, err)
	}
	if _, err := ask(t.Context(), secrets("a", "c")); err == nil {
		t.Error("the failure is not told")
	}
	fails = false
	if got, err := ask(t.Context(), secrets("a", "c")); err != nil || len(got) != 2 || got[0] == nil {
		t.Errorf("%v, %v", got, err)
	}
	if got := strings.Join(asked, " "); got != "canarya canaryb canaryc" {
		t.Errorf("asked about %s", got)
	}
}
