package filter

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"
)

// Pattern is what somebody typed, taken apart: every term must match, in any order. A leading "!"
// turns the whole round.
type Pattern struct {
	Text   string
	terms  []string // folded
	mask   uint64
	invert bool
}

// Parse reads a pattern.
func Parse(text string) Pattern {
	p := Pattern{Text: text}
	rest, inverted := strings.CutPrefix(text, "!")
	p.invert = inverted
	for term := range strings.FieldsSeq(Fold(rest)) {
		p.terms = append(p.terms, term)
		p.mask |= Mask(term)
	}
	return p
}

// Empty reports whether the pattern matches everything.
func (p Pattern) Empty() bool { return len(p.terms) == 0 }

// Inverted reports whether what does not match is wanted.
func (p Pattern) Inverted() bool { return p.invert }

// Narrows reports whether everything that p matches was matched by before, so that only the last
// result has to be searched.
func (p Pattern) Narrows(before Pattern) bool {
	return !p.invert && !before.invert && !before.Empty() && !before.single() && strings.HasPrefix(p.Text, before.Text)
}

// single reports whether the pattern is one letter: then only the starts of words match, for one
// letter is somewhere in nearly every text.
func (p Pattern) single() bool { return len(p.terms) == 1 && len(p.terms[0]) == 1 }

// Matches reports whether a folded text, whose mask is given too, matches: each term is a
// subsequence of it. That is exactly when sahilm/fuzzy finds a match.
func (p Pattern) Matches(folded string, mask uint64) bool {
	return p.matches(folded, mask) != p.invert || p.Empty()
}

func (p Pattern) matches(folded string, mask uint64) bool {
	if mask&p.mask != p.mask {
		return false
	}
	if p.single() {
		return startsWord(folded, p.terms[0][0])
	}
	for _, term := range p.terms {
		if !subsequence(term, folded) {
			return false
		}
	}
	return true
}

// MatchesWords is Matches for something with a name and a description: the letters of a term may lie
// apart in the name, but stand together in the description, where they would be found everywhere.
func (p Pattern) MatchesWords(name, description string) bool {
	text := name + " " + description
	if p.invert || p.Empty() || p.single() {
		return p.Matches(text, Mask(text))
	}
	return p.Matches(name, Mask(name)) || !slices.ContainsFunc(p.terms, func(term string) bool { return !strings.Contains(text, term) })
}

// The grades of Closeness.
const (
	Beginning = iota // the text begins with what was typed
	WordStart        // a word of it does
	Together         // it stands somewhere in it
	Apart            // its letters do, with others between them
	Grades           // how many there are
)

// Closeness is how well a folded text that matches fits what was typed: cheap enough to pick those
// worth ranking out of very many.
func (p Pattern) Closeness(folded string) int {
	grade := Beginning
	for _, term := range p.terms {
		at := strings.Index(folded, term)
		switch {
		case at < 0:
			return Apart
		case at == 0:
		case boundary(folded[at-1]):
			grade = max(grade, WordStart)
		default:
			grade = max(grade, Together)
		}
	}
	return grade
}

func boundary(c byte) bool { return strings.IndexByte(" -_./@+:", c) >= 0 }

func startsWord(s string, c byte) bool { return wordStart(s, c) >= 0 }

// wordStart returns where the first word that begins with a letter does, or -1.
func wordStart(s string, c byte) int {
	before := true
	for i := range len(s) {
		if before && s[i] == c {
			return i
		}
		before = boundary(s[i])
	}
	return -1
}

// subsequence reports whether the characters of a term stand in a text in their order. No byte of
// a longer character is ASCII, so most are found as bytes.
func subsequence(term, s string) bool {
	for _, r := range term {
		var at int
		if r < utf8.RuneSelf {
			at = strings.IndexByte(s, byte(r))
		} else {
			at = strings.IndexRune(s, r)
		}
		if at < 0 {
			return false
		}
		s = s[at+utf8.RuneLen(r):]
	}
	return true
}

// Rankable is how many matches are ranked. More than that nobody looks through for the best one:
// they type another letter.
const Rankable = 2000

// Rank says in which order matches are shown, the best first: it returns positions in texts,
// which are folded. Equals keep their order. Nothing is ranked for an inverted or one-letter
// pattern or for more than Rankable texts; then ok is false.
func (p Pattern) Rank(texts []string) (order []int, ok bool) {
	if p.Empty() || p.invert || p.single() || len(texts) > Rankable {
		return nil, false
	}
	scores := make([]int, len(texts))
	for _, term := range p.terms {
		for _, m := range fuzzy.FindNoSort(term, texts) {
			scores[m.Index] += m.Score
		}
	}
	order = make([]int, len(texts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return scores[b] - scores[a] })
	return order, true
}

// Highlight returns the runes of a text that the pattern matched, in order; nil if no term matches
// in this text alone.
func (p Pattern) Highlight(text string) []int {
	if p.Empty() || p.invert || text == "" {
		return nil
	}
	folded, origin := foldMapped(text)
	if p.single() {
		if at := wordStart(folded, p.terms[0][0]); at >= 0 {
			return []int{origin[at]}
		}
		return nil
	}
	var runes []int
	for _, term := range p.terms {
		for _, m := range fuzzy.FindNoSort(term, []string{folded}) {
			for _, at := range m.MatchedIndexes {
				runes = append(runes, origin[at])
			}
		}
	}
	slices.Sort(runes)
	return slices.Compact(runes)
}
