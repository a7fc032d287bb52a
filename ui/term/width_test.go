package term

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestWidthIsThatOfTheLibrary(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"\x1b[0m", "\x1b[1;38;2;1;2;3m", "\x1b[m", "\x1b[", "\x1b[12", "\x1b", "\x1b[2K", "\x1b]0;t\x07", "é", "…", "…\u0301", "e\u0301", "名", "👩‍🚀", "↑", "\t", "\x7f"}),
		rapid.StringMatching(`[ -~]{0,12}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		if got, want := Width(s), ansi.StringWidth(s); got != want {
			t.Fatalf("Width(%q) = %d, want %d", s, got, want)
		}
	})
}
