package term

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hinshun/vt10x"
	"pgregory.net/rapid"
)

// glass is a terminal that a painter paints on, with a clock that only the test moves.
type glass struct {
	*Painter
	vt    vt10x.Terminal
	bytes strings.Builder
	clock time.Time
	later []func()
}

func newGlass(width, height int) *glass {
	g := &glass{vt: vt10x.New(vt10x.WithSize(width, height)), clock: time.Unix(1_000_000, 0)}
	g.Painter = NewPainter(g)
	g.now = func() time.Time { return g.clock }
	g.after = func(_ time.Duration, f func()) { g.later = append(g.later, f) }
	return g
}

func (g *glass) Write(p []byte) (int, error) {
	g.bytes.Write(p)
	return g.vt.Write(p)
}

// show paints a frame after a pause, and returns what was written for it.
func (g *glass) show(frame string) string {
	g.clock = g.clock.Add(time.Second)
	g.bytes.Reset()
	g.Paint(frame)
	return g.bytes.String()
}

// lines is what is on the screen, without the blanks at the ends of lines.
func (g *glass) lines() []string {
	lines := strings.Split(strings.TrimSuffix(g.vt.String(), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

func sees(t interface{ Fatalf(string, ...any) }, g *glass, want ...string) {
	for i, line := range g.lines() {
		expected := ""
		if i < len(want) {
			expected = strings.TrimRight(want[i], " ")
		}
		if line != expected {
			t.Fatalf("line %d shows %q, want %q", i+1, line, expected)
		}
	}
}

func TestOnlyChangedLinesAreWritten(t *testing.T) {
	g := newGlass(20, 5)
	g.Start()
	g.show("one\ntwo\nthree")
	sees(t, g, "one", "two", "three")

	wrote := g.show("one\n2\nthree")
	sees(t, g, "one", "2", "three")
	if strings.Contains(wrote, "one") || strings.Contains(wrote, "three") || strings.Count(wrote, "H") != 1 {
		t.Errorf("for one line it wrote %q", wrote)
	}
	if !strings.HasPrefix(wrote, beginFrame) || !strings.HasSuffix(wrote, endFrame) {
		t.Errorf("the frame may appear in pieces: %q", wrote)
	}
	if wrote := g.show("one\n2\nthree"); wrote != "" {
		t.Errorf("for the same frame it wrote %q", wrote)
	}
	g.show("one")
	sees(t, g, "one")
	g.show("one\n\nthree")
	sees(t, g, "one", "", "three")
}

// A line as wide as the screen leaves the cursor on its last cell: wiping what is behind it there
// would wipe that cell.
func TestAFullLineKeepsItsLastCell(t *testing.T) {
	g := newGlass(8, 3)
	g.Start()
	g.show("12345678\nabcdefgh\nABCDEFGH")
	sees(t, g, "12345678", "abcdefgh", "ABCDEFGH")
	g.show("87654321\nabcdefgh\nHGFEDCBA")
	sees(t, g, "87654321", "abcdefgh", "HGFEDCBA")
}

// Half of a wide character, or a mark that the terminal put elsewhere, must not stay behind: the
// line is wiped first.
func TestALineIsWipedBeforeItIsWritten(t *testing.T) {
	g := newGlass(20, 3)
	g.Start()
	g.show("name 漢字漢字")
	if wrote := g.show("name e\u0301 漢"); !strings.Contains(wrote, "\x1b[1;1H\x1b[Kname e\u0301 漢\x1b[0m") {
		t.Errorf("wrote %q", wrote)
	}
}

func TestColoursDoNotRunOn(t *testing.T) {
	g := newGlass(20, 4)
	g.Start()
	g.show("\x1b[7mselected\nplain")
	if front, back := g.vt.Cell(0, 0), g.vt.Cell(0, 1); front.FG == back.FG && front.BG == back.BG && front.Mode == back.Mode {
		t.Fatal("the terminal shows no difference between selected and plain")
	}
	g.show("\x1b[41mred\nplain\nmore")
	for y := 1; y < 4; y++ {
		if bg := g.vt.Cell(3, y).BG; bg != vt10x.DefaultBG {
			t.Errorf("line %d has the background %v", y+1, bg)
		}
	}
	if bg := g.vt.Cell(5, 0).BG; bg != vt10x.DefaultBG {
		t.Errorf("behind the red text the background is %v", bg)
	}
}

func TestAfterAChangeOfSizeEverythingIsPainted(t *testing.T) {
	g := newGlass(20, 4)
	g.Start()
	g.show("one\ntwo")
	g.vt.Resize(10, 6)
	_, _ = g.vt.Write([]byte("\x1b[2;1Hgarbage\x1b[5;1Hgarbage"))
	g.Clear()
	g.show("one\ntwo")
	sees(t, g, "one", "two")
}

// The root clips its frames, but a terminal may shrink while one is under way.
func TestAFrameThatDoesNotFitNeverScrolls(t *testing.T) {
	g := newGlass(10, 4)
	g.Start()
	var tall []string
	for i := range 12 {
		tall = append(tall, fmt.Sprintf("line %d", i))
	}
	g.show(strings.Join(tall, "\n"))
	if got := g.lines()[:3]; got[0] != "line 0" || got[1] != "line 1" || got[2] != "line 2" {
		t.Errorf("a frame of 12 lines shows %q at its top", got)
	}
	g.Clear()
	g.show("first\n" + strings.Repeat("wide", 20) + "\n\nlast")
	if got := g.lines(); got[0] != "first" || got[2] != "" || got[3] != "last" {
		t.Errorf("a line of 80 cells spoils its neighbours: %q", got)
	}
	g.Clear()
	g.show(Clip(strings.Join(tall, "\n")+strings.Repeat("x", 99), 10, 4))
	sees(t, g, "line 0", "line 1", "line 2", "line 3")
}

var modeSet = regexp.MustCompile(`\x1b\[\?(\d+)([hl])`)

// Whatever was switched on is switched off again, and what was hidden is shown.
func TestTheTerminalComesBackAsItWas(t *testing.T) {
	ways := map[string]func(*glass){
		"a usual end":                func(g *glass) { g.show("one\ntwo"); g.Stop() },
		"at once":                    func(g *glass) { g.Stop() },
		"twice":                      func(g *glass) { g.show("one"); g.Stop(); g.Stop() },
		"while a frame waits":        func(g *glass) { g.show("one"); g.Paint("two"); g.Stop() },
		"in the middle of a colour":  func(g *glass) { g.show("\x1b[1;31;44mone"); g.Stop() },
		"after a suspension":         func(g *glass) { g.show("one"); g.Stop(); g.Start(); g.show("one"); g.Stop() },
		"started twice, ended once":  func(g *glass) { g.Start(); g.show("one"); g.Stop() },
		"cleared and not repainted":  func(g *glass) { g.show("one"); g.Clear(); g.Stop() },
		"painted after the last end": func(g *glass) { g.Stop(); g.show("two") },
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			g := newGlass(20, 4)
			_, _ = g.vt.Write([]byte("$ keyturn"))
			before := g.vt.Cursor()
			var all strings.Builder
			g.out = writes(func(p []byte) { all.Write(p); _, _ = g.Write(p) })
			g.Start()
			way(g)
			for _, f := range g.later {
				f()
			}
			sees(t, g, "$ keyturn")
			if now := g.vt.Cursor(); !g.vt.CursorVisible() || now.X != before.X || now.Y != before.Y {
				t.Errorf("the cursor is at %d,%d, visible: %v", now.X, now.Y, g.vt.CursorVisible())
			}
			if attr := g.vt.Cursor().Attr; attr.BG != vt10x.DefaultBG || attr.FG != vt10x.DefaultFG {
				t.Errorf("the shell goes on in %v on %v", attr.FG, attr.BG)
			}
			last := map[string]string{}
			for _, m := range modeSet.FindAllStringSubmatch(all.String(), -1) {
				last[m[1]] = m[2]
			}
			want := map[string]string{"1049": "l", "7": "h", "25": "h", "2004": "l", "1004": "l"}
			for mode, to := range want {
				if last[mode] != to {
					t.Errorf("mode %s was left at %q, want %q", mode, last[mode], to)
				}
			}
			if last["2026"] == "h" {
				t.Error("a frame was begun and not ended: the terminal shows nothing any more")
			}
		})
	}
}

type writes func([]byte)

func (w writes) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

func TestNothingIsPaintedBeforeTheStart(t *testing.T) {
	g := newGlass(20, 3)
	if wrote := g.show("early"); wrote != "" {
		t.Errorf("wrote %q", wrote)
	}
}

// A key after a pause is answered at once; of a burst of frames the first and the last are shown.
func TestABurstEndsWithItsLastFrame(t *testing.T) {
	g := newGlass(20, 3)
	g.Start()
	g.show("0")
	g.clock = g.clock.Add(time.Second)
	g.bytes.Reset()
	for i := range 9 {
		g.Paint(fmt.Sprint("frame ", i))
		g.clock = g.clock.Add(frameGap / 20)
	}
	sees(t, g, "frame 0")
	if len(g.later) != 1 {
		t.Fatalf("%d timers run", len(g.later))
	}
	g.later[0]()
	sees(t, g, "frame 8")
	if n := strings.Count(g.bytes.String(), beginFrame); n != 2 {
		t.Errorf("%d frames were written, want 2", n)
	}
	g.later = nil
	g.show("after the burst")
	if sees(t, g, "after the burst"); len(g.later) > 0 {
		t.Error("after the burst a frame waits without need")
	}
}

// Whatever comes, the screen shows the last frame: that is all the saving of bytes may do.
func TestTheScreenAlwaysShowsTheFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 30).Draw(t, "width"), rapid.IntRange(1, 8).Draw(t, "height")
		g := newGlass(width, height)
		g.Start()
		word := rapid.SampledFrom([]string{"a", "deploy-eu", " ", "\x1b[7mred\x1b[0m", "\x1b[1;44m", "0123456789012345678901234567890"})
		line := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), "")
		})
		for range rapid.IntRange(1, 8).Draw(t, "frames") {
			frame := Clip(strings.Join(rapid.SliceOfN(line, 0, 10).Draw(t, "lines"), "\n"), width, height)
			if rapid.Bool().Draw(t, "cleared") {
				g.Clear()
			}
			g.show(frame)
			sees(t, g, strings.Split(Plain(frame), "\n")...)
		}
	})
}

func TestPaintersMayBeUsedByMany(t *testing.T) {
	var mu sync.Mutex
	var out strings.Builder
	p := NewPainter(writes(func(b []byte) { mu.Lock(); defer mu.Unlock(); out.Write(b) }))
	p.Start()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				p.Paint(fmt.Sprint("frame of ", i))
				p.Clear()
			}
		})
	}
	all.Wait()
	p.Stop()
	mu.Lock()
	defer mu.Unlock()
	if !strings.HasPrefix(out.String(), enter) || !strings.HasSuffix(out.String(), leave) {
		t.Error("something was written before the start or after the end")
	}
}
