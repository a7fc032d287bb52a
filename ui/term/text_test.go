package term

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// hostile is what names are made of in the worst case: everything here is printable, for the door
// where server text is cleaned lets nothing else in.
func hostile() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.StringMatching(`[ -~]{0,9}`),
		rapid.SampledFrom([]string{
			"漢字", "テスト", "한국어", "ㅎㅏㄴ", "👩‍👩‍👧‍👦", "👩🏽‍🚀", "🇩🇪", "🇩🇪🇫", "1️⃣", "⚠", "⚠️", "e\u0301", "a\u0300\u0301\u0302\u0303", "\u0301", "שלום", "مرحبا",
			"नमस्ते", "ไทย", "…", "─", "█", "ﬁ", "İ", "ß", "\u00ad", "\u3000", "ｆｕｌｌ", "𝕏", "\u200d", "👩‍", " ",
		}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
	})
}

// dressed is hostile text with colours.
func dressed() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for _, part := range rapid.SliceOfN(hostile(), 0, 3).Draw(t, "parts") {
			s += rapid.SampledFrom([]string{"", "\x1b[7m", "\x1b[1;38;2;1;2;3m"}).Draw(t, "open") + part + "\x1b[0m"
		}
		return s
	})
}

func TestCutNeverTakesMoreThanItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := dressed().Draw(t, "text"), rapid.IntRange(-2, 40).Draw(t, "width")
		tail := rapid.SampledFrom([]string{"", "…", "~", "..."}).Draw(t, "tail")
		got := Cut(s, width, tail)
		switch whole := Width(s) <= width; {
		case !utf8.ValidString(got):
			t.Fatalf("a character was split: %q", got)
		case Width(got) > max(0, width):
			t.Fatalf("Cut(%q, %d) = %q, %d cells", s, width, got, Width(got))
		case whole && width > 0 && got != s:
			t.Fatalf("%q fits %d cells and became %q", s, width, got)
		case whole || Plain(got) == "":
		case !strings.HasSuffix(Plain(got), tail):
			t.Fatalf("Cut(%q, %d) = %q does not say that there is more", s, width, got)
		case !strings.HasPrefix(Plain(s), strings.TrimSuffix(Plain(got), tail)):
			t.Fatalf("Cut(%q, %d) = %q is not its beginning", s, width, got)
		}
	})
}

// What is cut off is no more than what does not fit: at most a wide character's other half is lost.
func TestCutUsesItsRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := hostile().Draw(t, "text"), rapid.IntRange(2, 40).Draw(t, "width")
		if got := Cut(s, width, "…"); Width(s) > width && Width(got) < width-1 {
			t.Fatalf("Cut(%q, %d) = %q, only %d cells", s, width, got, Width(got))
		}
	})
}

func TestFitIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := dressed().Draw(t, "text"), rapid.IntRange(0, 40).Draw(t, "width")
		if got := Fit(s, width, "…"); Width(got) != width {
			t.Fatalf("Fit(%q, %d) = %q, %d cells", s, width, got, Width(got))
		}
	})
}

func TestPadOnlyAddsBlanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := dressed().Draw(t, "text"), rapid.IntRange(-2, 40).Draw(t, "width")
		right, left := Pad(s, width), PadLeft(s, width)
		gap := strings.Repeat(" ", max(0, width-Width(s)))
		if right != s+gap || left != gap+s {
			t.Fatalf("Pad(%q, %d) = %q and %q", s, width, right, left)
		}
		var b strings.Builder
		if Blanks(&b, width*5); b.String() != strings.Repeat(" ", max(0, width*5)) {
			t.Fatalf("Blanks(%d) = %q", width*5, b.String())
		}
	})
}

func TestWrapLosesNothingAndIsNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, width := hostile().Draw(t, "text"), rapid.IntRange(-1, 40).Draw(t, "width")
		lines := Wrap(s, width)
		for _, line := range lines {
			if Width(line) > max(2, width) { // the widest character takes two
				t.Fatalf("Wrap(%q, %d): %q takes %d cells", s, width, line, Width(line))
			}
		}
		if strip(strings.Join(lines, "")) != strip(s) {
			t.Fatalf("Wrap(%q, %d) = %q lost something", s, width, lines)
		}
	})
}

// strip leaves out the blanks, which a break may swallow.
func strip(s string) string { return strings.Join(strings.Fields(s), "") }

