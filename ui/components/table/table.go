// Package table shows rows: sorted, filtered, marked, with a cursor that stays on its row whatever
// comes or goes around it. Rows are known by their key; a position never leaves this package.
//
// It takes values and paints them. It asks nobody and decides nothing.
package table

import (
	"cmp"
	"slices"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
)

// Cell is what stands in one column of one row: clean text and its tone.
type Cell struct {
	Text string
	Tone styles.Tone
	Tail string // stands behind the text and is never cut off: what tells it from one that looks the same
	Path bool   // where room is short the beginning of the text goes, not its end
}

// Column describes one column.
type Column[T any] struct {
	Title  string
	Min    int  // cells it needs at least
	Weight int  // its share of what is left over; 0: it stays at Min
	Right  bool // numbers
	Drop   int  // the highest is dropped first where the screen is narrow; 0: never
	Cell   func(*T) Cell
	Less   func(a, b *T) bool
}

// Options is what a table is made of.
type Options[T any] struct {
	Columns []Column[T]
	Key     func(*T) string
	Search  func(*T) string // what the filter looks at
	Head    func(*T) *T     // the row below which a row stands, itself for a head; nil: rows stand for themselves
	Styles  *styles.Styles
	Empty   string // said when there are no rows at all
}

// entry is a row with what has been worked out about it.
type entry[T any] struct {
	item   *T
	key    string
	folded string
	mask   uint64
	head   *entry[T] // the row below which it stands, itself for a head; nil: rows stand for themselves
	marked bool
}

// Model is a table. It must be driven from one goroutine.
type Model[T any] struct {
	opts    Options[T]
	byKey   map[string]*entry[T]
	sorted  []*entry[T]
	shown   []*entry[T] // what the filter leaves; the same slice as sorted without one
	sortBy  int
	desc    bool
	only    map[string]bool // keys; nil: every row may be shown
	pattern filter.Pattern
	history []result[T] // of the patterns before, for narrowing and for backspace
	cursor  *entry[T]
	at      int // where the cursor is in shown
	top     int // the first row on the screen
	left    int // columns scrolled out to the left
	marked  int
	width   int
	height  int
	layout  []placed
}

// result is what a pattern matched, in the table's order.
type result[T any] struct {
	pattern filter.Pattern
	rows    []*entry[T]
}

// New returns an empty table, sorted by its first column.
func New[T any](o Options[T]) *Model[T] {
	return &Model[T]{opts: o, byKey: map[string]*entry[T]{}}
}

// SetStyles changes how the table looks.
func (m *Model[T]) SetStyles(st *styles.Styles) { m.opts.Styles = st }

// SetRows replaces all rows. Of rows with the same key the last one counts.
func (m *Model[T]) SetRows(items []*T) {
	old := m.byKey
	m.byKey = make(map[string]*entry[T], len(items))
	m.sorted = make([]*entry[T], 0, len(items))
	m.marked = 0
	for _, item := range items {
		e := m.newEntry(item)
		if twice := m.byKey[e.key]; twice != nil {
			twice.item, twice.folded, twice.mask = e.item, e.folded, e.mask
			continue
		}
		if before := old[e.key]; before != nil && before.marked {
			e.marked = true
			m.marked++
		}
		m.byKey[e.key] = e
		m.sorted = append(m.sorted, e)
	}
	m.link(m.sorted)
	slices.SortStableFunc(m.sorted, m.compare)
	m.rowsChanged()
}

// link finds the heads of rows. A head that is not in the table leaves its rows to stand for themselves.
func (m *Model[T]) link(rows []*entry[T]) {
	if m.opts.Head == nil {
		return
	}
	var last *entry[T]
	for _, e := range rows {
		if head := m.opts.Head(e.item); last == nil || head != last.item {
			if last = m.byKey[m.opts.Key(head)]; last == nil {
				last = e
			}
		}
		e.head = last
	}
}

// Put adds rows or replaces those with the same key. It costs little more than the rows put, so
// that pages can stream in.
func (m *Model[T]) Put(items []*T) {
	if len(items) == 0 {
		return
	}
	batch := make([]*entry[T], 0, len(items))
	seen, replaced := map[*entry[T]]bool{}, false // the same row may come twice in one batch
	for _, item := range items {
		e := m.newEntry(item)
		if before := m.byKey[e.key]; before != nil {
			before.item, before.folded, before.mask = e.item, e.folded, e.mask
			replaced = replaced || !seen[before]
			e = before
		}
		if seen[e] {
			continue
		}
		seen[e] = true
		m.byKey[e.key] = e
		batch = append(batch, e)
	}
	if replaced {
		m.sorted = slices.DeleteFunc(slices.Clone(m.sorted), func(e *entry[T]) bool { return seen[e] })
	}
	m.link(batch)
	slices.SortStableFunc(batch, m.compare)
	m.sorted = m.merge(m.sorted, batch)
	m.rowsChanged()
}

// merge puts a small sorted batch into a large sorted list: few comparisons, one copy.
func (m *Model[T]) merge(list, batch []*entry[T]) []*entry[T] {
	out := make([]*entry[T], 0, len(list)+len(batch))
	for _, e := range batch {
		at, _ := slices.BinarySearchFunc(list, e, m.compare)
		out = append(append(out, list[:at]...), e)
		list = list[at:]
	}
	return append(out, list...)
}

// Remove takes rows away.
func (m *Model[T]) Remove(keys ...string) {
	gone := map[*entry[T]]bool{}
	for _, key := range keys {
		if e := m.byKey[key]; e != nil {
			gone[e] = true
			if e.marked {
				m.marked--
			}
			delete(m.byKey, key)
		}
	}
	if len(gone) == 0 {
		return
	}
	m.sorted = slices.DeleteFunc(slices.Clone(m.sorted), func(e *entry[T]) bool { return gone[e] })
	m.rowsChanged()
}

