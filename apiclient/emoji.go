package apiclient

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zeroWidthJoiner = 0x200D
	textSelector    = 0xFE0E
	emojiSelector   = 0xFE0F
	enclosingKey    = 0x20E3
	firstSkinTone   = 0x1F3FB
	lastSkinTone    = 0x1F3FF
)

// emojiState is how much of an emoji stands just before.
type emojiState int

const (
	noEmoji     emojiState = iota
	bareEmoji              // a base, which may take a selector or a skin tone
	fullEmoji              // a base with one
	joinedEmoji            // a joiner: the next base belongs to it
)

// joinsEmoji reports whether r is a part of an emoji that is not a base, in a place where it belongs:
// a selector or skin tone after a base, a joiner between two, a key around a digit.
func (c *cleaner) joinsEmoji(r rune) bool {
	switch {
	case r == textSelector && c.emoji == bareEmoji:
		c.emoji = noEmoji
		c.group = c.group[:0]
		return true
	case r == emojiSelector && c.emoji == bareEmoji, r >= firstSkinTone && r <= lastSkinTone && c.emoji == bareEmoji:
		c.emoji = fullEmoji
		return true
	case r == emojiSelector && c.startsKeycap():
		c.close()
		c.keycap = true
		return true
	case r == enclosingKey && c.keycap:
		c.close()
		return true
	case r == zeroWidthJoiner && (c.emoji == bareEmoji || c.emoji == fullEmoji):
		next, _ := utf8.DecodeRuneInString(c.rest)
		if next < 0x2190 || !emojiBase(next) || !unicode.IsPrint(next) {
			return false
		}
		c.emoji = joinedEmoji
		c.group = c.group[:0]
		return true
	}
	return false
}

// startsKeycap reports whether a digit stands before and the key around it follows.
func (c *cleaner) startsKeycap() bool {
	if len(c.group) != 1 || !strings.ContainsRune("0123456789#*", rune(c.group[0])) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(c.rest)
	return next == enclosingKey
}

// emojiBase reports whether a selector or a joiner may follow r.
func emojiBase(r rune) bool { return r >= 0xA9 && unicode.Is(emojiBases, r) }

// emojiBases covers what may begin an emoji. Blocks that are mostly emoji are in it whole.
var emojiBases = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00A9, Hi: 0x00A9, Stride: 1}, {Lo: 0x00AE, Hi: 0x00AE, Stride: 1}, {Lo: 0x203C, Hi: 0x203C, Stride: 1},
		{Lo: 0x2049, Hi: 0x2049, Stride: 1}, {Lo: 0x2122, Hi: 0x2122, Stride: 1}, {Lo: 0x2139, Hi: 0x2139, Stride: 1},
		{Lo: 0x2194, Hi: 0x2199, Stride: 1}, {Lo: 0x21A9, Hi: 0x21AA, Stride: 1}, {Lo: 0x231A, Hi: 0x231B, Stride: 1},
		{Lo: 0x2328, Hi: 0x2328, Stride: 1}, {Lo: 0x23CF, Hi: 0x23CF, Stride: 1}, {Lo: 0x23E9, Hi: 0x23F3, Stride: 1},
		{Lo: 0x23F8, Hi: 0x23FA, Stride: 1}, {Lo: 0x24C2, Hi: 0x24C2, Stride: 1}, {Lo: 0x25AA, Hi: 0x25AB, Stride: 1},
		{Lo: 0x25B6, Hi: 0x25B6, Stride: 1}, {Lo: 0x25C0, Hi: 0x25C0, Stride: 1}, {Lo: 0x25FB, Hi: 0x25FE, Stride: 1},
		{Lo: 0x2600, Hi: 0x27BF, Stride: 1}, {Lo: 0x2934, Hi: 0x2935, Stride: 1}, {Lo: 0x2B05, Hi: 0x2B07, Stride: 1},
		{Lo: 0x2B1B, Hi: 0x2B1C, Stride: 1}, {Lo: 0x2B50, Hi: 0x2B50, Stride: 1}, {Lo: 0x2B55, Hi: 0x2B55, Stride: 1},
		{Lo: 0x3030, Hi: 0x3030, Stride: 1}, {Lo: 0x303D, Hi: 0x303D, Stride: 1}, {Lo: 0x3297, Hi: 0x3297, Stride: 1},
		{Lo: 0x3299, Hi: 0x3299, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F004, Hi: 0x1F004, Stride: 1}, {Lo: 0x1F0CF, Hi: 0x1F0CF, Stride: 1}, {Lo: 0x1F170, Hi: 0x1F171, Stride: 1},
		{Lo: 0x1F17E, Hi: 0x1F17F, Stride: 1}, {Lo: 0x1F18E, Hi: 0x1F18E, Stride: 1}, {Lo: 0x1F191, Hi: 0x1F19A, Stride: 1},
		{Lo: 0x1F201, Hi: 0x1F202, Stride: 1}, {Lo: 0x1F21A, Hi: 0x1F21A, Stride: 1}, {Lo: 0x1F22F, Hi: 0x1F22F, Stride: 1},
		{Lo: 0x1F232, Hi: 0x1F23A, Stride: 1}, {Lo: 0x1F250, Hi: 0x1F251, Stride: 1}, {Lo: 0x1F300, Hi: 0x1FAFF, Stride: 1},
	},
	LatinOffset: 2,
}
