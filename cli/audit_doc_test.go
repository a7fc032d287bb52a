package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/cli"
	"example.com/keyturn/ui/testkit"
)

const (
	auditDoc = "../docs/audit.md"
	hookFile = "../.pre-commit-hooks.yaml"
)

// typed is a command line in a document: in a line of its own, behind a pipe, or as a step of a pipeline.
var typed = regexp.MustCompile(`(?m)^(?:\s*- (?:run: )?|.* \| )?keyturn (audit[^#\n]*)`)

// Every command line that the documents show is understood.
func TestTheCommandLinesOfTheAuditsDocumentAreUnderstood(t *testing.T) {
	doc, err := os.ReadFile(auditDoc)
	if err != nil {
		t.Fatal(err)
	}
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout(".")
		if err := os.MkdirAll("services/api", 0o700); err != nil {
			d.Fatal(err)
		}
		write(d.TB, "compose.yml", "x\n")
		write(d.TB, "checkouts.txt", "services/api\n")
		write(d.TB, "workspace.yaml", "members:\n  - {email: bea@example.com}\n")
		d.deps.Audit = renaming
		lines := typed.FindAllStringSubmatch(string(doc), -1)
		if len(lines) < 12 {
			d.Fatalf("only %d command lines found", len(lines))
		}
		for _, m := range lines {
			d.deps.Stdin = strings.NewReader("x\n")
			d.out.Reset()
			d.err.Reset()
			args := strings.Fields(m[1])
			ctx, cancel := context.WithTimeout(d.Context(), time.Minute)
			defer cancel()
			if code := cli.Execute(ctx, d.deps, args); code == cli.Usage || code == cli.Incomplete {
				d.Errorf("keyturn %s: exit code %d\n%s%s", m[1], code, &d.out, &d.err)
			}
		}
	})
}

// The document tells every code, flag, format and kind of fix, and no code that does not exist.
func TestTheAuditsDocumentIsWhole(t *testing.T) {
	text, err := os.ReadFile(auditDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	var told, have []string
	for _, m := range regexp.MustCompile("(?m)^### `([a-z-]+)`$").FindAllStringSubmatch(doc, -1) {
		told = append(told, m[1])
	}
	for _, r := range finding.Rules() {
		have = append(have, string(r.Code))
	}
	if !slices.Equal(told, have) {
		t.Errorf("the document tells of %v, and there are %v", told, have)
	}
	for _, kind := range []finding.FixKind{finding.Rename, finding.Rewrite, finding.Delete, finding.Manual, finding.Withheld} {
		if !strings.Contains(doc, "| `"+string(kind)+"` |") {
			t.Errorf("the fix %s is not told of", kind)
		}
	}
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "audit", "--help")
		help, _, _ := strings.Cut(d.out.String(), "Global Flags:")
		flags := regexp.MustCompile(`(?m)^ +(--[a-z-]+)`).FindAllStringSubmatch(help, -1)
		if len(flags) < 18 {
			d.Errorf("only %d flags found", len(flags))
		}
		for _, m := range flags {
			if !strings.Contains(doc, m[1]) {
				d.Errorf("%s is not told of", m[1])
			}
		}
	})
}

// The definition of the hook is what pre-commit reads, and its command line is one of ours.
func TestTheHookIsOneOfOurs(t *testing.T) {
	text, err := os.ReadFile(hookFile)
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Entry, Language string
		Description               string
		Stages                    []string
		PassFilenames             *bool  `yaml:"pass_filenames"`
		RequireSerial             bool   `yaml:"require_serial"`
		Minimum                   string `yaml:"minimum_pre_commit_version"`
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&hooks); err != nil {
		t.Fatal(err)
	}
	if len(hooks) != 1 || hooks[0].ID != "keyturn-audit" || hooks[0].Language != "golang" || hooks[0].PassFilenames == nil || *hooks[0].PassFilenames || !slices.Equal(hooks[0].Stages, []string{"pre-commit"}) {
		t.Fatalf("%+v", hooks)
	}
	words := strings.Fields(hooks[0].Entry)
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout(".")
		asked := d.reporting(found(finding.Error), nil)
		d.run(cli.Failed, words[1:]...)
		if words[0] != "keyturn" || len(*asked) != 1 || !(*asked)[0].Staged {
			d.Errorf("%v asks for %+v", words, *asked)
		}
	})
}

// The pipelines that the document shows are YAML.
func TestThePipelinesOfTheDocumentAreYAML(t *testing.T) {
	doc, err := os.ReadFile(filepath.Clean(auditDoc))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml[^\n]*\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	if len(blocks) < 8 {
		t.Fatalf("only %d blocks found", len(blocks))
	}
	for _, m := range blocks {
		var any map[string]any
		if err := yaml.Unmarshal([]byte(m[1]), &any); err != nil || len(any) == 0 {
			t.Errorf("%v:\n%s", err, m[1])
		}
	}
}
