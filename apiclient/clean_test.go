package apiclient

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCleanShowsWhatCouldDeceive(t *testing.T) {
	for name, tc := range map[string]struct{ in, want string }{
		"plain":                      {"GitHub Actions (main)", "GitHub Actions (main)"},
		"empty":                      {"", ""},
		"CJK":                        {"陳美玲 鈴木さん 김철수", "陳美玲 鈴木さん 김철수"},
		"right to left":              {"דנה עלי محمد", "דנה עלי محمد"},
		"Devanagari and Thai":        {"क्षत्रिय ที่นี่", "क्षत्रिय ที่นี่"},
		"precomposed":                {"Zoë Łukasz Nguyễn", "Zoë Łukasz Nguyễn"},
		"an escape sequence":         {"a\x1b[2Jb", "a‹U+001B›[2Jb"},
		"C1, DEL, NUL and newline":   {"\u009b\x7f\x00\n", "‹U+009B›‹U+007F›‹U+0000›‹U+000A›"},
		"a bidi override":            {"a\u202eb\u2066c\u061cd\u200f", "a‹U+202E›b‹U+2066›c‹U+061C›d‹U+200F›"},
		"zero width":                 {"a\u200bb\u200cc\u200dd\u2060e\ufeff", "a‹U+200B›b‹U+200C›c‹U+200D›d‹U+2060›e‹U+FEFF›"},
		"separators":                 {"a\u2028b\u2029", "a‹U+2028›b‹U+2029›"},
		"tags":                       {"a\U000E0041", "a‹U+E0041›"},
		"a selector on a letter":     {"a\ufe0f", "a‹U+FE0F›"},
		"a selector of the rest":     {"❤\U000E0100", "❤‹U+E0100›"},
		"interlinear and stand-ins":  {"\ufff9a\ufffc\ufffd", "‹U+FFF9›a‹U+FFFC›‹U+FFFD›"},
		"private and unassigned":     {"\ue000\u0378\U0010ffff", "‹U+E000›‹U+0378›‹U+10FFFF›"},
		"letters without a look":     {"a\u115f\u3164\uffa0\u2800", "a‹U+115F›‹U+3164›‹U+FFA0›‹U+2800›"},
		"bytes that are no text":     {"a\xff\xc3", "a‹xFF›‹xC3›"},
		"spaces at the ends":         {" a ", "‹U+0020›a‹U+0020›"},
		"two spaces":                 {"a  b", "a ‹U+0020›b"},
		"only a space":               {" ", "‹U+0020›"},
		"other spaces":               {"a\u00a0b\u3000c\u2003d", "a‹U+00A0›b‹U+3000›c‹U+2003›d"},
		"a marker that came along":   {"‹U+202E›", "‹U+2039›U+202E›"},
		"a decomposed letter":        {"e\u0301", "e‹U+0301›"},
		"marks that have no letter":  {"x\u0301 q\u0307\u0323", "x\u0301 q\u0307‹U+0323›"},
		"a mark without a base":      {"\u0301a \u0301", "‹U+0301›a ‹U+0301›"},
		"a heap of marks":            {"x\u0300\u0301\u0302\u0303\u0304\u0305", "x\u0300\u0301\u0302\u0303‹U+0304›‹U+0305›"},
		"an enclosing mark":          {"a\u20dd", "a‹U+20DD›"},
		"a canonical double":         {"\u212b\u2126\uf900", "‹U+212B›‹U+2126›‹U+F900›"},
		"decomposed Hangul":          {"\u1112\u1161\u11ab", "\u1112‹U+1161›‹U+11AB›"},
		"a vowel without a syllable": {"a\u1161", "a‹U+1161›"},
		"emoji":                      {"🚀 deploy 👍🏽 ❤️ 1️⃣ 🇩🇪", "🚀 deploy 👍🏽 ❤️ 1️⃣ 🇩🇪"},
		"a family":                   {"👩‍👩‍👧 👩🏽‍💻 🏳️‍🌈", "👩‍👩‍👧 👩🏽‍💻 🏳️‍🌈"},
		"joiners that join nothing":  {"👩\u200d a\u200d👩 👩\u200d\u200d👧", "👩‹U+200D› a‹U+200D›👩 👩‹U+200D›‹U+200D›👧"},
		"signs joined":               {"©\u200d®", "©‹U+200D›®"},
		"a digit in disguise":        {"1\ufe0f 2", "1‹U+FE0F› 2"},
		"a mark on an emoji":         {"🚀\u0301", "🚀‹U+0301›"},
		"two selectors":              {"❤\ufe0f\ufe0f", "❤\ufe0f‹U+FE0F›"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clean(tc.in); got != tc.want {
				t.Errorf("Clean(%+q) = %+q, want %+q", tc.in, got, tc.want)
			}
			if got := restore(tc.want); got != tc.in {
				t.Errorf("restore(%+q) = %+q, want %+q", tc.want, got, tc.in)
			}
		})
	}
}

