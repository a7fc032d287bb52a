package inspect

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
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
	removing = regexp.MustCompile(`(?i)(?:\bunset\w*|\bdel|\bdelete|\bdelete\s+[\w.]+\.|\w*\.pop|\bpop|unset_?env|unsetenv|\bdel_?env|\.remove\w*|\.delete\w*|remove_?(?:env|var)\w*|clear_?(?:env|prop)\w*|\bunexport|\bundefine|reg delete\b.*/v|\w+ -=|\berase|remove-item|clear-item|clear-variable|` +
		`[\s"']-u|--unset|deleteproperty|env_remove|env_clear|\bomit|\.omit|\bexcept|\bwithout\w*|discard|--(?:ignore|drop|remove)-env|secret (?:delete|remove|rm)|variable (?:delete|remove|rm)|` +
		`set\s+-\w*e\w*|export\s+-n)` +
		`[\s=:(\["'{,]*(?:(?:os\.)?environ\[|process\.env[.\[]|\$?ENV[\[{]|\$?env:\\?|\$_?ENV\[|(?:-path|-name)\s+|ENV\[|(?:\w+, )|['"]?)*["'{\[]*$`)
	emptied      = regexp.MustCompile(`^["'\])]*\s*(?:=>|:=|=|,)\s*(?:(?:""|''|nil|null|None|undefined)\s*[;)\],}]*\s*$|\$null\b)`)
	clusterUnset = regexp.MustCompile(`^-(?:\s|$)`)
	dropped      = regexp.MustCompile(`^\s*:\s*_\w*\s*,.*\.\.\.\w+\s*\}`)
	emptiedBatch = regexp.MustCompile(`^=["']?\s*$`)
	blacklist    = regexp.MustCompile(`(?i)(?:forbid|forbidden|banned|denied|deny|denylist|blocklist|blacklist|disallow|deprecated|obsolete|retired|removed|legacy|renamed?|migrat)\w*[^\n"']*[=:(\[{]\s*(?:\w+[(\[{])*\s*["'\[({]*(?:["'][\w-]+["'],\s*)*["']?$`)
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
	claims  = regexp.MustCompile(`(?i)\b(?:assert|expect|refute|verify|require|should)\w*`)
	absence = regexp.MustCompile(`(?i)not in\b|\bis none\b|\bis_(?:none|err)\b|assert\w*!?\(\s*!|should -(?:not|be(?:false|null))|\.not\.|\bnot\.to|(?:assert|is|to_?be_?|be)_?(?:null|nil|empty|undefined|falsy|absent|none|blank)\b|does_?not_?contain|not_?contains|to_?not\b|assert_?false|refute\b|no(?:value|entry)|doesn.?t`)
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

var refusal = regexp.MustCompile(`-z\s+\\?["']?\$\{?` + finding.LegacyVariable + `\b[^|]*\|\|(.*)|-n\s+\\?["']?\$\{?` + finding.LegacyVariable + `\b[^&]*&&(.*)`)

