package inspect

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

var against = pattern.New(`(?i)\b(?:deprecat\w*|no longer|legacy|obsolete|sunset\w*|retired?|renam\w*|replaced|replaces|instead|migrat\w*|do(?:es)? not (?:use|set|read)|don.?t (?:use|set)|must not|should not|may not|never (?:use|set)|` +
	`remov\w+|supersed\w*|formerly|previous(?:ly)?|used to|old (?:name|variable|key|style)|unsupported|not supported|forbid\w*|is gone|are gone|phas(?:ed|ing) out|end of life|switch(?:ed)? (?:from|to)|not allowed|delet\w+|please don.?t|nicht mehr|veraltet|não use|ya no|ne plus|disallow\w*|stop(?:ped|s)? (?:using|reading)|any ?more|there is no|(?:is|are) not (?:read|needed|used|baked|passed|forwarded|wanted)|not needed)\b`)

// spoken: a sentence, for people, that names both variables or speaks against the old one.
func (d *document) spoken(o occurrence) bool {
	sentence, ok := d.sentence(o)
	if !ok {
		return false
	}
	return against.MatchString(sentence) || strings.Contains(sentence, finding.NewVariable) && !assignment.MatchString(sentence)
}

var assignment = pattern.New(finding.NewVariable + `["']?\s*[=:]|\$\{?` + finding.NewVariable)

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
	demand     = pattern.New(`\$\{\w+:?\?`)
	plainWords = pattern.New("^[\\w\\s,.;:'\"`()/-]+$")
	verbs      = pattern.New(`(?i)\b(?:is|are|was|were|be|has|have|use|please|must|set|should|will|reads?|needs?|takes?)\b`)
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
	sentenceBreak = pattern.New(`[.!?:](?:["'` + "`" + `)*_]*)(?:\s|$)|</?(?:p|pre|li|ul|ol|td|tr|table|h\d|div|br|section|dt|dd|body|title)\b[^>\n]*>`)
	newItem       = pattern.New(`^\s*(?:[-*+>|#]|\d+[.)]|=+\s|\.\.\s)`)
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
