package inspect

import (
	"cmp"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// secretRef is a place where a secret of some store is named: by a pipeline, a cluster, a vault.
type secretRef struct {
	span
	feeds target
	by    occurrence // what it feeds, where that is one of the variables
}

// target is what a secret is handed to.
type target int

const (
	feedsOther target = iota
	feedsLegacy
	feedsNew
	feedsInput
)

// The forms in which secrets are named; the group is the name.
var secretForms = []*pattern.Pattern{
	pattern.New(`\b(?:secrets|vars)(?:\.|\[\s*['"])([A-Za-z0-9_-]+)`),
	pattern.New(`\bcredentials\(\s*['"]([^'"\n]+)['"]`),
	pattern.New(`\bcredentialsId\s*[:=]\s*['"]([^'"\n]+)['"]`),
	pattern.New(`\bfrom_secret:\s*['"]?([\w.-]+)`),
	pattern.New(`(?:--secret-id|--name|--secret[= ]id|--parameter-name|secretName:|secret:|secret_id\s*=|secretId:?)[\s=]*['"]?([\w./-]*(?i:localstack[-_](?:api|ci)[-_]key)[\w./-]*)`),
	pattern.New(`(?:^|[^<])[/#](?:[\w.-]+[/#:])*([\w.-]*(?i:localstack[-_](?:api|ci)[-_]key)[\w.-]*)`),
	pattern.New(`secret_key_ref\s*\{[^}]*?\bkey\s*=\s*"([^"]+)"`),
	pattern.New(`(?:arn:aws[\w:.-]*:secret:|localstack:)([\w./-]*(?i:localstack[-_](?:api|ci)[-_]key)[\w.-]*)`),
}

// legacySecretName matches the name of a secret that is named after the legacy keys.
var legacySecretName = pattern.New(`(?i)localstack[-_.]?(?:api|ci)[-_.]?keys?(?:$|[^a-z])`)

// personalSecretName matches the name of a secret that says it is a person's.
var personalSecretName = pattern.New(`(?i)(?:^|[-_./])(?:personal|my|mine|user|users|developer|dev|devs|private|owner|own|home|laptop|individual|employee)(?:[-_./]|$)`)

// findRefs notes where secrets are named.
func (d *document) findRefs() {
	taken := map[int]bool{}
	note := func(s span) {
		if !taken[s.start] && d.classAt(s.start) != comment && (!d.kind.docs || d.blockAt(s.start) >= 0) {
			taken[s.start] = true
			r := secretRef{span: s}
			if !d.isCrowded() {
				r.feeds, r.by = d.feeds(s)
			}
			d.refs = append(d.refs, r)
		}
	}
	for _, form := range secretForms {
		for _, m := range d.findAll(form) {
			note(span{start: m[2], end: m[3]})
		}
	}
	if d.tree != nil {
		for _, doc := range d.tree.docs {
			doc.walk(func(n *node) {
				for _, at := range keyRefs(n) {
					note(at)
				}
			})
		}
	}
	if d.kind.ci && !d.isCrowded() {
		d.settingRefs(note)
	}
	slices.SortFunc(d.refs, func(a, b secretRef) int { return cmp.Compare(a.start, b.start) })
}

// keyRefs are the places where a Kubernetes manifest names a secret: the key, else the object.
func keyRefs(n *node) []span {
	if !strings.EqualFold(n.key, "secretKeyRef") && !strings.EqualFold(n.key, "remoteRef") && !strings.EqualFold(n.key, "configMapKeyRef") {
		return nil
	}
	var list []span
	for _, key := range []string{"key", "property", "name"} {
		c := n.child(key).real()
		if c == nil || c.form != scalar || c.valueAt.end == c.valueAt.start {
			continue
		}
		list = append(list, c.valueAt)
		if legacySecretName.MatchString(c.text) {
			break // one finding an entry
		}
	}
	return list
}

var setting = pattern.New(`\$(?:\{|\()?([A-Za-z_]\w*)`)

// settingRefs are the variables that a pipeline takes from the settings of its project, outside of its file:
// their values are secrets. GitHub has another form for them.
func (d *document) settingRefs(note func(span)) {
	if d.kind.github {
		return
	}
	for _, m := range d.findAll(setting) {
		s := span{start: m[2], end: m[3]}
		if name := d.slice(s); !legacySecretName.MatchString(name) && !personalSecretName.MatchString(camel.ReplaceAllString(name, "${1}_${2}")) {
			continue
		}
		l, tied := d.leafAt(s.start)
		whole := tied && !l.isKey && d.isWhole(l.node, s)
		feeds, by := d.feeds(s)
		if feeds == feedsNew && !d.setHere(d.slice(s), l.node) || feeds == feedsLegacy && whole && by.tied && by.leaf.isKey && !d.setHere(d.slice(s), l.node) {
			note(s)
		}
	}
}

// isWhole reports whether a reference is all that a scalar holds.
func (d *document) isWhole(n *node, s span) bool {
	return strings.Trim(strings.TrimSpace(n.text), "${}()") == d.slice(s)
}

// setHere reports whether the same part of the file gives that variable a value that is not itself.
func (d *document) setHere(name string, at *node) bool {
	for _, o := range d.names {
		if o.role != sets || d.slice(o.span) != name || d.classAt(o.start) == comment || at != nil && o.tied && !samePart(at, o.leaf.node) {
			continue
		}
		line := d.slice(d.line(o.end))
		if !strings.Contains(line[strings.Index(line, name)+len(name):], name) {
			return true
		}
	}
	return false
}

// samePart: one of two places is below the same key at the top of the file as the other, or below one that
// is for all.
func samePart(a, b *node) bool {
	x, y := a.ancestor(1), b.ancestor(1)
	return x == nil || y == nil || x == y || slices.Contains(gitlabWords, y.key) || y.key == "env"
}

var inputKey = pattern.New(`(?i)^(?:localstack[-_])?api[-_]key$`)

// feeds tells what a secret is handed to: what stands before it in its line, the keys above it, or the name
// beside it.
func (d *document) feeds(s span) (target, occurrence) {
	line := d.line(s.start)
	for _, o := range slices.Backward(d.namesIn(span{start: line.start, end: s.start})) {
		if o.role == sets || o.role == passes || o.role == mention && o.tied {
			return targetOf(o), o
		}
	}
	l, tied := d.leafAt(s.start)
	if !tied {
		return d.feedsAround(s)
	}
	for n := l.node; n != nil; n = n.parent {
		if n.form != scalar && n != l.node && n.child("name") != nil {
			if o, ok := d.occurrenceIn(n.child("name").real().valueAt); ok {
				return targetOf(o), o
			}
		}
		if o, ok := d.occurrenceIn(n.keyAt); ok {
			return targetOf(o), o
		}
		if inputKey.MatchString(n.key) {
			return feedsInput, occurrence{}
		}
	}
	return feedsOther, occurrence{}
}

var nameBefore = pattern.New(`^\s*name\s*=\s*"$`)

var variableBeside = pattern.New(`variable\s*[:=]\s*['"]$`)

// feedsAround looks at the rest of the line: withCredentials names the secret first.
func (d *document) feedsAround(s span) (target, occurrence) {
	line := d.line(s.start)
	for _, o := range slices.Backward(d.namesIn(span{start: max(0, s.start-250), end: line.start})) {
		if nameBefore.Match(d.text[d.from(o.start):o.start]) {
			return targetOf(o), o
		}
	}
	for _, o := range d.namesIn(span{start: s.end, end: line.end + 200}) {
		if variableBeside.Match(d.text[d.from(o.start):o.start]) && o.start-s.end < 120 {
			return targetOf(o), o
		}
	}
	return feedsOther, occurrence{}
}

func targetOf(o occurrence) target {
	if o.which == newName {
		return feedsNew
	}
	return feedsLegacy
}

func (d *document) occurrenceIn(s span) (occurrence, bool) {
	if in := d.namesIn(s); len(in) > 0 {
		return in[0], true
	}
	return occurrence{}, false
}

// namesIn are the occurrences between two places.
func (d *document) namesIn(s span) []occurrence {
	at := func(o occurrence, at int) int { return cmp.Compare(o.start, at) }
	from, _ := slices.BinarySearchFunc(d.names, s.start, at)
	to, _ := slices.BinarySearchFunc(d.names, s.end, at)
	if to > from && d.names[to-1].end > s.end {
		to--
	}
	return d.names[from:max(from, to)]
}

// isSecretName reports whether an occurrence is the name of a secret in a store, not a variable.
func (d *document) isSecretName(o occurrence) bool {
	i, _ := slices.BinarySearchFunc(d.refs, o.start, func(r secretRef, at int) int { return cmp.Compare(r.start, at+1) })
	if i > 0 && o.end <= d.refs[i-1].end {
		return true
	}
	before := string(d.text[d.from(o.start):o.start])
	return inputRef.MatchString(before) || d.isComposeSecret(o)
}

var inputRef = pattern.New(`\binputs(?:\.|\[\s*['"])$`)

func (d *document) isComposeSecret(o occurrence) bool {
	return d.kind.compose && o.tied && o.leaf.node.under("secrets") != nil && o.leaf.node.under("environment") == nil
}

var setToken = pattern.New(`set-token\b[^\n]*$`)

// judgeRefs: the new variable is fed from a secret that is still named after the old keys, or from one that
// is named after a person, in CI.
func (d *document) judgeRefs() []finding.Finding {
	var list []finding.Finding
	told := map[int]bool{}
	for _, r := range d.refs {
		name := d.slice(r.span)
		toToken := setToken.Match(d.text[d.from(r.start):r.start])
		line := d.lineNumber(r.start)
		if d.kind.ci && personalSecretName.MatchString(camel.ReplaceAllString(name, "${1}_${2}")) && (r.feeds == feedsNew || r.feeds == feedsLegacy || toToken) {
			f := d.at(r.span, finding.PersonalTokenInCI)
			f.Subject = name
			f.Message = "the secret " + name + " is named like a person's: in CI a personal token is refused"
			f.Fix = manual("create a CI token in the workspace, store it for this pipeline, and use it here")
			list = append(list, f)
		}
		if !legacySecretName.MatchString(name) || told[line] || r.feeds != feedsNew && !(r.feeds == feedsOther && toToken) {
			continue
		}
		told[line] = true
		f := d.at(r.span, finding.LegacySecretRef)
		f.Subject = name
		f.Message = "the secret " + name + " still bears the legacy name: see that it holds an Auth Token"
		f.Fix = manual("put an Auth Token into it; or create " + successorOf(name) + " with one, and name that here")
		f.Fix.Optional = []finding.Edit{{Start: r.start, End: r.end, Text: successorOf(name)}}
		list = append(list, f)
	}
	return list
}

// camel is where a word begins inside of a name.
var camel = pattern.New(`([a-z])([A-Z])`)

var legacyPart = pattern.New(`(?i)(localstack)([-_.]?)(api|ci)([-_.]?)(key)`)

// successorOf is a secret's name with the part that names the old keys replaced, in its own style.
func successorOf(name string) string {
	return legacyPart.ReplaceAllStringFunc(name, func(s string) string {
		m := legacyPart.FindStringSubmatch(s)
		auth, token := "auth", "token"
		if m[5] == strings.ToUpper(m[5]) {
			auth, token = "AUTH", "TOKEN"
		}
		return m[1] + m[2] + auth + m[4] + token
	})
}
