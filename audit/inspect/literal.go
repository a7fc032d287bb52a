package inspect

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"example.com/keyturn/audit/pattern"
	"example.com/keyturn/models"
)

// The length of a legacy key: ten characters as far as anybody has seen; the bounds are wider.
const (
	shortestKey = 8
	longestKey  = 12
)

// placeholders are parts of what people write instead of a key.
var placeholders = pattern.New(`(?i)test|dummy|fake|example|sample|mock|stub|chang|your|secret|token|key|placeholder|redact|xxx|none|null|foo|bar|default|enterprise|local|demo|invalid|insert|here|todo|enter|value|string|some|dev|prod|stag|` +
	`localhost|password|passwd|replace|empty|blank|true|false|undefined|license|licence|12345|23456|45678|56789|67890|abcde|bcdef|cdefg|deadbeef|aaaa|bbbb|0000|1111|9999|qwert|asdf|hunter|notreal|not.?a|unset|disabled|enabled|hidden|masked|admin|user|stack|ci$`)

// isLegacyKey reports whether a value looks like a legacy key: 8 to 12 letters and digits that nobody would
// write by hand. It has no mark of its own, so what it is assigned to has to tell.
func isLegacyKey(v string) bool {
	if len(v) < shortestKey || len(v) > longestKey || placeholders.MatchString(v) {
		return false
	}
	digits, upper, lower, turns := 0, 0, 0, 0
	last := 0
	for i := range len(v) {
		now := 0
		switch c := v[i]; {
		case c >= '0' && c <= '9':
			digits, now = digits+1, 1
		case c >= 'A' && c <= 'Z':
			upper, now = upper+1, 2
		case c >= 'a' && c <= 'z':
			lower, now = lower+1, 3
		default:
			return false
		}
		if i > 0 && now != last {
			turns++
		}
		last = now
	}
	if digits == 0 { // words are letters too: only a jumble of cases is a key
		return upper > 1 && lower > 1 && turns >= 4
	}
	return distinct(v) >= 5
}

func distinct(v string) int {
	seen := map[rune]bool{}
	for _, c := range v {
		seen[c] = true
	}
	return len(seen)
}

var (
	valueAfter  = pattern.New("^(?:\\\\?[\"'`])?[\\])]*\\s*(?::=|\\?=|=>|->|=|:|,|\\bto\\b)\\s*")
	valueSpaced = pattern.New(`^["']?\s+`)
	valueInTag  = pattern.New(`^\s*>\s*`)
	valueOfPair = pattern.New("^(?:\\\\?[\"'`])?\\s*,?\\s*(?:\\\\?[\"'`])?(?i:value)(?:\\\\?[\"'`])?\\s*[:=]\\s*")
	valueElse   = pattern.New(`^:?[-=]`)
	quoteMarks  = pattern.New("^[a-zA-Z@]?\\\\?[\"'`]")
	bareValue   = pattern.New("^[^\\s,;})\\]\"'`<>|&\\\\]+")

	instead     = pattern.New(`^\$\{\w+:?[-=]([^\s${}"']+)\}?$`)
	hclVariable = pattern.New(`^\s*variable\s+"$`)
	hclDefault  = pattern.New(`(?m)^[ \t]*default[ \t]*=[ \t]*"([^"$\n]+)"`)
)

// value is where the literal stands that a name is given, by itself or if another variable is empty; false
// if it is given none.
func (d *document) value(o occurrence) (span, bool) {
	if d.kind.language == hclText && hclVariable.Match(d.text[d.from(o.start):o.start]) {
		block := d.resourceAt(o.start)
		m := hclDefault.FindSubmatchIndex(d.text[o.start:max(block.end, o.start)])
		if m == nil {
			return span{}, false
		}
		return span{start: o.start + m[2], end: o.start + m[3]}, true
	}
	s, ok := d.given(o)
	if m := instead.FindStringSubmatchIndex(d.slice(s)); ok && m != nil {
		s.start, s.end = s.start+m[2], s.start+m[3]
	}
	return s, ok
}

// given is what follows a name as its value.
func (d *document) given(o occurrence) (span, bool) {
	if v := besideName(o); v != nil {
		return v.valueAt, v.valueAt.end > v.valueAt.start
	}
	after := d.text[o.end:]
	line := string(d.text[o.start:d.to(o.start)][o.end-o.start:])
	before := string(d.text[d.from(o.start):o.start])
	skip := 0
	switch {
	case strings.HasSuffix(before, "${") && valueElse.MatchString(line):
		skip = len(valueElse.FindString(line))
	case valueAfter.MatchString(line) && !valueOfPair.Match(after):
		skip = len(valueAfter.FindString(line))
	case ordered.MatchString(before):
		skip = len(valueSpaced.FindString(line))
	case valueInTag.MatchString(line):
		skip = len(valueInTag.FindString(line))
	case valueOfPair.Match(after):
		skip = len(valueOfPair.Find(after))
	}
	if skip == 0 {
		return span{}, false
	}
	return d.literalAt(o.end + skip)
}

