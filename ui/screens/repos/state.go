// Package repos is the screen of the checkouts that are scanned for what is left of legacy credentials:
// which there are, what was found in them, by file or by credential, and what would mend it. It scans and
// asks: what is written to a file is asked for upward.
package repos

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strconv"

	"example.com/keyturn/actions"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// view is what the screen shows.
type view int

const (
	checkouts view = iota
	byFile
	byCredential
)

// Screen shows the checkouts, or what was found in them.
type Screen struct {
	list.Env
	repos    *list.Model[kit.Repo]
	findings map[view]*list.Model[Entry]
	stale    map[view]bool   // the rows are not those of the book
	within   map[string]bool // roots whose findings are shown; nil: all
	view     view
	queue    queue
	right    rightLines
}

var _ kit.Screen = (*Screen)(nil)

// New returns the screen over a book. The checkouts come with Init.
func New(env list.Env) *Screen {
	s := &Screen{Env: env, stale: map[view]bool{}, right: newRightLines()}
	s.repos = list.New(env, s.repoOptions())
	s.repos.SortBy(ScannedColumn, false)
	s.repos.AddEntries(s.entries()...)
	s.findings = map[view]*list.Model[Entry]{byFile: s.newFindings(ByFile), byCredential: s.newFindings(ByCredential)}
	return s
}

func (s *Screen) newFindings(by Grouping) *list.Model[Entry] {
	o := EntryOptions(s.Env, by, func(e *Entry) Right { return s.right.of(e) })
	o.Refuses = func(id actions.ID, rows []*Entry) string {
		return actions.DisabledRepo(id, s.with(EntryFacts(s.Env, rows)))
	}
	m := list.New(s.Env, o)
	m.SortBy(SeverityColumn, false)
	m.AddEntries(s.entries()...)
	return m
}

func (s *Screen) repoOptions() list.Options[kit.Repo] {
	o := RepoOptions(s.Env, s.state)
	o.Refuses = func(id actions.ID, rows []*kit.Repo) string {
		return actions.DisabledRepo(id, s.with(RepoFacts(s.Env, rows)))
	}
	return o
}

// with adds what the rows do not tell.
func (s *Screen) with(f actions.RepoFacts) actions.RepoFacts {
	f.Scanning = s.queue.busy()
	return f
}

// RepoOptions says what the list of checkouts is made of. at says what a checkout is at.
func RepoOptions(env list.Env, at func(*kit.Repo) (string, styles.Tone)) list.Options[kit.Repo] {
	return list.Options[kit.Repo]{
		Scope:      actions.Repositories,
		Title:      "repositories",
		Columns:    repoColumns(env, at),
		Key:        func(r *kit.Repo) string { return r.Root },
		Search:     func(r *kit.Repo) string { return r.Root },
		Name:       func(r *kit.Repo) string { return repoName(env)(r).Text },
		ID:         func(r *kit.Repo) string { return r.Root },
		Credential: func(*kit.Repo) *models.Credential { return nil },
		Detail:     func(page *detail.Page, r *kit.Repo, _ detail.Usage) { describeRepo(page, env, at, r) },
		Empty:      func() []string { return noRepos(env) },
		Local:      true,
	}
}

// EntryOptions says what a list of findings is made of. right says how a line looks once it is mended.
func EntryOptions(env list.Env, by Grouping, right func(*Entry) Right) list.Options[Entry] {
	return list.Options[Entry]{
		Scope:      actions.Repositories,
		Title:      "findings",
		Columns:    entryColumns(by),
		Key:        (*Entry).Key,
		Search:     search,
		Name:       func(e *Entry) string { return entryName(env, e) },
		ID:         func(e *Entry) string { return entryID(e) },
		Head:       func(e *Entry) *Entry { return e.Head },
		Credential: func(*Entry) *models.Credential { return nil },
		Detail:     func(page *detail.Page, e *Entry, _ detail.Usage) { describeEntry(page, env, e, right(e)) },
		Empty:      func() []string { return noFindings(env) },
		Local:      true,
	}
}

// search is what a filter finds a finding by: where it is, what it hangs on, how bad it is and what it is.
func search(e *Entry) string {
	if e.IsHead() {
		return e.Text
	}
	f := e.Finding
	file := e.Head.Text
	if e.Head.Repo == nil {
		file = e.Text
	}
	return file + ":" + strconv.Itoa(f.Line) + " " + words.HangsOn(f) + " " + string(f.Severity) + " " + string(f.Code)
}

func entryName(env list.Env, e *Entry) string {
	if e.IsHead() {
		return e.Text
	}
	return words.SpotPlace(kit.Spot{Repo: e.Repo, Finding: e.Finding})
}

// entryID is what an editor opens: the file, with the line of a finding.
func entryID(e *Entry) string {
	switch {
	case e.IsHead() && e.Repo == nil:
		return e.Text
	case e.IsHead():
		return filePath(e.Repo, term.Clean(e.Places[0].Finding.Path))
	}
	return filePath(e.Repo, words.FilePlace(e.Finding))
}

// filePath is a path in a checkout as the system writes it.
func filePath(r *kit.Repo, place string) string {
	return filepath.Join(term.Clean(r.Root), filepath.FromSlash(place))
}

// ID is a short name of something that has a long one, the same in every session.
func ID(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:6])
}

func noRepos(env list.Env) []string {
	switch {
	case env.Ports.Auditor == nil:
		return []string{"There is nothing to scan checkouts with here."}
	case env.Book.Repos.Trouble != nil:
		return []string{"What was scanned before could not be read: " + env.Book.Repos.Trouble.Error(), add}
	case !env.Book.Repos.Known:
		return []string{"loading" + env.Styles.Symbols.Ellipsis}
	}
	return []string{"No checkout is on the list: the console was not started in one, and none was scanned before.", add}
}

const add = "Add a path to find what is left of legacy credentials there."

func noFindings(env list.Env) []string {
	if env.Book.Repos.Scanned() == 0 {
		return []string{"Nothing has been scanned in this session."}
	}
	return []string{"Nothing was found in " + words.Repositories(env.Book.Repos.Scanned()) + ". Nothing has to be done here."}
}

// RepoFacts is what decides about actions on checkouts.
func RepoFacts(env list.Env, rows []*kit.Repo) actions.RepoFacts {
	f := facts(env)
	f.Roots = len(rows)
	for _, r := range rows {
		if r.Report == nil {
			continue
		}
		f.Known++
		if findings := r.Findings(); len(findings) > 0 {
			count(&f, r.Last.Counts, &findings[0])
		}
	}
	return f
}

// EntryFacts is what decides about actions on findings. Of very many, the first that can be fixed is enough.
func EntryFacts(env list.Env, rows []*Entry) actions.RepoFacts {
	f := facts(env)
	f.Inside = true
	f.Roots, f.Known = min(len(rows), 1), min(len(rows), 1)
	for _, row := range rows {
		count(&f, row.Counts, row.places()[0].Finding)
		if f.Fixable > 0 {
			break
		}
	}
	return f
}

func facts(env list.Env) actions.RepoFacts {
	return actions.RepoFacts{Able: env.Ports.Auditor != nil, ReadOnly: env.Book.ReadOnly, Scanned: env.Book.Repos.Scanned()}
}

func count(f *actions.RepoFacts, c kit.FindingCounts, first *finding.Finding) {
	f.Findings += c.All()
	f.Fixable += c.Fixable
	if f.Why == "" {
		f.Why = words.NotFixable(first)
	}
}
