package inspect

import (
	"bytes"

	"example.com/keyturn/audit/pattern"
	"example.com/keyturn/models"
)

const (
	tokenBody   = 36 // behind the prefix, in groups of 8-4-4-4-12
	firstGroup  = 8
	mostLetters = 22 // of a prefix, behind "ls"
)

// tokens returns where complete Auth Tokens stand in a text: the shape is right, and so is the checksum,
// which one in 65,536 strings of that shape has by chance.
func tokens(text []byte) [][2]int {
	var found [][2]int
	eachShape(text, func(start, end int) bool {
		if _, err := models.ParseToken(string(text[start:end])); err == nil {
			found = append(found, [2]int{start, end})
		}
		return true
	})
	return found
}

func holdsToken(text []byte) bool {
	found := false
	eachShape(text, func(int, int) bool {
		found = true
		return false
	})
	return found
}

// eachShape calls visit for whatever has the shape of a token and stands alone, until it returns false. It
// looks for the third dash-separated group first: dashes five apart are rarer than the letters of a prefix.
func eachShape(text []byte, visit func(start, end int) bool) {
	for from := 0; ; {
		i := bytes.Index(text[from:], dash)
		if i < 0 {
			return
		}
		at := from + i
		from = at + 1
		end := at + 1 + tokenBody
		if at < 2 || end > len(text) || text[at+1+firstGroup] != '-' || text[at+14] != '-' || text[at+19] != '-' || text[at+24] != '-' {
			continue
		}
		start := prefixStart(text, at)
		if start < 0 || end < len(text) && isWord(text[end]) {
			continue
		}
		if !visit(start, end) {
			return
		}
	}
}

// prefixStart is where "ls" and perhaps more letters begin that end before a dash; -1 if they do not, or if
// they are the end of something longer.
func prefixStart(text []byte, end int) int {
	start := end
	for start > 0 && end-start <= mostLetters+2+hexLetters && isLetter(text[start-1]) {
		start--
	}
	for at := start; at < end-1 && at <= start+hexLetters; at++ {
		if end-at <= mostLetters+2 && text[at] == 'l' && text[at+1] == 's' && begins(text, at) {
			return at
		}
	}
	return -1
}

// begins reports whether something can begin at a place: no word goes on there. A dash before it may be that
// of ${X-…}, and what looks like the end of a word that of an escape.
func begins(text []byte, at int) bool {
	return at == 0 || !isWord(text[at-1]) || escape.Match(text[max(at-longestEscape, 0):at])
}

// escape is how a program, JSON or an address writes a character that is none of a word.
var escape = pattern.New(`(?:\\[abefnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})$`)

const (
	longestEscape = 6
	hexLetters    = 4 // of an escape, at most, before what follows it
)

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }
