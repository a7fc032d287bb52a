package plain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"example.com/keyturn/actions"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/screens/cells"
	"example.com/keyturn/ui/screens/detail"
	"example.com/keyturn/ui/screens/list"
)

// rows is a list of the workspace, whatever its rows are.
type rows interface {
	outdated()            // the book has changed
	title() string        // "CI tokens"
	heading() []string    // what is shown, in words
	open() *numbered      // the rows as they are now
	extend(*numbered)     // with the rows that have come since
	chosen() (row, bool)  // the selected row, if it is still there
	take(key string) bool // selects a row
	step(by int) bool     // selects the one so many rows further
	edge(last bool) bool  // selects the first or the last one
	filter(text string)   // shows only what matches
	pattern() string      // what is filtered by
	restrict(keys []string, why string)
	restricted() string // why only some rows are shown, or ""
	columns() []string  // what can be sorted by
	sortBy(column string) error
	sorted() string // "sorted by name"
	reverse()
	toggle(key string) (on bool)
	markAll() int
	clearMarks()
	unmark(models.CredentialID)
	marks() []row
}

// row is one row, as the prompt speaks of it.
type row struct {
	key        string
	id         string // for scripts
	name       string
	sentence   string // its facts
	credential *models.Credential
	number     int // of the selected row among those shown, counted from 1
	of         int
	detail     func(*detail.Page, detail.Usage)
	callers    bool // its details want to know who uses it
}

// listOf is rows of one type.
type listOf[T any] struct {
	s     *session
	o     list.Options[T]
	table *table.Model[T]
	fetch func() []*T
	tell  func(*T) string
	stale bool
	key   string // of the selected row
	why   string
}

func newList[T any](s *session, o list.Options[T], fetch func() []*T, tell func(*T) string) *listOf[T] {
	t := table.New(table.Options[T]{Columns: o.Columns, Key: o.Key, Search: o.Search, Head: o.Head, Styles: s.Styles})
	return &listOf[T]{s: s, o: o, table: t, fetch: fetch, tell: tell, stale: true}
}

func (l *listOf[T]) outdated() { l.stale = true }

func (l *listOf[T]) title() string { return l.o.Title }

// fresh brings the rows in line with the book.
func (l *listOf[T]) fresh() *table.Model[T] {
	if l.stale {
		l.table.SetRows(l.fetch())
		l.stale = false
	}
	return l.table
}

func (l *listOf[T]) heading() []string {
	shown, all := l.fresh().Len()
	if all == 0 {
		return l.o.Empty()
	}
	text := fmt.Sprintf("%s: %s", l.o.Title, cells.Count(int64(shown)))
	if shown != all {
		text += " of " + cells.Count(int64(all))
	}
	text += ", " + l.sorted()
	if l.table.Filter() != "" {
		text += ", filter " + l.table.Filter()
	}
	if why := l.restricted(); why != "" {
		text += ", only: " + why
	}
	return []string{text + "."}
}

// open makes the rows numbered as they are now: whatever comes or goes later, a number means the row
// that was heard with it.
func (l *listOf[T]) open() *numbered {
	keys := l.keys()
	n := &numbered{size: len(keys), keys: keys}
	n.line = func(at int) string { return l.sentence(n.keys[at]) }
	n.pick = func(ctx context.Context, at int) {
		if !l.take(n.keys[at]) {
			l.s.say("Number %d is gone from this list.", at+1)
			return
		}
		l.s.saySelected(ctx)
	}
	return n
}

// extend puts rows that have come since behind those that were heard.
func (l *listOf[T]) extend(n *numbered) {
	heard := make(map[string]bool, len(n.keys))
	for _, key := range n.keys {
		heard[key] = true
	}
	for _, key := range l.keys() {
		if !heard[key] {
			n.keys = append(n.keys, key)
		}
	}
	n.size = len(n.keys)
}

func (l *listOf[T]) keys() []string {
	shown := l.fresh().Shown()
	keys := make([]string, len(shown))
	for i, item := range shown {
		keys[i] = l.o.Key(item)
	}
	return keys
}

func (l *listOf[T]) sentence(key string) string {
	item := l.fresh().Row(key)
	if item == nil {
		return "gone"
	}
	return l.tell(item)
}

func (l *listOf[T]) chosen() (row, bool) {
	item := l.current()
	if item == nil {
		return row{}, false
	}
	r := l.rowOf(item)
	shown, at := l.position(l.key)
	r.number, r.of = at+1, len(shown)
	return r, true
}

func (l *listOf[T]) rowOf(item *T) row {
	return row{
		key: l.o.Key(item), id: l.o.ID(item), name: l.o.Name(item), sentence: l.tell(item), credential: l.o.Credential(item), callers: l.o.Callers,
		detail: func(page *detail.Page, usage detail.Usage) { l.o.Detail(page, item, usage) },
	}
}

