package repos

import (
	"cmp"
	"slices"
	"strconv"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/looks"
	"example.com/keyturn/ui/kit"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/term"
	"example.com/keyturn/ui/words"
)

// Grouping is what findings are gathered by.
type Grouping int

// The groupings.
const (
	ByFile Grouping = iota
	ByCredential
)

// Noun is what a group is one of.
func (g Grouping) Noun() string {
	if g == ByFile {
		return "file"
	}
	return "credential"
}

// Entry is a row among findings: a finding, or the head of several.
type Entry struct {
	Head    *Entry           // the row that it stands below; itself for a head
	Finding *finding.Finding // nil for a head
	Repo    *kit.Repo        // of a finding, and of a file
	Text    string           // what it is: a file, a credential, a place; clean
	Places  []*Entry         // of a head
	Counts  kit.FindingCounts
	key     string
	tail    string // what of a place must not be cut off: its line
	alike   bool   // Text may be taken for that of another head
}

// Key tells a row from every other, scan after scan.
func (e *Entry) Key() string { return e.key }

// Said is the name of a head to be heard. Where it may be taken for another one, the id is said with it.
func (e *Entry) Said() string {
	if e.alike {
		return e.Text + ", id " + ID(e.key)
	}
	return e.Text
}

// IsHead reports whether it is the head of several.
func (e *Entry) IsHead() bool { return e.Finding == nil }

// places is the rows of the findings that a row stands for.
func (e *Entry) places() []*Entry {
	if e.IsHead() {
		return e.Places
	}
	return []*Entry{e}
}

// Entries gathers the findings of checkouts, each group behind its head. within has the roots that count;
// nil: all do.
func Entries(book *kit.Book, by Grouping, within map[string]bool) []*Entry {
	b := builder{book: book, by: by, several: len(within) > 1 || within == nil && book.Repos.Scanned() > 1, heads: map[string]*Entry{}}
	for _, repo := range book.Repos.All() {
		if within != nil && !within[repo.Root] {
			continue
		}
		findings := repo.Findings()
		room := make([]Entry, len(findings)) // side by side: there can be very many
		for i := range findings {
			b.put(&room[i], repo, &findings[i])
		}
	}
	return b.rows()
}

type builder struct {
	book    *kit.Book
	by      Grouping
	several bool // checkouts: then their names are said
	heads   map[string]*Entry
	order   []*Entry
	last    *Entry // the head of the row before: files come together
	size    int
}

func (b *builder) put(e *Entry, repo *kit.Repo, f *finding.Finding) {
	head := b.head(repo, f)
	*e = Entry{Head: head, Finding: f, Repo: repo, key: placeKey(head.key, repo, f)}
	if b.by == ByFile {
		e.Text = strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column) + "  " + words.HangsOn(f)
	} else {
		e.Text, e.tail = b.inside(repo, term.Clean(f.Path)), ":"+strconv.Itoa(f.Line)
	}
	head.Places = append(head.Places, e)
	b.size++
}

// placeKey is the group, the place and what is said of it.
func placeKey(head string, repo *kit.Repo, f *finding.Finding) string {
	key := head + "\x00" + repo.Root + "\x00" + f.Path + "\x00" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column) + " " + string(f.Code)
	if f.Commit != nil {
		key += " " + f.Commit.Hash
	}
	return key
}

func (b *builder) head(repo *kit.Repo, f *finding.Finding) *Entry {
	key, text := "", ""
	switch {
	case b.by == ByFile:
		key = "f" + repo.Root + "\x00" + f.Path
	case f.Proven != nil:
		key = "c" + string(f.Proven.Credential)
	default:
		key = "s" + words.HangsOn(f)
	}
	if b.last != nil && b.last.key == key {
		return b.last
	}
	head := b.heads[key]
	if head == nil {
		if text = words.HangsOn(f); b.by == ByFile {
			text = b.inside(repo, term.Clean(f.Path))
		}
		head = &Entry{Text: text, key: key}
		head.Head = head
		if b.by == ByFile {
			head.Repo = repo
		}
		b.heads[key] = head
		b.order = append(b.order, head)
	}
	b.last = head
	return head
}

// inside says the checkout before a path where there are several.
func (b *builder) inside(repo *kit.Repo, path string) string {
	if !b.several {
		return path
	}
	name := term.Clean(repo.Name())
	if b.book.Repos.LooksLikeAnother(repo) {
		name = term.Clean(b.book.Repos.Short(repo.Root))
	}
	return name + "/" + path
}

// rows is every head with its places behind it.
func (b *builder) rows() []*Entry {
	seen := map[string]int{}
	for _, head := range b.order {
		seen[looks.Skeleton(head.Text)]++
	}
	rows := make([]*Entry, 0, len(b.order)+b.size)
	for _, head := range b.order {
		head.alike = seen[looks.Skeleton(head.Text)] > 1 || looks.Confusable(head.Text)
		for _, place := range head.Places {
			place.Counts.Add(place.Finding)
			head.Counts.Add(place.Finding)
		}
		rows = append(append(rows, head), head.Places...)
	}
	return rows
}

// Picked is the findings that rows stand for, each once, in the order of a report.
func Picked(rows []*Entry) []finding.Finding {
	seen := map[*finding.Finding]bool{}
	var list []finding.Finding
	for _, row := range rows {
		for _, place := range row.places() {
			if f := place.Finding; !seen[f] {
				seen[f] = true
				list = append(list, *f)
			}
		}
	}
	finding.Sort(list)
	return list
}

// rank orders by the worst finding, then by how many there are.
func rank(c kit.FindingCounts) int {
	switch {
	case c.Errors > 0:
		return finding.Error.Rank()
	case c.Warnings > 0:
		return finding.Warning.Rank()
	}
	return finding.Note.Rank()
}

func bySeverity(a, b *Entry) bool {
	return cmp.Or(cmp.Compare(rank(a.Counts), rank(b.Counts)), cmp.Compare(b.Counts.All(), a.Counts.All()), byPlace(a, b)) < 0
}

// byPlace keeps the order of files and lines.
func byPlace(a, b *Entry) int {
	if a.IsHead() || b.IsHead() || a.Repo != b.Repo || a.Finding.Path != b.Finding.Path {
		return textOrder(a, b)
	}
	return cmp.Or(cmp.Compare(a.Finding.Line, b.Finding.Line), cmp.Compare(a.Finding.Column, b.Finding.Column))
}

func textOrder(a, b *Entry) int {
	switch {
	case cells.Before(a.Text, b.Text):
		return -1
	case cells.Before(b.Text, a.Text):
		return 1
	}
	return 0
}

func byFix(a, b *Entry) bool {
	if x, y := a.Counts.Fixable, b.Counts.Fixable; x != y {
		return x > y
	}
	return slices.Compare([]string{fixText(a), a.Text}, []string{fixText(b), b.Text}) < 0
}
