// Package audit_test holds the audit to a labelled corpus: every file of testdata/corpus, and exactly
// the findings of testdata/expected.txt.
package audit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/inspect"
)

// label is what a person says of one line.
type label struct {
	path     string // from the corpus, the checkout first
	line     int
	code     finding.Code
	severity finding.Severity
	fix      finding.FixKind
}

// place is a label without what may be argued about.
type place struct {
	path string
	line int
	code finding.Code
}

func (l label) place() place { return place{l.path, l.line, l.code} }

func (l label) String() string {
	return fmt.Sprintf("%s:%d %s %s %s", l.path, l.line, l.code, l.severity, l.fix)
}

// inspectOnly leaves out the checkouts that only a whole audit can judge: what git ignores, vendored and
// generated trees, lock files, and lines that are marked.
func inspectOnly(name string) bool { return !strings.HasPrefix(name, "run-") }

// inspected is what the looks at single files find in a checkout.
func inspected(c checkout) []label {
	var list []finding.Finding
	var folders []inspect.Folder
	for _, f := range c.files {
		if !inspect.Worth(f.text) {
			continue
		}
		result := inspect.Look(f.path, f.text)
		list = append(list, result.Findings...)
		if result.Own || result.Other {
			folders = append(folders, inspect.Folder{Path: path.Dir(f.path), Own: result.Own, Other: result.Other})
		}
	}
	var found []label
	for _, one := range inspect.Settle(list, folders) {
		found = append(found, labelOf(c.name, one))
	}
	return found
}

func labelOf(checkout string, f finding.Finding) label {
	return label{path.Join(checkout, f.Path), f.Line, f.Code, f.Severity, f.Fix.Kind}
}

func TestCorpus(t *testing.T) {
	expected := loadLabels(t)
	var want, got []label
	for _, c := range loadCorpus(t) {
		if !inspectOnly(c.name) {
			continue
		}
		for _, l := range expected {
			if strings.HasPrefix(l.path, c.name+"/") {
				want = append(want, l)
			}
		}
		got = append(got, inspected(c)...)
	}
	compare(t, want, got)
}

// compare fails on each difference, and says how good the whole is.
func compare(t *testing.T, want, got []label) {
	t.Helper()
	wanted := byPlace(t, "expected", want)
	found := byPlace(t, "found", got)
	hits := 0
	var differences []string
	for at, l := range wanted {
		switch g, ok := found[at]; {
		case !ok:
			differences = append(differences, l.String()+"  is missed")
		case g != l:
			hits++
			differences = append(differences, fmt.Sprintf("%s  is found as %s %s", l, g.severity, g.fix))
		default:
			hits++
		}
	}
	for at, g := range found {
		if _, ok := wanted[at]; !ok {
			differences = append(differences, g.String()+"  is too much")
		}
	}
	t.Logf("precision %s, recall %s", share(hits, len(found)), share(hits, len(wanted)))
	slices.Sort(differences)
	for _, d := range differences {
		t.Error(d)
	}
}

func share(part, whole int) string {
	if whole == 0 {
		return "of nothing"
	}
	return fmt.Sprintf("%.3f (%d of %d)", float64(part)/float64(whole), part, whole)
}

func byPlace(t *testing.T, what string, list []label) map[place]label {
	t.Helper()
	places := map[place]label{}
	for _, l := range list {
		if _, twice := places[l.place()]; twice {
			t.Errorf("%s twice: %s", what, l)
		}
		places[l.place()] = l
	}
	return places
}

func TestCorpusFindingsHoldNoValue(t *testing.T) {
	for _, c := range loadCorpus(t) {
		for _, f := range c.files {
			result := inspect.Look(f.path, f.text)
			text, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range f.values {
				if strings.Contains(string(text), v) {
					t.Errorf("%s/%s: what is said of it holds a value of it", c.name, f.path)
				}
			}
		}
	}
}

func TestCorpusEditsStayInTheFile(t *testing.T) {
	for _, c := range loadCorpus(t) {
		for _, f := range c.files {
			for _, one := range inspect.Look(f.path, f.text).Findings {
				checkEdits(t, c.name, len(f.text), one)
			}
		}
	}
}

// checkEdits holds a finding to what finding.Fix promises of edits.
func checkEdits(t *testing.T, checkout string, size int, f finding.Finding) {
	t.Helper()
	if f.Fix.Kind.Fixable() != (len(f.Fix.Edits) > 0) {
		t.Errorf("%s: %d edits", labelOf(checkout, f), len(f.Fix.Edits))
	}
	end := 0
	for _, e := range f.Fix.Edits {
		if e.Start < end || e.End < e.Start || e.End > size {
			t.Errorf("%s: edit [%d, %d) after %d, in %d bytes", labelOf(checkout, f), e.Start, e.End, end, size)
		}
		end = e.End
	}
}

func TestCorpusExpectsOnlyWhatItHolds(t *testing.T) {
	lines := map[string]int{}
	for _, c := range loadCorpus(t) {
		for _, f := range c.files {
			lines[path.Join(c.name, f.path)] = len(strings.Split(string(f.text), "\n"))
		}
	}
	labels := loadLabels(t)
	for _, l := range labels {
		if l.line < 1 || l.line > lines[l.path] {
			t.Errorf("%s: the file has %d lines", l, lines[l.path])
		}
		if _, ok := finding.Find(l.code); !ok {
			t.Errorf("%s: no such code", l)
		}
	}
	if !slices.IsSortedFunc(labels, func(a, b label) int {
		if a.path != b.path {
			return strings.Compare(a.path, b.path)
		}
		return a.line - b.line
	}) {
		t.Error("the expectations are not sorted")
	}
	if len(byPlace(t, "expected", labels)) != len(labels) {
		t.Error("a line and code stand twice")
	}
}

func TestCorpusIsWide(t *testing.T) {
	labels := loadLabels(t)
	files, silent := 0, 0
	positive := map[string]bool{}
	for _, l := range labels {
		positive[l.path] = true
	}
	kinds := map[string]int{}
	for _, k := range fileKinds {
		kinds[k.name] = 0
	}
	for _, c := range loadCorpus(t) {
		for _, f := range c.files {
			files++
			if !positive[path.Join(c.name, f.path)] {
				silent++
			}
			for _, k := range fileKinds {
				if k.is(f) {
					kinds[k.name]++
				}
			}
		}
	}
	if files < 80 || silent < 40 {
		t.Errorf("%d files, %d of them silent", files, silent)
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if kinds[name] == 0 {
			t.Errorf("no file of the kind %q", name)
		}
	}
}

// TestCorpusTriesEachCodeBothWays wants files that have a finding of each code, and files that look as if
// they had and have none.
func TestCorpusTriesEachCodeBothWays(t *testing.T) {
	found := map[finding.Code]map[string]bool{}
	for _, r := range finding.Rules() {
		found[r.Code] = map[string]bool{}
	}
	for _, l := range loadLabels(t) {
		found[l.code][l.path] = true
	}
	silent := map[finding.Code]int{}
	for _, c := range loadCorpus(t) {
		for _, f := range c.files {
			for code, bait := range baits {
				if bait.Match(f.text) && !found[code][path.Join(c.name, f.path)] {
					silent[code]++
				}
			}
		}
	}
	for code, files := range found {
		if len(files) < 4 || silent[code] < 4 {
			t.Errorf("%s: %d files have it, %d only look like it", code, len(files), silent[code])
		}
	}
}
