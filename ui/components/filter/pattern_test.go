package filter_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"
	"pgregory.net/rapid"

	"example.com/keyturn/ui/components/filter"
)

// letters has few of each kind, so that what is drawn matches often: case, accents, marks, letters
// of two and three bytes that share bytes, and what separates words.
func letters() *rapid.Generator[string] {
	return rapid.StringOf(rapid.SampledFrom([]rune("aAäbBéeE\u0301éσςΣ漢字漣ı 1-_.@")))
}

// typed is a pattern as somebody may type it.
func typed() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := letters().Filter(func(s string) bool { return utf8.RuneCountInString(s) <= 5 }).Draw(t, "letters")
		return rapid.SampledFrom([]string{"", "", "", "!"}).Draw(t, "sign") + s
	})
}

func matches(p filter.Pattern, text string) bool {
	folded := filter.Fold(text)
	return p.Matches(folded, filter.Mask(folded))
}

// reference says what matches as one would explain it to somebody.
func reference(typed, text string) bool {
	rest, inverted := strings.CutPrefix(typed, "!")
	terms := strings.Fields(filter.Fold(rest))
	if len(terms) == 0 {
		return true
	}
	text = filter.Fold(text)
	all := true
	for _, term := range terms {
		left := []rune(term)
		for _, r := range text {
			if len(left) > 0 && left[0] == r {
				left = left[1:]
			}
		}
		all = all && len(left) == 0
	}
	if len(terms) == 1 && len(terms[0]) == 1 {
		all = false
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -_./@+:", r) }) {
			all = all || strings.HasPrefix(word, terms[0])
		}
		all = all || strings.Contains(" -_./@+:", terms[0]) && separates(text, terms[0])
	}
	return all != inverted
}

// separates reports whether a separator begins a text or follows another one: it is a word too.
func separates(text, sign string) bool {
	at := strings.Index(text, sign)
	for from := 0; at >= 0; at = strings.Index(text[from:], sign) {
		at += from
		if at == 0 || strings.IndexByte(" -_./@+:", text[at-1]) >= 0 {
			return true
		}
		from = at + 1
	}
	return false
}

func TestWhatMatches(t *testing.T) {
	for _, c := range []struct {
		typed, text string
		want        bool
	}{
		{"", "anything", true},
		{"   ", "anything", true},
		{"dep", "deploy-eu", true},
		{"dpy", "deploy-eu", true},
		{"ued", "deploy-eu", false},
		{"eu dep", "deploy-eu", true},
		{"eu us", "deploy-eu", false},
		{"d", "deploy-eu", true},
		{"e", "deploy-eu", true},
		{"p", "deploy-eu", false}, // no word begins with it
		{"1", "node 10", true},
		{"DEP", "deploy-eu", true},
		{"dep", "DEPLOY", true},
		{"zoe", "Zoë", true},
		{"Zoë", "ZOE", true},
		{"zoë", "Zoe\u0308", true},
		{"γιωργος", "ΓΙΏΡΓΟΣ", true},
		{"漢", "名漢字", true},
		{"漢", "氢字", false}, // its bytes are in there, apart
		{"字漢", "漢字", false},
		{"!", "anything", true},
		{"!eu", "deploy-ca", true},
		{"!eu", "deploy-eu", false},
		{"!eu dep", "deploy-ca", true}, // the sign turns the whole round
		{"!d", "deploy", false},
		{"!d", "node", true},
		{"a!", "a!", true}, // only at the front it is a sign
		{"!!", "a!", true},
		{"👩‍🚀", "team 👩‍🚀", true},
	} {
		if got := matches(filter.Parse(c.typed), c.text); got != c.want {
			t.Errorf("%q on %q: %v, want %v", c.typed, c.text, got, c.want)
		}
		if strings.Trim(c.typed, "!") != "" && c.typed != "!!" && reference(c.typed, c.text) != c.want {
			t.Errorf("the reference is wrong on %q and %q", c.typed, c.text)
		}
	}
}

func TestMatchesAsExplained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern, text := typed().Draw(t, "pattern"), letters().Draw(t, "text")
		if got, want := matches(filter.Parse(pattern), text), reference(pattern, text); got != want {
			t.Fatalf("%q on %q: %v, want %v", pattern, text, got, want)
		}
	})
}

// What matches here is what the library finds, so every match has a score of the library's own.
func TestATermMatchesWhatTheLibraryFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term := letters().Filter(func(s string) bool {
			return len(strings.Fields(filter.Fold(s))) == 1 && len(filter.Fold(s)) > 1 && !strings.Contains(s, " ")
		}).Draw(t, "term")
		text := filter.Fold(letters().Draw(t, "text"))
		found := len(fuzzy.FindNoSort(filter.Fold(term), []string{text})) == 1
		if got := matches(filter.Parse(term), text); got != found {
			t.Fatalf("%q on %q: %v, but the library finds it: %v", term, text, got, found)
		}
	})
}

// Searching the last result only is sound exactly when this holds.
func TestANarrowerPatternFindsNothingNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := filter.Parse(typed().Draw(t, "before"))
		after := filter.Parse(before.Text + letters().Draw(t, "more"))
		text := letters().Draw(t, "text")
		if after.Narrows(before) && matches(after, text) && !matches(before, text) {
			t.Fatalf("%q narrows %q, but finds %q anew", after.Text, before.Text, text)
		}
	})
	for _, c := range []struct {
		before, after string
		want          bool
	}{{"de", "dep", true}, {"de", "de p", true}, {"de", "xde", false}, {"d", "de", false}, {"!de", "!dep", false}, {"", "d", false}, {"de", "de", true}, {"dep", "de", false}} {
		if got := filter.Parse(c.after).Narrows(filter.Parse(c.before)); got != c.want {
			t.Errorf("%q narrows %q: %v, want %v", c.after, c.before, got, c.want)
		}
	}
}