// picked is what an action is about: what is marked, or else what is selected.
func (l *listOf[T]) picked() []*T {
	if l.fresh().Marked() > 0 {
		return l.table.Targets()
	}
	if item := l.current(); item != nil {
		return []*T{item}
	}
	return nil
}

// current is what is selected, or nil.
func (l *listOf[T]) current() *T {
	if item := l.fresh().Current(); item != nil && l.key != "" && l.o.Key(item) == l.key {
		return item
	}
	return nil
}

func (l *listOf[T]) position(key string) (shown []*T, at int) {
	shown = l.fresh().Shown()
	return shown, slices.IndexFunc(shown, func(item *T) bool { return l.o.Key(item) == key })
}

func (l *listOf[T]) take(key string) bool {
	if l.fresh().Row(key) == nil || !l.table.Select(key) {
		return false
	}
	l.key = key
	return true
}

// step goes from the selected row; where none is, to the first or the last one.
func (l *listOf[T]) step(by int) bool {
	shown, at := l.position(l.key)
	switch {
	case at < 0 && by > 0:
		return l.edge(false)
	case at < 0:
		return l.edge(true)
	case at+by < 0 || at+by >= len(shown):
		return false
	}
	return l.take(l.o.Key(shown[at+by]))
}

func (l *listOf[T]) edge(last bool) bool {
	shown := l.fresh().Shown()
	if len(shown) == 0 {
		return false
	}
	at := 0
	if last {
		at = len(shown) - 1
	}
	return l.take(l.o.Key(shown[at]))
}

func (l *listOf[T]) filter(text string) {
	l.fresh().SetFilter(text)
	l.key = ""
}

func (l *listOf[T]) pattern() string { return l.table.Filter() }

func (l *listOf[T]) restrict(keys []string, why string) {
	l.fresh().Restrict(keys)
	l.why, l.key = why, ""
}

func (l *listOf[T]) restricted() string {
	if !l.table.Restricted() {
		return ""
	}
	return l.why
}

func (l *listOf[T]) columns() []string {
	var names []string
	for _, c := range l.o.Columns {
		if c.Less != nil {
			names = append(names, c.Title)
		}
	}
	return names
}

// sortBy takes the column whose title begins with what was typed.
func (l *listOf[T]) sortBy(column string) error {
	for i, c := range l.o.Columns {
		if c.Less != nil && strings.HasPrefix(strings.ToLower(c.Title), strings.ToLower(column)) {
			l.fresh().SortBy(i, c.Right)
			return nil
		}
	}
	return fmt.Errorf("there is no column %s here", column)
}

func (l *listOf[T]) sorted() string {
	at, down := l.table.Sort()
	text := "sorted by " + l.o.Columns[at].Title
	if down {
		text += ", reversed"
	}
	return text
}

func (l *listOf[T]) reverse() { l.fresh().ReverseSort() }

func (l *listOf[T]) toggle(key string) bool {
	before := l.fresh().Marked()
	if !l.table.Select(key) {
		return false
	}
	l.table.ToggleMark()
	on := l.table.Marked() > before
	if l.key != "" {
		l.table.Select(l.key) // marking goes to the next row; the selected one stays
	}
	return on
}

func (l *listOf[T]) markAll() int {
	l.fresh().MarkShown()
	return l.table.Marked()
}

func (l *listOf[T]) clearMarks() { l.table.ClearMarks() }

func (l *listOf[T]) unmark(id models.CredentialID) {
	l.table.Unmark(func(item *T) bool {
		c := l.o.Credential(item)
		return c != nil && c.ID == id
	})
}

func (l *listOf[T]) marks() []row {
	if l.fresh().Marked() == 0 {
		return nil
	}
	var marked []row
	for _, item := range l.table.Targets() {
		marked = append(marked, l.rowOf(item))
	}
	return marked
}

// here is the list of the place where the user is; nil in the overview.
func (s *session) here() rows { return s.lists[s.place] }

// selected is the selected row of this place.
func (s *session) selected() (row, bool) {
	if l := s.here(); l != nil {
		return l.chosen()
	}
	return row{}, false
}

// saySelected says the facts of the selected row in one sentence, with its position.
func (s *session) saySelected(context.Context) {
	if r, ok := s.selected(); ok {
		s.say("%d of %d: %s.", r.number, r.of, r.sentence)
		return
	}
	s.say("Nothing is selected: type a number of the list.")
}

// places is where the user can go, in order.
var places = []actions.Scope{actions.Overview, actions.CITokens, actions.Members, actions.Legacy, actions.Activity, actions.Repositories}
