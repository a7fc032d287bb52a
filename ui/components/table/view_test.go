package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"example.com/keyturn/styles"
	"example.com/keyturn/ui/term"
)

// seen is a table's view without colours and without the blanks at the ends of lines.
func seen(m *Model[thing]) string {
	lines := strings.Split(term.Plain(m.View()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func expect(t *testing.T, m *Model[thing], want ...string) {
	t.Helper()
	if got := seen(m); got != strings.Join(want, "\n") {
		t.Errorf("shows\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func threeThings(o styles.Options) *Model[thing] {
	m := newTable(o)
	m.SetSize(32, 5)
	m.SetRows([]*thing{{"k1", "nightly", 7}, {"k2", "deploy-eu", 120}, {"k3", "a name that is too long", 0}})
	return m
}

func TestAView(t *testing.T) {
	m := threeThings(styles.Options{Theme: "none", ASCII: true})
	expect(t, m,
		"   Name ^         Uses  Id",
		">  a name that~      0  k3",
		"   deploy-eu       120  k2",
		"   nightly           7  k1",
		"")
	m.Down(1)
	m.ToggleMark()
	m.SortBy(1, true)
	expect(t, m,
		"   Name          Use v  Id",
		" * deploy-eu       120  k2",
		">  nightly           7  k1",
		"   a name that~      0  k3",
		"")
}

func TestColumnsGoWhereThereIsNoRoom(t *testing.T) {
	m := threeThings(styles.Options{Theme: "none", ASCII: true})
	for _, c := range []struct {
		width int
		want  string
	}{
		{26, "   Name ^     Uses  Id"},
		{25, "   Name ^            Uses"},
		{18, "   Name ^     Uses"},
		{17, "   Name ^"},
		{8, "   Nam ^"},
		{5, "    ^"},
		{3, ""},
		{0, ""},
	} {
		m.SetSize(c.width, 2)
		if header, _, _ := strings.Cut(seen(m), "\n"); header != c.want {
			t.Errorf("on %d cells: %q, want %q", c.width, header, c.want)
		}
	}
}

func TestScrollingLeavesTheFirstColumn(t *testing.T) {
	m := threeThings(styles.Options{Theme: "none", ASCII: true})
	m.SetSize(32, 1)
	m.ScrollRight()
	expect(t, m, "   Name ^             Id")
	m.ScrollRight()
	expect(t, m, "   Name ^             Id")
	m.ScrollLeft()
	m.ScrollLeft()
	expect(t, m, "   Name ^         Uses  Id")
}

func TestWhatIsSaidWhereNothingShows(t *testing.T) {
	m := newTable(styles.Options{Theme: "none", ASCII: true})
	m.SetSize(60, 3)
	says := func(want string) {
		t.Helper()
		if got := strings.TrimSpace(strings.Split(seen(m), "\n")[1]); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
	says("no things yet")
	m.SetRows([]*thing{{key: "k1", name: "nightly"}})
	m.SetFilter("xyz")
	says("nothing matches xyz; esc shows all again")
	m.SetFilter("")
	m.Restrict([]string{"k9"})
	says("none of these rows is left; esc shows all")
	if !m.Restricted() || m.Current() != nil {
		t.Error("a row that is not among these is under the cursor")
	}
	m.Restrict(nil)
	says(">  nightly" + strings.Repeat(" ", 32) + "0  k1")
}

// A row stays where the eye is, whatever comes above it.
func TestTheCursorStaysOnItsLine(t *testing.T) {
	m := newTable(styles.Options{Theme: "none", ASCII: true})
	m.SetSize(40, 6)
	var all []*thing
	for i := range 50 {
		all = append(all, &thing{key: fmt.Sprintf("k%02d", i), name: fmt.Sprintf("name-%02d", i)})
	}
	m.SetRows(all)
	m.Down(20)
	m.Up(2)
	line := slices.IndexFunc(strings.Split(seen(m), "\n"), func(l string) bool { return strings.HasPrefix(l, ">") })
	m.Put([]*thing{{key: "x1", name: "aaa"}, {key: "x2", name: "name-10-b"}, {key: "x3", name: "zzz"}})
	m.Remove("k03", "k40")
	if got := strings.Split(seen(m), "\n")[line]; !strings.HasPrefix(got, ">  name-18") {
		t.Errorf("line %d now shows %q", line, got)
	}
	m.Remove("k18")
	if got := m.Current().key; got != "k19" {
		t.Errorf("after its row went, the cursor is on %s", got)
	}
}

func TestPages(t *testing.T) {
	m := newTable(styles.Options{Theme: "none"})
	m.SetSize(40, 11)
	for i := range 100 {
		m.Put([]*thing{{key: fmt.Sprintf("k%02d", i), name: fmt.Sprintf("n%02d", i)}})
	}
	for _, c := range []struct {
		move func()
		want string
	}{{m.PageDown, "k09"}, {m.PageDown, "k18"}, {m.PageUp, "k09"}, {m.Bottom, "k99"}, {m.PageDown, "k99"}, {m.Top, "k00"}, {m.PageUp, "k00"}} {
		if c.move(); m.Current().key != c.want {
			t.Errorf("on %s, want %s", m.Current().key, c.want)
		}
	}
}

func TestSelectFindsWhatIsHidden(t *testing.T) {
	m := threeThings(styles.Options{Theme: "none"})
	m.SetFilter("night")
	m.Restrict([]string{"k1"})
	if !m.Select("k3") || m.Current().key != "k3" || m.Filter() != "" || m.Restricted() {
		t.Errorf("the cursor is on %s, filter %q", m.Current().key, m.Filter())
	}
	m.SetFilter("e")
	if !m.Select("k2") || m.Filter() != "e" && m.Filter() != "" {
		t.Error("a row that is there was not found")
	}
	if m.Select("k9") {
		t.Error("a row that is not there was found")
	}
}

func TestMatchesStandOutInTheSelectedRowToo(t *testing.T) {
	m := threeThings(styles.Options{Theme: "dark", Profile: termenv.TrueColor})
	m.SetFilter("eu")
	st := m.opts.Styles
	row := strings.Split(m.View(), "\n")[1]
	if term.Plain(row) == "" || !strings.Contains(row, st.Render(styles.Match, "eu")) {
		t.Errorf("nothing stands out in %q", row)
	}
	if !strings.HasPrefix(row, st.Render(styles.Selection, ">  deploy-")) || !strings.HasSuffix(row, st.Render(styles.Selection, strings.TrimPrefix(term.Plain(row), ">  deploy-eu"))) {
		t.Errorf("the selection ends with the match: %q", row)
	}
	if term.Width(row) != 32 {
		t.Errorf("the selection is %d cells wide", term.Width(row))
	}
}

// A family must not be taken apart because a filter matched its mother.
func TestACharacterStandsOutAsAWhole(t *testing.T) {
	m := newTable(styles.Options{Theme: "none"})
	m.SetSize(40, 3)
	m.SetRows([]*thing{{key: "k1", name: "👨‍👩‍👧 e\u0301"}})
	st := m.opts.Styles
	m.SetFilter("👩")
	if view := m.View(); !strings.Contains(view, st.Render(styles.Match, "👨‍👩‍👧")) {
		t.Errorf("shows %q", view)
	}
	m.SetFilter("e")
	if view := m.View(); !strings.Contains(view, st.Render(styles.Match, "e\u0301")) {
		t.Errorf("shows %q", view)
	}
}

// What tells two names apart that look the same is not cut off with the end of a long name.
func TestATailIsNotCutOff(t *testing.T) {
	m := newTable(styles.Options{Theme: "none", ASCII: true})
	m.opts.Columns[0].Cell = func(x *thing) Cell { return Cell{Text: x.name, Tail: "#" + x.key} }
	m.SetSize(32, 2)
	m.SetRows([]*thing{{key: "k1", name: "a name that is too long"}})
	expect(t, m, "   Name ^         Uses  Id", ">  a name ~ #k1      0  k1")
}

// Whatever a name is made of and however small the screen: no line too many and none too wide.
func TestAViewKeepsItsPlace(t *testing.T) {
	name := rapid.StringOf(rapid.SampledFrom([]rune("ab -漢字é\u0301👩\u200d👧🇩🇪⚠\ufe0fـمर्त…█\u3000")))
	looks := []styles.Options{{Theme: "none", ASCII: true}, {Theme: "dark", Profile: termenv.TrueColor}, {Theme: "terminal", Profile: termenv.ANSI}}
	rapid.Check(t, func(t *rapid.T) {
		m := newTable(rapid.SampledFrom(looks).Draw(t, "look"))
		if rapid.Bool().Draw(t, "tails") {
			m.opts.Columns[0].Cell = func(x *thing) Cell { return Cell{Text: x.name, Tail: "#" + x.key, Tone: styles.Danger} }
		}
		for i, n := range rapid.SliceOfN(name, 0, 6).Draw(t, "names") {
			m.Put([]*thing{{key: fmt.Sprint("k", i), name: n, uses: i * 1_000_000}})
		}
		m.Down(rapid.IntRange(0, 5).Draw(t, "down"))
		m.ToggleMark()
		m.SetFilter(rapid.SampledFrom([]string{"", "a", "ab", "漢", "👩", "👧", "é", "k 1", "!a", "zzz"}).Draw(t, "filter"))
		for range rapid.IntRange(0, 2).Draw(t, "scrolled") {
			m.ScrollRight()
		}
		m.SetSize(rapid.IntRange(-1, 50).Draw(t, "width"), rapid.IntRange(-1, 8).Draw(t, "height"))
		checkView(t, m)
	})
}

// A long list is searched in parts; nobody may see where they meet.
func TestALongListIsSearchedInItsOrder(t *testing.T) {
	m := newTable(styles.Options{Theme: "none"})
	rows := make([]*thing, 5*share+3)
	for i := range rows {
		rows[i] = &thing{key: fmt.Sprintf("k%06d", i), name: fmt.Sprintf("%s %06d", []string{"maria", "ben"}[i%2], i)}
	}
	m.SetRows(rows)
	m.SetFilter("b") // one letter begins a word, and is not ranked
	at := 1
	for _, row := range m.Shown() {
		if row != rows[at] {
			t.Fatalf("%s stands where %s belongs", row.key, rows[at].key)
		}
		at += 2
	}
	if shown, _ := m.Len(); shown != len(rows)/2 {
		t.Errorf("%d shown of %d", shown, len(rows))
	}
}
