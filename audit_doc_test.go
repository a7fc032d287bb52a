package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

const auditDoc = "docs/audit.md"

// example is a file in the document, with its name behind the language, and what the audit says of it.
var example = regexp.MustCompile("(?s)```[a-z]+ ([^\n]+)\n(.*?)```\n(?:\n```console\n(.*?)```\n)?")

// sampleSecrets puts values into the places where the document shows stars.
func sampleSecrets(t *testing.T) *strings.Replacer {
	t.Helper()
	token, err := models.NewToken(rand.NewChaCha8([32]byte{7}), "ls")
	if err != nil {
		t.Fatal(err)
	}
	h := hunt.For(t)
	return strings.NewReplacer("ls-********-****-****-****-************", h.Learn(token.Reveal()), "=**********\n", "="+h.Learn("q1w2"+"e3r4t5")+"\n")
}

// audited runs an audit without a service, without a token, and without an environment.
func audited(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	got := cli.Execute(t.Context(), cli.Deps{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Env: func(string) string { return "" }, Now: time.Now, Zone: time.UTC, Version: "test", Audit: audit.Run,
	}, append([]string{"audit"}, args...))
	if got != code {
		t.Fatalf("keyturn audit %s: exit code %d instead of %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	hunt.For(t).Keep("what keyturn audit says", slices.Concat(out.Bytes(), errs.Bytes()))
	return out.String()
}

// checkedOut puts a file into a new repository, in which the rest of the test works.
func checkedOut(t *testing.T, name, text string) {
	t.Helper()
	root := t.TempDir()
	hunt.For(t).Except(root, "the checkout holds what is found")
	t.Chdir(root)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}

// The examples of the document are found, and what is said of them is what the audit says. What can be fixed
// is clean after the fix. With -update the document is written anew.
func TestTheAuditsDocumentShowsRealFindings(t *testing.T) {
	name, err := filepath.Abs(auditDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(doc), "<!-- codes -->\n")
	codes, tail, closed := strings.Cut(rest, "<!-- /codes -->\n")
	if !ok || !closed {
		t.Fatal("the document has no place for the codes")
	}
	var b strings.Builder
	for section := range strings.SplitSeq(codes, "### ") {
		if code, _, _ := strings.Cut(strings.Trim(section, "`"), "`"); code != "" {
			b.WriteString("### ")
			section = example.ReplaceAllStringFunc(section, func(text string) string {
				m := example.FindStringSubmatch(text)
				return m[0][:strings.Index(m[0], m[2])+len(m[2])] + "```\n\n```console\n" + shown(t, finding.Code(code), m[1], m[2]) + "```\n"
			})
		}
		b.WriteString(section)
	}
	want := head + "<!-- codes -->\n" + b.String() + "<!-- /codes -->\n" + tail
	if want == string(doc) {
		return
	}
	if !*update {
		t.Fatalf("%s does not show what the audit says: run go test . -run AuditsDocument -update", auditDoc)
	}
	if err := os.WriteFile(name, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shown is what the audit says of an example, which must be of its code; and what the fix makes of it.
func shown(t *testing.T, code finding.Code, name, text string) (said string) {
	t.Helper()
	t.Run(string(code), func(t *testing.T) {
		checkedOut(t, name, sampleSecrets(t).Replace(text))
		var r finding.Report
		if err := json.Unmarshal([]byte(audited(t, cli.Done, "--json", "--fail-on", "never")), &r); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Code == code && f.Path == name }) {
			t.Fatalf("%s is not found: %+v", code, r.Findings)
		}
		said, _, _ = strings.Cut(audited(t, cli.Done, "--fail-on", "never"), "\n\n")
		said = "$ keyturn audit\n" + said + "\n"
		if !slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Fix.Kind.Fixable() }) {
			return
		}
		diff, _, _ := strings.Cut(audited(t, cli.Done, "--fix", "--fail-on", "never"), "\n\n")
		said += "$ keyturn audit --fix\n" + diff + "\n"
		audited(t, cli.Done, "--fix", "--write")
		if left := audited(t, cli.Done, "--fail-on", "note", "--fix"); !strings.Contains(left, "would mend 0 findings") {
			t.Errorf("after the fix: %s", left)
		}
	})
	return said
}

// The document in JSON is the shape of one, and nothing more.
func TestTheAuditsDocumentShowsTheShapeOfJSON(t *testing.T) {
	doc, err := os.ReadFile(auditDoc)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(doc)
	if m == nil {
		t.Fatal("there is none")
	}
	var r finding.Report
	d := json.NewDecoder(bytes.NewReader(m[1]))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || len(r.Findings) != 1 || r.Version != 1 {
		t.Fatalf("%v: %+v", err, r)
	}
	checkedOut(t, "compose.yml", "services:\n  localstack:\n    image: localstack/localstack\n    environment:\n      LOCALSTACK_API_KEY: ${TOKEN}\n")
	var real, told map[string]any
	if err := json.Unmarshal([]byte(audited(t, cli.Failed, "--json")), &real); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(m[1], &told); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(keys(told), keys(real)) || !slices.Equal(keys(first(told)), keys(first(real))) {
		t.Errorf("the document has %v and %v, a report %v and %v", keys(told), keys(first(told)), keys(real), keys(first(real)))
	}
}

func first(doc map[string]any) map[string]any {
	list, _ := doc["findings"].([]any)
	if len(list) == 0 {
		return nil
	}
	f, _ := list[0].(map[string]any)
	return f
}

func keys(m map[string]any) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// Interrupted at its very beginning, an audit still answers.
func TestAnAuditOfTheProgramCanBeInterrupted(t *testing.T) {
	checkedOut(t, "compose.yml", "LOCALSTACK_API_KEY: x\n")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out bytes.Buffer
	code := cli.Execute(ctx, cli.Deps{Stdout: &out, Stderr: &out, Env: func(string) string { return "" }, Audit: audit.Run}, []string{"audit"})
	if code != cli.Incomplete || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("exit code %d: %s", code, &out)
	}
}