// The mask only saves time.
func TestTheMaskHidesNoMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern, text := filter.Parse(typed().Draw(t, "pattern")), filter.Fold(letters().Draw(t, "text"))
		if pattern.Matches(text, ^uint64(0)) != pattern.Matches(text, filter.Mask(text)) {
			t.Fatalf("%q on %q", pattern.Text, text)
		}
	})
}

func TestTheBestComesFirst(t *testing.T) {
	texts := []string{"d e p l o y", "old-deploy", "deploy-eu", "xdeploy", "deploy-eu"}
	order, ok := filter.Parse("deploy").Rank(texts)
	if !ok {
		t.Fatal("not ranked")
	}
	if got := texts[order[0]]; got != "deploy-eu" || order[0] != 2 || order[1] != 4 {
		t.Errorf("the order is %v: the first is %q", order, got)
	}
	if got := texts[order[len(order)-1]]; got != "d e p l o y" {
		t.Errorf("the order is %v: the last is %q", order, got)
	}
	same := make([]string, 100)
	for i := range same {
		same[i] = []string{"deploy", "xdeploy"}[i%2]
	}
	order, _ = filter.Parse("deploy").Rank(same)
	if !slices.IsSorted(order[:50]) || !slices.IsSorted(order[50:]) {
		t.Errorf("equals changed places in %v", order)
	}
	many := make([]string, filter.Rankable+1)
	for _, typed := range []string{"", "!deploy", "d"} {
		if _, ok := filter.Parse(typed).Rank(texts); ok {
			t.Errorf("%q is ranked", typed)
		}
	}
	if _, ok := filter.Parse("deploy").Rank(many); ok {
		t.Error("more texts are ranked than anybody looks through")
	}
	if _, ok := filter.Parse("deploy").Rank(many[1:]); !ok {
		t.Error("as many as can be ranked are not")
	}
}

func TestRankingOnlyReorders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := filter.Parse(typed().Draw(t, "pattern"))
		var texts []string
		for _, s := range rapid.SliceOfN(letters(), 0, 12).Draw(t, "texts") {
			if matches(p, s) {
				texts = append(texts, filter.Fold(s))
			}
		}
		order, ok := p.Rank(texts)
		if !ok {
			return
		}
		seen := map[string]int{} // where each text was seen last
		for _, at := range order {
			if last, twice := seen[texts[at]]; twice && last > at {
				t.Fatalf("equals changed places in %v", order)
			}
			seen[texts[at]] = at
		}
		sorted := slices.Clone(order)
		slices.Sort(sorted)
		for i, at := range sorted {
			if i != at {
				t.Fatalf("%v is no order of %d texts", order, len(texts))
			}
		}
		again, _ := p.Rank(texts)
		if len(order) != len(texts) || !slices.Equal(order, again) {
			t.Fatalf("first %v, then %v", order, again)
		}
	})
}

func TestHighlight(t *testing.T) {
	for _, c := range []struct {
		typed, text string
		want        []int
	}{
		{"dep", "deploy", []int{0, 1, 2}},
		{"dy", "deploy", []int{0, 5}},
		{"DÉP", "Deploy", []int{0, 1, 2}},
		{"eu dep", "deploy-eu", []int{0, 1, 2, 7, 8}},
		{"oe", "Zoë", []int{1, 2}},
		{"oe", "Zoe\u0308", []int{1, 2}},
		{"漢", "名漢字", []int{1}},
		{"m", "adam maria", []int{5}}, // the word that it begins, not the first one there is
		{"m", "team", nil},
		{"", "deploy", nil},
		{"!de", "deploy", nil},
		{"xyz", "deploy", nil},
		{"de", "", nil},
	} {
		if got := filter.Parse(c.typed).Highlight(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q on %q: %v, want %v", c.typed, c.text, got, c.want)
		}
	}
}

// Only what was typed stands out, and all of a term or nothing of it.
func TestOnlyMatchedRunesStandOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, text := filter.Parse(typed().Draw(t, "pattern")), letters().Draw(t, "text")
		at := p.Highlight(text)
		if p.Inverted() && len(at) > 0 {
			t.Fatalf("%q highlights %v", p.Text, at)
		}
		if !slices.IsSorted(at) || len(slices.Compact(slices.Clone(at))) != len(at) {
			t.Fatalf("%v is not in order", at)
		}
		runes, asked, shown := []rune(text), filter.Fold(p.Text), ""
		for _, i := range at {
			letter := filter.Fold(string(runes[i]))
			if !strings.Contains(asked, letter) || letter == "" {
				t.Fatalf("%q highlights %q in %q", p.Text, runes[i], text)
			}
			shown += letter
		}
		whole := false
		for _, term := range strings.Fields(asked) {
			whole = whole || strings.Contains(shown, term) || len(term) > 1 && matches(filter.Parse(term), shown)
		}
		if len(at) > 0 && !whole {
			t.Fatalf("%q highlights %q in %q, no whole term", p.Text, shown, text)
		}
		if matches(p, text) && !p.Inverted() && !p.Empty() && len(at) == 0 {
			t.Fatalf("%q matches %q and nothing stands out", p.Text, text)
		}
	})
}
