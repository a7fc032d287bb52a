package table

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/filter"
	"example.com/keyturn/ui/term"
)

// thing is a row.
type thing struct {
	key, name string
	uses      int
}

func columns() []Column[thing] {
	return []Column[thing]{
		{Title: "Name", Min: 8, Weight: 3, Cell: func(x *thing) Cell { return Cell{Text: x.name} }, Less: func(a, b *thing) bool { return a.name < b.name }},
		{Title: "Uses", Min: 5, Right: true, Drop: 1, Cell: func(x *thing) Cell { return Cell{Text: strconv.Itoa(x.uses), Tone: styles.OK} },
			Less: func(a, b *thing) bool { return a.uses < b.uses }},
		{Title: "Id", Min: 6, Weight: 1, Drop: 2, Cell: func(x *thing) Cell { return Cell{Text: x.key, Tone: styles.Muted} }},
	}
}

func newTable(o styles.Options) *Model[thing] {
	return New(Options[thing]{
		Columns: columns(), Key: func(x *thing) string { return x.key }, Search: func(x *thing) string { return x.name + " " + x.key },
		Styles: styles.New(o), Empty: "no things yet",
	})
}

func keys(rows []*entry[thing]) []string {
	list := make([]string, len(rows))
	for i, e := range rows {
		list[i] = e.key
	}
	return list
}

// twin is a table with what it must hold beside it, kept in the simplest way.
type twin struct {
	*rapid.T
	table  *Model[thing]
	things map[string]*thing
	marks  map[string]bool
	only   []string
}

func newTwin(t *rapid.T) *twin {
	w := &twin{T: t, table: newTable(styles.Options{Theme: "none"}), things: map[string]*thing{}, marks: map[string]bool{}}
	w.table.SetSize(40, 7)
	return w
}

func (w *twin) someKeys(name string) []string {
	return rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 25), func(n int) string { return fmt.Sprint("k", n) }), 0, 8).Draw(w.T, name)
}

func (w *twin) someThings() []*thing {
	var list []*thing
	for _, key := range w.someKeys("things") {
		list = append(list, &thing{
			key: key, uses: rapid.IntRange(0, 3).Draw(w.T, "uses"),
			name: rapid.SampledFrom([]string{"deploy-eu", "deploy-us", "nightly", "Zoë", "e2e", "漢字", ""}).Draw(w.T, "name"),
		})
	}
	return list
}

// current is the key under the cursor, or "".
func (w *twin) current() string {
	if c := w.table.Current(); c != nil {
		return c.key
	}
	return ""
}

// steps are what may happen to a table. Those that keep the cursor promise that it stays on its row.
func (w *twin) keeping() map[string]func() {
	return map[string]func(){
		"put": func() {
			list := w.someThings()
			for _, x := range list {
				w.things[x.key] = x
			}
			w.table.Put(list)
		},
		"set": func() {
			list := w.someThings()
			w.things = map[string]*thing{}
			for _, x := range list {
				w.things[x.key] = x
			}
			w.table.SetRows(list)
			maps.DeleteFunc(w.marks, func(key string, _ bool) bool { return w.things[key] == nil })
		},
		"remove": func() {
			gone := w.someKeys("gone")
			for _, key := range gone {
				delete(w.things, key)
				delete(w.marks, key)
			}
			w.table.Remove(gone...)
		},
		"sort": func() {
			w.table.SortBy(rapid.IntRange(-1, 3).Draw(w.T, "column"), rapid.Bool().Draw(w.T, "descending"))
		},
		"cycle":   w.table.CycleSort,
		"reverse": w.table.ReverseSort,
		"restrict": func() {
			w.only = nil
			if rapid.Bool().Draw(w.T, "restricted") {
				w.only = append([]string{}, w.someKeys("only")...)
			}
			w.table.Restrict(w.only)
		},
		"size": func() {
			w.table.SetSize(rapid.IntRange(-1, 60).Draw(w.T, "width"), rapid.IntRange(-1, 12).Draw(w.T, "height"))
		},
		"unfilter": func() { w.table.SetFilter("") },
		"mark shown": func() {
			shown := keys(w.table.shown)
			all := !slices.ContainsFunc(shown, func(key string) bool { return !w.marks[key] })
			for _, key := range shown {
				if w.marks[key] = true; all {
					delete(w.marks, key)
				}
			}
			w.table.MarkShown()
		},
		"clear marks":  func() { clear(w.marks); w.table.ClearMarks() },
		"scroll right": w.table.ScrollRight,
		"scroll left":  w.table.ScrollLeft,
	}
}

func (w *twin) moving() map[string]func() {
	return map[string]func(){
		"up":     func() { w.table.Up(rapid.IntRange(-2, 30).Draw(w.T, "rows")) },
		"down":   func() { w.table.Down(rapid.IntRange(-2, 30).Draw(w.T, "rows")) },
		"page":   w.table.PageDown,
		"back":   w.table.PageUp,
		"top":    w.table.Top,
		"bottom": w.table.Bottom,
		"mark": func() {
			if key := w.current(); w.marks[key] {
				delete(w.marks, key)
			} else if key != "" {
				w.marks[key] = true
			}
			w.table.ToggleMark()
		},
		"filter": func() {
			text := w.table.Filter() + rapid.SampledFrom([]string{"d", "e", "ep", " ", "zo", "!", "漢"}).Draw(w.T, "typed")
			if rapid.Bool().Draw(w.T, "backspace") {
				all := []rune(w.table.Filter())
				text = string(all[:max(0, len(all)-1)])
			}
			w.table.SetFilter(text)
		},
	}
}

func TestATableIsWhatItShouldBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTwin(t)
		keeping, moving := w.keeping(), w.moving()
		names := slices.Sorted(maps.Keys(keeping))
		names = append(names, slices.Sorted(maps.Keys(moving))...)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			name := rapid.SampledFrom(names).Draw(t, "step")
			before := w.current()
			if step := moving[name]; step != nil {
				step()
			} else {
				keeping[name]()
				if after := w.current(); before != "" && before != after && slices.Contains(keys(w.table.shown), before) {
					t.Fatalf("the cursor went from %s to %s, and %s is still shown", before, after, before)
				}
			}
			w.check()
		}
	})
}

func (w *twin) check() {
	m := w.table
	sorted, shown := w.expected()
	if got := keys(m.sorted); !slices.Equal(got, sorted) {
		w.Fatalf("rows are %q, want %q", got, sorted)
	}
	if got := keys(m.shown); !slices.Equal(got, shown) {
		w.Fatalf("shown are %q, want %q (filter %q)", got, shown, m.Filter())
	}
	for key, x := range w.things {
		if m.byKey[key].item != x {
			w.Fatalf("row %s is an old one", key)
		}
	}
	if n, total := m.Len(); n != len(shown) || total != len(sorted) {
		w.Fatalf("says %d of %d", n, total)
	}
	w.checkCursor()
	w.checkMarks(sorted)
	checkView(w.T, m)
}

// expected works everything out anew: the order of all rows, and which of them are shown in which
// order.
func (w *twin) expected() (sorted, shown []string) {
	column, descending := w.table.Sort()
	list := slices.SortedFunc(maps.Values(w.things), func(a, b *thing) int {
		order := 0
		switch column {
		case 0:
			order = cmp.Compare(a.name, b.name)
		case 1:
			order = cmp.Compare(a.uses, b.uses)
		}
		if descending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.key, b.key))
	})
	p := filter.Parse(w.table.Filter())
	var texts []string
	for _, x := range list {
		sorted = append(sorted, x.key)
		folded := filter.Fold(x.name + " " + x.key)
		if (w.only == nil || slices.Contains(w.only, x.key)) && p.Matches(folded, filter.Mask(folded)) {
			shown, texts = append(shown, x.key), append(texts, folded)
		}
	}
	if order, ok := p.Rank(texts); ok {
		ranked := make([]string, len(order))
		for i, at := range order {
			ranked[i] = shown[at]
		}
		shown = ranked
	}
	return sorted, shown
}

func (w *twin) checkCursor() {
	m := w.table
	if len(m.shown) == 0 {
		if m.Current() != nil || len(m.Visible()) > 0 {
			w.Fatalf("nothing is shown, but the cursor is on %v", m.Current())
		}
		return
	}
	rows := max(1, m.height-1)
	if m.Current() == nil || m.at < m.top || m.at >= m.top+rows {
		w.Fatalf("the cursor is on row %d, the screen shows %d rows from %d", m.at, rows, m.top)
	}
	if m.top > 0 && m.top+rows > len(m.shown) {
		w.Fatalf("empty lines below %d rows from %d, and rows above", len(m.shown), m.top)
	}
	if visible := m.Visible(); len(visible) != min(m.rows(), len(m.shown)-m.top) || m.rows() > 0 && visible[0] != m.shown[m.top].item {
		w.Fatalf("%d rows are said to be on the screen", len(visible))
	}
}

func (w *twin) checkMarks(sorted []string) {
	m := w.table
	var want []string
	for _, key := range sorted {
		if w.marks[key] {
			want = append(want, key)
		}
	}
	if m.Marked() != len(want) {
		w.Fatalf("%d marked, want %q", m.Marked(), want)
	}
	if len(want) == 0 && w.current() != "" {
		want = []string{w.current()}
	}
	var got []string
	for _, x := range m.Targets() {
		got = append(got, x.key)
	}
	if !slices.Equal(got, want) {
		w.Fatalf("the targets are %q, want %q", got, want)
	}
}

// checkView holds a view to the size that was told.
func checkView(t interface{ Fatalf(string, ...any) }, m *Model[thing]) {
	view := m.View()
	lines := strings.Split(view, "\n")
	if len(lines) != max(1, m.height) {
		t.Fatalf("%d lines on a height of %d", len(lines), m.height)
	}
	for i, line := range lines {
		if term.Width(line) > m.width {
			t.Fatalf("line %d takes %d cells on a width of %d: %q", i, term.Width(line), m.width, line)
		}
	}
}

// Pages that stream in, in whatever order and however often, make the table that all rows at once make.
func TestStreamingInIsTheSameAsAllAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newTwin(t)
		streamed, whole := w.table, newTable(styles.Options{Theme: "none"})
		var all []*thing
		column, descending, typed := rapid.IntRange(0, 2).Draw(t, "column"), rapid.Bool().Draw(t, "descending"), rapid.SampledFrom([]string{"", "de", "e", "!d"}).Draw(t, "filter")
		streamed.SortBy(column, descending)
		streamed.SetFilter(typed)
		for range rapid.IntRange(0, 5).Draw(t, "pages") {
			page := w.someThings()
			all = append(all, page...)
			streamed.Put(page)
		}
		whole.SetRows(all)
		whole.SortBy(column, descending)
		whole.SetFilter(typed)
		if got, want := keys(streamed.shown), keys(whole.shown); !slices.Equal(got, want) {
			t.Fatalf("streamed: %q, at once: %q", got, want)
		}
		for i, e := range streamed.shown {
			if e.item != whole.shown[i].item {
				t.Fatalf("row %s differs", e.key)
			}
		}
	})
}
