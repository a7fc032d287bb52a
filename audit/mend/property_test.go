package mend

import (
	"bytes"
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/inspect"
)

// manyFiles runs a property on 10,000 files, or on as many as KEYTURN_MEND_FILES says; on a share of them if
// they take long to make.
func manyFiles(t *testing.T, share int, prop func(*rapid.T)) {
	t.Helper()
	count := 10_000
	if said := os.Getenv("KEYTURN_MEND_FILES"); said != "" {
		var err error
		if count, err = strconv.Atoi(said); err != nil {
			t.Fatal("KEYTURN_MEND_FILES: ", err)
		}
	}
	checks := flag.Lookup("rapid.checks")
	old := checks.Value.String()
	if err := checks.Value.Set(strconv.Itoa(max(count/share, 1))); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = checks.Value.Set(old) }()
	rapid.Check(t, prop)
}

var (
	fileNames = []string{"a.yml", "a.json", "a.toml", "a.go", "a.sh", ".env", "Dockerfile", "a.xml", "a.tf", "A.java", "a.py", "a.txt"}

	pieces = []string{
		legacy, legacy, legacy, modern, "X" + legacy, legacy + "_X", "\n", "\n", "\r\n", "\r", " ", "  ", "\t", ": ", "=", "- ", "#", "//", "\"", "'", "`",
		"$", "${", "}", "{", "[", "]", "(", ")", "<a>", "</a>", ",", "|", ">", "\\", "é", "\u2028", "\x00", "\xff", "\xc3", "if ", "fi", "a", "1", "---", "<<EOF", "EOF",
		"env:\n  " + legacy + ": 1\n", "RUN ", "export ", "package a\n", "{\"" + legacy + "\": 1}", "<a b=\"" + legacy + "\"/>",
	}
)

func aFile(t *rapid.T) (name, text string) {
	name = rapid.SampledFrom(fileNames).Draw(t, "name")
	text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), "")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		text = "\xef\xbb\xbf" + text
	case 1:
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	return name, text
}

// What is found in a file is either mended, and then nothing else is different and there is nothing left to
// find, or it is refused.
func TestMendingAnyFile(t *testing.T) {
	mends(t, 1, aFile, scan)
}

// The same for the audit itself, in files that mean something.
func TestMendingWhatTheAuditFinds(t *testing.T) {
	aConfiguration := func(t *rapid.T) (name, text string) { return written(t, aTree(t, 4)) }
	mends(t, 100, aConfiguration, func(path string, text []byte) []finding.Finding { return inspect.Look(path, text).Findings })
}

// mends holds mending to its promises for whatever draws files and finds something in them.
func mends(t *testing.T, share int, draw func(*rapid.T) (name, text string), scan look) {
	t.Helper()
	mended := 0
	manyFiles(t, share, func(t *rapid.T) {
		name, text := draw(t)
		found := scan(name, []byte(text))
		c, err := planned(name, text, found, Options{})
		if err != nil {
			return
		}
		mended++
		checkBytes(t, text, c)
		for _, left := range scan(name, c.After) {
			if left.Fix.Kind.Fixable() {
				t.Fatalf("%q became %q, and there is more to mend", text, c.After)
			}
		}
		for kind, count := range lineEnds([]byte(text)) {
			if count == 0 && lineEnds(c.After)[kind] > 0 {
				t.Fatalf("%q has no such line end as %q", text, c.After)
			}
		}
		checkPatch(t, c)
	})
	if mended == 0 {
		t.Error("no file was mended: the property says nothing")
	}
}

// lineEnds counts CRLF, and LF alone.
func lineEnds(text []byte) [2]int {
	crlf := bytes.Count(text, []byte("\r\n"))
	return [2]int{crlf, bytes.Count(text, []byte("\n")) - crlf}
}

// checkBytes applies the edits of the findings, and not what Plan made of them.
func checkBytes(t *rapid.T, text string, c Change) {
	t.Helper()
	var edits []finding.Edit
	for _, f := range c.Findings {
		edits = append(edits, f.Fix.Edits...)
	}
	if want := spliced(text, edits); want != nil && string(c.After) != *want {
		t.Fatalf("%q became %q, want %q", text, c.After, *want)
	}
}