// besideName is the value of an entry that has its name under another key; nil if it is none such.
func besideName(o occurrence) *node {
	if !o.tied || o.leaf.isKey || !strings.EqualFold(o.leaf.node.key, "name") || o.leaf.node.parent == nil {
		return nil
	}
	if v := o.leaf.node.parent.child("value").real(); v != nil && v.form == scalar {
		return v
	}
	return nil
}

// literalAt is the word that begins at a place, in quotes or, where a bare word is a value, without.
func (d *document) literalAt(at int) (span, bool) {
	rest := d.text[at:d.to(at)]
	s := span{start: at, end: at}
	if q := quoteMarks.Find(rest); q != nil {
		closer := q[len(q)-1]
		s.start += len(q)
		for s.end = s.start; s.end < len(d.text) && d.text[s.end] != closer && d.text[s.end] != '\\' && d.text[s.end] != '\n'; s.end++ {
		}
		return s, s.end > s.start
	}
	if d.code(at) {
		return s, false
	}
	s.end += len(bareValue.Find(rest))
	return s, s.end > s.start
}

// literals notes every value that is written out, so that no excerpt shows it, and returns the legacy keys
// among them.
func (d *document) literals() []literal {
	var keys []literal
	d.values = append(d.values, d.tokenSpans()...)
	for _, o := range d.names {
		if o.which == misspelled || d.classAt(o.start) == comment {
			continue
		}
		s, ok := d.value(o)
		if ok && d.isEncoded(o) {
			if isLegacyKey(decoded(d.slice(s))) {
				d.values = append(d.values, s)
				keys = append(keys, literal{s, o})
			}
			continue
		}
		if slices.ContainsFunc(keys, func(k literal) bool { return k.span == s }) {
			continue // as in X=${X:-…}
		}
		if ok && d.classAt(s.start) != comment && isLegacyKey(d.slice(s)) {
			d.values = append(d.values, s)
			keys = append(keys, literal{s, o})
		}
	}
	d.values = append(d.values, d.again(keys)...)
	return keys
}

// again is where the legacy keys that were found stand once more, as the value of something else.
func (d *document) again(keys []literal) []span {
	if len(keys) == 0 {
		return nil
	}
	found := map[string]bool{}
	for _, k := range keys {
		found[d.slice(k.span)] = true
	}
	var list []span
	for at := 0; at < len(d.text); at++ {
		start := at
		for at < len(d.text) && isWord(d.text[at]) && d.text[at] != '_' {
			at++
		}
		if at-start >= shortestKey && found[string(d.text[start:at])] {
			list = append(list, span{start: start, end: at})
		}
	}
	return list
}

// isEncoded reports whether an entry is one of a Kubernetes secret, whose values are in Base64.
func (d *document) isEncoded(o occurrence) bool {
	if !o.tied || !o.leaf.isKey || o.leaf.node.parent == nil || o.leaf.node.parent.parent == nil {
		return false
	}
	return o.leaf.node.parent.key == "data" && o.leaf.node.parent.parent.value("kind") == "Secret"
}

func decoded(s string) string {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// encodedTokens are the values of a Kubernetes secret that are tokens.
func (d *document) encodedTokens() []span {
	var list []span
	if d.tree == nil || d.kind.language != yamlText {
		return nil
	}
	for _, doc := range d.tree.docs {
		if doc.value("kind") != "Secret" {
			continue
		}
		if data := doc.child("data").real(); data != nil {
			for _, c := range data.children {
				if _, err := models.ParseToken(decoded(c.text)); err == nil && c.form == scalar {
					list = append(list, c.valueAt)
				}
			}
		}
	}
	return list
}

// literal is a legacy key and what it is assigned to.
type literal struct {
	span
	to occurrence
}

// tokenSpans is where complete tokens stand, as they are or in Base64.
func (d *document) tokenSpans() []span {
	if d.whole == nil {
		d.whole = d.encodedTokens()
		for _, at := range tokens(d.text) {
			d.whole = append(d.whole, span{start: at[0], end: at[1]})
		}
		slices.SortFunc(d.whole, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	}
	return d.whole
}

// secretAt is the value at a place, decoded if it has to be.
func (d *document) secretAt(s span) models.Secret {
	if text := decoded(d.slice(s)); text != "" && s.end-s.start > longestKey {
		return models.NewSecret(text)
	}
	return models.NewSecret(d.slice(s))
}
