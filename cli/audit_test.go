package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/cli"
	"example.com/keyturn/models"
	"example.com/keyturn/styles"
	"example.com/keyturn/ui/testkit"
)

const canary = "canary-4711"

// reporting makes the audit find what it is told, and keeps what it was asked.
func (d *desk) reporting(r finding.Report, err error) *[]audit.Options {
	asked := &[]audit.Options{}
	d.deps.Audit = func(_ context.Context, o audit.Options) (finding.Report, error) {
		*asked = append(*asked, o)
		return r, err
	}
	return asked
}

// found is a report of these severities; each holds a value that must not be seen.
func found(severities ...finding.Severity) finding.Report {
	r := finding.Report{Version: 1, Stats: finding.Stats{Roots: 1, Files: 12, Bytes: 4096}}
	for i, s := range severities {
		r.Findings = append(r.Findings, finding.Finding{
			Path: fmt.Sprintf("ci-%d.yml", i), Line: 3, Column: 5, EndColumn: 9, Code: finding.LegacyEnvVar, Severity: s, Message: "it is retired", Excerpt: "A: ****",
			Fix: finding.Fix{Kind: finding.Rename}, Value: models.NewSecret(canary),
		})
	}
	return r
}

// unread is a report in which something is missing.
func unread(r finding.Report) finding.Report {
	r.Skipped = append(r.Skipped, finding.Skipped{Path: "secret.yml", Reason: "permission denied", Failed: true})
	r.Stats.Skipped, r.Stats.Failed = 1, 1
	return r
}

// The exit code is the same in every format, and the answer is whole in each.
func TestAnAuditsExitCode(t *testing.T) {
	const e, w, n = finding.Error, finding.Warning, finding.Note
	at(t, testkit.Sample, func(d *desk) {
		t := d.TB
		t.Chdir(t.TempDir())
		for _, c := range []struct {
			name   string
			report finding.Report
			failOn string
			want   int
		}{
			{"clean", found(), "", cli.Done},
			{"clean, and strict", found(), "note", cli.Done},
			{"an error", found(e), "", cli.Failed},
			{"a warning", found(n, w), "", cli.Failed},
			{"a note", found(n, n), "", cli.Done},
			{"a note, and strict", found(n), "note", cli.Failed},
			{"a warning, and lenient", found(w, n), "error", cli.Done},
			{"an error, and lenient", found(n, e), "error", cli.Failed},
			{"an error, and never", found(e), "never", cli.Done},
			{"unread", unread(found()), "", cli.Incomplete},
			{"unread, with an error", unread(found(e)), "", cli.Incomplete},
			{"unread, and never", unread(found(e)), "never", cli.Incomplete},
		} {
			for _, format := range []string{"text", "json", "sarif", "github", "junit"} {
				args := []string{"audit", "--format", format}
				if c.failOn != "" {
					args = append(args, "--fail-on", c.failOn)
				}
				d.reporting(c.report, nil)
				d.run(c.want, args...)
				if got := d.out.String(); got == "" || strings.Contains(got, canary) || strings.Contains(got, "permission denied") != (c.want == cli.Incomplete) {
					t.Errorf("%s as %s:\n%s", c.name, format, got)
				}
				if d.err.Len() > 0 {
					t.Errorf("%s as %s: standard error says %s", c.name, format, &d.err)
				}
			}
		}
	})
}

func TestAnAuditThatMakesNoSenseIsUsage(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		dir := d.TempDir()
		d.Chdir(dir)
		write(d.TB, "broken", "no baseline\n")
		write(d.TB, "repos", "# mine\nnowhere\n")
		write(d.TB, "empty", "# none\n")
		asked := d.reporting(found(), nil)
		for _, c := range []struct{ args, says string }{
			{"--format xml", "--format is text, json, sarif, github or junit"},
			{"--fail-on fatal", "--fail-on is error, warning, note or never"},
			{"--write", "--write changes files only with --fix"},
			{"--patch x", "--patch writes a patch only with --fix"},
			{"--rename-secrets", "add --fix"},
			{"--fix --force", "add --fix --write"},
			{"--fix --write --patch x", "choose one"},
			{"--fix --write --read-only", "--read-only changes nothing"},
			{"--fix --staged", "leave --staged out"},
			{"--fix --history", "leave --history out"},
			{"--fix -", "name one instead of standard input"},
			{"--fix --write-baseline x", "one after the other"},
			{"--staged --history", "choose one"},
			{"- .", "standard input is read by itself"},
			{"- --repos repos", "standard input is read by itself"},
			{"- --history", "no history"},
			{"--stdin-name x", "write a dash for PATH"},
			{"--baseline x --write-baseline x", "leave --baseline out"},
			{"--no-ignores --compat-ignores", "contradict"},
			{"--fix --patch - --format sarif", "--output"},
			{"--json --format sarif", "--json contradicts --format sarif"},
			{"nowhere", "nowhere"},
			{"--repos nolist", "nolist"},
			{"--repos empty", "empty lists no repository"},
			{"--baseline none", "none"},
			{"--baseline broken", "the baseline broken: line 1"},
		} {
			d.run(cli.Usage, append([]string{"audit"}, strings.Fields(c.args)...)...).says(c.says)
			if !strings.Contains(c.args, "--format") {
				d.run(cli.Usage, append([]string{"audit", "--json"}, strings.Fields(c.args)...)...).says(`"code": "usage"`)
			}
		}
		if len(*asked) > 0 {
			d.Error("an audit was made all the same")
		}
		d.run(cli.Usage, "audit", "nowhere", "--format", "json").says(`"command": "audit"`, `"code": "usage"`)
	})
}