// Whatever edits come, there is no panic; and a file that is changed is changed as the edits say.
func TestAnyEdits(t *testing.T) {
	changed := 0
	defer func() {
		if changed == 0 {
			t.Error("no file was changed: the property says nothing")
		}
	}()
	manyFiles(t, 1, func(t *rapid.T) {
		name, text := aFile(t)
		inside := rapid.IntRange(0, len(text))
		place := rapid.OneOf(inside, inside, inside, inside, inside, rapid.IntRange(-2, len(text)+2), rapid.Int())
		edit := rapid.Custom(func(t *rapid.T) finding.Edit {
			made := rapid.SampledFrom([]string{"", "", "x", modern, "\n", "\r\n", "é", "\xff", "\x00", "# ", "\""}).Draw(t, "text")
			start := place.Draw(t, "start")
			return finding.Edit{Start: start, End: max(start, start+rapid.IntRange(0, 9).Draw(t, "length")), Text: made}
		})
		edits := rapid.SliceOfN(edit, 0, 4).Draw(t, "edits")
		c, err := planned(name, text, []finding.Finding{renaming(name, []byte(text), edits...)}, Options{})
		if err != nil {
			return
		}
		changed++
		if want := spliced(text, edits); want != nil && string(c.After) != *want {
			t.Fatalf("%q became %q, want %q", text, c.After, *want)
		}
		checkPatch(t, c)
	})
}

// spliced applies edits one by one, each to where its bytes are by then; nil if an edit lies in what another
// one took away.
func spliced(text string, edits []finding.Edit) *string {
	type char struct {
		at int // in the old text, -1 if it is new
		b  byte
	}
	chars := make([]char, 0, len(text))
	for i := range len(text) {
		chars = append(chars, char{i, text[i]})
	}
	done := map[finding.Edit]bool{}
	for _, e := range edits {
		if done[e] {
			continue
		}
		done[e] = true
		var out []char
		put, removed := false, 0
		for i := 0; i <= len(chars); i++ {
			if !put && (i == len(chars) || chars[i].at >= e.Start) {
				put = true
				for j := range len(e.Text) {
					out = append(out, char{-1, e.Text[j]})
				}
			}
			if i < len(chars) && chars[i].at >= e.Start && chars[i].at < e.End {
				removed++
				continue
			}
			if i < len(chars) {
				out = append(out, chars[i])
			}
		}
		if removed != e.End-e.Start {
			return nil
		}
		chars = out
	}
	made := make([]byte, 0, len(chars))
	for _, c := range chars {
		made = append(made, c.b)
	}
	s := string(made)
	return &s
}

// checkPatch applies a patch as its format says, unless it is refused.
func checkPatch(t *rapid.T, c Change) {
	t.Helper()
	patches, refused := Patches([]Change{c})
	if len(patches)+len(refused) != 1 {
		t.Fatalf("%d patches and %d refusals of one change", len(patches), len(refused))
	}
	_ = Lines(c)
	if len(patches) == 0 {
		return
	}
	if got := patched(t, c.Before, patches[0].Text); !bytes.Equal(got, c.After) {
		t.Fatalf("%q with\n%s\nis %q, want %q", c.Before, patches[0].Text, got, c.After)
	}
}

func FuzzPlan(f *testing.F) {
	f.Add("a.yml", "env:\n  LOCALSTACK_API_KEY: 1\n", 8, 26, modern, 0, 0, "")
	f.Add(".env", "LOCALSTACK_API_KEY=1\r\n", 0, 22, "", 0, 18, modern)
	f.Fuzz(func(t *testing.T, name, text string, start, end int, made string, start2, end2 int, made2 string) {
		if len(text) > 1<<14 {
			return
		}
		c, err := planned(name, text, []finding.Finding{
			renaming(name, []byte(text), finding.Edit{Start: start, End: end, Text: made}),
			renaming(name, []byte(text), finding.Edit{Start: start2, End: end2, Text: made2}),
		}, Options{})
		if err != nil {
			return
		}
		if _, err := planned(name, string(c.Before), c.Findings, Options{}); err != nil {
			t.Errorf("planned twice, it is refused: %v", err)
		}
		_ = Lines(c)
		Patches([]Change{c})
	})
}
