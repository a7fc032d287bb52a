// Package audit finds what is left of LocalStack's legacy credentials, and tokens where none belong, in
// everything it is pointed at: it joins reading, looking, judging and what is known already to one report.
package audit

import (
	"context"
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/inspect"
	"example.com/keyturn/audit/prove"
	"example.com/keyturn/audit/source"
	"example.com/keyturn/crash"
)

// Options say what is audited, and what is known already.
type Options struct {
	source.Options // Worth and Live are set by Run

	// Ignore takes out of the findings of one text those that the text itself says are to be ignored, and
	// complains of marks that are wrong. Nil: nothing is ignored.
	Ignore func(text []byte, list []finding.Finding) (kept []finding.Finding, ignored int, remarks []string)

	// Baseline tells findings that nobody knows of from those that are known. Nil: nobody knows of any.
	Baseline func(list []finding.Finding) (fresh, known []finding.Finding)

	// Identify says whose credentials values are, in their order; nil for one that is nobody's. Nil: nobody
	// is asked.
	Identify prove.Identify

	// People are the members by whose names a secret may be called. Nil: nobody's name is known.
	People *prove.People

	// Progress is told how far the audit is, a few times a second and once at the end; never by two
	// goroutines at once.
	Progress func(Progress)
}

// Run audits. The report of the same files is the same, however many workers there are.
//
// With an error the report holds what was found until then: nothing if the mistake is in the options, else
// everything that was read before ctx was done, or before the workspace could not be asked.
func Run(ctx context.Context, o Options) (finding.Report, error) {
	return audited(ctx, o, inspect.Look)
}

func audited(ctx context.Context, o Options, look func(path string, text []byte) inspect.Result) (finding.Report, error) {
	begun := time.Now()
	r := &run{Options: o, parts: map[string]bool{}, told: map[oneFile]int{}, untold: map[oneFile]int{}, inspect: look}
	r.Worth, r.Live = inspect.Worth, &source.Live{}
	stop := r.tell()
	outcome, err := source.Each(ctx, r.Options.Options, r.look)
	stop()
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("the audit was stopped before everything was read: %w", ctx.Err())
	}
	report := r.report(outcome)
	if err == nil && o.Identify != nil {
		if report.Findings, err = prove.Findings(ctx, report.Findings, o.Identify); err != nil {
			err = fmt.Errorf("ask whose the literals are: %w", err)
		}
	}
	report.Findings = inspect.Settle(report.Findings, r.folders)
	if o.Baseline != nil {
		fresh, known := o.Baseline(report.Findings)
		report.Findings, report.Stats.Baselined = fresh, len(known)
	}
	report.Stats.Findings = map[finding.Severity]int{finding.Error: 0, finding.Warning: 0, finding.Note: 0}
	for _, f := range report.Findings {
		report.Stats.Findings[f.Severity]++
	}
	report.Stats.Millis = time.Since(begun).Milliseconds()
	return report, err
}

// run is one audit.
type run struct {
	Options
	progress counts

	mu      sync.Mutex
	parts   map[string]bool // the files that were looked at in parts, by root and path
	found   []finding.Finding
	folders []inspect.Folder
	remarks []finding.Remark
	ignored int
	told    map[oneFile]int // findings
	untold  map[oneFile]int
	failed  []finding.Skipped

	inspect func(path string, text []byte) inspect.Result
}

// look looks at one text. It is called by several workers at once. A text that keyturn itself fails on is
// counted as not read, and the others are read.
func (r *run) look(f source.File) error {
	defer func() {
		if recovered := recover(); recovered != nil {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.failed = append(r.failed, finding.Skipped{Root: f.Root, Path: f.Path, Failed: true, Reason: fmt.Sprintf("keyturn itself failed on it (%s): please report it", crash.Of(recovered))})
		}
	}()
	result := r.inspect(f.InRepo, f.Raw)
	list, ignored, wrong := r.People.Among(result.Findings, result.Fed), 0, []string(nil)
	if r.Ignore != nil {
		list, ignored, wrong = r.Ignore(f.Raw, list)
	}
	for i := range list {
		place(&list[i], f)
	}
	if result.Remark != "" {
		wrong = append(wrong, result.Remark)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !f.Part || !r.parts[f.Root+"\x00"+f.Path] {
		r.progress.candidates.Add(1)
	}
	if f.Part {
		r.parts[f.Root+"\x00"+f.Path] = true
	}
	r.progress.findings.Add(int64(len(list)))
	r.found = append(r.found, r.atMost(f, list)...)
	r.ignored += ignored
	if result.Own || result.Other {
		r.folders = append(r.folders, inspect.Folder{Root: f.Root, Path: path.Dir(f.Path), Own: result.Own, Other: result.Other})
	}
	for _, text := range wrong {
		r.remarks = append(r.remarks, finding.Remark{Root: f.Root, Path: f.Path, Text: text})
	}
	return nil
}

// mostPerFile is how many findings of one file are told: more would fill the memory, and nobody reads them.
const mostPerFile = 10_000

// atMost cuts the findings of a file that has very many, and remembers how many are left out.
func (r *run) atMost(f source.File, list []finding.Finding) []finding.Finding {
	file := fileOf(f)
	room := max(0, mostPerFile-r.told[file])
	if len(list) > room {
		r.untold[file] += len(list) - room
		list = slices.Clone(list[:room])
	}
	r.told[file] += len(list)
	return list
}

// oneFile is a file of a root, at one moment of its history.
type oneFile struct{ root, path, commit string }

func fileOf(f source.File) oneFile {
	file := oneFile{root: f.Root, path: f.Path}
	if f.Commit != nil {
		file.commit = f.Commit.Hash
	}
	return file
}

// place moves a finding from its text to where that text is from. What cannot be changed by the bytes of
// the text is left to a person.
func place(found *finding.Finding, f source.File) {
	found.Root, found.Path, found.Commit = f.Root, f.Path, f.Commit
	if found.Line == 1 {
		found.Column += f.Column
		found.EndColumn += f.Column
	}
	found.Line += f.Line
	if f.NoFix != "" && found.Fix.Kind.Fixable() {
		found.Fix = finding.Fix{Kind: finding.Manual, Reason: f.NoFix, Edits: []finding.Edit{}}
	}
}

// report puts together what was found and what became of the files.
func (r *run) report(o source.Outcome) finding.Report {
	finding.Sort(r.found)
	o.Skipped = finding.SortSkipped(append(o.Skipped, r.failed...))
	for file, more := range r.untold {
		r.remarks = append(r.remarks, finding.Remark{Root: file.root, Path: file.path, Text: fmt.Sprintf("the first %d findings of it are told, and %d more are not", mostPerFile, more)})
	}
	report := finding.Report{
		Version: 1, Findings: slices.CompactFunc(r.found, r.again), Skipped: o.Skipped, Remarks: finding.SortRemarks(append(o.Remarks, r.remarks...)),
		Stats: finding.Stats{
			Roots: o.Roots, Files: o.Files, Bytes: o.Bytes, Candidates: int(r.progress.candidates.Load()),
			Skipped: len(o.Skipped), Ignored: r.ignored,
		},
	}
	for _, s := range o.Skipped {
		if s.Failed {
			report.Stats.Failed++
		}
	}
	return report
}

// again reports whether a finding is the same as the one before, met in the next part of a file too.
func (r *run) again(a, b finding.Finding) bool {
	return a.Path == b.Path && a.Root == b.Root && a.Line == b.Line && a.Column == b.Column && a.Code == b.Code && r.parts[a.Root+"\x00"+a.Path]
}
