package looks

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Confusable reports whether some word of s mixes scripts that no language writes in one word, such as
// a Cyrillic а among Latin letters. Such a name may pass for another: show the e-mail or id beside it.
// It says nothing about a word wholly in one script.
func Confusable(s string) bool {
	if ascii(s) {
		return false
	}
	var scripts []string
	for _, r := range s {
		switch {
		case unicode.IsMark(r):
		case !unicode.IsLetter(r):
			scripts = scripts[:0]
		default:
			script := scriptOf(r)
			if script == "" || slices.Contains(scripts, script) {
				continue
			}
			if scripts = append(scripts, script); !writtenTogether(scripts) {
				return true
			}
		}
	}
	return false
}

// scriptOf names the script of a letter, "" for one that belongs to several.
func scriptOf(r rune) string {
	if r < utf8.RuneSelf {
		return "Latin"
	}
	for _, name := range []string{"Latin", "Han", "Cyrillic", "Greek", "Hangul", "Hiragana", "Katakana"} {
		if unicode.Is(unicode.Scripts[name], r) {
			return name
		}
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}

// writtenTogether reports whether one language writes all these scripts side by side without a space.
func writtenTogether(scripts []string) bool {
	if len(scripts) < 2 {
		return true
	}
	for _, together := range [][]string{
		{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Hangul"}, {"Latin", "Han", "Bopomofo"},
	} {
		if !slices.ContainsFunc(scripts, func(s string) bool { return !slices.Contains(together, s) }) {
			return true
		}
	}
	return false
}
