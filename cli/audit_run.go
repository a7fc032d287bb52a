package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/keyturn/audit"
	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/known"
	"example.com/keyturn/audit/report"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/rotation/bulk"
	"example.com/keyturn/styles"
)

// auditing is one run of the command.
type auditing struct {
	*call
	*auditFlags
	known  *known.Baseline
	roots  []source.Root
	proof  proof
	mended *report.Mended
}

func (b *builder) newAuditing(f *auditFlags) (*auditing, error) {
	if b.json && f.format == string(report.Text) {
		f.format = string(report.JSON)
	}
	a := &auditing{call: &call{Deps: b.deps, asJSON: f.format == string(report.JSON)}, auditFlags: f}
	if err := f.check(b.json, b.readOnly, f.output != ""); err != nil || f.exportGitleaks {
		return a, err
	}
	var err error
	if a.known, a.roots, err = a.auditScope(f); err != nil {
		return a, err
	}
	a.proof, err = a.proofOf(f)
	return a, err
}

// repoList reads the list of checkouts.
func (c *call) repoList(name string) ([]string, error) {
	if name == "-" {
		return source.ReadList("standard input", c.Stdin)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %s", name, reason(err))
	}
	return source.ReadList(name, bytes.NewReader(text))
}

// run does it all, and returns the exit code.
func (a *auditing) run(ctx context.Context) (int, error) {
	if a.exportGitleaks {
		return Done, report.WriteGitleaks(a.Stdout)
	}
	if a.askWorkspace {
		a.meet(ctx)
	}
	r, err := a.look(ctx)
	if err != nil {
		return 0, err
	}
	if a.fix && ctx.Err() == nil {
		if r, err = a.mend(ctx, r); err != nil {
			return 0, err
		}
	}
	if a.writeBaseline != "" && ctx.Err() == nil {
		return a.keepBaseline(r)
	}
	if err := a.tell(r); err != nil {
		return 0, incompleteError{err}
	}
	return a.verdict(r), nil
}

// look reads everything. An audit that is interrupted tells what it has found until then.
func (a *auditing) look(ctx context.Context) (finding.Report, error) {
	var far atomic.Pointer[audit.Progress]
	far.Store(&audit.Progress{})
	o := audit.Options{Options: a.Options, Progress: func(p audit.Progress) { far.Store(&p) }}
	if !a.noIgnores {
		o.Ignore = func(text []byte, list []finding.Finding) ([]finding.Finding, int, []string) {
			return known.Ignore(text, list, a.compatIgnores)
		}
	}
	if a.known != nil {
		o.Baseline = a.known.Split
	}
	a.proof.ask(&o)
	stop := a.watch(&far)
	r, err := a.Audit(ctx, o)
	stop()
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return undone(r, "interrupted: the rest was not read"), nil
	}
	if err != nil {
		return r, incompleteError{err}
	}
	r.Remarks = append(r.Remarks, a.gone(r)...)
	return a.unproven(r), nil
}

// gone lists what the baseline knows and nobody has found: somebody has mended it, and the entry can go. Of
// a part of what the baseline is about that cannot be said.
func (a *auditing) gone(r finding.Report) []finding.Remark {
	if a.known == nil || a.Staged || a.History || r.Stats.Failed > 0 || slices.ContainsFunc(a.Paths, notFolder) {
		return nil
	}
	var list []finding.Remark
	for _, e := range a.known.Gone() {
		remark := finding.Remark{Path: e.Path, Text: fmt.Sprintf("the baseline %s lists %s here, and it is gone: write it anew", a.baseline, e.Code)}
		for _, root := range a.roots {
			if below, ok := strings.CutPrefix(e.Path, strings.TrimSuffix(root.Name, "/")+"/"); ok && len(a.roots) > 1 {
				remark.Root, remark.Path = root.Name, below
			}
		}
		list = append(list, remark)
	}
	return list
}

func notFolder(name string) bool {
	info, err := os.Stat(name)
	return err != nil || !info.IsDir()
}

// undone notes in a report that something was to be done and is not.
func undone(r finding.Report, why string) finding.Report {
	r.Skipped = append(r.Skipped, finding.Skipped{Path: ".", Reason: why, Failed: true})
	r.Stats.Skipped, r.Stats.Failed = r.Stats.Skipped+1, r.Stats.Failed+1
	return r
}

