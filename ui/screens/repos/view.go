package repos

import (
	"path/filepath"
	"time"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// Where the columns lie by which the lists are sorted at first.
const (
	ScannedColumn  = 3 // of checkouts
	SeverityColumn = 1 // of findings
)

// state says what a checkout is at; words for its cells.
type state func(*kit.Repo) (text string, tone styles.Tone)

func repoColumns(env list.Env, at state) []table.Column[kit.Repo] {
	return []table.Column[kit.Repo]{
		{Title: "repository", Min: 16, Weight: 3, Cell: repoName(env), Less: func(a, b *kit.Repo) bool { return cells.Before(a.Name(), b.Name()) }},
		{
			Title: "found", Min: 19, Weight: 3, Less: func(a, b *kit.Repo) bool { return a.Last.Counts.All() > b.Last.Counts.All() },
			Cell: func(r *kit.Repo) table.Cell {
				text, tone := at(r)
				return table.Cell{Text: text, Tone: tone}
			},
		},
		{
			Title: "fixable", Min: 9, Right: true, Drop: 1, Less: func(a, b *kit.Repo) bool { return a.Last.Counts.Fixable < b.Last.Counts.Fixable },
			Cell: func(r *kit.Repo) table.Cell {
				if r.Last.At.IsZero() {
					return table.Cell{}
				}
				return table.Cell{Text: cells.Count(int64(r.Last.Counts.Fixable))}
			},
		},
		{
			Title: "scanned", Min: 12, Drop: 2, Less: newestFirst,
			Cell: func(r *kit.Repo) table.Cell { return table.Cell{Text: scanned(env, r), Tone: styles.Muted} },
		},
		{
			Title: "in", Min: 14, Weight: 2, Drop: 3, Less: func(a, b *kit.Repo) bool { return a.Root < b.Root },
			Cell: func(r *kit.Repo) table.Cell { return table.Cell{Text: folderOf(env, r), Tone: styles.Muted} },
		},
	}
}

func repoName(env list.Env) func(*kit.Repo) table.Cell {
	return func(r *kit.Repo) table.Cell {
		cell := table.Cell{Text: term.Clean(r.Name())}
		if env.Book.Repos.LooksLikeAnother(r) {
			cell.Tail = cells.EndOf(ID(r.Root))
		}
		return cell
	}
}

func folderOf(env list.Env, r *kit.Repo) string {
	return term.Clean(env.Book.Repos.Short(filepath.Dir(r.Root)))
}

func scanned(env list.Env, r *kit.Repo) string {
	if r.Last.At.IsZero() {
		return "never"
	}
	return env.Clock().Ago(r.Last.At)
}

// newestFirst puts where the console was started before everything else.
func newestFirst(a, b *kit.Repo) bool {
	if a.Here != b.Here {
		return a.Here
	}
	return a.Last.At.After(b.Last.At)
}

// Found says what is known of a checkout that is not being scanned.
func Found(r *kit.Repo) (string, styles.Tone) {
	switch {
	case r.Trouble != nil:
		return "failed: " + term.Clean(r.Trouble.Error()), styles.Danger
	case r.Last.At.IsZero():
		return "not scanned yet", styles.Muted
	}
	text := words.Found(r.Last.Counts)
	if r.Last.Partial {
		text = "stopped at " + text
	}
	return text, words.Worst(r.Last.Counts)
}

func describeRepo(page *detail.Page, env list.Env, at state, r *kit.Repo) {
	text, tone := at(r)
	page.Fact("found", text, tone)
	page.Fact("fixable", words.Mendable(r.Last.Counts), styles.Text)
	page.Fact("scanned", scanned(env, r), styles.Text)
	page.Fact("path", term.Clean(r.Root), styles.Text)
	page.Fact("spelled", spelled(env.Book.Repos.LooksLikeAnother(r), r.Root), styles.Text)
	page.Fact("id", ID(r.Root), styles.Muted)
	if r.Here {
		page.Fact("here", "the console was started in it", styles.Muted)
	}
	if r.Report == nil {
		if !r.Last.At.IsZero() {
			page.Text(styles.Muted, "Of earlier scans only the counts are kept: scan it to see the places.")
		}
		return
	}
	s := r.Report.Stats
	page.Fact("read", words.Reading(kit.Progress{Files: s.Files, Bytes: s.Bytes, Findings: len(r.Report.Findings)}, time.Duration(s.Millis)*time.Millisecond), styles.Text)
	if s.Ignored > 0 {
		page.Fact("ignored", cells.Plural(int64(s.Ignored), "finding")+" in lines that say so", styles.Text)
	}
	unread(page, r.Report)
}

// maxUnread is how many files that were not read are named.
const maxUnread = 20

// unread names what should have been read and could not be, and what was read otherwise than wanted.
func unread(page *detail.Page, r *finding.Report) {
	var lines []string
	for _, s := range r.Skipped {
		if s.Failed {
			lines = append(lines, term.Clean(s.Path)+": "+term.Clean(s.Reason))
		}
	}
	if len(lines) > 0 {
		page.Heading("Could not be read")
		items(page, styles.Warning, lines)
	}
	if skipped := len(r.Skipped) - len(lines); skipped > 0 {
		page.Fact("left out", cells.Plural(int64(skipped), "file")+": keyturn audit names them", styles.Muted)
	}
	if len(r.Remarks) == 0 {
		return
	}
	lines = nil
	for _, one := range r.Remarks {
		lines = append(lines, term.Clean(one.Path)+": "+term.Clean(one.Text))
	}
	page.Heading("To know")
	items(page, styles.Muted, lines)
}

func items(page *detail.Page, tone styles.Tone, lines []string) {
	for i, line := range lines {
		if i == maxUnread {
			page.Item(styles.Muted, page.Styles.Symbols.Bullet, cells.Count(int64(len(lines)-i))+" more")
			return
		}
		page.Item(tone, page.Styles.Symbols.Bullet, line)
	}
}

func entryColumns(by Grouping) []table.Column[Entry] {
	return []table.Column[Entry]{
		{Title: by.Noun(), Min: 24, Weight: 4, Cell: entryText, Less: func(a, b *Entry) bool { return byPlace(a, b) < 0 }},
		{Title: "severity", Min: 10, Cell: severity, Less: bySeverity},
		{Title: "what", Min: 20, Weight: 3, Drop: 2, Cell: what, Less: func(a, b *Entry) bool { return what(a).Text < what(b).Text }},
		{Title: "fix", Min: 12, Drop: 1, Cell: func(e *Entry) table.Cell { return table.Cell{Text: fixText(e), Tone: fixTone(e)} }, Less: byFix},
	}
}

func entryText(e *Entry) table.Cell {
	if !e.IsHead() {
		return table.Cell{Text: "  " + e.Text, Tail: e.tail, Path: e.tail != ""}
	}
	cell := table.Cell{Text: e.Text, Tone: styles.Accent, Path: e.Repo != nil}
	if e.alike {
		cell.Tail = cells.EndOf(ID(e.key))
	}
	return cell
}

func severity(e *Entry) table.Cell {
	if e.IsHead() {
		return table.Cell{Text: worstWord(e.Counts), Tone: words.Worst(e.Counts)}
	}
	return table.Cell{Text: string(e.Finding.Severity), Tone: words.Severity(e.Finding.Severity)}
}

func worstWord(c kit.FindingCounts) string {
	switch {
	case c.Errors > 0:
		return string(finding.Error)
	case c.Warnings > 0:
		return string(finding.Warning)
	}
	return string(finding.Note)
}

func what(e *Entry) table.Cell {
	if e.IsHead() {
		return table.Cell{Text: cells.Plural(int64(len(e.Places)), "place"), Tone: styles.Muted}
	}
	return table.Cell{Text: words.Rule(e.Finding).Title}
}

func fixText(e *Entry) string {
	if !e.IsHead() {
		return words.FixKind(e.Finding)
	}
	if e.Counts.Fixable == 0 {
		return ""
	}
	return cells.Count(int64(e.Counts.Fixable)) + " fixable"
}

func fixTone(e *Entry) styles.Tone {
	if e.Counts.Fixable > 0 {
		return styles.OK
	}
	return styles.Muted
}

// describeEntry writes everything about a finding; right is the line as the fix makes it, if that is known.
func describeEntry(page *detail.Page, env list.Env, e *Entry, right Right) {
	if e.IsHead() {
		describeHead(page, env, e)
		return
	}
	f, rule := e.Finding, words.Rule(e.Finding)
	page.Text(words.Severity(f.Severity), string(f.Severity)+": "+term.Clean(f.Message))
	page.Fact("line", term.Clean(f.Excerpt), styles.Text)
	fix(page, f, right)
	page.Fact("place", words.FilePlace(f), styles.Text)
	page.Fact("in", term.Clean(env.Book.Repos.Short(e.Repo.Root)), styles.Text)
	page.Fact("hangs on", words.HangsOn(f), styles.Text)
	if f.Proven != nil {
		page.Fact("proven", "the value is that of this credential, "+f.Proven.State, styles.Danger)
		page.Fact("owner", term.Clean(f.Proven.Owner), styles.Text)
	}
	if c := f.Commit; c != nil {
		page.Fact("commit", c.Hash+" by "+term.Clean(c.Author)+", "+page.Clock.Stamp(c.When), styles.Text)
	}
	page.Heading("Why it matters: " + rule.Title)
	page.Text(styles.Text, rule.About)
	page.Fact("to do", rule.ToDo, styles.Text)
	page.Fact("code", finding.Prefix+string(f.Code), styles.Muted)
}

// Right is the line as the fix makes it.
type Right struct {
	Asked bool
	Lines []string
	Why   string // why it is not known
}

func fix(page *detail.Page, f *finding.Finding, right Right) {
	page.Fact("fix", words.FixKind(f), styles.Accent)
	if why := words.NotFixable(f); why != "" {
		page.Fact("why", why, styles.Warning)
		return
	}
	page.Fact("how", term.Clean(f.Fix.Reason), styles.Text)
	switch {
	case !right.Asked:
		page.Fact("right line", "reading"+page.Styles.Symbols.Ellipsis, styles.Muted)
	case right.Why != "":
		page.Fact("right line", "not known: "+right.Why, styles.Warning)
	case len(right.Lines) == 0:
		page.Fact("right line", "none: the line goes", styles.OK)
	}
	for _, line := range right.Lines {
		page.Fact("right line", line, styles.OK)
	}
}

func describeHead(page *detail.Page, env list.Env, e *Entry) {
	page.Fact("found", words.Found(e.Counts), words.Worst(e.Counts))
	page.Fact("fixable", words.Mendable(e.Counts), styles.Text)
	if e.Repo != nil {
		page.Fact("in", term.Clean(env.Book.Repos.Short(e.Repo.Root)), styles.Text)
		page.Fact("spelled", spelled(e.alike, e.Places[0].Finding.Path), styles.Text)
	} else {
		page.Fact("spelled", spelled(e.alike, e.Text), styles.Text)
	}
	if e.alike {
		page.Fact("id", ID(e.key), styles.Muted)
	}
	page.Heading("Places")
	var lines []string
	for _, one := range e.Places {
		lines = append(lines, string(one.Finding.Severity)+", "+words.FilePlace(one.Finding)+": "+term.Clean(one.Finding.Message))
		if len(lines) > maxUnread {
			break
		}
	}
	if more := len(e.Places) - maxUnread; more > 0 {
		lines = append(lines[:maxUnread], cells.Count(int64(more))+" more")
	}
	items(page, styles.Text, lines)
}

// spelled writes a name out that may be taken for another one.
func spelled(alike bool, name string) string {
	if !alike {
		return ""
	}
	return term.Spelled(name)
}
