package plain

import (
	"fmt"
	"maps"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/repos"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// repoRows is the place of the checkouts: the list of them, or of what was found in some.
type repoRows struct {
	rows      // what is read now
	s         *session
	checkouts *listOf[kit.Repo]
	findings  map[repos.Grouping]*listOf[repos.Entry]
	by        repos.Grouping
	inside    bool            // findings are read
	within    map[string]bool // roots of the checkouts whose findings are read; nil: all
	right     map[string]repos.Right
}

func newRepoRows(s *session) *repoRows {
	r := &repoRows{s: s, findings: map[repos.Grouping]*listOf[repos.Entry]{}, right: map[string]repos.Right{}}
	r.checkouts = newList(s, repos.RepoOptions(s.Env, repos.Found), s.Book.Repos.All, s.sayRepo)
	r.checkouts.table.SortBy(repos.ScannedColumn, false)
	for _, by := range []repos.Grouping{repos.ByFile, repos.ByCredential} {
		o := repos.EntryOptions(s.Env, by, func(e *repos.Entry) repos.Right { return r.right[e.Key()] })
		fetch := func() []*repos.Entry { return repos.Entries(s.Book, by, r.within) }
		r.findings[by] = newList(s, o, fetch, sayEntry)
		r.findings[by].table.SortBy(repos.SeverityColumn, false)
	}
	r.rows = r.checkouts
	return r
}

// repos is the place of the checkouts.
func (s *session) repos() *repoRows {
	r, _ := s.lists[actions.Repositories].(*repoRows)
	return r
}

func (r *repoRows) outdated() {
	r.checkouts.outdated()
	for _, l := range r.findings {
		l.outdated()
	}
	clear(r.right)
}

// enter reads what was found in some checkouts from now on.
func (r *repoRows) enter(by repos.Grouping, within map[string]bool) {
	if !maps.Equal(r.within, within) || (r.within == nil) != (within == nil) {
		for _, l := range r.findings {
			l.outdated()
		}
	}
	r.by, r.within, r.inside = by, within, true
	r.rows = r.findings[by]
}

// leave reads the checkouts again.
func (r *repoRows) leave() { r.inside, r.rows = false, r.checkouts }

// leaveFindings reports whether findings were read, and reads the checkouts again.
func (s *session) leaveFindings() bool {
	r := s.repos()
	if s.place != actions.Repositories || !r.inside {
		return false
	}
	r.leave()
	return true
}

// heading says what is read; of findings, where they are and how they are gathered.
func (r *repoRows) heading() []string {
	if !r.inside {
		return r.rows.heading()
	}
	var c kit.FindingCounts
	var names []string
	for _, one := range r.s.Book.Repos.All() {
		if one.Report == nil || r.within != nil && !r.within[one.Root] {
			continue
		}
		names = append(names, term.Clean(one.Name()))
		for i := range one.Findings() {
			c.Add(&one.Report.Findings[i])
		}
	}
	where := words.Repositories(len(names))
	if len(names) == 1 {
		where = words.Short(names[0])
	}
	text := fmt.Sprintf("Findings in %s, by %s: %s", where, r.by.Noun(), sentence(words.Found(c), words.Mendable(c)))
	if at := r.pattern(); at != "" {
		text += ", filter " + at
	}
	return []string{text + ", " + r.sorted() + "."}
}

// roots is the checkouts that an action is about: of findings, those in which they are.
func (r *repoRows) roots() []string {
	var roots []string
	seen := map[string]bool{}
	add := func(one *kit.Repo) {
		if !seen[one.Root] {
			seen[one.Root] = true
			roots = append(roots, one.Root)
		}
	}
	if !r.inside {
		for _, one := range r.checkouts.picked() {
			add(one)
		}
		return roots
	}
	for _, f := range repos.Picked(r.findings[r.by].picked()) {
		if one := r.s.Book.Repos.Find(f.Root); one != nil {
			add(one)
		}
	}
	return roots
}

// fixable is what of the findings that are meant keyturn can mend.
func (r *repoRows) fixable() []finding.Finding {
	if r.inside {
		return repos.Mendable(repos.Picked(r.findings[r.by].picked()))
	}
	var list []finding.Finding
	for _, one := range r.checkouts.picked() {
		list = append(list, one.Findings()...)
	}
	return repos.Mendable(list)
}

// refuses says why an action cannot be done now, or "".
func (r *repoRows) refuses(id actions.ID) string {
	facts := repos.RepoFacts(r.s.Env, r.checkouts.picked())
	if r.inside {
		facts = repos.EntryFacts(r.s.Env, r.findings[r.by].picked())
	}
	return actions.DisabledRepo(id, facts)
}

func (s *session) sayRepo(r *kit.Repo) string {
	found, _ := repos.Found(r)
	if !r.Last.At.IsZero() && r.Trouble == nil {
		found = "found " + found
	}
	ago, here := "", ""
	if !r.Last.At.IsZero() {
		ago = "scanned " + s.Clock().Ago(r.Last.At)
	}
	if r.Here {
		here = "the console was started in it"
	}
	name := named(term.Clean(r.Name()), repos.ID(r.Root), s.Book.Repos.LooksLikeAnother(r))
	return sentence(name, found, words.Mendable(r.Last.Counts), ago, here, "in "+term.Clean(s.Book.Repos.Short(r.Root)))
}

func sayEntry(e *repos.Entry) string {
	if e.IsHead() {
		fixable := ""
		if e.Counts.Fixable > 0 {
			fixable = words.Mendable(e.Counts)
		}
		return sentence(e.Said(), cells.Plural(int64(len(e.Places)), "place"), words.Found(e.Counts), fixable)
	}
	f := e.Finding
	place := fmt.Sprintf("line %d", f.Line)
	if e.Head.Repo == nil {
		place = e.Text + ", " + place
	}
	return sentence(place, string(f.Severity), strings.TrimSuffix(term.Clean(f.Message), "."), "fix: "+words.FixKind(f))
}
