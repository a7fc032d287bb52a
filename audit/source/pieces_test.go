package source

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var wanted = regexp.MustCompile(`[A-Za-z0-9_-]+`)

// places are where the words stand that a test looks for, with line and column in characters.
func places(f File) []string {
	var list []string
	for _, at := range wanted.FindAllIndex(f.Raw, -1) {
		word := string(f.Raw[at[0]:at[1]])
		if !strings.HasPrefix(word, needle) || len(word) > 20 {
			continue
		}
		begin := bytes.LastIndexByte(f.Raw[:at[0]], '\n') + 1
		line, column := bytes.Count(f.Raw[:at[0]], []byte("\n")), utf8.RuneCount(f.Raw[begin:at[0]])
		if line == 0 {
			column += f.Column
		}
		list = append(list, fmt.Sprintf("%d:%d %s", f.Line+line, column, word))
	}
	return list
}

// inParts reads a text in parts of a size, and returns what was found in any of them.
func inParts(t interface{ Fatal(...any) }, text []byte, size, overlap int) []string {
	var list []string
	s := newScan(context.Background(), Options{Worth: worth}, func(f File) error {
		if len(f.Raw) > max(size, 4*overlap) {
			t.Fatal("a part is too large")
		}
		list = append(list, places(f)...)
		return nil
	})
	s.limits = limits{whole: 0, part: size, overlap: overlap}
	w := newWorker(s)
	if err := w.parts(iotest.HalfReader(bytes.NewReader(text)), place{root: &Root{}, path: "x", named: true}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func drawText(t *rapid.T) []byte {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"\n", "\r\n", " ", ", ", "ä", "🔑", "\xff", "-", "x", "needle-1", "needle_22", "=needle:", "noneedle"}),
		rapid.StringOfN(rapid.RuneFrom([]rune("abc-_ .\n")), 0, 30, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab-")), 0, 400, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("日本語")), 0, 100, -1),
	)
	return []byte(strings.Join(rapid.SliceOfN(piece, 0, 120).Draw(t, "pieces"), ""))
}

func TestWhatIsFoundDoesNotDependOnTheParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t)
		if isBinary(text) || wideText(text) != nil {
			t.Skip("not read at all")
		}
		overlap := rapid.IntRange(24, 64).Draw(t, "overlap")
		size := rapid.IntRange(4*overlap, 600).Draw(t, "size")
		want := places(File{Raw: text})
		slices.Sort(want)
		if got := inParts(t, text, size, overlap); !slices.Equal(got, want) {
			t.Fatalf("in parts of %d with %d of overlap: %q\nat once: %q", size, overlap, got, want)
		}
	})
}

func FuzzParts(f *testing.F) {
	f.Add([]byte("a needle-1 b\nneedle\n"), byte(24), byte(3))
	f.Add([]byte(strings.Repeat("x", 500)+" needle "+strings.Repeat("y", 500)), byte(30), byte(0))
	f.Fuzz(func(t *testing.T, text []byte, overlap, more byte) {
		if isBinary(text) || wideText(text) != nil {
			return
		}
		least := max(int(overlap), 24)
		want := places(File{Raw: text})
		slices.Sort(want)
		if got := inParts(t, text, 4*least+int(more), least); !slices.Equal(got, want) {
			t.Fatalf("in parts: %q\nat once: %q", got, want)
		}
	})
}

// FuzzText reads whatever a file may hold: it is given on as what it is, or counted.
func FuzzText(f *testing.F) {
	f.Add([]byte("needle"))
	f.Add([]byte("\xff\xfen\x00e\x00e\x00d\x00l\x00e\x00\x00\xd8"))
	f.Add([]byte("\xfe\xff\x00n"))
	f.Add([]byte("\ufeffneedle\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		given := 0
		s := newScan(t.Context(), Options{}, func(f File) error {
			given++
			if f.NoFix == "" && !bytes.Equal(f.Raw, text) {
				t.Error("the text can be changed, but is another one")
			}
			if f.NoFix != "" && !utf8.Valid(f.Raw) {
				t.Error("the text is decoded, but not valid")
			}
			return nil
		})
		if err := newWorker(s).look(iotest.OneByteReader(bytes.NewReader(text)), int64(len(text)), place{root: &Root{}, path: "x"}); err != nil {
			t.Fatal(err)
		}
		if o := s.outcome(1); given+len(o.Skipped) != 1 || o.Incomplete {
			t.Errorf("given %d times, skipped %v", given, o.Skipped)
		}
	})
}
