package inspect

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// idle reports whether an occurrence uses nothing: it is in a comment, or its line removes, looks for,
// forbids or migrates the name.
func (d *document) idle(o occurrence) bool {
	if d.classAt(o.start) == comment || d.kind.policy {
		return true
	}
	if d.isCrowded() {
		return false
	}
	return d.removed(o) || d.denied(o) || d.entitles(o) || d.searched(o) || d.mapped(o) || d.spoken(o) || d.guarded(o) || d.complains(o)
}

var (
	removing = pattern.New(`(?i)(?:\bunset\w*|\bdel|\bdelete|\bdelete\s+[\w.]+\.|\w*\.pop|\bpop|unset_?env|unsetenv|\bdel_?env|\.remove\w*|\.delete\w*|remove_?(?:env|var)\w*|clear_?(?:env|prop)\w*|\bunexport|\bundefine|reg delete\b.*/v|\w+ -=|\berase|remove-item|clear-item|clear-variable|` +
		`[\s"']-u|--unset|deleteproperty|env_remove|env_clear|\bomit|\.omit|\bexcept|\bwithout\w*|discard|--(?:ignore|drop|remove)-env|secret (?:delete|remove|rm)|variable (?:delete|remove|rm)|` +
		`set\s+-\w*e\w*|export\s+-n)` +
		`[\s=:(\["'{,]*(?:(?:os\.)?environ\[|process\.env[.\[]|\$?ENV[\[{]|\$?env:\\?|\$_?ENV\[|(?:-path|-name)\s+|ENV\[|(?:\w+, )|['"]?)*["'{\[]*$`)
	emptied      = pattern.New(`^["'\])]*\s*(?:=>|:=|=|,)\s*(?:(?:""|''|nil|null|None|undefined)\s*[;)\],}]*\s*$|\$null\b)`)
	clusterUnset = pattern.New(`^-(?:\s|$)`)
	dropped      = pattern.New(`^\s*:\s*_\w*\s*,.*\.\.\.\w+\s*\}`)
	emptiedBatch = pattern.New(`^=["']?\s*$`)
	blacklist    = pattern.New(`(?i)(?:forbid|forbidden|banned|denied|deny|denylist|blocklist|blacklist|disallow|deprecated|obsolete|retired|removed|legacy|renamed?|migrat)\w*[^\n"']*[=:(\[{]\s*(?:\w+[(\[{])*\s*["'\[({]*(?:["'][\w-]+["'],\s*)*["']?$`)
)

// removed: unset X, delete process.env.X, os.environ.pop("X"), X = "" in a program, or a list of names that
// are not to be used.
func (d *document) removed(o occurrence) bool {
	line := d.line(o.start)
	before, after := lastBytes(d.head(o), nearBy), string(d.text[o.end:line.end])
	if clusterUnset.MatchString(after) && strings.Contains(d.slice(line), " set env ") {
		return true
	}
	if removing.MatchString(before) || blacklist.MatchString(before) && !getter.MatchString(before) {
		return true
	}
	if d.kind.language == batchText && emptiedBatch.MatchString(strings.TrimRight(after, "\r")) {
		return true
	}
	if d.kind.language == phpText && strings.HasSuffix(before, "putenv('") && strings.HasPrefix(after, "')") {
		return true
	}
	return d.syntax.code && (dropped.MatchString(after) || (d.classAt(o.start) == quoted || d.kind.language == powershellText) && o.role != reads && emptied.MatchString(strings.TrimRight(after, "\r")))
}

var (
	claims  = pattern.New(`(?i)\b(?:assert|expect|refute|verify|require|should)\w*`)
	absence = pattern.New(`(?i)not in\b|\bis none\b|\bis_(?:none|err)\b|assert\w*!?\(\s*!|should -(?:not|be(?:false|null))|\.not\.|\bnot\.to|(?:assert|is|to_?be_?|be)_?(?:null|nil|empty|undefined|falsy|absent|none|blank)\b|does_?not_?contain|not_?contains|to_?not\b|assert_?false|refute\b|no(?:value|entry)|doesn.?t`)
)

// entitles: the name of a step whose script uses nothing.
func (d *document) entitles(o occurrence) bool {
	if !o.tied || o.leaf.isKey || o.leaf.node.parent == nil || !slices.Contains([]string{"name", "displayName", "label", "title"}, o.leaf.node.key) || !strings.Contains(strings.TrimSpace(o.leaf.node.text), " ") {
		return false
	}
	some := false
	for _, c := range o.leaf.node.parent.children {
		for _, other := range d.namesIn(c.valueAt) {
			if c == o.leaf.node || other.which != legacyName {
				continue
			}
			if some = true; !d.idle(other) {
				return false
			}
		}
	}
	return some
}

// denied: a test that the variable is not there.
func (d *document) denied(o occurrence) bool {
	line := d.slice(d.line(o.start))
	return claims.MatchString(line) && absence.MatchString(line) || refusesInLine(line)
}

const nearBy = 200 // bytes before a name that can tell what is done with it

func lastBytes(s string, n int) string { return s[max(0, len(s)-n):] }

// head is the line up to a name, with the lines above it if it stands alone in a list or a call.
func (d *document) head(o occurrence) string {
	start := d.from(o.start)
	for range 6 {
		if start == 0 || len(bytes.Trim(d.text[start:o.start], " \t\"'`,")) > 0 {
			break
		}
		above := d.from(start - 1)
		trimmed := bytes.TrimSpace(d.text[above : start-1])
		if len(trimmed) == 0 {
			break
		}
		last := trimmed[len(trimmed)-1]
		if last != ',' && bytes.IndexByte([]byte("([{"), last) < 0 {
			break
		}
		start = above
		if last != ',' {
			break
		}
	}
	return strings.Join(strings.Fields(string(d.text[start:o.start])), " ") + trailingSpace(d.text[start:o.start])
}

