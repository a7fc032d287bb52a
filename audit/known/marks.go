// Package known tells what somebody has already looked at and decided to leave: lines that carry an ignore
// mark, and findings that a baseline file lists. It works on texts and findings; only Load and Save touch
// a disk.
package known

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/keyturn/audit/finding"
)

// mark begins an ignore mark. The codes follow in brackets, and behind them, for people, the reason.
var mark = []byte("keyturn:ignore")

// What is wrong with a mark. None repeats what stands in the file: that may be a value.
const (
	mustName    = "keyturn:ignore must name codes, as in keyturn:ignore[legacy-env-var]: it ignores nothing"
	unknownCode = "keyturn:ignore names a code that does not exist: that one ignores nothing"
)

// elsewhere are the marks of other scanners for the line they stand in; nextLine for the one below it.
var (
	elsewhere = regexp.MustCompile(`\b(?:gitleaks:allow|trufflehog:ignore|kingfisher:ignore)\b|(?i)\bpragma:\s?(?:allow|white)list[ -]secret\b`)
	nextLine  = regexp.MustCompile(`(?i)\bpragma:\s?(?:allow|white)list nextline secret\b`)
)

// literals are what other scanners mean by their marks: a value in the file.
var literals = []finding.Code{finding.HardcodedAuthToken, finding.LegacyKeyLiteral}

// Ignore takes out of the findings of one text those whose line says that they are to be ignored: in the
// line itself, or alone in a comment right above it. With compat the marks of other scanners count too, for
// literals. It returns what stays, how many went, and what is wrong with the marks.
func Ignore(text []byte, list []finding.Finding, compat bool) (kept []finding.Finding, ignored int, remarks []string) {
	ours := bytes.Contains(text, mark)
	if !ours && !(compat && len(list) > 0) {
		return list, 0, nil
	}
	lines, remarks := read(text, compat)
	kept = make([]finding.Finding, 0, len(list))
	for _, f := range list {
		if lines[f.Line].covers(f.Code) {
			ignored++
			continue
		}
		kept = append(kept, f)
	}
	return kept, ignored, remarks
}

// codes is what the marks of a line cover.
type codes []finding.Code

func (c codes) covers(code finding.Code) bool { return slices.Contains(c, code) }

// read goes through a text and returns what is covered in which line.
func read(text []byte, compat bool) (lines map[int]codes, remarks []string) {
	lines = map[int]codes{}
	var waiting codes // of marks above
	goesOn := false   // the line before ends in a backslash
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimSpace(line)
		here, alone, wrong := marksOf(line)
		for _, what := range wrong {
			if said := "line " + strconv.Itoa(number) + ": " + what; !slices.Contains(remarks, said) {
				remarks = append(remarks, said)
			}
		}
		var below codes
		if compat && elsewhere.Match(line) {
			here = append(here, literals...)
		}
		if compat && nextLine.Match(line) {
			below = literals
		}
		if alone {
			below = append(below, here...)
		}
		switch {
		case alone || len(waiting) > 0 && !goesOn && onlyComment(line):
			waiting = append(waiting, below...)
		default:
			here = append(here, waiting...)
			if goesOn = bytes.HasSuffix(line, []byte{'\\'}); goesOn {
				below = append(below, waiting...) // no comment can stand in the midst of a command
			}
			waiting = below
		}
		if len(here) > 0 {
			lines[number] = here
		}
	}
	return lines, remarks
}

// marksOf reads the marks of a line, and whether they stand alone in a comment: then they are meant for
// what follows.
func marksOf(line []byte) (covered codes, alone bool, wrong []string) {
	for from := 0; ; {
		i := bytes.Index(line[from:], mark)
		if i < 0 {
			return covered, alone, wrong
		}
		start := from + i
		from = start + len(mark)
		if start > 0 && partOfWord(line[start-1]) || from < len(line) && partOfWord(line[from]) {
			continue
		}
		named, rest, ok := inBrackets(line[from:])
		if !ok {
			wrong = append(wrong, mustName)
			continue
		}
		good, bad := parseCodes(named)
		for range bad {
			wrong = append(wrong, unknownCode)
		}
		covered = append(covered, good...)
		alone = alone || opensComment(line[:start]) && !leavesComment(rest)
	}
}

// partOfWord reports whether a mark beside this is none: part of a longer word, or quoted in prose.
func partOfWord(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == ':' || c == '`'
}

func inBrackets(s []byte) (named, rest []byte, ok bool) {
	if len(s) == 0 || s[0] != '[' {
		return nil, nil, false
	}
	named, rest, ok = bytes.Cut(s[1:], []byte("]"))
	return named, rest, ok && len(bytes.TrimSpace(named)) > 0
}

// parseCodes reads codes with commas between them. The console's prefix may stand before each.
func parseCodes(named []byte) (good codes, bad int) {
	for name := range strings.SplitSeq(string(named), ",") {
		code := finding.Code(strings.TrimPrefix(strings.TrimSpace(name), finding.Prefix))
		if _, known := finding.Find(code); known {
			good = append(good, code)
		} else {
			bad++
		}
	}
	return good, bad
}