// refusesInLine: test -z "$X" || fail, with what to do instead.
func refusesInLine(line string) bool {
	m := refusal.FindStringSubmatch(line)
	return m != nil && failing.MatchString(m[1]+m[2]) && (against.MatchString(m[1]+m[2]) || strings.Contains(m[1]+m[2], finding.NewVariable))
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
	lead       = regexp.MustCompile(`^(?:\s|-\s|[$>@!({]|\w+:\s|\w+=\S*\s|["']|(?:if|elif|while|until|then|else|do|sudo|command|time|exec|xargs|RUN|not|and|or)\b)+`)
	codeCut    = regexp.MustCompile(`(?i)(?:\.replace\w*|\.g?sub\(|\bg?sub\(|replaceall|-c?replace|-c?match|\.matches|\.match|\.test|re\.\w+|regexp?\.\w*|\bregexp?|pattern\w*|\.grep|strings\.(?:contains|replace\w*)|\bnot_?contains?\w*)\s*[(=:\s]?[^;]*$`)
	seekInList = regexp.MustCompile(`["'](?:grep|rg|ag|sed|findstr)["'],|\bmatch\s*=\s*["']$`)

	search = regexp.MustCompile(`(?i)^\W*(?:git\s+(?:\S+\s+)*grep|gh\s+secret\s+(?:delete|remove|rm)|env\s+(?:.*\s)?-u)\b`)
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
	pairForth = regexp.MustCompile(`^["'` + "`" + `]?\s*(?::|=>|->|\bto\b|/|\||→)\s*["'` + "`" + `]?` + finding.NewVariable + `\b(?:["'` + "`" + `/|]|\s*$)`)
	pairBack  = regexp.MustCompile(finding.NewVariable + `["'` + "`" + `]?\s*(?:<-|←|/)\s*["'` + "`" + `]?$`)
	renaming  = regexp.MustCompile(`(?i)(?:replace\w*|rename\w*|migrat\w*|translat\w*|swap\w*|alias\w*|deprecat\w*)\s*\(?[\s("'\[{]*$`)
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

var against = regexp.MustCompile(`(?i)\b(?:deprecat\w*|no longer|legacy|obsolete|sunset\w*|retired?|renam\w*|replaced|replaces|instead|migrat\w*|do(?:es)? not (?:use|set|read)|don.?t (?:use|set)|must not|should not|may not|never (?:use|set)|` +
	`remov\w+|supersed\w*|formerly|previous(?:ly)?|used to|old (?:name|variable|key|style)|unsupported|not supported|forbid\w*|is gone|are gone|phas(?:ed|ing) out|end of life|switch(?:ed)? (?:from|to)|not allowed|delet\w+|please don.?t|nicht mehr|veraltet|não use|ya no|ne plus|disallow\w*|stop(?:ped|s)? (?:using|reading)|any ?more|there is no|(?:is|are) not (?:read|needed|used|baked|passed|forwarded|wanted)|not needed)\b`)

// spoken: a sentence, for people, that names both variables or speaks against the old one.
func (d *document) spoken(o occurrence) bool {
	sentence, ok := d.sentence(o)
	if !ok {
		return false
	}
	return against.MatchString(sentence) || strings.Contains(sentence, finding.NewVariable) && !assignment.MatchString(sentence)
}

var assignment = regexp.MustCompile(finding.NewVariable + `["']?\s*[=:]|\$\{?` + finding.NewVariable)

// sentence returns what is said around a name; false if it is not said but done.
func (d *document) sentence(o occurrence) (string, bool) {
	if d.kind.docs && d.blockAt(o.start) < 0 {
		return sentenceAround(d.text, o.start), true
	}
	if d.isHandled(o) {
		return "", false
	}
	if s, ok := spanAt(d.spans, o.start); ok && s.class == quoted && d.isProse(s) {
		return d.slice(s), true
	}
	if m := demand.FindIndex(d.text[d.from(o.start):d.to(o.start)]); m != nil && d.from(o.start)+m[1] <= o.start {
		said := string(d.text[d.from(o.start)+m[1] : d.to(o.start)])
		said, _, _ = strings.Cut(said, "}")
		return said, true
	}
	if line := strings.TrimSpace(d.slice(d.line(o.start))); !d.syntax.code && plainWords.MatchString(line) && strings.Count(line, " ") >= 4 && verbs.MatchString(line) {
		return line, true
	}
	if words := strings.Fields(lead.ReplaceAllString(d.command(o.start), "")); len(words) > 0 && slices.Contains(speakers, strings.ToLower(path.Base(strings.Trim(words[0], `"'`)))) {
		return d.slice(d.line(o.start)), true
	}
	if o.tied && !o.leaf.isKey && slices.Contains([]string{"description", "deprecationmessage", "help", "title", "summary", "message", "comment", "note"}, strings.ToLower(o.leaf.node.key)) {
		return o.leaf.node.text, true
	}
	return "", false
}

var (
	demand     = regexp.MustCompile(`\$\{\w+:?\?`)
	plainWords = regexp.MustCompile("^[\\w\\s,.;:'\"`()/-]+$")
	verbs      = regexp.MustCompile(`(?i)\b(?:is|are|was|were|be|has|have|use|please|must|set|should|will|reads?|needs?|takes?)\b`)
)

var speakers = []string{"echo", "printf", "warn", "warning", "die", "fail", "error", "log", "logger", "info", "err", "abort", "print", "write-host", "write-error", "write-warning", "write-output", "throw", "@echo", "$(error", "$(warning", "$(info", "log_error", "log_warn", "fatal", "usage"}

// isHandled reports whether a name is given, taken or handed on where it stands, whatever is said around it.
func (d *document) isHandled(o occurrence) bool {
	return o.role == passes || o.end < len(d.text) && d.text[o.end] == '=' || o.role == reads && o.start > 0 && (d.text[o.start-1] == '$' || d.text[o.start-1] == '{')
}

// isProse reports whether a string is words rather than a value, a command or a list.
func (d *document) isProse(s span) bool {
	return bytes.Count(d.text[s.start:s.end], []byte{' '}) >= 2
}

var (
	sentenceBreak = regexp.MustCompile(`[.!?:](?:["'` + "`" + `)*_]*)(?:\s|$)|</?(?:p|pre|li|ul|ol|td|tr|table|h\d|div|br|section|dt|dd|body|title)\b[^>\n]*>`)
	newItem       = regexp.MustCompile(`^\s*(?:[-*+>|#]|\d+[.)]|=+\s|\.\.\s)`)
)

// longestParagraph is how many lines up and down belong to a place at the most.
const longestParagraph = 60

// sentenceAround is the sentence that holds a place, over the lines of its paragraph. A row of a table, an
// item of a list and a heading stand alone.
func sentenceAround(text []byte, at int) string {
	start, end := lineStart(text, at), lineEnd(text, at)
	for range longestParagraph {
		if start == 0 || newItem.Match(text[start:end]) {
			break
		}
		above := lineStart(text, start-1)
		line := text[above : start-1]
		if len(bytes.TrimSpace(line)) == 0 || bytes.HasPrefix(bytes.TrimSpace(line), []byte("|")) || bytes.HasPrefix(line, []byte("#")) || bytes.HasPrefix(bytes.TrimSpace(line), []byte("```")) {
			break
		}
		start = above
		if newItem.Match(line) {
			break
		}
	}
	for range longestParagraph {
		if end >= len(text) {
			break
		}
		below := text[end+1 : lineEnd(text, end+1)]
		if len(bytes.TrimSpace(below)) == 0 || newItem.Match(below) || bytes.HasPrefix(bytes.TrimSpace(text[lineStart(text, at):end]), []byte("|")) {
			break
		}
		end = lineEnd(text, end+1)
	}
	from, to := start, end
	for _, m := range sentenceBreak.FindAllIndex(text[start:end], -1) {
		if start+m[1] <= at {
			from = start + m[1]
		} else if to == end {
			to = start + m[1]
		}
	}
	return string(text[from:to])
}

var (
	asks     = regexp.MustCompile(`(?i)(?:\bif\b|\[\[?\s|\btest\b|\bunless\b|\bwhen\b|\bassert\w*|\bexpect\b|\bcase\b|\bcheck\w*|:\s*contains|ifdef|ifneq|\bensure\b)`)
	absent   = regexp.MustCompile(`(?i)(?:-z\s|-n\s[^|]*\|\||\bnot\b|![^=]|==\s*(?:""|''|nil|null|None|undefined|\$null)|is None|is null|isBlank|isEmpty|isNullOr|ifndef|unless|required|\bnot defined\b|!\$|if not defined|-not|-eq \$null)`)
	failing  = regexp.MustCompile(`(?i)\b(?:exit\s+[1-9]|exit 1|raise|throw|panic|die|fail|return\s+(?:\w+,\s*)*(?:err|fmt\.Errorf|errors)|log\.Fatal|abort|error|sys\.exit|process\.exit|warn\w*)\b`)
	fails    = regexp.MustCompile(`\bexit\s+[1-9]|\braise\b|\bthrow\b|\bpanic!?\(|\bdie\b|\bFatal\w*\(|\bt\.Error\w*\(|\babort\b|sys\.exit|process\.exit|\bfail\(|::error|\breturn\s+(?:\w+,\s*)*(?:err\b|fmt\.Errorf|errors\.)`)
	demands  = regexp.MustCompile(`(?i)\b(?:must be set|is required|required|missing|not set|not found|please set|set it|need(?:s|ed)?|should be set|is empty|undefined)\b`)
	outraged = 5 // lines below a question in which it may be answered
)

// guarded: a question whether the old variable is set, after which the program complains that it is.
func (d *document) guarded(o occurrence) bool {
	line := d.line(o.start)
	text := d.slice(line)
	if d.kind.docs && d.blockAt(o.start) < 0 || !asks.MatchString(text) || absent.MatchString(text) {
		return false
	}
	end := line.end
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	body := text[min(len(text), o.end-line.start):]
	for range outraged {
		if end >= len(d.text) {
			break
		}
		next := d.line(end + 1)
		below := d.slice(next)
		if trimmed := strings.TrimLeft(below, " \t"); trimmed != "" && len(below)-len(trimmed) <= indent {
			break
		}
		body += "\n" + below
		end = next.end
	}
	if d.usedIn(span{start: line.end, end: end}) {
		return false
	}
	if fails.MatchString(body) && !demands.MatchString(body) || d.removedIn(span{start: line.end, end: end}) {
		return true
	}
	speaks := against.MatchString(body) || strings.Contains(body, finding.NewVariable) && failing.MatchString(body)
	return speaks && failing.MatchString(body) && !demands.MatchString(body) || against.MatchString(body) && speaksOnly(body)
}

// usedIn reports whether a part of a text does more with the old variable than to speak of it or remove it.
func (d *document) usedIn(s span) bool {
	return slices.ContainsFunc(d.namesIn(s), func(o occurrence) bool {
		return o.which == legacyName && d.classAt(o.start) != comment && !d.removed(o) && !d.spoken(o) && !d.searched(o) && !d.isMessage(o)
	})
}

// isMessage reports whether a name stands in words for people, within a program.
func (d *document) isMessage(o occurrence) bool {
	s, ok := spanAt(d.spans, o.start)
	return ok && s.class == quoted && d.isProse(s) && !d.isHandled(o)
}

// complains: the message of a guard.
func (d *document) complains(o occurrence) bool {
	if !d.isMessage(o) {
		return false
	}
	line := d.lineNumber(o.start)
	above := span{start: d.starts[max(0, line-1-outraged)], end: d.starts[line-1]}
	return slices.ContainsFunc(d.namesIn(above), func(question occurrence) bool {
		return question.which == legacyName && d.indent(question.start) < d.indent(o.start) && d.guarded(question)
	})
}

func (d *document) indent(at int) int { return indentOf(d.text[d.from(at):d.to(at)]) }

// removedIn reports whether a part of a text takes the old variable away.
func (d *document) removedIn(s span) bool {
	return slices.ContainsFunc(d.namesIn(s), func(o occurrence) bool {
		return o.which == legacyName && d.classAt(o.start) != comment && d.removed(o)
	})
}

var doing = regexp.MustCompile(`(?i)\b(?:echo|print\w*|warn\w*|log\w*|console\.\w+|write-\w+|logger\.\w+|emit\w*)\b`)

func speaksOnly(body string) bool { return doing.MatchString(body) }