func TestALongTextIsCutWithTheRestCounted(t *testing.T) {
	if full := strings.Repeat("é", maxRunes); Clean(full) != full {
		t.Error("a text of just that length was cut")
	}
	a := Clean(strings.Repeat("a", maxRunes) + "bcd")
	if !strings.HasPrefix(a, strings.Repeat("a", maxRunes)+"‹+3 #") || !strings.HasSuffix(a, "›") {
		t.Errorf("got …%s", a[maxRunes:])
	}
	if b := Clean(strings.Repeat("a", maxRunes) + "bce"); a == b {
		t.Error("two long texts look the same")
	}
	if restore(a) != a {
		t.Error("what was cut cannot come back")
	}
}

func TestATextThatIsNeverShownIsSentAsItIs(t *testing.T) {
	for _, s := range []string{"‹", "‹U+202E", "‹U+0041›", "‹U+202e›", "‹U+D800›", "‹xFFF›", "‹U+110000›", "a ‹b› c", "‹x41›", " ‹U+202E›", "‹U+‹›"} {
		if got := restore(s); got != s {
			t.Errorf("restore(%q) = %q", s, got)
		}
	}
}

// tricky draws texts of what is hard to clean.
func tricky() *rapid.Generator[string] {
	pieces := rapid.OneOf(
		rapid.SampledFrom([]string{
			" ", "  ", "a", "e", "\u0301", "\u0323", "\u200d", "\ufe0f", "\ufe0e", "👩", "👧", "❤", "🏽", "1", "\u20e3", "©", "‹", "›", "‹U+200D›", "‹x9B›",
			"\x1b", "\u202e", "\xff", "\xe2\x80", "\u1112", "\u1161", "\u11ab", "\uac00", "\u3000", "\ufffd", "\u212b", "\U0001F1E9", "\u093f", "क",
		}),
		rapid.String(), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.Rune(), func(r rune) string { return string(r) }),
	)
	return rapid.Map(rapid.SliceOfN(pieces, 0, 12), func(list []string) string { return strings.Join(list, "") })
}

func TestCleanLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tricky().Draw(t, "text")
		clean := Clean(s)
		if back := restore(clean); back != s {
			t.Fatalf("Clean(%+q) = %+q, which stands for %+q", s, clean, back)
		}
		mustBeClean(t, clean)
	})
}

func TestTwoTextsNeverBecomeOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := tricky().Draw(t, "a"), tricky().Draw(t, "b")
		if a != b && Clean(a) == Clean(b) {
			t.Fatalf("%+q and %+q both become %+q", a, b, Clean(a))
		}
	})
}

// mustBeClean says what a clean text is without asking how it was made.
func mustBeClean(t rapid.TB, s string) {
	t.Helper()
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		t.Fatalf("not normal: %+q", s)
	}
	if strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") || strings.Contains(s, "  ") {
		t.Fatalf("a space that cannot be seen: %+q", s)
	}
	marks, before := 0, rune(0)
	for _, r := range s {
		switch {
		case r == zeroWidthJoiner || r == textSelector || r == emojiSelector || r == enclosingKey:
			if !emojiBase(before) && before != emojiSelector && before>>4 != 0x1F3F && !strings.ContainsRune("0123456789#*", before) {
				t.Fatalf("%U after %U in %+q", r, before, s)
			}
		case !unicode.IsPrint(r) || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector):
			t.Fatalf("%U in %+q", r, s)
		case unicode.IsSpace(r) && r != ' ':
			t.Fatalf("a space %U in %+q", r, s)
		}
		if marks++; !unicode.IsMark(r) || r == textSelector || r == emojiSelector || r == enclosingKey {
			marks = 0
		}
		if marks > maxMarks {
			t.Fatalf("%d marks on one base in %+q", marks, s)
		}
		before = r
	}
}
