package report

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"github.com/muesli/termenv"
	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// canary is in the value of every finding here, and in nothing that is written.
const canary = "canary-4711"

// hostile is a report over two roots with everything in it that is hard to write: names that steer a
// terminal, close an element, command a runner or turn the text round, and findings of a history.
func hostile() (finding.Report, Options) {
	when := time.Date(2024, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	list := []finding.Finding{
		{
			Root: "api", Path: ".github/workflows/ci build.yml", Line: 12, Column: 7, EndColumn: 25, Code: finding.LegacyEnvVar, Severity: finding.Warning,
			Message: "LOCALSTACK_API_KEY is retired: clients read LOCALSTACK_AUTH_TOKEN", Subject: finding.LegacyVariable,
			Excerpt: "      LOCALSTACK_API_KEY: ${{ secrets.LOCALSTACK_API_KEY }}",
			Fix:     finding.Fix{Kind: finding.Rename, Reason: "put a CI Auth Token into the secret first", Edits: []finding.Edit{{Start: 0, End: 18, Text: finding.NewVariable}}},
		},
		{
			Root: "api", Path: ".github/workflows/ci build.yml", Line: 12, Column: 37, EndColumn: 55, Code: finding.LegacySecretRef, Severity: finding.Note,
			Message: "the secret still bears the legacy name", Excerpt: "      LOCALSTACK_API_KEY: ${{ secrets.LOCALSTACK_API_KEY }}",
			Fix: finding.Fix{Kind: finding.Manual, Reason: "create the new one first", Optional: []finding.Edit{{Start: 40, End: 58, Text: finding.NewVariable}}},
		},
		{
			Root: "api", Path: "größe\x1b]0;x\a\u202egpj.yml", Line: 1, Column: 1, EndColumn: 40, Code: finding.HardcodedAuthToken, Severity: finding.Error,
			Message: "the CI token deploy\x1b[31m-eu is written here, and it works", Excerpt: "\ttoken: ls-********-****\x00<&]]>::error::##[error]", Fix: finding.Fix{Kind: finding.Manual, Reason: "rotate it,\nthen read it from a store: 100 %"},
			Proven: &finding.Identity{Credential: "crd_1", Kind: models.CIToken, Name: "deploy\x1b[31m-eu", State: "current"},
		},
		{
			Root: "../lib", Path: "Dockerfile", Line: 3, Column: 6, EndColumn: 6, Code: finding.OutdatedImage, Severity: finding.Error,
			Message: "image 1.4 does not read LOCALSTACK_AUTH_TOKEN", Excerpt: "FROM localstack/localstack-pro:1.4", Fix: finding.Fix{Kind: finding.Withheld, Reason: "a rename here would break the job"},
		},
		{
			Root: "../lib", Path: "a:b,c%0A\n.env", Line: 2, Column: 1, EndColumn: 19, Code: finding.LegacyKeyLiteral, Severity: finding.Error,
			Message: "a legacy key is written here", Excerpt: "LOCALSTACK_API_KEY=********", Fix: finding.Fix{Kind: finding.Manual},
			Commit: &finding.Commit{Hash: "0123456789abcdef0123456789abcdef01234567", Author: "Zoë\u202e <z@example.com>", When: when, Blob: "89abcdef"},
		},
		{
			Root: "../lib", Path: "values\xff.yaml", Line: 8, Column: 3, EndColumn: 21, Code: finding.LegacyEnvVar, Severity: finding.Warning,
			Message: "the legacy variable stands beside the new one", Excerpt: "  LOCALSTACK_API_KEY: ****", Fix: finding.Fix{Kind: finding.Delete, Edits: []finding.Edit{{Start: 90, End: 120}}},
		},
	}
	for i := range list {
		list[i].Value = models.NewSecret(canary)
	}
	finding.Sort(list)
	r := finding.Report{
		Version: 1, Findings: list,
		Skipped: []finding.Skipped{
			{Root: "../lib", Path: "logo.png", Reason: "binary"}, {Root: "api", Path: "a.bin", Reason: "binary"}, {Root: "api", Path: "huge.sql", Reason: "larger than 64 MiB"},
			{Root: "api", Path: "se\rcret\x9b.yml", Reason: "permission denied", Failed: true},
		},
		Remarks: []finding.Remark{{Root: "api", Path: "broken {}.yml", Text: "it is no YAML: it was read line by line"}},
		Stats: finding.Stats{
			Roots: 3, Files: 1234, Bytes: 5 << 20, Candidates: 7, Skipped: 4, Failed: 1, Ignored: 2, Baselined: 3,
			Findings: map[finding.Severity]int{finding.Error: 3, finding.Warning: 2, finding.Note: 1}, Millis: 120,
		},
	}
	return r, Options{FailOn: finding.Warning, Version: "1.2.3", Roots: []string{"api", "../lib", "clean"}, Fix: "keyturn audit --fix api ../lib clean"}
}

func written(t interface {
	Helper()
	Fatal(...any)
}, format Format, r finding.Report, o Options,
) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryFormatIsAsItWas(t *testing.T) {
	r, o := hostile()
	for _, format := range Formats {
		t.Run(string(format), func(t *testing.T) {
			got := written(t, format, r, o)
			name := filepath.Join("testdata", string(format)+".golden")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("if that is right, run with -update (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoFormatHoldsAValueOrSteersATerminal(t *testing.T) {
	r, o := hostile()
	for _, format := range Formats {
		got := written(t, format, r, o)
		if strings.Contains(got, canary) || strings.Contains(got, models.NewSecret("").String()) {
			t.Errorf("%s holds the value", format)
		}
		for _, c := range "\x1b\r\a\x00\u009b\u202e" {
			if at := strings.IndexRune(got, c); at >= 0 && (format != JSON || c < ' ') {
				t.Errorf("%s holds %U: %q", format, c, got[max(0, at-40):at+1])
			}
		}
	}
}

func TestEveryFormatSaysThatNothingWasFound(t *testing.T) {
	r := finding.Report{Stats: finding.Stats{Roots: 1, Files: 12, Bytes: 2048}}
	for format, want := range map[Format]string{
		Text: "nothing found\nread 12 files, 2 KiB\n", GitHub: "keyturn audit: nothing found; read 12 files, 2 KiB\n", SARIF: `"results": []`,
		JUnit: `<testcase classname="keyturn.audit" name="nothing found"></testcase>`, JSON: `"findings": [],` + "\n  " + `"skipped": [],` + "\n  " + `"remarks": [],`,
	} {
		if got := written(t, format, r, Options{Roots: []string{"."}}); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}

func TestFails(t *testing.T) {
	order := []finding.Severity{finding.Error, finding.Warning, finding.Note}
	for i, s := range order {
		for j, threshold := range order {
			if got := Fails(s, threshold); got != (i <= j) {
				t.Errorf("a %s at the threshold %s: %v", s, threshold, got)
			}
		}
		if Fails(s, Never) {
			t.Errorf("a %s reaches never", s)
		}
	}
}

// Coloured and narrow, the text says the same words, in lines that fit.
func TestTextFitsAndKeepsItsWords(t *testing.T) {
	r, o := hostile()
	words := strings.Fields(written(t, Text, r, o))
	for _, width := range []int{40, 60, 100, 200} {
		o.Width = width
		o.Styles = styles.New(styles.Options{Theme: "dark", Profile: termenv.TrueColor})
		coloured := written(t, Text, r, o)
		if !strings.Contains(coloured, "\x1b[") {
			t.Error("no colours")
		}
		got := ansi.Strip(coloured)
		for line := range strings.Lines(got) {
			line = strings.TrimRight(line, "\n")
			if wide := ansi.StringWidth(line); wide > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%d columns in %d: %q", wide, width, line)
			}
		}
		if width == 200 {
			if diff := cmp.Diff(words, strings.Fields(got)); diff != "" {
				t.Errorf("the words differ: %s", diff)
			}
		}
	}
}

// Two texts that differ never look the same, and a clean one is one line that is left as it is.
func TestCleanShowsWhatCouldDeceive(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "größe 北京": "größe 北京", "a\tb": "a b", "\x1b[31m": "‹U+001B›[31m", "\xff": "‹xFF›", "\ufffd": "\ufffd", "a\u202eb": "a‹U+202E›b", "a\nb": "a‹U+000A›b",
		"\u00a0": "‹U+00A0›", "\u200b": "‹U+200B›", "‹U+202E›": "‹U+2039›U+202E›", "x\ufe0f": "x‹U+FE0F›",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), string(rapid.SliceOf(rapid.Byte()).Draw(t, "b"))
		for _, s := range []string{a, b} {
			if got := clean(s); strings.ContainsAny(got, "\x00\x1b\n\r\t") || strings.ContainsRune(got, '\u202e') {
				t.Fatalf("%q becomes %q", s, got)
			}
		}
		tabs := strings.NewReplacer("\t", " ")
		if (clean(a) == clean(b)) != (tabs.Replace(a) == tabs.Replace(b)) {
			t.Fatalf("%q and %q look the same", a, b)
		}
	})
}

// What became of the fixes is said, and what has to be made before the files are used.
func TestMendedIsTold(t *testing.T) {
	m := &Mended{
		Files:   []Changed{{Path: "a.yml", Findings: 2}, {Path: "b\x1b.yml", Findings: 1, Remark: "it may be back"}},
		Refused: []Refused{{Root: "api", Path: "c.yml", Findings: 1, Reason: "it is read-only"}}, Needs: []Need{{Name: "NEW", Was: "OLD", Paths: []string{"a.yml", "b.yml"}}, {Name: "V", Was: "W", Variable: true, Paths: []string{"a.yml"}}},
	}
	want := "would mend 3 findings in 2 files\n  b‹U+001B›.yml: it may be back\n  left as it is: api/c.yml: it is read-only\n" +
		"  to make first: the secret NEW, with what OLD holds; for a.yml, b.yml\n  to make first: the variable V, with what W holds; for a.yml\nnothing found\n"
	if got := written(t, Text, finding.Report{}, Options{Mended: m}); !strings.HasPrefix(got, want) {
		t.Errorf("%s", got)
	}
	m.Written = true
	r, o := hostile()
	o.Mended, o.Brief = m, true
	if got := written(t, Text, r, o); !strings.HasPrefix(got, "mended 3 findings in 2 files\n") || strings.Contains(got, "Dockerfile") || !strings.Contains(got, "6 findings: ") {
		t.Errorf("%s", got)
	}
	if got := written(t, JSON, finding.Report{}, Options{Mended: m}); !strings.Contains(got, `"mended": {
    "written": true,
    "files": [
      {
        "path": "a.yml",
        "findings": 2
      },`) {
		t.Errorf("%s", got)
	}
}

// A text with many failures and remarks says how many it leaves out.
func TestALongTailIsCounted(t *testing.T) {
	var r finding.Report
	for i := range mostListed + 7 {
		r.Skipped = append(r.Skipped, finding.Skipped{Path: fmt.Sprint("f", i), Reason: "gone", Failed: true})
		r.Remarks = append(r.Remarks, finding.Remark{Path: fmt.Sprint("f", i), Text: "odd"})
	}
	got := written(t, Text, r, Options{})
	for _, want := range []string{"this report is not whole (57):\n  f0: gone\n", "f49: gone\n  and 7 more\n", "f49: odd\nand 7 more remarks\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}
