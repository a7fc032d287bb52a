package mend

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/keyturn/audit/finding"
)

func TestOnlyTheBytesConcernedChange(t *testing.T) {
	for name, text := range map[string]string{
		"LF":                  "a: LOCALSTACK_API_KEY\nb: 1\n",
		"CRLF":                "a: LOCALSTACK_API_KEY\r\nb: LOCALSTACK_API_KEY\r\n",
		"mixed line ends":     "a: LOCALSTACK_API_KEY\r\nb: LOCALSTACK_API_KEY\nc: 1\r\n",
		"a mark":              "\xef\xbb\xbfLOCALSTACK_API_KEY: 1\n",
		"no last line end":    "a: 1\nLOCALSTACK_API_KEY: 2",
		"quotes and comments": "'LOCALSTACK_API_KEY': \"${LOCALSTACK_API_KEY:-}\"   # LOCALSTACK_API_KEY\n",
		"no UTF-8":            "a: \xff LOCALSTACK_API_KEY \xc3\n",
		"NUL":                 "a: \x00LOCALSTACK_API_KEY\n",
	} {
		t.Run(name, func(t *testing.T) {
			c, err := planned("a.yml", text, scan("a.yml", []byte(text)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(text, legacy, modern); string(c.After) != want || string(c.Before) != text {
				t.Errorf("%q became %q", c.Before, c.After)
			}
		})
	}
}

func TestEditsThatMakeNoSense(t *testing.T) {
	const text = "a: OLD\r\nb: é\n# last"
	for name, c := range map[string]struct {
		edit finding.Edit
		says string
	}{
		"before the file":        {finding.Edit{Start: -1, End: 2}, "outside of the file"},
		"behind the file":        {finding.Edit{Start: 2, End: len(text) + 1}, "outside of the file"},
		"far behind":             {finding.Edit{Start: len(text) + 5, End: len(text) + 9}, "outside of the file"},
		"the wrong way round":    {finding.Edit{Start: 4, End: 3}, "outside of the file"},
		"into a character":       {finding.Edit{Start: 12, End: 13}, "line 2 would cut a character"},
		"into a line end":        {finding.Edit{Start: 3, End: 7, Text: "x"}, "line 1 would cut a character"},
		"no text":                {finding.Edit{Start: 3, End: 6, Text: "\xff"}, "line 1 would cut a character"},
		"a control character":    {finding.Edit{Start: 3, End: 6, Text: "a\x1b[31m"}, "control character"},
		"LF for CRLF":            {finding.Edit{Start: 0, End: 0, Text: "# c\n"}, "another kind of line end"},
		"CR for CRLF":            {finding.Edit{Start: 0, End: 0, Text: "# c\r"}, "another kind of line end"},
		"CRLF for LF":            {finding.Edit{Start: 8, End: 8, Text: "# c\r\n"}, "another kind of line end"},
		"CRLF behind the LF":     {finding.Edit{Start: len(text), End: len(text), Text: "\r\n"}, "another kind of line end"},
		"a name that is a block": {finding.Edit{Start: 3, End: 6, Text: "{}"}, "more than the names"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := planned("a.yml", text, []finding.Finding{renaming("a.yml", []byte(text), c.edit)}, Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
	t.Run("over the mark", func(t *testing.T) {
		const marked = "\xef\xbb\xbfa"
		for start := range 4 {
			_, err := planned("a", marked, []finding.Finding{renaming("a", []byte(marked), finding.Edit{Start: start, End: 4, Text: "b"})}, Options{})
			if (err == nil) != (start == 3) {
				t.Errorf("from %d: %v", start, err)
			}
		}
	})
}

func put(start, end int, text string) finding.Edit {
	return finding.Edit{Start: start, End: end, Text: text}
}

func TestSeveralFindingsInOneFile(t *testing.T) {
	const text = "one two three\nfour\n"
	type edits = []finding.Edit
	for name, c := range map[string]struct {
		edits edits
		want  string // what it becomes; empty if it is refused
	}{
		"in any order":                 {edits{put(8, 13, "3"), put(0, 3, "1")}, "1 two 3\nfour\n"},
		"the same twice":               {edits{put(0, 3, "1"), put(0, 3, "1")}, "1 two three\nfour\n"},
		"side by side":                 {edits{put(0, 3, "1"), put(3, 4, "-")}, "1-two three\nfour\n"},
		"inserted beside":              {edits{put(0, 3, "1"), put(3, 3, "!")}, "1! two three\nfour\n"},
		"in what goes":                 {edits{put(14, 19, ""), put(15, 17, "x")}, "one two three\n"},
		"inserted into what goes":      {edits{put(14, 19, ""), put(16, 16, "x")}, ""},
		"inserted behind what goes":    {edits{put(0, 4, ""), put(4, 4, "x")}, "xtwo three\nfour\n"},
		"one changes nothing":          {edits{put(0, 3, "one"), put(4, 7, "2")}, "one 2 three\nfour\n"},
		"different texts":              {edits{put(0, 3, "1"), put(0, 3, "2")}, ""},
		"different ends":               {edits{put(0, 3, "1"), put(0, 5, "1")}, ""},
		"one into the other":           {edits{put(0, 5, "1"), put(4, 7, "2")}, ""},
		"one within the other":         {edits{put(0, 7, "1"), put(4, 7, "2")}, ""},
		"half of it goes":              {edits{put(0, 5, ""), put(4, 7, "2")}, ""},
		"inserted where another goes":  {edits{put(0, 4, ""), put(0, 0, "x")}, ""},
		"two inserted in one place":    {edits{put(4, 4, "a"), put(4, 4, "b")}, ""},
		"inserted before a change":     {edits{put(0, 0, "a"), put(0, 3, "b")}, ""},
		"the same inserted by two":     {edits{put(4, 4, "a"), put(4, 4, "a")}, "one atwo three\nfour\n"},
		"a sound one and a broken one": {edits{put(0, 3, "1"), put(9, 4, "")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var findings []finding.Finding
			for _, e := range c.edits {
				findings = append(findings, renaming("a.txt", []byte(text), e))
			}
			got, err := planned("a.txt", text, findings, Options{})
			if string(got.After) != c.want || (err == nil) != (c.want != "") {
				t.Errorf("became %q (%v), want %q", got.After, err, c.want)
			}
			if err == nil && len(got.Findings) != len(findings) {
				t.Errorf("%d findings of %d are mended", len(got.Findings), len(findings))
			}
		})
	}
}

func TestNothingIsWrittenOverWhatWasNotRead(t *testing.T) {
	const text = "a: LOCALSTACK_API_KEY\n"
	found := scan("a.yml", []byte(text))
	for name, now := range map[string]string{"a change elsewhere": text + "b: 1\n", "another name": "a: LOCALSTACK_API_KEZ\n", "nothing": ""} {
		if _, err := planned("a.yml", now, found, Options{}); !errors.Is(err, errStale) && (err == nil || err.Error() != errStale.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unknown := slices.Clone(found)
	unknown[0].Fix.Of = finding.Sum{}
	if _, err := planned("a.yml", text, unknown, Options{}); err == nil {
		t.Error("an edit for no content at all is taken")
	}
	mixed := append(slices.Clone(found), renaming("a.yml", []byte("other"), finding.Edit{Text: "x"}))
	if _, err := planned("a.yml", text, mixed, Options{}); err == nil {
		t.Error("edits for two contents are taken together")
	}
}

func TestWhatHasNoFixIsPassedOver(t *testing.T) {
	const text = "a: LOCALSTACK_API_KEY\n"
	for _, kind := range []finding.FixKind{finding.Manual, finding.Withheld, ""} {
		found := scan("a.yml", []byte(text))
		found[0].Fix.Kind = kind
		if _, err := planned("a.yml", text, found, Options{}); !errors.Is(err, errNothing) {
			t.Errorf("%q: %v", kind, err)
		}
	}
	found := scan("a.yml", []byte(text))
	found[0].Commit = &finding.Commit{Hash: "1"}
	if _, err := planned("a.yml", text, found, Options{}); err == nil || err.Error() != errHistory.Error() {
		t.Errorf("of a history: %v", err)
	}
}

func TestFilesAreMendedOneByOne(t *testing.T) {
	disk := files{"b.yml": "b: LOCALSTACK_API_KEY\n", "a.yml": "LOCALSTACK_API_KEY: 1\nLOCALSTACK_AUTH_TOKEN: 2\n", "c.json": `{"LOCALSTACK_API_KEY":1}`}
	found := disk.scan()
	found = append(found, renaming("gone.yml", nil, finding.Edit{Text: "x"}))
	changes, refused, err := Plan(found, disk.read, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.Path)
	}
	for _, r := range refused {
		got = append(got, r.Path+": "+r.Reason)
	}
	want := []string{"b.yml", "c.json", "a.yml: a name would stand twice beside itself near line 1", "gone.yml: file does not exist"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanStopsWhenNobodyWaits(t *testing.T) {
	disk := files{"a.yml": "b: LOCALSTACK_API_KEY\n"}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		_, _, err := Plan(disk.scan(), func(string, string) ([]byte, error) { return nil, end }, Options{})
		if !errors.Is(err, end) {
			t.Errorf("got %v, want %v", err, end)
		}
	}
}

func TestSecretsAreRenamedOnRequest(t *testing.T) {
	const text = "env:\n  LOCALSTACK_AUTH_TOKEN: ${{ secrets.LOCALSTACK_API_KEY }}\n  X: ${{ vars.LOCALSTACK_API_KEY }}\n"
	var found []finding.Finding
	for _, at := range []int{strings.Index(text, legacy), strings.LastIndex(text, legacy)} {
		found = append(found, finding.Finding{
			Path: "ci.yml", Code: finding.LegacySecretRef, Severity: finding.Note, Subject: legacy,
			Fix: finding.Fix{
				Kind: finding.Manual, Reason: "create it first", Of: finding.SumOf([]byte(text)),
				Optional: []finding.Edit{{Start: at, End: at + len(legacy), Text: modern}},
			},
		})
	}
	if _, err := planned("ci.yml", text, found, Options{}); !errors.Is(err, errNothing) {
		t.Errorf("not asked for, and %v", err)
	}
	c, err := planned("ci.yml", text, found, Options{RenameSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.ReplaceAll(text, legacy, modern); string(c.After) != want {
		t.Errorf("became %q", c.After)
	}
	other := c
	other.Path = "b.yml"
	other.Needs = []Need{{Name: modern, Was: legacy, Paths: []string{"b.yml"}}}
	want := []Need{
		{Name: modern, Was: legacy, Paths: []string{"ci.yml", "b.yml"}},
		{Name: modern, Was: legacy, Variable: true, Paths: []string{"ci.yml"}},
	}
	if diff := cmp.Diff(want, Needs([]Change{c, other})); diff != "" {
		t.Error(diff)
	}
	if len(c.Needs[0].Paths) != 1 {
		t.Error("the needs of one change grew with another's")
	}
}
