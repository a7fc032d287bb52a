package inspect

import (
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

var (
	asks     = pattern.New(`(?i)(?:\bif\b|\[\[?\s|\btest\b|\bunless\b|\bwhen\b|\bassert\w*|\bexpect\b|\bcase\b|\bcheck\w*|:\s*contains|ifdef|ifneq|\bensure\b)`)
	absent   = pattern.New(`(?i)(?:-z\s|(?:\btest\b|\[)[^|]*\|\||\bnot\b|![^=]|==\s*(?:""|''|nil|null|None|undefined|\$null)|is None|is null|isBlank|isEmpty|isNullOr|ifndef|unless|required|\bnot defined\b|!\$|if not defined|-not|-eq \$null)`)
	failing  = pattern.New(`(?i)\b(?:exit\s+[1-9]|exit 1|raise|throw|panic|die|fail|return\s+(?:\w+,\s*)*(?:err|fmt\.Errorf|errors)|log\.Fatal|abort|error|sys\.exit|process\.exit|warn\w*)\b`)
	fails    = pattern.New(`\bexit\s+[1-9]|\braise\b|\bthrow\b|\bpanic!?\(|\bdie\b|\bFatal\w*\(|\bt\.Error\w*\(|\babort\b|sys\.exit|process\.exit|\bfail\(|::error|\breturn\s+(?:\w+,\s*)*(?:err\b|fmt\.Errorf|errors\.)`)
	demands  = pattern.New(`(?i)\b(?:must be set|is required|required|missing|not set|not found|please set|set it|need(?:s|ed)?|should be set|is empty|undefined)\b`)
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

var doing = pattern.New(`(?i)\b(?:echo|print\w*|warn\w*|log\w*|console\.\w+|write-\w+|logger\.\w+|emit\w*)\b`)

func speaksOnly(body string) bool { return doing.MatchString(body) }

var refusal = pattern.New(`-z\s+\\?["']?\$\{?` + finding.LegacyVariable + `\b[^|]*\|\|(.*)|-n\s+\\?["']?\$\{?` + finding.LegacyVariable + `\b[^&]*&&(.*)`)

// refusesInLine: test -z "$X" || fail, with what to do instead.
func refusesInLine(line string) bool {
	m := refusal.FindStringSubmatch(line)
	return m != nil && failing.MatchString(m[1]+m[2]) && (against.MatchString(m[1]+m[2]) || strings.Contains(m[1]+m[2], finding.NewVariable))
}
