package apiclient

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxRunes = 4096 // of one text
	maxMarks = 4    // on one base
	opening  = '‹'  // begins a marker
	closing  = "›"
)

// Clean makes a text of the service fit to be shown: everything that could steer the terminal, hide
// or pass for something else becomes a visible marker such as ‹U+202E›. Nothing is dropped, so two
// different texts never become the same one.
//
// Markers stand for: whatever is not printable; every space but a single U+0020 between two words; a
// combining mark without a base, beyond the fourth, or for which a precomposed character exists; any
// character that has another, canonical form; joiners and variation selectors outside emoji; bytes
// that are not UTF-8 (‹x9B›); the marker's own opening sign; and what follows the 4,096th character
// (‹+12 #0123456789abcdef›, with a digest of the whole).
func Clean(s string) string {
	if plain(s) {
		return s
	}
	c := cleaner{rest: s}
	c.out.Grow(len(s) + 2*utf8.UTFMax)
	for n := 0; c.rest != ""; n++ {
		if n == maxRunes {
			sum := sha256.Sum256([]byte(s))
			fmt.Fprintf(&c.out, "%c+%d #%x%s", opening, utf8.RuneCountInString(c.rest), sum[:8], closing)
			break
		}
		c.step()
	}
	return c.out.String()
}

// plain reports whether s is printable ASCII with single spaces inside only, as most texts are.
func plain(s string) bool {
	if len(s) > maxRunes {
		return false
	}
	before := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return s == "" || before != ' '
}

// cleaner holds what stands before the rune at hand, as far as it matters.
type cleaner struct {
	out    strings.Builder
	rest   string
	space  bool   // a space was just written
	begun  bool   // something was written
	group  []byte // the base just written with what is attached to it; empty after a space or marker
	marks  int    // how many are attached
	emoji  emojiState
	keycap bool // a digit and the selector that makes a key of it
}

// step takes one rune, or one byte that is part of none.
func (c *cleaner) step() {
	r, size := utf8.DecodeRuneInString(c.rest)
	text := c.rest[:size]
	c.rest = c.rest[size:]
	switch {
	case r == utf8.RuneError && size == 1:
		c.mark("x" + fmt.Sprintf("%02X", text[0]))
	case r == ' ' && c.begun && !c.space && c.rest != "":
		c.write(text)
		c.close()
		c.space = true
	case c.joinsEmoji(r):
		c.write(text)
	case r == opening || !printable(r) || !norm.NFC.IsNormalString(text):
		c.markRune(r)
	case attaches(r):
		c.attach(r, text)
	default:
		c.base(r, text)
	}
}

func (c *cleaner) write(text string) {
	c.out.WriteString(text)
	c.begun, c.space = true, false
}

// close ends a group: nothing can be attached to what was written.
func (c *cleaner) close() { c.group, c.marks, c.emoji, c.keycap = c.group[:0], 0, noEmoji, false }

func (c *cleaner) mark(what string) {
	c.out.WriteRune(opening)
	c.write(what)
	c.out.WriteString(closing)
	c.close()
}

func (c *cleaner) markRune(r rune) { c.mark("U+" + fmt.Sprintf("%04X", r)) }

// base writes a rune that stands for itself, unless it would melt into the one before.
func (c *cleaner) base(r rune, text string) {
	if r >= utf8.RuneSelf && !norm.NFC.PropertiesString(text).BoundaryBefore() && len(c.group) > 0 {
		c.attach(r, text)
		return
	}
	c.write(text)
	c.close()
	c.group = append(c.group, text...)
	if emojiBase(r) {
		c.emoji = bareEmoji
	}
}

// attach writes a rune that is shown on its base, if there is a base, room, and no other way to write
// the two.
func (c *cleaner) attach(r rune, text string) {
	whole := append(c.group, text...)
	if len(c.group) == 0 || c.marks == maxMarks || c.emoji != noEmoji || !norm.NFC.IsNormal(whole) || jamo(r) && !c.hangul() {
		c.markRune(r)
		return
	}
	c.write(text)
	c.group = whole
	c.marks++
}

func (c *cleaner) hangul() bool {
	base, _ := utf8.DecodeRune(c.group)
	return unicode.Is(unicode.Hangul, base)
}

// attaches reports whether a rune is shown on the one before it.
func attaches(r rune) bool { return r >= utf8.RuneSelf && (unicode.Is(unicode.M, r) || jamo(r)) }

// jamo reports whether r is a Hangul vowel or final consonant, which take no room of their own.
func jamo(r rune) bool { return r >= 0x1160 && r <= 0x11FF || r >= 0xD7B0 && r <= 0xD7FF }

// printable lists what may be shown: everything that has a glyph of its own and only that. Enclosing
// marks are out, since they cover what they enclose.
func printable(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r <= '~'
	}
	if !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Me) {
		return false
	}
	switch r {
	case 0x2800, 0x1D159, 0x16FE4, 0xFFFC, utf8.RuneError: // blank, or a stand-in for something else
		return false
	}
	return true
}

// restore returns the text that Clean shows as s, so that what people read on the screen or in an
// exported file can be sent back. A text that Clean never makes is returned as it is.
func restore(s string) string {
	if !strings.ContainsRune(s, opening) {
		return s
	}
	var out strings.Builder
	rest := s
	for {
		before, after, found := strings.Cut(rest, string(opening))
		out.WriteString(before)
		if !found {
			break
		}
		what, following, closed := strings.Cut(after, closing)
		if !closed || !writeMarked(&out, what) {
			return s
		}
		rest = following
	}
	if original := out.String(); Clean(original) == s {
		return original
	}
	return s
}

// writeMarked writes what a marker stands for.
func writeMarked(out *strings.Builder, what string) bool {
	if digits, ok := strings.CutPrefix(what, "U+"); ok {
		n, err := strconv.ParseUint(digits, 16, 32)
		if err != nil || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
			return false
		}
		out.WriteRune(rune(n))
		return true
	}
	digits, ok := strings.CutPrefix(what, "x")
	n, err := strconv.ParseUint(digits, 16, 8)
	if !ok || err != nil {
		return false
	}
	out.WriteByte(byte(n))
	return true
}
