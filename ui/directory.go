package ui

import (
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/dialogs"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/words"
)

// maxFound is how many names the palette offers.
const maxFound = 20

// directory finds credentials and members by a few letters of their names. It lives as long as one
// palette: made when the first letter is typed, it costs nothing while nobody looks for anybody.
type directory struct {
	book    *kit.Book
	screens []kit.Screen
	entries []entry
	pattern filter.Pattern // of the last search
	matched []int          // what it found, in the order of the entries; nil: nothing was looked for
}

// entry is one name; either credential or member is set.
type entry struct {
	credential *models.Credential
	member     *kit.Person
	folded     string
	mask       uint64
}

// fill takes every name over that has a place on some screen.
func (d *directory) fill() {
	credentials := d.book.Credentials(func(c *models.Credential) bool { return entry{credential: c}.scope() != "" })
	d.entries = make([]entry, 0, len(credentials)+d.book.Workspace.Counts.Members)
	for _, c := range credentials {
		folded := filter.Fold(c.Label())
		d.entries = append(d.entries, entry{credential: c, folded: folded, mask: filter.Mask(folded)})
	}
	for _, s := range d.screens {
		if roll, ok := s.(kit.Roll); ok {
			roll.EachMember(func(p *kit.Person, folded string, mask uint64) {
				d.entries = append(d.entries, entry{member: p, folded: folded, mask: mask})
			})
		}
	}
}

// find returns the best matches of what was typed, the best first.
func (d *directory) find(text string) []entry {
	p := filter.Parse(text)
	if p.Empty() || p.Inverted() {
		return nil
	}
	if d.entries == nil {
		d.fill()
	}
	d.match(p)
	best := d.worthRanking(p)
	texts := make([]string, len(best))
	for i, at := range best {
		texts[i] = d.entries[at].folded
	}
	order, ranked := p.Rank(texts)
	found := make([]entry, 0, maxFound)
	for i := 0; i < len(best) && len(found) < maxFound; i++ {
		at := best[i]
		if ranked {
			at = best[order[i]]
		}
		found = append(found, d.entries[at])
	}
	return found
}

// match finds everything that matches. Of a longer pattern, only what the shorter one left is looked at.
func (d *directory) match(p filter.Pattern) {
	matched := []int{}
	keep := func(at int) {
		if e := &d.entries[at]; p.Matches(e.folded, e.mask) {
			matched = append(matched, at)
		}
	}
	if d.matched != nil && p.Narrows(d.pattern) {
		for _, at := range d.matched {
			keep(at)
		}
	} else {
		for at := range d.entries {
			keep(at)
		}
	}
	d.pattern, d.matched = p, matched
}

// worthRanking picks the closest matches, no more than can be ranked while somebody types.
func (d *directory) worthRanking(p filter.Pattern) []int {
	var byGrade [filter.Grades][]int
	for _, at := range d.matched {
		if grade := p.Closeness(d.entries[at].folded); len(byGrade[grade]) < filter.Rankable {
			byGrade[grade] = append(byGrade[grade], at)
			if grade == filter.Beginning && len(byGrade[grade]) == filter.Rankable {
				break
			}
		}
	}
	var best []int
	for _, list := range byGrade {
		best = append(best, list[:min(len(list), filter.Rankable-len(best))]...)
	}
	return best
}

// scope is the screen on which the entry stands; empty: on none.
func (e entry) scope() actions.Scope {
	switch {
	case e.member != nil:
		return actions.Members
	case e.credential.Kind == models.CIToken:
		return actions.CITokens
	case e.credential.HasWorkingLegacy():
		return actions.Legacy
	}
	return ""
}

// offer is what the palette offers beside actions: to go to what has such a name. The id stands
// beside it, for names can look alike.
func (d *directory) offer(text string) []dialogs.Entry {
	var list []dialogs.Entry
	for _, e := range d.find(strings.TrimPrefix(text, "go to ")) {
		if m := e.member; m != nil {
			list = append(list, dialogs.Entry{
				Label: "go to " + words.Short(m.DisplayName()), Tooltip: "member, " + m.Email + ", id " + string(m.ID),
				Value: kit.GoMsg{Scope: e.scope(), Select: string(m.ID)},
			})
			continue
		}
		c := e.credential
		list = append(list, dialogs.Entry{
			Label: "go to " + words.Short(c.Label()), Tooltip: c.Kind.Label() + ", id " + string(c.ID),
			Value: kit.GoMsg{Scope: e.scope(), Select: string(c.ID)},
		})
	}
	return list
}