// An audit needs no service and no token, and asks for what the command line says.
func TestAnAuditIsToldWhatToRead(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.env = map[string]string{}
		write(d.TB, "a.yml", "x")
		write(d.TB, "list", "one\n")
		write(d.TB, "known", "")
		for _, dir := range []string{"one", "two"} {
			if err := os.Mkdir(dir, 0o700); err != nil {
				d.Fatal(err)
			}
		}
		asked := d.reporting(found(), nil)
		d.run(cli.Done, "audit", "a.yml", "two", "--repos", "list", "--include-vendored", "--no-ignores", "--baseline", "known")
		o := (*asked)[0]
		if !slices.Equal(o.Paths, []string{"a.yml", "two"}) || !slices.Equal(o.Repos, []string{"one"}) || !o.IncludeVendored || o.Ignore != nil || o.Baseline == nil {
			d.Errorf("%+v", o)
		}
		d.deps.Stdin = strings.NewReader("text")
		d.run(cli.Done, "audit", "-", "--stdin-name", "compose.yml", "--compat-ignores")
		if o = (*asked)[1]; o.Stdin != d.deps.Stdin || o.StdinName != "compose.yml" || o.Baseline != nil {
			d.Errorf("%+v", o)
		}
		list := []finding.Finding{{Line: 1, Code: finding.LegacyKeyLiteral}}
		if kept, ignored, _ := o.Ignore([]byte("x # gitleaks:allow"), list); len(kept) > 0 || ignored != 1 {
			d.Error("the mark of another scanner is not obeyed")
		}
		d.deps.Stdin = strings.NewReader("two\n")
		d.run(cli.Done, "audit", "--repos", "-")
		if o = (*asked)[2]; !slices.Equal(o.Repos, []string{"two"}) || len(o.Paths) > 0 {
			d.Errorf("%+v", o)
		}
	})
}

func TestAnAuditsJSONHasNoEnvelope(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		for _, args := range [][]string{{"audit", "--json"}, {"audit", "--format", "json"}} {
			d.reporting(found(finding.Warning), nil)
			d.run(cli.Failed, args...)
			var doc map[string]any
			if err := json.Unmarshal(d.out.Bytes(), &doc); err != nil || doc["version"] != 1.0 || len(doc["findings"].([]any)) != 1 || doc["data"] != nil {
				d.Errorf("%v: %s", err, &d.out)
			}
		}
		d.reporting(finding.Report{}, errors.New("git is not there"))
		d.run(cli.Incomplete, "audit", "--json").says(`"command": "audit"`, "git is not there")
		d.run(cli.Incomplete, "audit").says("keyturn: git is not there")
	})
}

// What was found until then is told in every format, and that it is not all.
func TestAnAuditThatIsInterruptedTellsWhatItFound(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		for _, format := range []string{"text", "json", "sarif", "github", "junit"} {
			ctx, stop := context.WithCancel(d.Context())
			d.deps.Audit = func(ctx context.Context, _ audit.Options) (finding.Report, error) {
				stop()
				<-ctx.Done()
				return found(finding.Error), ctx.Err()
			}
			d.out.Reset()
			if code := cli.Execute(ctx, d.deps, []string{"audit", "--fix", "--format", format}); code != cli.Incomplete {
				d.Errorf("exit code %d", code)
			}
			d.says("interrupted: the rest was not read", "ci-0.yml")
		}
	})
}

func TestAReportGoesToAFile(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		dir := d.TempDir()
		d.Chdir(dir)
		d.reporting(found(finding.Error), nil)
		d.run(cli.Failed, "audit", "--format", "sarif", "--output", "out.sarif")
		d.run(cli.Failed, "audit", "--format", "sarif", "--output", "out.sarif")
		if d.out.Len()+d.err.Len() > 0 {
			d.Errorf("it says %s%s", &d.out, &d.err)
		}
		text, err := os.ReadFile("out.sarif")
		if err != nil || !bytes.Contains(text, []byte(`"2.1.0"`)) {
			d.Errorf("%v: %s", err, text)
		}
		if info, err := os.Stat("out.sarif"); err != nil || info.Mode().Perm() != 0o644 {
			d.Errorf("mode %v, %v", info.Mode(), err)
		}
		d.run(cli.Failed, "audit", "--output", os.DevNull)
		if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
			d.Errorf("the place where nothing stays is a file now: %v, %v", info, err)
		}
		d.run(cli.Incomplete, "audit", "--output", filepath.Join(dir, "none", "x")).says("none")
	})
}

