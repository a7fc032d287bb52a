package kit

import (
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// Spot is a place in a checkout.
type Spot struct {
	Repo    *Repo
	Finding *finding.Finding
}

// Trace is where a credential stands in the checkouts that this session has scanned.
type Trace struct {
	Scanned int
	Proven  []Spot // the literal there is one of its values
	Secret  []Spot // a secret with its name is used there
	Folder  []Spot // the checkout is called as the credential is, or as the host that used it last
}

// traceIndex finds places without looking at every finding again.
type traceIndex struct {
	stale   bool
	proven  map[models.CredentialID][]Spot
	secrets map[string][]Spot // by what they hang on, as nameKey has it
	folders map[string][]Spot // by the name of the checkout
}

// traced is the answer that was given last: a pane asks with every frame.
type traced struct {
	of    models.CredentialID
	name  string
	host  string
	trace Trace
}

// Trace says where a credential stands. What is not proven is said only where one credential alone bears the
// name: of names that several have, or that every pipeline has, nothing follows.
func (b *Book) Trace(c *models.Credential) Trace {
	if b.Repos.index() {
		b.traced = traced{}
	}
	if last := b.traced; last.of == c.ID && last.name == c.Name && last.host == hostKey(c) {
		return last.trace
	}
	b.traced = traced{of: c.ID, name: c.Name, host: hostKey(c), trace: b.findTrace(c)}
	return b.traced.trace
}

func (b *Book) findTrace(c *models.Credential) Trace {
	x := &b.Repos.trace
	t := Trace{Scanned: b.Repos.Scanned(), Proven: x.proven[c.ID]}
	name := nameKey(c.Name)
	if common[name] || !b.onlyOne(name) {
		name = ""
	}
	if name != "" {
		t.Secret = x.secrets[name]
	}
	seen := map[*finding.Finding]bool{}
	for _, s := range t.Secret {
		seen[s.Finding] = true
	}
	for _, folder := range []string{name, hostKey(c)} {
		for _, s := range x.folders[folder] {
			if folder != "" && !seen[s.Finding] {
				seen[s.Finding] = true
				t.Folder = append(t.Folder, s)
			}
		}
	}
	return t
}

func hostKey(c *models.Credential) string {
	if !c.Use.Used() {
		return ""
	}
	return nameKey(c.Use.Host)
}

// onlyOne reports whether at most one credential bears the name.
func (b *Book) onlyOne(key string) bool {
	n := 0
	for _, c := range b.order {
		if c.State != models.Revoked && nameKey(c.Name) == key {
			n++
		}
	}
	return n <= 1
}

// index gathers every place by what leads to it, and reports whether anything has changed.
func (r *Repos) index() bool {
	x := &r.trace
	if !x.stale {
		return false
	}
	*x = traceIndex{proven: map[models.CredentialID][]Spot{}, secrets: map[string][]Spot{}, folders: map[string][]Spot{}}
	for _, one := range r.list {
		folder := nameKey(one.Name())
		for i := range one.Findings() {
			f := &one.Report.Findings[i]
			spot := Spot{Repo: one, Finding: f}
			switch {
			case f.Proven != nil:
				x.proven[f.Proven.Credential] = append(x.proven[f.Proven.Credential], spot)
			case aboutLegacy[f.Code]:
				x.folders[folder] = append(x.folders[folder], spot)
				if key := nameKey(f.Subject); key != "" {
					x.secrets[key] = append(x.secrets[key], spot)
				}
			}
		}
	}
	return true
}

// aboutLegacy is the findings that a legacy key can be behind.
var aboutLegacy = map[finding.Code]bool{
	finding.LegacyEnvVar: true, finding.LegacySecretRef: true, finding.LegacyKeyLiteral: true, finding.LegacyActionInput: true,
}

// common is the names that say nothing: every pipeline has them.
var common = map[string]bool{
	"localstack-api-key": true, "localstack-auth-token": true, "localstack-ci-key": true, "localstack-key": true, "localstack-token": true,
	"localstack": true, "api-key": true, "auth-token": true, "ci-key": true, "ci-token": true, "token": true, "key": true,
}

// nameKey is a name as secrets, credentials and folders spell it alike: "Deploy EU" and "DEPLOY_EU" are one.
func nameKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_ ./", r) })
	return strings.Join(words, "-")
}
