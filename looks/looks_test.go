package looks

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestConfusableFindsWordsOfMixedScripts(t *testing.T) {
	for name, want := range map[string]bool{
		"Ada Lovelace": false, "Аdа": true, "раураl": true, "Анна Ada": false, "Анна-Ada": false, "αdmin": true, "Zoë": false, "Müller": false,
		"鈴木さん": false, "Tシャツ": false, "김A組": false, "ㄅ金a": false, "ひㄅ": true, "김ひ": true, "токен7": false, "": false, "🚀": false, "क्षa": true, "ა": false,
		"аa\u0301": true, "x\u0301y": false,
	} {
		if got := Confusable(name); got != want {
			t.Errorf("Confusable(%q) = %v", name, got)
		}
	}
}

func TestNamesThatLookTheSame(t *testing.T) {
	for _, same := range [][]string{
		{"payments", "рayments", "раyments", "pауments", "ｐayments"},
		{"build", "bui1d", "buiId", "bui|d", "bυild"},
		{"DB0", "DBO", "DBО"},
		{"modern", "rnodern", "modem"},
		{"deploy-eu", "deploy‑eu", "deploy–eu", "dерlоу-еu"},
		{"café", "cafe\u0301", "саfé"},
		{"ada@example.com", "аda@example.com", "ada@exarnple.com"},
		{"Kelvin", "\u212aelvin"},
	} {
		for _, other := range same[1:] {
			if Skeleton(same[0]) != Skeleton(other) {
				t.Errorf("%q (%q) and %q (%q) look the same", same[0], Skeleton(same[0]), other, Skeleton(other))
			}
		}
	}
}

func TestNamesThatLookDifferent(t *testing.T) {
	names := []string{"payments", "payment", "Payments", "build", "build-2", "build-3", "deploy", "deploy-eu", "deploy_eu", "cafe", "café", "北京", "北", "مفتاح", "токен", "токены", "über", "uber", "a b", "ab", ""}
	for i, a := range names {
		for _, b := range names[i+1:] {
			if Skeleton(a) == Skeleton(b) {
				t.Errorf("%q and %q look different, and share the skeleton %q", a, b, Skeleton(a))
			}
		}
	}
}

// Looking twice sees nothing new, and what is plain is left as it is.
func TestASkeletonIsItsOwnSkeleton(t *testing.T) {
	letters := []rune("abcrn01Il|OoаеоΑΒ–éｆ北 -")
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom(letters)).Draw(r, "name")
		once := Skeleton(s)
		if again := Skeleton(once); again != once && !strings.Contains(once, "rn") {
			r.Fatalf("%q becomes %q and then %q", s, once, again)
		}
		if plain(s) && once != s {
			r.Fatalf("%q is plain and becomes %q", s, once)
		}
	})
}

func BenchmarkSkeleton(b *testing.B) {
	for name, text := range map[string]string{"plain": "deploy-eu-west", "digits": "build-10", "mixed": "раyments"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Skeleton(text)
			}
		})
	}
}
