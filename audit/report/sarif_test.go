package report

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"example.com/keyturn/audit/finding"
)

// officialSchema is the schema of OASIS for SARIF 2.1.0, errata 01. The reader that these tests use carries
// it, in a constant of its own.
func officialSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	pkg, err := build.Import("github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, err = strconv.Unquote(lit.Value)
		}
		return err == nil
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const name = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	if id := doc.(map[string]any)["id"]; id != name {
		t.Fatalf("this is the schema %v", id)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

func TestSARIFIsValid(t *testing.T) {
	schema := officialSchema(t)
	r, o := hostile()
	text := written(t, SARIF, r, o)
	if err := validate(t, schema, text); err != nil {
		t.Errorf("%v", err)
	}
	if err := validate(t, schema, written(t, SARIF, finding.Report{}, Options{})); err != nil {
		t.Errorf("an empty one: %v", err)
	}
	// The schema refuses what is wrong: a test that passes everything would say nothing.
	for from, to := range map[string]string{`"ruleId"`: `"ruleID"`, `"level": "error"`: `"level": "fatal"`, `"startLine": 12`: `"startLine": 0`, `"version": "2.1.0"`: `"version": "2.2.0"`} {
		if broken := strings.ReplaceAll(text, from, to); broken == text || validate(t, schema, broken) == nil {
			t.Errorf("%s instead of %s is not refused", to, from)
		}
	}
	read, err := sarif.FromBytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	results := 0
	for _, run := range read.Runs {
		results += len(run.Results)
	}
	if results != len(r.Findings) || len(read.Runs) != 3 {
		t.Errorf("another reader reads %d results in %d runs", results, len(read.Runs))
	}
}

// asRead is a log as GitHub reads it.
func asRead(t *testing.T, r finding.Report, o Options) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, SARIF, r, o)), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// What GitHub's documents call required, and the lengths and counts that they name.
func TestSARIFIsWhatGitHubWants(t *testing.T) {
	r, o := hostile()
	log := asRead(t, r, o)
	if log.Schema == "" || log.Version != "2.1.0" || len(log.Runs) != 3 {
		t.Fatalf("%+v", log)
	}
	categories := map[string]bool{}
	for _, run := range log.Runs {
		if d := run.Tool.Driver; d.Name != "keyturn" || d.SemanticVersion != "1.2.3" || len(d.Rules) != len(finding.Rules()) {
			t.Errorf("the tool is %+v", d)
		}
		for _, rule := range run.Tool.Driver.Rules {
			checkRule(t, rule)
		}
		if categories[run.Automation.ID] || !strings.HasSuffix(run.Automation.ID, "/") {
			t.Errorf("the category %q is there twice, or is none", run.Automation.ID)
		}
		categories[run.Automation.ID] = true
		prints := map[string]bool{}
		for _, res := range run.Results {
			checkResult(t, run, res)
			key := res.RuleID + res.Locations[0].Physical.Artifact.URI + res.Fingerprints["primaryLocationLineHash"]
			if prints[key] {
				t.Errorf("two results are one to GitHub: %s", key)
			}
			prints[key] = true
		}
	}
}

func checkRule(t *testing.T, r sarifRule) {
	t.Helper()
	score, err := strconv.ParseFloat(r.Properties.SecuritySeverity, 64)
	switch {
	case r.ID == "" || r.Name == "" || len(r.Name) > 255 || strings.Contains(r.Name, "-"):
		t.Errorf("the rule %q is called %q", r.ID, r.Name)
	case r.Short.Text == "" || len(r.Short.Text) > 1024 || r.Full.Text == "" || len(r.Full.Text) > 1024 || r.Help.Text == "" || r.Help.Markdown == "":
		t.Errorf("%s is not described as GitHub wants it", r.ID)
	case err != nil || score <= 0 || score > 10:
		t.Errorf("%s: security-severity %q", r.ID, r.Properties.SecuritySeverity)
	case !slices.Contains(r.Properties.Tags, "security") || len(r.Properties.Tags) > 10:
		t.Errorf("%s: tags %v", r.ID, r.Properties.Tags)
	case !slices.Contains([]string{"error", "warning", "note"}, r.Default.Level):
		t.Errorf("%s: level %q", r.ID, r.Default.Level)
	}
}

func checkResult(t *testing.T, run sarifRun, r sarifResult) {
	t.Helper()
	if r.RuleIndex < 0 || run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" || r.Level == "" || r.Fingerprints["primaryLocationLineHash"] == "" || len(r.Locations) != 1 {
		t.Errorf("%+v", r)
	}
	where := r.Locations[0].Physical
	u, err := url.Parse(where.Artifact.URI)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/") || u.RawQuery != "" || where.Artifact.BaseID != "%SRCROOT%" {
		t.Errorf("the place is %+v", where.Artifact)
	}
	if _, ok := run.Bases[where.Artifact.BaseID]; !ok || run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("columns are %s, bases %v", run.ColumnKind, run.Bases)
	}
	if g := where.Region; g.StartLine < 1 || g.StartColumn < 1 || g.EndLine != g.StartLine || g.EndColumn < g.StartColumn {
		t.Errorf("the region is %+v", *g)
	}
}

