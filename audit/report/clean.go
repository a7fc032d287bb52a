package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// opening begins what stands for a character that is not shown as it is.
const opening = '‹'

// clean makes a text from a checkout one line that can be shown: whatever could steer a terminal, hide or
// turn the text round becomes a visible sign such as ‹U+202E›, a byte that is no UTF-8 ‹x9B›. Tabs become
// blanks. Two different names stay different, but for those.
func clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for rest := s; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, "%cx%02X›", opening, rest[0])
		case r == '\t':
			b.WriteByte(' ')
		case r == opening || !shown(r):
			fmt.Fprintf(&b, "%cU+%04X›", opening, r)
		default:
			b.WriteRune(r)
		}
		rest = rest[size:]
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// shown reports whether a character has a sign of its own.
func shown(r rune) bool {
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Me)
}