func trailingSpace(b []byte) string {
	if n := len(b); n > 0 && (b[n-1] == ' ' || b[n-1] == '\t') {
		return " "
	}
	return ""
}

// seekers are the programs that look for a text, or change it, rather than use a variable.
var seekers = []string{"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "sed", "gsed", "awk", "gawk", "perl", "findstr", "select-string", "unset", "sd", "ripgrep", "fastmod", "comby", "codemod", "pcregrep", "ugrep"}

var (
	lead       = pattern.New(`^(?:\s|-\s|[$>@!({]|\w+:\s|\w+=\S*\s|["']|(?:if|elif|while|until|then|else|do|sudo|command|time|exec|xargs|RUN|not|and|or)\b)+`)
	codeCut    = pattern.New(`(?i)(?:\.replace\w*|\.g?sub\(|\bg?sub\(|replaceall|-c?replace|-c?match|\.matches|\.match|\.test|re\.\w+|regexp?\.\w*|\bregexp?|pattern\w*|\.grep|strings\.(?:contains|replace\w*)|\bnot_?contains?\w*)\s*[(=:\s]?[^;]*$`)
	seekInList = pattern.New(`["'](?:grep|rg|ag|sed|findstr)["'],|\bmatch\s*=\s*["']$`)

	search = pattern.New(`(?i)^\W*(?:git\s+(?:\S+\s+)*grep|gh\s+secret\s+(?:delete|remove|rm)|env\s+(?:.*\s)?-u)\b`)
)

// searched: grep X, sed s/X/…/, .replace("X", …), a rule whose pattern is X.
func (d *document) searched(o occurrence) bool {
	if o.start > 0 && d.text[o.start-1] == '$' || o.start > 1 && d.text[o.start-1] == '{' && d.text[o.start-2] == '$' {
		return false // whatever the program does, it is given the value
	}
	part := d.command(o.start)
	words := strings.Fields(lead.ReplaceAllString(part, ""))
	if seekInList.MatchString(d.head(o)) {
		return true
	}
	if len(words) > 0 && slices.Contains(seekers, strings.ToLower(path.Base(words[0]))) || search.MatchString(lead.ReplaceAllString(part, "")) {
		return true
	}
	if d.classAt(o.start) == quoted && d.syntax.code && !o.lower && codeCut.MatchString(lastPart(d.head(o), ";")) && !getter.MatchString(d.head(o)) {
		return true
	}
	if !o.tied || o.leaf.isKey {
		return false
	}
	n := o.leaf.node
	return n.under("pattern", "patterns", "regex", "regexp", "selector", "pattern-regex", "pattern-either", "forbid", "forbidden", "deny", "denylist", "blocklist", "banned", "deprecated", "legacy", "renames", "replacements") != nil ||
		n.parent.value("language") == "pygrep"
}

// command is the part of a line, continued ones included, from the start of the command that a place
// belongs to.
func (d *document) command(at int) string {
	start := d.from(at)
	for range longestParagraph {
		if start <= 1 {
			break
		}
		above := bytes.TrimRight(d.text[d.from(start-1):start-1], " \t\r")
		if len(above) == 0 || bytes.IndexByte([]byte("\\`^"), above[len(above)-1]) < 0 {
			break
		}
		start = d.from(start - 1)
	}
	if s, ok := spanAt(d.spans, at); ok && s.class == quoted && d.syntax.code {
		start = max(start, s.start)
	}
	if l, ok := d.leafAt(at); ok && !l.isKey {
		start = max(start, l.at.start)
	}
	part := string(d.text[start:at])
	for _, cut := range []string{";", "&&", "||", "|", "$(", "`", "then ", "do "} {
		part = lastPart(part, cut)
	}
	return part
}

// lastPart is what follows the last cut that is not within quotes.
func lastPart(s, cut string) string {
	inside := byte(0)
	from := 0
	for i := 0; i < len(s); i++ {
		switch {
		case inside != 0 && s[i] == inside:
			inside = 0
		case inside == 0 && (s[i] == '\'' || s[i] == '"'):
			inside = s[i]
		case inside != '\'' && strings.HasPrefix(s[i:], cut) && (inside == 0 || cut == "$("):
			from = i + len(cut)
		}
	}
	return s[from:]
}

var (
	pairForth = pattern.New(`^["'` + "`" + `]?\s*(?::|=>|->|\bto\b|/|\||→)\s*["'` + "`" + `]?` + finding.NewVariable + `\b(?:["'` + "`" + `/|]|\s*$)`)
	pairBack  = pattern.New(finding.NewVariable + `["'` + "`" + `]?\s*(?:<-|←|/)\s*["'` + "`" + `]?$`)
	renaming  = pattern.New(`(?i)(?:replace\w*|rename\w*|migrat\w*|translat\w*|swap\w*|alias\w*|deprecat\w*)\s*\(?[\s("'\[{]*$`)
)

// mapped: the old name and the new one stand side by side as a pair, as in a table of renames.
func (d *document) mapped(o occurrence) bool {
	line := d.line(o.start)
	before, after := string(d.text[line.start:o.start]), string(d.text[o.end:line.end])
	if d.kind.language == yamlText && o.tied && o.leaf.isKey && !o.lower {
		return false
	}
	return pairForth.MatchString(after) && !strings.HasSuffix(before, "$") || pairBack.MatchString(before) || renaming.MatchString(before)
}