func TestWrapBreaksAtBlanks(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"ask the owner first", 10, "ask the|owner|first"},
		{"ask", 10, "ask"},
		{"", 10, ""},
		{"abcdefgh", 3, "abc|def|gh"},
		{"deploy-eu-west", 9, "deploy-|eu-west"},
		{"漢字 👩‍👩‍👧 é-漢", 5, "漢字|👩‍👩‍👧 é-|漢"},
		{"  indented text", 10, "  indented|text"},
		{"one\n\ntwo", 10, "one||two"},
		{"LOCALSTACK_AUTH_TOKEN: set it", 12, "LOCALSTACK_A|UTH_TOKEN:|set it"},
	} {
		if got := strings.Join(Wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("Wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestClipMakesExactlyTheScreen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := strings.Join(rapid.SliceOfN(dressed(), 0, 12).Draw(t, "lines"), "\n")
		width, height := rapid.IntRange(-1, 40).Draw(t, "width"), rapid.IntRange(-1, 12).Draw(t, "height")
		got := Clip(frame, width, height)
		lines, before := strings.Split(got, "\n"), strings.Split(frame, "\n")
		if len(lines) != max(1, height) {
			t.Fatalf("%d lines on a screen of %d", len(lines), height)
		}
		for i, line := range lines {
			if Width(line) > max(0, width) {
				t.Fatalf("line %d takes %d cells on a screen of %d: %q", i, Width(line), width, line)
			}
			if i < len(before) && height > 0 && !strings.HasPrefix(Plain(before[i]), Plain(line)) {
				t.Fatalf("line %d is %q, it was %q", i, line, before[i])
			}
		}
		if again := Clip(got, width, height); again != got {
			t.Fatalf("clipped again it changes: %q", again)
		}
	})
}

// A line that is cut in the middle of a colour still ends it.
func TestClipKeepsTheEndOfAColour(t *testing.T) {
	if got := Clip("\x1b[7mselected row\x1b[0m", 4, 1); got != "\x1b[7msele\x1b[0m" {
		t.Errorf("got %q", got)
	}
}

func TestPlainIsWhatIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(hostile(), 0, 3).Draw(t, "parts")
		s := ""
		for _, part := range parts {
			s += "\x1b[1;48;5;3m" + part + "\x1b[0m"
		}
		if got := Plain(s); got != strings.Join(parts, "") {
			t.Fatalf("Plain(%q) = %q", s, got)
		}
	})
}

func TestClustersAreTheTextAndItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hostile().Draw(t, "text")
		all, width := "", 0
		for cluster := range Clusters(s) {
			all, width = all+cluster, width+Width("\x1b[7m"+cluster+"\x1b[0m")
		}
		if all != s || width != Width(s) {
			t.Fatalf("%q became %q, %d cells instead of %d", s, all, width, Width(s))
		}
	})
	n := 0
	for range Clusters("e\u0301👩‍👩‍👧‍👦🇩🇪x") {
		n++
	}
	if n != 4 {
		t.Errorf("%d characters, want 4", n)
	}
}

func TestWidths(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "漢字": 4, "e\u0301": 1, "👩‍👩‍👧‍👦": 2, "🇩🇪": 2, "⚠": 1, "⚠️": 2, "…": 1, "\x1b[7mrow\x1b[0m": 3, "ｆ": 2,
	} {
		if got := Width(text); got != want || ansi.StringWidth(text) != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

// What is cut at its beginning ends as it ended, has no more cells than there are, and says that it was cut.
func TestCutStart(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"ci.yml", 6, "ci.yml"}, {".github/workflows/ci.yml", 10, "…ws/ci.yml"}, {"北京构建.yml", 9, "…构建.yml"}, {"e\u0301e\u0301e\u0301.yml", 6, "…e\u0301.yml"}, {"abc", 1, "…"}, {"abc", 0, ""},
	} {
		if got := CutStart(c.text, c.width, "…"); got != c.want {
			t.Errorf("%q in %d cells is %q, want %q", c.text, c.width, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text, width := Clean(rapid.String().Draw(t, "text")), rapid.IntRange(0, 30).Draw(t, "width")
		if got := CutStart(text, width, "…"); Width(got) > width {
			t.Fatalf("%q in %d cells is %q with %d", text, width, got, Width(got))
		}
	})
}
