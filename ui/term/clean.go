package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean is a text that comes from files, as it may be shown: what a terminal would obey, or show as nothing,
// is written out, and a tab is four blanks. Whatever else it holds stays as it is.
func Clean(s string) string {
	if plainASCII(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\t':
			b.WriteString("    ")
		case r < 0x80 && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Spelled is a text in ASCII: what only looks like a letter is written out.
func Spelled(s string) string {
	var b strings.Builder
	for _, r := range Clean(s) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