// A baseline that is written is known to the next audit: everything in it is, and nothing else.
func TestABaselineIsWrittenAndRead(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.reporting(found(finding.Error, finding.Note), nil)
		d.run(cli.Done, "audit", "--write-baseline", "known findings").says("2 known to the baseline", "wrote known findings: 2 findings are known to it", "keyturn audit --baseline 'known findings'")
		text, err := os.ReadFile("known findings")
		if err != nil || bytes.Contains(text, []byte(canary)) || bytes.Count(text, []byte("\n")) != 3 {
			d.Errorf("%v: %s", err, text)
		}
		d.deps.Audit = func(_ context.Context, o audit.Options) (finding.Report, error) {
			r := found(finding.Error, finding.Note, finding.Error)
			r.Findings, _ = o.Baseline(r.Findings)
			return r, nil
		}
		d.run(cli.Failed, "audit", "--baseline", "known findings").says("ci-2.yml", "1 finding: 1 error").doesNotSay("ci-0.yml")
		d.reporting(found(), nil)
		const gone = "ci-0.yml: the baseline known findings lists legacy-env-var here, and it is gone"
		d.run(cli.Done, "audit", "--baseline", "known findings").says("remark: " + gone)
		write(d.TB, "one.yml", "x")
		d.run(cli.Done, "audit", "one.yml", "--baseline", "known findings").doesNotSay(gone)
		d.reporting(unread(found()), nil)
		d.run(cli.Incomplete, "audit", "--baseline", "known findings").doesNotSay(gone)
		d.reporting(unread(found(finding.Error)), nil)
		d.run(cli.Incomplete, "audit", "--write-baseline", "b", "--json").says(`"baselined": 1`, `"findings": []`)
		d.run(cli.Incomplete, "audit", "--write-baseline", "none/b").says("write the baseline")
	})
}

// On a terminal there are colours and lines that fit, unless somebody does not want them.
func TestAnAuditPaintsForTerminalsOnly(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.reporting(found(finding.Error), nil)
		d.deps.Look = func() *styles.Styles { return styles.New(styles.Options{Profile: termenv.ANSI256}) }
		paints := func(args ...string) bool {
			d.out.Reset()
			cli.Execute(d.Context(), d.deps, append([]string{"audit"}, args...))
			return strings.Contains(d.out.String(), "\x1b[")
		}
		if paints() {
			d.Error("a pipe gets colours")
		}
		d.answers()
		d.deps.Width = 80
		if !paints() {
			d.Error("a terminal gets no colours")
		}
		for _, c := range []struct{ name, value string }{{"NO_COLOR", "1"}, {"TERM", "dumb"}, {"ACCESSIBLE", "1"}} {
			d.env[c.name] = c.value
			if paints() {
				d.Errorf("%s=%s is not obeyed", c.name, c.value)
			}
			delete(d.env, c.name)
		}
		for _, format := range []string{"json", "sarif", "github", "junit"} {
			if paints("--format", format) {
				d.Errorf("%s has colours", format)
			}
		}
	})
}

// A long audit says on a terminal how far it is, takes that away again, and says nothing to programs.
func TestALongAuditSaysHowFarItIs(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.Chdir(d.TempDir())
		d.answers()
		d.deps.Width = 80
		d.deps.Audit = func(_ context.Context, o audit.Options) (finding.Report, error) {
			o.Progress(audit.Progress{Files: 1234, Bytes: 5 << 20, Findings: 1})
			time.Sleep(time.Second)
			return found(), nil
		}
		said := func(args ...string) string {
			d.err.Reset()
			cli.Execute(d.Context(), d.deps, append([]string{"audit"}, args...))
			return d.err.String()
		}
		if got := said(); !strings.HasPrefix(got, "\rreading: 1234 files, 5 MiB; 1 finding\x1b[K\r") || !strings.HasSuffix(got, "\r\x1b[K") {
			d.Errorf("%q", got)
		}
		d.env["TERM"] = "dumb"
		if got := said(); got != "reading…\n" {
			d.Errorf("on a dumb terminal: %q", got)
		}
		if got := said("--json"); got != "" {
			d.Errorf("with JSON: %q", got)
		}
		d.deps.ErrTTY = false
		if got := said(); got != "" {
			d.Errorf("without a terminal: %q", got)
		}
		d.deps.ErrTTY = true
		d.reporting(found(), nil)
		if got := said(); got != "" {
			d.Errorf("a short one: %q", got)
		}
	})
}

func TestTheRulesForGitleaksAreWritten(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "audit", "--export-gitleaks").says("[[rules]]", `id = "localstack-hardcoded-auth-token"`)
	})
}

func TestAnAuditsFlagsAreCompleted(t *testing.T) {
	at(t, testkit.Sample, func(d *desk) {
		d.run(cli.Done, "__complete", "audit", "--format", "").says("sarif", "junit")
		d.run(cli.Done, "__complete", "audit", "--fail-on", "").says("never")
		d.run(cli.Done, "__complete", "audit", "--f").says("--fix", "--format")
	})
}
