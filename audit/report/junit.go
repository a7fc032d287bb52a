package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/keyturn/audit/finding"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Error   *junitProblem `xml:"error"`
	Failure *junitProblem `xml:"failure"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a suite for each root and a case for each finding: one that fails if the finding reaches
// the threshold, one with an error for what could not be read. A root without any has one that passes, since
// a suite without cases is a mistake to those who read such files.
func writeJUnit(w io.Writer, r finding.Report, o Options) error {
	all := junitSuites{Name: "keyturn audit"}
	for _, root := range o.roots(r) {
		s := suite(r, o, root)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		all.Suites = append(all.Suites, s)
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func suite(r finding.Report, o Options, root string) junitSuite {
	s := junitSuite{Name: clean(o.named(root))}
	if s.Name == "" {
		s.Name = "."
	}
	for _, f := range r.Findings {
		if f.Root != root {
			continue
		}
		c := junitCase{Class: "keyturn." + string(f.Code), Name: caseName(f)}
		text := strings.Join(details(f), "\n")
		if Fails(f.Severity, o.FailOn) {
			c.Failure = &junitProblem{Type: string(f.Severity), Message: clean(f.Message), Text: text}
			s.Failures++
		} else {
			c.Out = string(f.Severity) + ": " + clean(f.Message) + "\n" + text
		}
		s.Cases = append(s.Cases, c)
	}
	for _, k := range r.Skipped {
		if k.Root == root && k.Failed {
			s.Cases = append(s.Cases, junitCase{Class: "keyturn.read", Name: clean(k.Path), Error: &junitProblem{Type: "not read", Message: clean(k.Reason)}})
			s.Errors++
		}
	}
	if len(s.Cases) == 0 {
		s.Cases = []junitCase{{Class: "keyturn.audit", Name: "nothing found"}}
	}
	s.Tests = len(s.Cases)
	return s
}

// caseName is the place of a finding, and in a history the commit: the same place may be in many.
func caseName(f finding.Finding) string {
	name := clean(f.Path) + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column)
	if f.Commit != nil {
		name += " in " + clean(shortHash(f.Commit.Hash))
	}
	return name
}

// details is what there is to say of a finding beside its message, in lines.
func details(f finding.Finding) []string {
	var lines []string
	for _, line := range []string{strings.TrimSpace(clean(f.Excerpt)), clean(fixLine(f)), clean(commitLine(f))} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
