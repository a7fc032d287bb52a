package mend

import (
	"bytes"
	"regexp"
	"slices"

	"example.com/keyturn/audit/finding"
)

// blot stands for a value. Every value gets the same one.
const blot = "********"

var (
	// tokenShape is what an Auth Token looks like, whether its checksum is right or not.
	tokenShape = regexp.MustCompile(`\bls[A-Za-z]*-[A-Za-z0-9]{8}(?:-[A-Za-z0-9]{4}){3}-[A-Za-z0-9]{12}`)

	// assigned is a literal that one of the two variables is set to, in about any language.
	assigned = regexp.MustCompile(`(?i)localstack[_.-](?:api[_.-]key|auth[_.-]token)\b["'\])\s]*(?:=>|:=|[:=,]|\sto\s|\sis\s|\s|value)["'\s]*(?:value["']?\s*[:=]\s*["']?)?([A-Za-z0-9]{8,12})\b`)
)

// values finds literals in the lines of a file.
type values [][]byte

// valuesOf are the literals that the findings of a file are about. The longest comes first.
func valuesOf(findings []finding.Finding) values {
	var list values
	for _, f := range findings {
		if v := f.Value.Reveal(); v != "" {
			list = append(list, []byte(v))
		}
	}
	slices.SortFunc(list, func(a, b []byte) int { return len(b) - len(a) })
	return list
}

// in reports whether a line holds a value.
func (v values) in(line []byte) bool { return !bytes.Equal(line, v.blotted(line)) }

// blotted is a line without the values in it.
func (v values) blotted(line []byte) []byte {
	for _, value := range v {
		line = bytes.ReplaceAll(line, value, []byte(blot))
	}
	line = tokenShape.ReplaceAll(line, []byte(blot))
	spans := assigned.FindAllSubmatchIndex(line, -1)
	for _, s := range slices.Backward(spans) {
		if bytes.ContainsAny(line[s[2]:s[3]], "0123456789") {
			line = slices.Concat(line[:s[2]], []byte(blot), line[s[3]:])
		}
	}
	return line
}
