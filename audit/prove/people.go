package prove

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
)

// People are the members by whose names a secret may be called. The nil value knows nobody.
type People struct {
	called  map[string]called
	longest int // words of one name
}

// called is who is called something.
type called struct {
	person string
	whole  bool // it is a whole name or a mailbox, not one word of a name
	shared bool // by several members
}

// NewPeople takes the members of a workspace.
func NewPeople(members []models.MemberRef) *People {
	p := &People{called: map[string]called{}}
	for _, m := range members {
		person := personOf(m)
		mailbox, _, _ := strings.Cut(m.Email, "@")
		mailbox, _, _ = strings.Cut(mailbox, "+")
		name := words(m.Name)
		p.note(person, words(mailbox), true)
		p.note(person, name, true)
		if len(name) > 1 {
			p.note(person, append([]string{name[len(name)-1]}, name[:len(name)-1]...), true)
			for _, w := range name {
				p.note(person, []string{w}, false)
			}
		}
	}
	return p
}

// shortest is how many letters a name has at least, joined: fewer stand for too much else.
const shortest = 3

// note notes that somebody is called by these words.
func (p *People) note(person string, by []string, whole bool) {
	key := strings.Join(by, "")
	if utf8.RuneCountInString(key) < shortest || saysNothing(by) || !whole && everyday[key] {
		return
	}
	p.longest = max(p.longest, len(by))
	before, taken := p.called[key]
	switch {
	case !taken || whole && !before.whole:
		p.called[key] = called{person: person, whole: whole}
	case before.whole == whole && before.person != person:
		before.shared = true
		p.called[key] = before
	}
}

// saysNothing reports whether words are all such as secrets and machines are called by.
func saysNothing(list []string) bool {
	for _, w := range list {
		if !technical[w] && !isNumber(w) {
			return false
		}
	}
	return true
}

func isNumber(w string) bool { return strings.Trim(w, "0123456789") == "" }

// whose finds the member whose name or mailbox is part of a secret's name, word by word: the longest such
// part, and a whole name before a part of one.
func (p *People) whose(secret string) (best called, found bool) {
	all := words(secret)
	most := 0
	for from := range all {
		for to := from + 1; to <= len(all) && to-from <= p.longest; to++ {
			key := strings.Join(all[from:to], "")
			c, ok := p.called[key]
			weight := len(key)
			if c.whole {
				weight += 1 << 10
			}
			if ok && weight > most {
				best, most, found = c, weight, true
			}
		}
	}
	return best, found
}

// Among adds to the findings of one file those secrets its CI is fed from whose names are members', and
// says so of those that are among the findings already.
func (p *People) Among(list, fed []finding.Finding) []finding.Finding {
	if p == nil {
		return list
	}
	for _, f := range fed {
		who, ok := p.whose(f.Subject)
		if !ok {
			continue
		}
		f.CI = true
		f.Message = fmt.Sprintf("the secret %s bears the name of %s: in CI a personal token is refused", f.Subject, who.words())
		list = put(list, f)
	}
	finding.Sort(list)
	return list
}

func (c called) words() string {
	if c.shared {
		return "several members"
	}
	return "the member " + c.person
}

// put adds a finding, in the place of the same one that says less.
func put(list []finding.Finding, f finding.Finding) []finding.Finding {
	for i, have := range list {
		if have.Code == f.Code && have.Line == f.Line && have.Column == f.Column {
			list[i] = f
			return list
		}
	}
	return append(list, f)
}

// words are the words of a name as people, programs and mailboxes write it: in small letters without
// accents, parted at whatever is no letter and no digit, between letters and digits, and at a capital
// within a word.
func words(name string) []string {
	var list []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			list = append(list, word.String())
			word.Reset()
		}
	}
	var before rune
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsDigit(r) != unicode.IsDigit(before):
			end()
			fallthrough
		default:
			word.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	end()
	return list
}
