// Package looks says which names pass for others: texts that are different and look the same. It is
// a leaf and decides nothing: whoever shows such a name shows an id beside it.
package looks

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Skeleton is what the eye sees of a text: two texts with the same skeleton look the same, or so
// much alike that a glance takes one for the other. It is for comparing, never for showing.
func Skeleton(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		if like, ok := alike[r]; ok {
			r = like
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "rn", "m")
}

// plain reports whether a text is its own skeleton: most names are.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf, c == '0', c == '1', c == 'I', c == '|':
			return false
		case c == 'n' && i > 0 && s[i-1] == 'r':
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// alike maps a character to the one it is taken for. What Unicode itself calls a compatible form,
// such as full width, needs no entry.
var alike = table(
	"l", "1I|ӀӏІΙƖǀ∣ו",
	"O", "0ОΟՕ೦๐߀〇",
	"A", "АΑᎪ", "B", "ВΒᏴ", "C", "СϹᏟ", "D", "Ꭰ", "E", "ЕΕᎬ", "G", "ԌᏀ", "H", "НΗᎻ", "J", "ЈᎫ", "K", "КΚᏦ", "L", "Ꮮ",
	"M", "МΜᎷ", "N", "Ν", "P", "РΡᏢ", "Q", "Ԛ", "S", "ЅՏᏚ", "T", "ТΤᎢ", "U", "Ս", "V", "ѴᏙ", "W", "ԜᎳ", "X", "ХΧ", "Y", "УΥҮ", "Z", "ΖᏃ",
	"a", "аαɑ", "c", "сϲ", "d", "ԁ", "e", "еҽ", "g", "ɡց", "h", "һհ", "i", "іıɩι", "j", "јϳ", "k", "κк", "n", "ո", "o", "оοօ",
	"p", "рρ", "q", "ԛզ", "r", "гᴦ", "s", "ѕꜱ", "u", "υսᴜ", "v", "ѵνᴠ", "w", "ԝᴡ", "x", "хχ×", "y", "уүγ", "z", "ᴢ",
	"-", "‐‑‒–—―−ー", "_", "‗", ".", "․。", ",", "‚٫", ":", "։׃：", ";", ";", "'", "’‘ʼʻ′`´", "\"", "“”″", "/", "⁄∕", " ", "\u00a0",
)

// table reads pairs: what is taken for, and all that is taken for it.
func table(pairs ...string) map[rune]rune {
	m := map[rune]rune{}
	for i := 0; i+1 < len(pairs); i += 2 {
		to, _ := utf8.DecodeRuneInString(pairs[i])
		for _, from := range pairs[i+1] {
			m[from] = to
		}
	}
	return m
}