func (m *Model[T]) newEntry(item *T) *entry[T] {
	folded := filter.Fold(m.opts.Search(item))
	return &entry[T]{item: item, key: m.opts.Key(item), folded: folded, mask: filter.Mask(folded)}
}

// compare orders rows by the chosen column, and equals by key, so that the order is always the same. Rows
// stay below their heads, which are ordered among themselves.
func (m *Model[T]) compare(a, b *entry[T]) int {
	x, y := a.head, b.head
	switch {
	case x == y && a == x && b != a:
		return -1
	case x == y && b == y && a != b:
		return 1
	case x == y:
		return m.byColumn(a, b)
	}
	return m.byColumn(x, y)
}

func (m *Model[T]) byColumn(a, b *entry[T]) int {
	if less := m.opts.Columns[m.sortBy].Less; less != nil {
		x, y := a.item, b.item
		if m.desc {
			x, y = y, x
		}
		switch {
		case less(x, y):
			return -1
		case less(y, x):
			return 1
		}
	}
	return cmp.Compare(a.key, b.key)
}

// rowsChanged works the filter out anew and puts the cursor back on its row.
func (m *Model[T]) rowsChanged() {
	m.history = nil
	m.refilter()
	m.keepCursor()
}

// keepCursor finds the cursor's row again; if it is gone, the cursor stays at its place.
func (m *Model[T]) keepCursor() {
	if m.cursor != nil {
		if m.at < len(m.shown) && m.shown[m.at] == m.cursor {
			m.scroll()
			return
		}
		if at := slices.IndexFunc(m.shown, func(e *entry[T]) bool { return e == m.cursor || e.key == m.cursor.key }); at >= 0 {
			m.top += at - m.at // the row stays where it is on the screen
			m.moveTo(at)
			return
		}
	}
	m.moveTo(m.at)
}

// Len returns how many rows are shown and how many there are.
func (m *Model[T]) Len() (shown, total int) { return len(m.shown), len(m.sorted) }

// Current returns the row under the cursor, or nil.
func (m *Model[T]) Current() *T {
	if m.at < len(m.shown) {
		return m.shown[m.at].item
	}
	return nil
}

// Select puts the cursor on the row with that key. A filter or restriction that hides it is cleared.
func (m *Model[T]) Select(key string) bool {
	e := m.byKey[key]
	if e == nil {
		return false
	}
	if !m.may(e) {
		m.Restrict(nil)
	}
	if !m.pattern.Matches(e.folded, e.mask) {
		m.SetFilter("")
	}
	if at := slices.Index(m.shown, e); at >= 0 {
		m.moveTo(at)
		return true
	}
	return false
}

// Row returns the row with that key, shown or not, or nil.
func (m *Model[T]) Row(key string) *T {
	if e := m.byKey[key]; e != nil {
		return e.item
	}
	return nil
}

// Shown returns every row that the filter and the restriction leave, in order.
func (m *Model[T]) Shown() []*T {
	rows := make([]*T, len(m.shown))
	for i, e := range m.shown {
		rows[i] = e.item
	}
	return rows
}

// Visible returns the rows on the screen.
func (m *Model[T]) Visible() []*T {
	end := min(len(m.shown), m.top+m.rows())
	rows := make([]*T, 0, max(0, end-m.top))
	for i := m.top; i < end; i++ {
		rows = append(rows, m.shown[i].item)
	}
	return rows
}

// Each goes through all rows, shown or not, with what the filter looks at.
func (m *Model[T]) Each(visit func(item *T, folded string, mask uint64)) {
	for _, e := range m.sorted {
		visit(e.item, e.folded, e.mask)
	}
}

// Marked returns how many rows are marked, shown or not.
func (m *Model[T]) Marked() int { return m.marked }

// Targets returns what an action is about: the marked rows in the table's order, or else the
// current one.
func (m *Model[T]) Targets() []*T {
	if m.marked == 0 {
		if c := m.Current(); c != nil {
			return []*T{c}
		}
		return nil
	}
	var out []*T
	for _, e := range m.sorted {
		if e.marked {
			out = append(out, e.item)
		}
	}
	return out
}

// ToggleMark marks the current row, or unmarks it, and goes to the next.
func (m *Model[T]) ToggleMark() {
	if m.at >= len(m.shown) {
		return
	}
	m.mark(m.shown[m.at], !m.shown[m.at].marked)
	m.Down(1)
}

// MarkShown marks every row that the filter shows; if all are marked already, it unmarks them.
func (m *Model[T]) MarkShown() {
	all := !slices.ContainsFunc(m.shown, func(e *entry[T]) bool { return !e.marked })
	for _, e := range m.shown {
		m.mark(e, !all)
	}
}

// Unmark takes the marks from those rows that are meant.
func (m *Model[T]) Unmark(meant func(*T) bool) {
	if m.marked == 0 {
		return
	}
	for _, e := range m.sorted {
		if e.marked && meant(e.item) {
			m.mark(e, false)
		}
	}
}

// ClearMarks unmarks every row.
func (m *Model[T]) ClearMarks() {
	for _, e := range m.sorted {
		e.marked = false
	}
	m.marked = 0
}

func (m *Model[T]) mark(e *entry[T], on bool) {
	if e.marked == on {
		return
	}
	e.marked = on
	if on {
		m.marked++
	} else {
		m.marked--
	}
}
