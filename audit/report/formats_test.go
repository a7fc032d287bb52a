package report

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/keyturn/audit/finding"
)

// The shape that programs were promised.
func TestJSONHasItsShape(t *testing.T) {
	r, o := hostile()
	var doc struct {
		Version  int
		Findings []map[string]any
		Skipped  []map[string]any
		Remarks  []map[string]any
		Stats    map[string]any
	}
	d := json.NewDecoder(strings.NewReader(written(t, JSON, r, o)))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if doc.Version != 1 || len(doc.Findings) != len(r.Findings) || len(doc.Skipped) != len(r.Skipped) || doc.Stats["files"] != 1234.0 {
		t.Errorf("%+v", doc)
	}
	for _, f := range doc.Findings {
		for _, key := range []string{"path", "line", "column", "code", "severity", "message", "fix"} {
			if f[key] == nil {
				t.Errorf("%s is missing in %v", key, f)
			}
		}
		if edits, ok := f["fix"].(map[string]any)["edits"].([]any); !ok || edits == nil {
			t.Errorf("the edits are no list: %v", f["fix"])
		}
	}
	if r.Findings[0].Fix.Edits != nil {
		t.Error("writing a report changes it")
	}
}

// command is what the runner of GitHub Actions understands of a line.
var command = regexp.MustCompile(`^::(error|warning|notice) ([^\n]*?)::(.*)$`)

var unescape = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%")

// Whatever a file is called and holds: a line is one command with the properties it should have, or the
// closing words.
func TestGitHubReadsTheCommandsThatWereMeant(t *testing.T) {
	name := rapid.StringOf(rapid.SampledFrom([]rune("ab/.:,%\n\r=\x1b \u202e0AD#[]ö")))
	rapid.Check(t, func(t *rapid.T) {
		f := finding.Finding{Path: "p" + name.Draw(t, "path"), Line: 3, Column: 4, EndColumn: 9, Code: finding.LegacyEnvVar, Severity: finding.Note, Message: "m" + name.Draw(t, "message")}
		lines := strings.Split(strings.TrimSuffix(written(t, GitHub, finding.Report{Findings: []finding.Finding{f}}, Options{}), "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[1], "keyturn audit: 1 finding: 1 note; read ") {
			t.Fatalf("%q", lines)
		}
		m := command.FindStringSubmatch(lines[0])
		if m == nil || m[1] != "notice" {
			t.Fatalf("%q", lines[0])
		}
		got := map[string]string{}
		for pair := range strings.SplitSeq(m[2], ",") {
			key, value, _ := strings.Cut(pair, "=")
			got[key] = unescape.Replace(value)
		}
		if len(got) != 6 || got["file"] != clean(f.Path) || got["line"] != "3" || got["endLine"] != "3" || got["col"] != "4" || got["endColumn"] != "9" || got["title"] != "repo.legacy-env-var" {
			t.Fatalf("%q is read as %q", lines[0], got)
		}
		if said := strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(m[3]); !strings.HasPrefix(said, clean(f.Message)) {
			t.Fatalf("%q is read as %q", lines[0], said)
		}
	})
}

// element is what may stand where in a JUnit file, after the schema that Jenkins holds them to.
type element struct {
	attributes, required, children []string
}

var junitForm = map[string]element{
	"testsuites": {[]string{"name", "time", "tests", "failures", "errors"}, nil, []string{"testsuite"}},
	"testsuite":  {[]string{"name", "tests", "failures", "errors", "time", "skipped", "timestamp", "hostname", "id", "package"}, []string{"name", "tests", "failures", "errors"}, []string{"properties", "testcase", "system-out", "system-err"}},
	"testcase":   {[]string{"name", "time", "classname"}, []string{"name"}, []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {[]string{"type", "message"}, nil, nil}, "error": {[]string{"type", "message"}, nil, nil}, "system-out": {},
}

func TestJUnitIsReadByTheServers(t *testing.T) {
	r, o := hostile()
	d := xml.NewDecoder(strings.NewReader(written(t, JUnit, r, o)))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			checkElement(t, e, open)
			open = append(open, e.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

func checkElement(t *testing.T, e xml.StartElement, open []string) {
	t.Helper()
	form, ok := junitForm[e.Name.Local]
	if !ok || len(open) == 0 && e.Name.Local != "testsuites" || len(open) > 0 && !slices.Contains(junitForm[open[len(open)-1]].children, e.Name.Local) {
		t.Fatalf("%s stands in %v", e.Name.Local, open)
	}
	have := map[string]bool{}
	for _, a := range e.Attr {
		have[a.Name.Local] = true
		if !slices.Contains(form.attributes, a.Name.Local) {
			t.Errorf("%s has an attribute %s", e.Name.Local, a.Name.Local)
		}
	}
	for _, name := range form.required {
		if !have[name] {
			t.Errorf("%s has no %s", e.Name.Local, name)
		}
	}
}

func TestJUnitCountsAndFailsAsToldTo(t *testing.T) {
	r, o := hostile()
	for threshold, failures := range map[finding.Severity]int{finding.Error: 3, finding.Warning: 5, finding.Note: 6, Never: 0} {
		o.FailOn = threshold
		text := written(t, JUnit, r, o)
		var all junitSuites
		if err := xml.Unmarshal([]byte(text), &all); err != nil {
			t.Fatal(err)
		}
		if all.Failures != failures || strings.Count(text, "<failure ") != failures || all.Errors != 1 || all.Tests != 8 || strings.Count(text, "<testcase ") != 8 {
			t.Errorf("at %s: %d failures, %d errors, %d tests", threshold, all.Failures, all.Errors, all.Tests)
		}
		names := map[string]bool{}
		for _, s := range all.Suites {
			for _, c := range s.Cases {
				key := strconv.Quote(s.Name + c.Class + c.Name)
				if names[key] {
					t.Errorf("two cases are one: %s", key)
				}
				names[key] = true
			}
		}
	}
}
