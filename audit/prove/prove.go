// Package prove says whose the credentials are that an audit found: it holds the literals against a
// workspace or a workspace file, and the names of secrets against the names of members. It knows no service:
// whoever is to be asked is handed in.
package prove

import (
	"context"
	"fmt"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// Identify says of each value, in order, which credential it is; nil if it is none that is known. With an
// error it answers for the first of them, or for none.
type Identify func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error)

// Findings asks about every literal among the findings once, and returns the findings with what is proven
// by the answers. With an error they hold what was answered until then.
func Findings(ctx context.Context, list []finding.Finding, ask Identify) ([]finding.Finding, error) {
	values := Values(list)
	if len(values) == 0 {
		return list, nil
	}
	known, err := ask(ctx, values)
	if err == nil && len(known) != len(values) {
		err = fmt.Errorf("%d answers came to %d values", len(known), len(values))
	}
	return Apply(list, values[:min(len(values), len(known))], known), err
}

// Values are the literals among findings, each once, in the order of the findings.
func Values(list []finding.Finding) []models.Secret {
	var values []models.Secret
	seen := map[string]bool{}
	for _, f := range list {
		if f.Value.Empty() || seen[f.Value.Digest()] {
			continue
		}
		seen[f.Value.Digest()] = true
		values = append(values, f.Value)
	}
	return values
}

// Apply notes in the findings which credentials their literals are: it says whose each is, and whether it
// works. A member's personal token in a file of CI is one more finding there, an error. known answers for
// the values, one by one.
func Apply(list []finding.Finding, values []models.Secret, known []*finding.Identity) []finding.Finding {
	proven := map[string]*finding.Identity{}
	for i, v := range values {
		if known[i] != nil {
			proven[v.Digest()] = known[i]
		}
	}
	if len(proven) == 0 {
		return list
	}
	out := make([]finding.Finding, 0, len(list))
	for _, f := range list {
		if f.Value.Empty() || proven[f.Value.Digest()] == nil {
			out = append(out, f)
			continue
		}
		f = told(f, *proven[f.Value.Digest()])
		out = append(out, f)
		if f.CI && f.Proven.Kind == models.PersonalToken {
			out = append(out, inCI(f))
		}
	}
	finding.Sort(out)
	return withoutGuesses(out)
}

// told is a finding that says whose its literal is.
func told(f finding.Finding, who finding.Identity) finding.Finding {
	f.Proven = &who
	what := Label(who)
	switch f.Code {
	case finding.HardcodedAuthToken, finding.LegacyKeyLiteral:
		f.Message = what + " is written here" + stateWords[who.State] + ": whoever reads the file has it"
	}
	switch who.State {
	case string(models.SecretRevoked):
		f.Message = what + " is written here; it is revoked already"
		f.Fix.Reason = "take it out, and read the present one from a secret store"
	case string(models.SecretRetiring):
		f.Fix.Reason = "take it out, and read the new one, which is in use, from a secret store"
	}
	return f
}

// stateWords say whether a credential works; of one whose state nobody tells they say nothing.
var stateWords = map[string]string{
	string(models.SecretCurrent):  ", and it works",
	string(models.SecretPending):  ", and it works, being the new secret of a rotation",
	string(models.SecretRetiring): ", and it works until the grace of its rotation ends",
	string(models.Paused):         ", and it works again once it is resumed",
}

// inCI is what a literal that is a member's personal token is beside, in a file of CI.
func inCI(literal finding.Finding) finding.Finding {
	f := literal
	f.Code, f.Severity, f.Value = finding.PersonalTokenInCI, finding.Error, models.Secret{}
	f.Message = Label(*literal.Proven) + " is used in CI, which refuses every personal token"
	f.Fix = finding.Fix{
		Kind: finding.Manual, Reason: "create a CI token in the workspace, store it for this pipeline, and use it here", Edits: []finding.Edit{},
	}
	return f
}

// withoutGuesses drops what only the name of a secret said, in lines where the same is proven. The list is
// in order.
func withoutGuesses(list []finding.Finding) []finding.Finding {
	type line struct {
		root, path, commit string
		number             int
	}
	at := func(f finding.Finding) line {
		l := line{root: f.Root, path: f.Path, number: f.Line}
		if f.Commit != nil {
			l.commit = f.Commit.Hash
		}
		return l
	}
	certain := map[line]bool{}
	for _, f := range list {
		if f.Code == finding.PersonalTokenInCI && f.Proven != nil {
			certain[at(f)] = true
		}
	}
	kept := list[:0]
	for _, f := range list {
		if f.Code != finding.PersonalTokenInCI || f.Proven != nil || !certain[at(f)] {
			kept = append(kept, f)
		}
	}
	return kept
}

// Label names a credential in a sentence: "the personal token of Maria Santos", "the CI token deploy-eu".
func Label(i finding.Identity) string {
	switch {
	case i.Owner != "" && !i.Kind.Shared():
		return "the " + i.Kind.Label() + " of " + i.Owner
	case i.Name != "":
		return "the " + i.Kind.Label() + " " + i.Name
	}
	return "a " + i.Kind.Label() + " of this workspace"
}

// Identity is what a finding tells of the secret that its literal is.
func Identity(i models.Identified) finding.Identity {
	id := finding.Identity{Credential: i.Credential, Kind: i.Kind, Name: i.Name, State: string(i.State)}
	if i.Owner != nil {
		id.Owner = personOf(*i.Owner)
	}
	if i.Paused && i.State.Works() {
		id.State = string(models.Paused)
	}
	return id
}

// personOf is a member's name, or the e-mail of one without.
func personOf(m models.MemberRef) string {
	if m.Name == "" {
		return m.Email
	}
	return m.Name
}

// Once asks about no value twice, as long as the answers come.
func Once(ask Identify) Identify {
	answers := map[string]*finding.Identity{}
	return func(ctx context.Context, values []models.Secret) ([]*finding.Identity, error) {
		var open []models.Secret
		for _, v := range values {
			if _, ok := answers[v.Digest()]; !ok {
				open = append(open, v)
			}
		}
		if len(open) > 0 {
			known, err := ask(ctx, open)
			if err != nil {
				return nil, err
			}
			for i, v := range open[:min(len(open), len(known))] {
				answers[v.Digest()] = known[i]
			}
		}
		out := make([]*finding.Identity, len(values))
		for i, v := range values {
			out[i] = answers[v.Digest()]
		}
		return out, nil
	}
}
