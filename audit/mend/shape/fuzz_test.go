package shape

import (
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
)

// FuzzCheck has no reader panic or hang, and holds a renaming of a name that stands nowhere else in what was
// read to nothing else: it is what nearly every fix is.
func FuzzCheck(f *testing.F) {
	for name, text := range samples {
		f.Add(name, text, 0, 5, "x")
		f.Add(name, text, 30, 30, "\n")
	}
	f.Fuzz(func(t *testing.T, name, text string, start, end int, made string) {
		if len(text) > 1<<14 || len(made) > 1<<10 {
			return
		}
		if 0 <= start && start <= end && end <= len(text) {
			edits := []finding.Edit{{Start: start, End: end, Text: made}}
			_ = Check(name, []byte(text), []byte(applied(text, edits)), edits) // must come back
		}
		if err := Check(name, []byte(text), []byte(text), nil); err != nil {
			t.Errorf("a file is not itself: %v", err)
		}
	})
}

// FuzzReaders reads the same text as every format.
func FuzzReaders(f *testing.F) {
	for _, text := range samples {
		f.Add(text)
	}
	var names []string
	for ending := range formats {
		names = append(names, "a."+ending)
	}
	slices.Sort(names)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 || strings.Count(text, "&") > 100 {
			return
		}
		for _, name := range names {
			tree, err := safely(of(name, nil).read, []byte(text))
			if err == nil {
				checkPlaces(t, name, text, tree)
			}
		}
	})
}

func checkPlaces(t *testing.T, name, text string, n *node) {
	t.Helper()
	if n.at != unknown && (n.at < 0 || n.at > len(text)) {
		t.Errorf("%s: a node starts at %d of %d", name, n.at, len(text))
	}
	for _, b := range n.below {
		checkPlaces(t, name, text, b)
	}
}
