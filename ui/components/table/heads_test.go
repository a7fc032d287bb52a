package table_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/components/table"
	"example.com/keyturn/ui/term"
)

// line is a row that stands below a head, or a head.
type line struct {
	key, text string
	size      int
	head      *line
}

func grouped(rows []*line) *table.Model[line] {
	m := table.New(table.Options[line]{
		Columns: []table.Column[line]{
			{Title: "text", Min: 10, Weight: 1, Cell: func(l *line) table.Cell { return table.Cell{Text: l.text} }, Less: func(a, b *line) bool { return a.text < b.text }},
			{Title: "size", Min: 4, Right: true, Cell: func(l *line) table.Cell { return table.Cell{Text: fmt.Sprint(l.size)} }, Less: func(a, b *line) bool { return a.size < b.size }},
		},
		Key: func(l *line) string { return l.key }, Search: func(l *line) string { return l.text }, Head: func(l *line) *line { return l.head },
		Styles: styles.New(styles.Options{NoColor: true, Profile: termenv.Ascii}),
	})
	m.SetSize(40, 20)
	m.SetRows(rows)
	return m
}

// group makes a head and rows below it: "b 3: x 1, y 2".
func group(text string, size int, below ...string) []*line {
	head := &line{key: text, text: text, size: size}
	head.head = head
	rows := []*line{head}
	for i, one := range below {
		rows = append(rows, &line{key: text + "/" + one, text: one, size: i, head: head})
	}
	return rows
}

func texts(m *table.Model[line]) string {
	var list []string
	for _, l := range m.Shown() {
		list = append(list, l.text)
	}
	return strings.Join(list, " ")
}

func TestRowsStayBelowTheirHeads(t *testing.T) {
	m := grouped(slices.Concat(group("zoo", 1, "d", "a"), group("ark", 9, "c", "b")))
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"by text", func() {}, "ark b c zoo a d"},
		{"reversed", m.ReverseSort, "zoo d a ark c b"},
		{"by size, the largest first", m.CycleSort, "ark b c zoo a d"},
		{"only what matches, with its head", func() { m.SetFilter("c") }, "ark c"},
		{"a head alone", func() { m.SetFilter("zoo") }, "zoo"},
		{"what matches not", func() { m.SetFilter("!a") }, "ark b c zoo d"},
		{"everything", func() { m.SetFilter("") }, "ark b c zoo a d"},
		{"only some", func() { m.Restrict([]string{"zoo/a", "ark"}) }, "ark zoo a"},
		{"of these what matches", func() { m.SetFilter("a") }, "ark zoo a"},
	} {
		step.do()
		if got := texts(m); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

// However it is sorted, filtered and restricted, every row stands below its own head, and nothing is lost.
func TestGroupsAreNeverTornApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []*line
		for i := range rapid.IntRange(0, 8).Draw(t, "groups") {
			below := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c]{1,3}`), 0, 6, rapid.ID[string]).Draw(t, "below")
			rows = append(rows, group(fmt.Sprintf("%s%d", rapid.StringMatching(`[a-c]{1,2}`).Draw(t, "head"), i), rapid.IntRange(0, 3).Draw(t, "size"), below...)...)
		}
		m := grouped(rapid.Permutation(rows).Draw(t, "order"))
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				m.CycleSort()
			case 1:
				m.ReverseSort()
			case 2:
				m.SetFilter(rapid.StringMatching(`!?[a-c]{0,2}`).Draw(t, "filter"))
			case 3:
				m.Put(rows[:rapid.IntRange(0, len(rows)).Draw(t, "put")])
			}
		}
		var head *line
		for _, l := range m.Shown() {
			if l == l.head {
				head = l
			}
			if l.head != head {
				t.Fatalf("%s stands below %v: %s", l.key, head, texts(m))
			}
		}
		if m.SetFilter(""); len(m.Shown()) != len(rows) {
			t.Fatalf("%d of %d rows are left", len(m.Shown()), len(rows))
		}
	})
}

func TestAPathIsCutAtItsBeginning(t *testing.T) {
	long := &line{key: "k", text: "  deep/down/in/a/folder/that/has/no/end/ci.yml"}
	long.head = long
	m := table.New(table.Options[line]{
		Columns: []table.Column[line]{{Title: "path", Min: 12, Cell: func(l *line) table.Cell { return table.Cell{Text: l.text, Tail: ":12", Path: true} }}},
		Key:     func(l *line) string { return l.key }, Search: func(l *line) string { return l.text },
		Styles: styles.New(styles.Options{NoColor: true, Profile: termenv.Ascii}),
	})
	m.SetSize(23, 3)
	m.SetRows([]*line{long})
	if got := term.Plain(m.View()); !strings.Contains(got, "  …ci.yml :12") && !strings.Contains(got, ".yml :12") {
		t.Errorf("the path is shown as\n%s", got)
	}
}