// Paths come back from their URIs, byte for byte; those of a root below the working directory as it sees them.
func TestPathsComeBackFromTheirURIs(t *testing.T) {
	for _, name := range []string{"a b/c.yml", "größe.yml", "a:b", "100%", "x#y?z", "\xff\n", "-", "~/.env", "[x]"} {
		got, err := url.PathUnescape(uri(name))
		if err != nil || got != name {
			t.Errorf("%q becomes %q and comes back as %q, %v", name, uri(name), got, err)
		}
	}
	for _, c := range []struct{ root, want string }{
		{".", "f"}, {"", "f"}, {"./", "f"}, {"services/api/", "services/api/f"}, {"../other", "f"}, {"..", "f"}, {"/srv/x", "f"}, {`C:\x`, "f"}, {`sub\dir`, "sub/dir/f"}, {"..x", "..x/f"},
	} {
		if got := (Options{Roots: []string{c.root}}).place("", "f"); got != c.want {
			t.Errorf("in the root %q it is %q", c.root, got)
		}
		if got := (Options{Roots: []string{c.root, "y"}}).place(c.root, "f"); got != c.want {
			t.Errorf("in the root %q of two it is %q", c.root, got)
		}
	}
}

// Lines that move, are indented or hold another value keep their fingerprint; equal ones have their own.
func TestFingerprintsFollowTheContent(t *testing.T) {
	f := finding.Finding{Path: "f", Line: 3, Code: finding.LegacyEnvVar, Excerpt: "A: ****"}
	moved := f
	moved.Line, moved.Column, moved.Excerpt = 90, 5, "\t A:   ****"
	before, after := fingerprints([]finding.Finding{f, f}), fingerprints([]finding.Finding{moved, moved})
	if !slices.Equal(before, after) || before[0] == before[1] {
		t.Errorf("%v become %v", before, after)
	}
	for _, change := range []func(*finding.Finding){
		func(f *finding.Finding) { f.Path = "g" }, func(f *finding.Finding) { f.Code = finding.LegacySecretRef }, func(f *finding.Finding) { f.Excerpt = "B: ****" },
	} {
		other := f
		change(&other)
		if got := fingerprints([]finding.Finding{other}); got[0] == before[0] {
			t.Errorf("%+v has the fingerprint of another", other)
		}
	}
}

// A fix says the bytes to replace, also at the very beginning of a file.
func TestFixesAreByteRanges(t *testing.T) {
	r, o := hostile()
	text := written(t, SARIF, r, o)
	want := `"deletedRegion": {
                        "byteOffset": 0,
                        "byteLength": 18
                      },
                      "insertedContent": {
                        "text": "LOCALSTACK_AUTH_TOKEN"
                      }`
	if !strings.Contains(text, want) {
		t.Error("the fix at the beginning of a file is missing")
	}
	for i := range r.Findings {
		r.Findings[i].Commit = &finding.Commit{Hash: "0"}
	}
	if strings.Contains(written(t, SARIF, r, o), `"fixes"`) {
		t.Error("a commit of the past cannot be fixed")
	}
}

// More than GitHub takes is left out, the least severe first, and the file says so.
func TestSARIFKeepsToTheLimitsOfGitHub(t *testing.T) {
	var r finding.Report
	for i := range mostResults + 3 {
		f := finding.Finding{Path: fmt.Sprintf("f%06d", i), Line: 1, Code: finding.LegacyEnvVar, Severity: finding.Note, Excerpt: "x"}
		if i > mostResults {
			f.Severity = finding.Error
		}
		r.Findings = append(r.Findings, f)
	}
	run := runOf(r, Options{}, "")
	if n := len(run.Results); n != mostResults || run.Results[n-1].Level != "error" || run.Results[n-2].Level != "error" || run.Results[0].Level != "note" {
		t.Errorf("%d results, the last is a %s", n, run.Results[n-1].Level)
	}
	if said := run.Invocations[0].Notifications; len(said) != 1 || !strings.HasPrefix(said[0].Message.Text, "3 findings") {
		t.Errorf("%+v", said)
	}
	var many Options
	for i := range mostRuns + 1 {
		many.Roots = append(many.Roots, fmt.Sprint("root", i))
	}
	log := asRead(t, finding.Report{}, many)
	if said := log.Runs[0].Invocations[0].Notifications; len(log.Runs) != mostRuns+1 || len(said) != 1 || !strings.Contains(said[0].Message.Text, "21 runs") {
		t.Errorf("%d runs, %+v", len(log.Runs), said)
	}
}
