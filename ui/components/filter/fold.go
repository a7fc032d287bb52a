package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes a text comparable: lower case, without accents.
func Fold(s string) string {
	switch lower, ascii := asciiCase(s); {
	case lower:
		return s
	case ascii:
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		foldRune(&b, r)
	}
	return b.String()
}

// asciiCase reports whether a text is its own folded form, and whether it is ASCII: most are, and
// need no look at runes.
func asciiCase(s string) (lower, ascii bool) {
	lower = true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return false, false
		case 'A' <= c && c <= 'Z':
			lower = false
		}
	}
	return lower, true
}

// foldMapped folds rune by rune and says for every byte of the result which rune of the original
// it came from.
func foldMapped(s string) (folded string, origin []int) {
	var b strings.Builder
	b.Grow(len(s))
	origin = make([]int, 0, len(s))
	n := 0
	for _, r := range s {
		before := b.Len()
		foldRune(&b, r)
		for range b.Len() - before {
			origin = append(origin, n)
		}
		n++
	}
	return b.String(), origin
}

func foldRune(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		b.WriteRune(unicode.ToLower(r))
		return
	}
	var buf [utf8.UTFMax]byte
	text := buf[:utf8.EncodeRune(buf[:], r)]
	parts := norm.NFD.Properties(text).Decomposition()
	switch {
	case unicode.Is(unicode.Hangul, r): // taken apart by rule, not by table
		parts = norm.NFD.Bytes(text)
	case parts == nil:
		parts = text
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		parts = parts[size:]
		if !unicode.Is(unicode.Mn, part) {
			b.WriteRune(lower(part))
		}
	}
}

// lower gives one form to all that differ in case only: a letter may have several small ones, as
// sigma has at the end of a word. A mark that iota counts among its forms is none.
func lower(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if !unicode.Is(unicode.Mn, other) {
			least = min(least, other)
		}
	}
	return unicode.ToLower(least)
}

// Mask has a bit for each letter and digit in a folded text, and shared bits for all else. A text
// whose mask lacks a bit of a pattern's mask cannot match it.
func Mask(folded string) uint64 {
	var m uint64
	for i := range len(folded) {
		m |= 1 << bit(folded[i])
	}
	return m
}

func bit(c byte) uint {
	switch {
	case 'a' <= c && c <= 'z':
		return uint(c - 'a')
	case '0' <= c && c <= '9':
		return 26 + uint(c-'0')
	case c >= utf8.RuneSelf:
		return 36 + uint(c%12)
	}
	return 48 + uint(c%16)
}
