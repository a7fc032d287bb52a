// Package blot takes values out of lines before anybody sees them: what an audit has found, and what looks
// like a secret of any other program.
package blot

import (
	"bytes"
	"cmp"
	"slices"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/pattern"
)

// Mark stands for a value. Every value gets the same one.
const Mark = "********"

var (
	// tokenShape is what an Auth Token looks like, whether its checksum is right or not, and whatever stands
	// before it: "\n" is an escape, and no letter of a word.
	tokenShape = pattern.New(`ls[A-Za-z]*-[A-Za-z0-9]{8}(?:-[A-Za-z0-9]{4}){3}-[A-Za-z0-9]{12}`)

	// assigned is a literal that one of the two variables is set to, in about any language.
	assigned = pattern.New(`(?i)localstack[_.-](?:api[_.-]key|auth[_.-]token)\b["'\])\s]*(?:=>|:=|[:=,]|\sto\s|\sis\s|\s|value)["'\s]*(?:value["']?\s*[:=]\s*["']?)?([A-Za-z0-9]{8,12})\b`)

	// secret is a literal under a name that tells that it is one, of whatever program.
	secret = pattern.New(`(?i)(?:token|secret|password|passwd|passphrase|pwd|credentials?|(?:api|access|account|auth|encryption|license|master|private|secret|signing)[_.-]?key)["'\])]*\s*(?:=>|:=|[:=])\s*["']?([A-Za-z0-9+/_=]{8,})(?:$|[\s"',;)\]}])`)

	// password is what follows the option for one.
	password = pattern.New(`(?i)(?:\s--?(?:password|passwd|passphrase|pass|pw)(?:\s+|=)|\blogin\b[^\n]*\s-p\s*)["']?([^\s"'$%<{-][^\s"']*)`)

	// invented is what people write where a value belongs.
	invented = pattern.New(`(?i)change|your|example|sample|dummy|fake|test|place|insert|xxx|1234567|abcdef|0000`)

	digit, letter = pattern.New(`[0-9]`), pattern.New(`[A-Za-z]`)
)

// Values finds literals in the lines of a file.
type Values [][]byte

// Of are the literals that the findings of a file are about, or that stand elsewhere in it. The longest
// comes first.
func Of(findings []finding.Finding) Values {
	values := map[string]bool{}
	for i, f := range findings {
		values[f.Value.Reveal()] = true
		if i > 0 {
			continue // what stands beside one stands beside all
		}
		for _, beside := range f.Fix.Beside {
			values[beside.Reveal()] = true
		}
	}
	var list Values
	for v := range values {
		if v != "" {
			list = append(list, []byte(v))
		}
	}
	slices.SortFunc(list, func(a, b []byte) int { return cmp.Or(len(b)-len(a), bytes.Compare(a, b)) })
	return list
}

// In reports whether a line holds a value.
func (v Values) In(line []byte) bool { return !bytes.Equal(line, v.Line(line)) }

// Line is a line without the values in it: those that were found, and what is one by its looks. A change
// may be shown without what was found elsewhere in the file, as where a line says that it is to be ignored.
func (v Values) Line(line []byte) []byte {
	for _, value := range v {
		line = bytes.ReplaceAll(line, value, []byte(Mark))
	}
	if bytes.Contains(line, []byte("ls")) && bytes.IndexByte(line, '-') >= 0 {
		line = tokenShape.ReplaceAll(line, []byte(Mark))
	}
	if bytes.Contains(line, []byte(" -")) {
		line = matches(line, password, func(word []byte) bool { return !bytes.Equal(word, []byte(Mark)) })
	}
	if !digit.Match(line) {
		return line
	}
	line = matches(line, assigned, digit.Match)
	return matches(line, secret, func(word []byte) bool { return digit.Match(word) && letter.Match(word) })
}

func matches(line []byte, pattern *pattern.Pattern, real func([]byte) bool) []byte {
	for _, s := range slices.Backward(pattern.FindAllSubmatchIndex(line, -1)) {
		if word := line[s[2]:s[3]]; real(word) && !invented.Match(word) {
			line = slices.Concat(line[:s[2]], []byte(Mark), line[s[3]:])
		}
	}
	return line
}
