package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/cli"
	"example.com/keyturn/ui/testkit"
)

// renaming is an audit that finds the legacy variable wherever it stands below the roots, and would rename
// it: enough of one to see what becomes of fixes.
func renaming(_ context.Context, o audit.Options) (finding.Report, error) {
	var r finding.Report
	roots, err := source.Roots(o.Options)
	for _, root := range roots {
		names, failed := filepath.Glob(filepath.Join(root.Folder, "*.yml"))
		if failed != nil {
			return r, failed
		}
		for _, name := range names {
			raw, failed := os.ReadFile(name)
			if failed != nil {
				return r, failed
			}
			r.Stats.Files++
			start := bytes.Index(raw, []byte(finding.LegacyVariable))
			if start < 0 {
				continue
			}
			f := finding.Finding{
				Path: filepath.Base(name), Line: 1, Column: 1, Code: finding.LegacyEnvVar, Severity: finding.Warning, Message: "it is retired",
				Fix: finding.Fix{Kind: finding.Rename, Of: finding.SumOf(raw), Edits: []finding.Edit{{Start: start, End: start + len(finding.LegacyVariable), Text: finding.NewVariable}}},
			}
			if len(roots) > 1 {
				f.Root = root.Name
			}
			r.Findings = append(r.Findings, f)
		}
	}
	finding.Sort(r.Findings)
	return r, err
}

const (
	legacyLine = "LOCALSTACK_API_KEY: ${{ secrets.TOKEN }}\n"
	newLine    = "LOCALSTACK_AUTH_TOKEN: ${{ secrets.TOKEN }}\n"
)

// checkout is a git repository with one committed file.
func (d *desk) checkout(dir string) {
	d.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		d.Fatal(err)
	}
	write(d.TB, filepath.Join(dir, "ci.yml"), legacyLine)
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"}} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			d.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
}

func (d *desk) holds(name, want string) {
	d.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		d.Errorf("%s holds %q, %v", name, got, err)
	}
}

func TestFixesAreShownThenWritten(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout(".")
		d.deps.Audit = renaming
		d.run(cli.Failed, "audit").says("next: 1 can be fixed: keyturn audit --fix\n")
		d.run(cli.Failed, "audit", "--fix").says("--- a/ci.yml\n+++ b/ci.yml\n", "\n-LOCALSTACK_API_KEY: ", "\n+LOCALSTACK_AUTH_TOKEN: ", "would mend 1 finding in 1 file\n", "next: 1 can be fixed: keyturn audit --fix --write\n")
		d.holds("ci.yml", legacyLine)
		d.run(cli.Done, "audit", "--fix", "--write").says("mended 1 finding in 1 file\nnothing found\n")
		d.holds("ci.yml", newLine)
		d.run(cli.Done, "audit", "--fix", "--write").says("mended 0 findings in 0 files\nnothing found\n")
		d.holds("ci.yml", newLine)
	})
}

func TestAFileWithChangesIsLeftUnlessForced(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout(".")
		d.deps.Audit = renaming
		write(d.TB, "ci.yml", "a: 1\n"+legacyLine)
		d.run(cli.Failed, "audit", "--fix", "--write").says("mended 0 findings in 0 files\n  left as it is: ci.yml: ", "1 finding: 1 warning")
		d.run(cli.Failed, "audit", "--fix", "--write", "--json").says(`"written": true`, `"path": "ci.yml"`, `"reason": "`)
		d.run(cli.Incomplete, "audit", "--fix", "--write", "--fail-on", "never").says("left as it is: ci.yml: ")
		d.holds("ci.yml", "a: 1\n"+legacyLine)
		d.run(cli.Done, "audit", "--fix", "--write", "--force").says("mended 1 finding in 1 file\n")
		d.holds("ci.yml", "a: 1\n"+newLine)
	})
}

func TestAPatchIsForGit(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout("one")
		d.checkout("two")
		d.deps.Audit = renaming
		d.run(cli.Failed, "audit", "one", "--fix", "--patch", "fix.patch").says("would mend 1 finding in 1 file")
		onFile, err := os.ReadFile("fix.patch")
		if err != nil {
			d.Fatal(err)
		}
		d.run(cli.Failed, "audit", "one", "--fix", "--patch", "-")
		if piped := d.out.String(); piped != string(onFile) || !strings.HasPrefix(piped, "diff --git ") || !strings.Contains(d.err.String(), "would mend") {
			d.Errorf("%s instead of %s, beside %s", piped, onFile, &d.err)
		}
		d.holds("one/ci.yml", legacyLine)
		if out, err := exec.Command("git", "-C", "one", "apply", "../fix.patch").CombinedOutput(); err != nil {
			d.Errorf("git apply: %v\n%s", err, out)
		}
		d.holds("one/ci.yml", newLine)
		d.run(cli.Failed, "audit", "two", "--fix", "--patch", "-", "--format", "json", "--output", "report.json")
		if d.err.Len() > 0 || !strings.HasPrefix(d.out.String(), "diff --git ") {
			d.Errorf("%s%s", &d.out, &d.err)
		}
		d.checkout("three")
		d.run(cli.Usage, "audit", "two", "three", "--fix", "--patch", "-").says("lie in 2 roots")
		d.run(cli.Incomplete, "audit", "two", "--fix", "--patch", "none/x").says("none/x")
	})
}

// Several roots are fixed each where it lies, and the next command names them again.
func TestSeveralRootsAreFixed(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.checkout("one")
		d.checkout("a b")
		d.deps.Audit = renaming
		d.run(cli.Failed, "audit", "one", "a b", "--include-vendored").says("next: 2 can be fixed: keyturn audit --fix --include-vendored one 'a b'\n")
		d.run(cli.Failed, "audit", "one", "a b", "--fix").says("--- a/one/ci.yml", "--- a/a b/ci.yml")
		d.run(cli.Done, "audit", "one", "a b", "--fix", "--write").says("mended 2 findings in 2 files")
		d.holds("one/ci.yml", newLine)
		d.holds("a b/ci.yml", newLine)
	})
}
