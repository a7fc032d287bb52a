package table

import (
	"runtime"
	"slices"
	"sync"

	"example.com/keyturn/ui/components/filter"
)

// SortBy sorts by a column. The cursor stays on its row.
func (m *Model[T]) SortBy(column int, descending bool) {
	if column < 0 || column >= len(m.opts.Columns) {
		return
	}
	m.sortBy, m.desc = column, descending
	m.sorted = slices.Clone(m.sorted)
	slices.SortStableFunc(m.sorted, m.compare)
	m.rowsChanged()
}

// CycleSort sorts by the next column that can be sorted by.
func (m *Model[T]) CycleSort() {
	for i := 1; i <= len(m.opts.Columns); i++ {
		next := (m.sortBy + i) % len(m.opts.Columns)
		if m.opts.Columns[next].Less != nil {
			m.SortBy(next, m.opts.Columns[next].Right) // numbers: the largest first
			return
		}
	}
}

// ReverseSort turns the order round.
func (m *Model[T]) ReverseSort() { m.SortBy(m.sortBy, !m.desc) }

// Sort tells the column and the direction.
func (m *Model[T]) Sort() (column int, descending bool) { return m.sortBy, m.desc }

// Filter returns the pattern.
func (m *Model[T]) Filter() string { return m.pattern.Text }

// SetFilter shows only what matches, and puts the cursor on the first row; an empty pattern shows
// everything again, with the cursor on the row it was on.
func (m *Model[T]) SetFilter(text string) {
	if text == m.pattern.Text {
		return
	}
	m.pattern = filter.Parse(text)
	m.refilter()
	if m.pattern.Empty() {
		m.keepCursor()
		return
	}
	m.top = 0
	m.moveTo(0)
}

// Restrict shows only rows with these keys, and of them what the filter leaves; nil lifts it.
func (m *Model[T]) Restrict(keys []string) {
	m.only = nil
	if keys != nil {
		m.only = make(map[string]bool, len(keys))
		for _, key := range keys {
			m.only[key] = true
		}
	}
	m.rowsChanged()
}

// Restricted reports whether only some rows may be shown.
func (m *Model[T]) Restricted() bool { return m.only != nil }

func (m *Model[T]) may(e *entry[T]) bool { return m.only == nil || m.only[e.key] }

// allowed is every row that may be shown, in the table's order.
func (m *Model[T]) allowed() []*entry[T] {
	if m.only == nil {
		return m.sorted
	}
	list := make([]*entry[T], 0, len(m.only))
	for _, e := range m.sorted {
		if m.may(e) {
			list = append(list, e)
		}
	}
	return list
}

// refilter works out what is shown.
func (m *Model[T]) refilter() {
	if m.pattern.Empty() {
		m.history = nil
		m.shown = m.allowed()
		if m.only != nil {
			m.shown = m.withHeads(m.shown)
		}
		return
	}
	matched := m.search()
	if m.opts.Head != nil {
		m.shown = m.withHeads(matched)
		return
	}
	texts := make([]string, 0, min(len(matched), filter.Rankable+1))
	for _, e := range matched {
		if texts = append(texts, e.folded); len(texts) > filter.Rankable {
			break
		}
	}
	order, ok := m.pattern.Rank(texts)
	if !ok {
		m.shown = matched
		return
	}
	m.shown = make([]*entry[T], len(order))
	for i, at := range order {
		m.shown[i] = matched[at]
	}
}

// withHeads puts the heads of rows before them: what is left of a group still says what it is of. Rows with
// heads keep their order, however well they match.
func (m *Model[T]) withHeads(rows []*entry[T]) []*entry[T] {
	if m.opts.Head == nil {
		return rows
	}
	out := make([]*entry[T], 0, len(rows)+len(rows)/2)
	var last *entry[T]
	for _, e := range rows {
		if e.head != last {
			if last = e.head; last != e {
				out = append(out, last)
			}
		}
		out = append(out, e)
	}
	return out
}

// search finds what matches, in the table's order. A longer pattern searches only what the shorter
// one left; a shorter one finds its result in the history.
func (m *Model[T]) search() []*entry[T] {
	for len(m.history) > 0 {
		last := m.history[len(m.history)-1]
		if last.pattern.Text == m.pattern.Text {
			return last.rows
		}
		if m.pattern.Narrows(last.pattern) {
			break
		}
		m.history = m.history[:len(m.history)-1]
	}
	from := m.allowed()
	if len(m.history) > 0 {
		from = m.history[len(m.history)-1].rows
	}
	matched := matching(from, m.pattern)
	m.history = append(m.history, result[T]{pattern: m.pattern, rows: matched})
	return matched
}

// share is the least that is worth a goroutine of its own: most of the time of a search is spent
// waiting for memory, which several can do at once.
const share = 4096

// matching is the rows that match, in the order in which they come.
func matching[T any](from []*entry[T], pattern filter.Pattern) []*entry[T] {
	parts := max(1, min(runtime.GOMAXPROCS(0), len(from)/share))
	found := make([][]*entry[T], parts)
	var searching sync.WaitGroup
	for i := range parts {
		part := from[i*len(from)/parts : (i+1)*len(from)/parts]
		search := func() {
			matched := make([]*entry[T], 0, len(part)/4)
			for _, e := range part {
				if pattern.Matches(e.folded, e.mask) {
					matched = append(matched, e)
				}
			}
			found[i] = matched
		}
		if i == parts-1 {
			search()
			break
		}
		searching.Go(search)
	}
	searching.Wait()
	return slices.Concat(found...)
}
