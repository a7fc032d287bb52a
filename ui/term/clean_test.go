package term_test

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"example.com/keyturn/ui/term"
)

func TestCleanWritesOutWhatATerminalWouldObey(t *testing.T) {
	for text, want := range map[string]string{
		"deploy.yml":            "deploy.yml",
		"\x1b]52;c;aGk=\a":      `\x1b]52;c;aGk=\x07`,
		"a\nb\rc":               `a\x0ab\x0dc`,
		"\tkey: value":          "    key: value",
		"exe\u202egpj.sh":       `exe\u202egpj.sh`,
		"zero\u200bwidth":       `zero\u200bwidth`,
		"filler\u3164":          `filler\u3164`,
		"Zoë 北京.yml":            "Zoë 北京.yml",
		"broken \xff\xfe bytes": `broken \xff\xfe bytes`,
		"\u009b31m":             `\u009b31m`,
	} {
		if got := term.Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := term.Spelled("раyments"); got != `\u0440\u0430yments` {
		t.Errorf("spelled %q", got)
	}
}

func TestNothingOfACleanTextIsObeyed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		for _, r := range term.Clean(text) {
			if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q keeps %U", text, r)
			}
		}
	})
}
