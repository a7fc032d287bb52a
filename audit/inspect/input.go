package inspect

import (
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

var (
	ourInput = pattern.New(`(?i)^(?:localstack[-_]?)?(?:api|ci)[-_]?key$`)
)

// judgeInputs tells of actions and orbs that are given the key as an input, and of those that take it.
func (d *document) judgeInputs() []finding.Finding {
	var list []finding.Finding
	if d.tree == nil || d.kind.language != yamlText {
		return nil
	}
	for _, doc := range d.tree.docs {
		doc.walk(func(n *node) {
			if n.keyAt.end == n.keyAt.start || !isInputOf(n) {
				return
			}
			f := d.at(n.keyAt, finding.LegacyActionInput)
			f.Subject = n.key
			f.Message = "the input " + n.key + " takes the legacy key: actions read " + finding.NewVariable + " from the environment"
			f.Fix = manual("set " + finding.NewVariable + " in env, and leave the input out")
			list = append(list, f)
		})
	}
	return list
}

// isInputOf reports whether a key is an input for the legacy key: of an action that is called, of one that
// is described, or of an orb of LocalStack's.
func isInputOf(n *node) bool {
	parent := n.parent
	if parent == nil {
		return false
	}
	switch {
	case strings.EqualFold(parent.key, "with") && parent.parent != nil:
		return ourInput.MatchString(n.key) && strings.HasPrefix(strings.ToLower(parent.parent.value("uses")), "localstack/")
	case strings.HasPrefix(strings.ToLower(parent.key), "localstack/"):
		return ourInput.MatchString(n.key)
	}
	return false
}

// isInput reports whether an occurrence is the name of such an input.
func (d *document) isInput(o occurrence) bool {
	return d.kind.language == yamlText && o.tied && o.leaf.isKey && isInputOf(o.leaf.node)
}
