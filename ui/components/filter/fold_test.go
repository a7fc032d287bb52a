package filter_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"example.com/keyturn/ui/components/filter"
)

// slowly is Fold as one would write it without looking at the time.
func slowly(s string) string {
	var b strings.Builder
	for _, r := range s {
		for _, part := range norm.NFD.String(string(r)) {
			if !unicode.Is(unicode.Mn, part) {
				b.WriteRune(oneCase(part))
			}
		}
	}
	return b.String()
}

// oneCase is the first of all letters that differ in case only, made small.
func oneCase(r rune) rune {
	all := []rune{r}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if !unicode.Is(unicode.Mn, other) {
			all = append(all, other)
		}
	}
	return unicode.ToLower(slices.Min(all))
}

func TestFoldingOfEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if s := string(r); filter.Fold(s) != slowly(s) {
			t.Errorf("%U becomes %q, want %q", r, filter.Fold(s), slowly(s))
		}
	}
}

// What a search with the fuzzy library takes for the same letter is the same letter here; and what
// is folded stays so.
func TestLettersThatDifferInCaseFoldAlike(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		folded := filter.Fold(string(r))
		if filter.Fold(folded) != folded {
			t.Errorf("%q becomes %q, and that %q", r, folded, filter.Fold(folded))
		}
		other := unicode.SimpleFold(r)
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mn, other) {
			continue // a mark is no letter
		}
		if filter.Fold(string(other)) != folded {
			t.Errorf("%q becomes %q, but %q becomes %q", r, folded, other, filter.Fold(string(other)))
		}
	}
}

func TestFoldingOfTexts(t *testing.T) {
	for s, want := range map[string]string{"": "", "deploy": "deploy", "Zoë Ångström": "zoe angstrom", "DEPLOY-EU": "deploy-eu", "ΓΙΏΡΓΟΣ": filter.Fold("γιώργος"), "ſtraße": "straße",
		"북": "\u1107\u116e\u11a8"} {
		if got := filter.Fold(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.String().Draw(r, "text")
		if filter.Fold(s) != slowly(s) {
			r.Fatalf("%q becomes %q, want %q", s, filter.Fold(s), slowly(s))
		}
	})
}

func TestNamesByLettersAndDescriptionsByWords(t *testing.T) {
	tests := []struct {
		typed string
		want  bool
	}{
		{"rotate", true}, {"rtt", true}, {"secret", true}, {"old works", true}, {"works rotate", true}, {"deploy", false},
		{"rto sec", false}, {"", true}, {"r", true}, {"x", false}, {"!rotate", false}, {"!deploy", true},
	}
	for _, tt := range tests {
		if got := filter.Parse(tt.typed).MatchesWords("rotate", "replace the secret; the old one works on"); got != tt.want {
			t.Errorf("%q matches: %t", tt.typed, got)
		}
	}
}

func TestCloseness(t *testing.T) {
	for text, want := range map[string]int{
		"maria garcia": filter.Beginning, "anna maria": filter.WordStart, "a.maria@example.com": filter.WordStart, "xmaria": filter.Together, "mara ia": filter.Apart,
	} {
		if got := filter.Parse("maria").Closeness(text); got != want {
			t.Errorf("%q: grade %d, want %d", text, got, want)
		}
	}
	if got := filter.Parse("maria ga").Closeness("maria garcia"); got != filter.WordStart {
		t.Errorf("of two terms the farther one counts: grade %d", got)
	}
}