// verdict is the exit code, the same in every format.
func (a *auditing) verdict(r finding.Report) int {
	if r.Stats.Failed > 0 || slices.ContainsFunc(r.Skipped, func(s finding.Skipped) bool { return s.Failed }) {
		return Incomplete
	}
	if slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return report.Fails(f.Severity, finding.Severity(a.failOn)) }) {
		return Failed
	}
	if a.write && len(a.mended.Refused) > 0 { // what was to be changed is not, whatever counts as a failure
		return Incomplete
	}
	return Done
}

// keepBaseline writes everything down that was found, so that it is known from now on.
func (a *auditing) keepBaseline(r finding.Report) (int, error) {
	if err := known.Save(a.writeBaseline, r.Findings); err != nil {
		return 0, incompleteError{err}
	}
	found := len(r.Findings)
	r.Stats.Baselined += found
	r.Findings, r.Stats.Findings = nil, nil
	if err := a.tell(r); err != nil {
		return 0, incompleteError{err}
	}
	if a.format == string(report.Text) && a.output == "" {
		fmt.Fprintf(a.Stdout, "wrote %s: %s known to it; from now on: keyturn audit --baseline %s\n", a.writeBaseline, count(found, "finding is", "findings are"), bulk.Word(a.writeBaseline))
	}
	return a.verdict(r), nil
}

// tell writes the report to where it belongs.
func (a *auditing) tell(r finding.Report) error {
	o := report.Options{
		FailOn: finding.Severity(a.failOn), Version: a.Version, Mended: a.mended, Brief: a.mended != nil && !a.write,
	}
	changeable := false
	for _, root := range a.roots {
		o.Roots = append(o.Roots, root.Name)
		changeable = changeable || root.Folder != ""
	}
	switch {
	case a.Staged || a.History || a.write || !changeable:
	case a.fix:
		o.Fix = a.again("--fix --write")
	default:
		o.Fix = a.again("--fix")
	}
	if a.output != "" {
		var text bytes.Buffer
		if err := report.Write(&text, report.Format(a.format), r, o); err != nil {
			return err
		}
		return publish(a.output, text.Bytes())
	}
	out, seen := a.Stdout, a.OutTTY
	if a.patch == "-" {
		out, seen = a.Stderr, a.ErrTTY
	}
	if seen {
		o.Styles, o.Width = a.paint(), a.Width
	}
	return report.Write(out, report.Format(a.format), r, o)
}

// paint is how text looks on the terminal; nil where nobody wants colours.
func (a *auditing) paint() *styles.Styles {
	if a.Look == nil || a.Env("NO_COLOR") != "" || a.Env("TERM") == "dumb" || a.Env("ACCESSIBLE") != "" {
		return nil
	}
	return a.Look()
}

// seenByAll is the mode of a report: others may read it, it holds no value.
const seenByAll = 0o644

// publish writes a whole file or none. What is no file, such as a pipe, is written to.
func publish(name string, text []byte) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		_, err = f.Write(text)
		return errors.Join(err, f.Close())
	}
	if err := replaceFile(name, text, true); err != nil {
		return err
	}
	return os.Chmod(name, seenByAll)
}

// tick is how often a line about progress is renewed.
const tick = 200 * time.Millisecond

// watch says on a terminal how far an audit is, once it takes longer than people like to wonder.
func (a *auditing) watch(far *atomic.Pointer[audit.Progress]) (stop func()) {
	if !a.ErrTTY || a.asJSON {
		return func() {}
	}
	bar := a.Width >= minBar && a.Env("TERM") != "dumb" && a.Env("ACCESSIBLE") == ""
	over := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() { follow(a.Stderr, far, bar, over) })
	return sync.OnceFunc(func() { close(over); done.Wait() })
}

// follow writes how much was read until it is over: in one line that goes away, or in one that stays.
func follow(w io.Writer, far *atomic.Pointer[audit.Progress], bar bool, over <-chan struct{}) {
	select {
	case <-over:
		return
	case <-time.After(patience):
	}
	if !bar {
		fmt.Fprintln(w, "reading…")
		<-over
		return
	}
	renew := time.NewTicker(tick)
	defer renew.Stop()
	for {
		p := far.Load()
		fmt.Fprintf(w, "\rreading: %d files, %d MiB; %s\x1b[K", p.Files, p.Bytes>>20, count(p.Findings, "finding", "findings"))
		select {
		case <-over:
			fmt.Fprint(w, "\r\x1b[K")
			return
		case <-renew.C:
		}
	}
}
