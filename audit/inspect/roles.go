package inspect

import (
	"strings"

	"example.com/keyturn/audit/pattern"
)

// role is what is done with a variable where it is named.
type role int

const (
	mention role = iota // named, and no more
	sets                // given a value
	passes              // handed on by its name
	reads               // its value is taken
)

var (
	getter = pattern.New(`(?i)(?:\$\{?|\$\{\{?\s*env\.|\benv\.|\benv\[["']?|%|\$env:|\$\{env:|\$\(|` +
		`getenv|lookupenv|environ(?:\.get)?|\benv(?:\.get|\.fetch|\.str|\.contains_?key|\.has)?|getenvironmentvariable|process\.env|named\s*=\s*|localenv:|env:|env_var|lookup|hasenv|envor\w*|get_env|` +
		`require_?env|must_?env|mustgetenv|config|secrets?)[\[("'{\s.]*$`)
	assigned = pattern.New(`^["'` + "`" + `]?[\])]?\s*(?::=|\?=|\+=|=>|->|=(?:[^=~>]|$))`)
	keyed    = pattern.New(`^["'` + "`" + `]?\s*(?::(?:\s|$)|,\s*\S|\sto\s)`)
	ordered  = pattern.New(`(?i)(?:\b(?:ENV|ARG|setx|set -\w*x\w*|--env-add)\s+["']?)$`)
	optioned = pattern.New(`(?i)(?:^|\s|["'\[(])(?:-e|--env|--build-arg|-E|--pass-?env)(?:\s+|=|["'],?\s*["'])["']?$`)
	defaults = pattern.New(`^:?[-=?+]`)
)

func (d *document) roleOf(o occurrence) role {
	line := d.line(o.start)
	before, after := string(d.text[max(line.start, o.start-nearBy):o.start]), string(d.text[o.end:line.end])
	if o.tied && o.leaf.isKey {
		return sets
	}
	dollar := strings.HasSuffix(before, "$") || strings.HasSuffix(before, "${")
	switch {
	case dollar && !strings.HasSuffix(before, "$env:"):
		return reads
	case assigned.MatchString(after) || ordered.MatchString(before):
		return sets
	case getter.MatchString(before) || defaults.MatchString(after) && strings.HasSuffix(before, "{"):
		return reads
	case optioned.MatchString(before):
		return passes
	case d.isItem(o):
		return passes
	case keyed.MatchString(after):
		return sets
	case o.tied && strings.EqualFold(o.leaf.node.key, "name") && o.leaf.node.parent != nil && (o.leaf.node.parent.child("value") != nil || o.leaf.node.parent.child("valueFrom") != nil):
		return sets
	case strings.HasPrefix(after, ">"):
		return sets
	}
	return mention
}

// isItem reports whether a name is a whole item of a list.
func (d *document) isItem(o occurrence) bool {
	n := o.leaf.node
	return o.tied && !o.leaf.isKey && n.key == "" && n.parent != nil && n.parent.form == sequence && strings.TrimSpace(n.text) == d.slice(o.span)
}
