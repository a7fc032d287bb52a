package testkit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/models"
	"example.com/keyturn/ui/kit"
)

// disk is the checkouts of a world, and the list of those that were scanned before. Scanning is free; every
// write of a file must have been expected, as "write ROOT/PATH".
type disk struct {
	order    []string // of the roots, as they came
	findings map[string][]finding.Finding
	refuse   map[string]string // by path: why it is not written
	known    []kit.Scanned     // as it was kept, the newest first
	here     string
}

// Checkout puts a checkout on the disk.
func (w *World) Checkout(root string, findings ...finding.Finding) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.disk.findings == nil {
		w.disk.findings, w.disk.refuse = map[string][]finding.Finding{}, map[string]string{}
	}
	if !slices.Contains(w.disk.order, root) {
		w.disk.order = append(w.disk.order, root)
	}
	w.disk.findings[root] = findings
}

// StartIn says in which checkout the console is started.
func (w *World) StartIn(root string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disk.here = root
}

// ScannedBefore says what an earlier session has kept, the newest first.
func (w *World) ScannedBefore(list ...kit.Scanned) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disk.known = append(w.disk.known, list...)
}

// RefuseFile says why a file cannot be written.
func (w *World) RefuseFile(path, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disk.refuse[path] = why
}

// Kept is what the next session would know of checkouts.
func (w *World) Kept() []kit.Scanned {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.disk.known)
}

// auditor is the world as the console scans checkouts.
type auditor struct{ w *World }

func (a auditor) Known(ctx context.Context) (kit.KnownRepos, error) {
	if err := a.w.enter(ctx, "known"); err != nil {
		return kit.KnownRepos{}, err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	return kit.KnownRepos{Scanned: slices.Clone(a.w.disk.known), Here: a.w.disk.here, Home: "/home/ada"}, nil
}

func (a auditor) Remember(ctx context.Context, s kit.Scanned) error {
	if err := a.w.enter(ctx, "remember"); err != nil {
		return err
	}
	a.forget(s.Root)
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	a.w.disk.known = slices.Insert(a.w.disk.known, 0, s)
	return nil
}

func (a auditor) Forget(ctx context.Context, root string) error {
	if err := a.w.enter(ctx, "forget"); err != nil {
		return err
	}
	a.forget(root)
	return nil
}

func (a auditor) forget(root string) {
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	a.w.disk.known = slices.DeleteFunc(a.w.disk.known, func(s kit.Scanned) bool { return s.Root == root })
}

func (a auditor) Folder(ctx context.Context, typed string) (string, error) {
	if err := a.w.enter(ctx, "folder"); err != nil {
		return "", err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	root := strings.TrimSuffix(strings.Replace(typed, "~", "/home/ada", 1), "/")
	if _, there := a.w.disk.findings[root]; !there {
		return "", errors.New("there is no folder " + typed)
	}
	return root, nil
}

func (a auditor) Complete(ctx context.Context, typed string) ([]string, error) {
	if err := a.w.enter(ctx, "complete"); err != nil {
		return nil, err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	var offers []string
	for _, root := range a.w.disk.order {
		if short := strings.Replace(root, "/home/ada", "~", 1) + "/"; strings.HasPrefix(short, typed) {
			offers = append(offers, short)
		}
	}
	return offers, nil
}

// Scan tells that it is half-way, waits at the gate "scan", and is over. One that is stopped there has found
// the first half.
func (a auditor) Scan(ctx context.Context, root string, tell func(kit.Progress)) (finding.Report, error) {
	a.w.mu.Lock()
	list := slices.Clone(a.w.disk.findings[root])
	gate := a.w.gates["scan"]
	stubborn := a.w.gates["scan answer"]
	a.w.mu.Unlock()
	half := len(list) / 2
	tell(kit.Progress{Files: 1204, Bytes: 35 << 20, Findings: half})
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return report(root, list[:half]), ctx.Err()
		case <-a.w.over:
			return finding.Report{}, context.Canceled
		}
	}
	if stubborn != nil {
		select {
		case <-stubborn:
		case <-a.w.over:
		}
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	if faults := a.w.faults["scan"]; len(faults) > 0 {
		a.w.faults["scan"] = faults[1:]
		return finding.Report{}, faults[0]
	}
	return report(root, list), nil
}

func report(root string, list []finding.Finding) finding.Report {
	list = slices.Clone(list)
	for i := range list {
		list[i].Root = root
	}
	finding.Sort(list)
	return finding.Report{
		Version: 1, Findings: list, Skipped: []finding.Skipped{}, Remarks: []finding.Remark{},
		Stats: finding.Stats{Roots: 1, Files: 2408, Bytes: 70 << 20, Millis: 1400},
	}
}

func (a auditor) Preview(ctx context.Context, picked []finding.Finding) (kit.Mending, error) {
	if err := a.w.enter(ctx, "preview"); err != nil {
		return kit.Mending{}, err
	}
	a.w.mu.Lock()
	defer a.w.mu.Unlock()
	var m kit.Mending
	at := map[string]int{}
	for _, f := range picked {
		file := f.Root + "/" + f.Path
		if why := a.w.disk.refuse[f.Path]; why != "" {
			m.Refused = append(m.Refused, kit.FileOutcome{Root: f.Root, Path: f.Path, Refused: why, Findings: 1})
			continue
		}
		if _, known := at[file]; !known {
			at[file] = len(m.Files)
			m.Files = append(m.Files, kit.FileDiff{Root: f.Root, Path: f.Path, Lines: []kit.DiffLine{
				{Part: kit.DiffFile, Text: "--- a/" + f.Path}, {Part: kit.DiffFile, Text: "+++ b/" + f.Path},
			}})
		}
		d := &m.Files[at[file]]
		d.Findings++
		d.Lines = append(d.Lines, kit.DiffLine{Part: kit.DiffPlace, Text: fmt.Sprintf("@@ -%d +%d @@", f.Line, f.Line)},
			kit.DiffLine{Part: kit.DiffGone, Text: "-" + f.Excerpt})
		if f.Fix.Kind != finding.Delete {
			d.Lines = append(d.Lines, kit.DiffLine{Part: kit.DiffMade, Text: "+" + strings.ReplaceAll(f.Excerpt, finding.LegacyVariable, finding.NewVariable)})
		}
	}
	m.Write = func(ctx context.Context) ([]kit.FileOutcome, error) { return a.write(ctx, m, picked) }
	return m, nil
}

func (a auditor) write(ctx context.Context, m kit.Mending, picked []finding.Finding) ([]kit.FileOutcome, error) {
	outcomes := slices.Clone(m.Refused)
	for _, f := range m.Files {
		if err := a.w.act(ctx, "write "+f.Root+"/"+f.Path); err != nil {
			outcomes = append(outcomes, kit.FileOutcome{Root: f.Root, Path: f.Path, Refused: err.Error(), Findings: f.Findings})
			continue
		}
		outcomes = append(outcomes, kit.FileOutcome{Root: f.Root, Path: f.Path, Findings: f.Findings})
		a.w.mu.Lock()
		a.w.disk.findings[f.Root] = slices.DeleteFunc(a.w.disk.findings[f.Root], func(one finding.Finding) bool {
			return one.Path == f.Path && slices.ContainsFunc(picked, func(p finding.Finding) bool { return p.Path == one.Path && p.Line == one.Line })
		})
		a.w.mu.Unlock()
	}
	return outcomes, nil
}

// Place is a finding at a line of a file that keyturn can rename.
func Place(path string, line int) finding.Finding {
	return finding.Finding{
		Path: path, Line: line, Column: 7, EndColumn: 25, Code: finding.LegacyEnvVar, Severity: finding.Warning, Subject: finding.LegacyVariable,
		Message: finding.LegacyVariable + " is set: the variable is " + finding.NewVariable,
		Excerpt: finding.LegacyVariable + ": ${{ secrets.DEPLOY }}", Fix: finding.Fix{Kind: finding.Rename, Edits: []finding.Edit{{Start: 6, End: 24, Text: finding.NewVariable}}},
	}
}

// Checkouts puts two checkouts on the disk of a world: one in which the console is started, and one that was
// scanned three days ago.
func Checkouts(w *World) {
	Sample(w)
	held := Place("compose.yml", 9)
	held.Fix = finding.Fix{Kind: finding.Withheld, Reason: "the image localstack/localstack:1.4 does not know the new name", Edits: []finding.Edit{}}
	leaked := Place("scripts/start.sh", 3)
	leaked.Code, leaked.Severity, leaked.Subject = finding.LegacyKeyLiteral, finding.Error, ""
	leaked.Message, leaked.Excerpt = "a legacy key is written into the file", "export LOCALSTACK_API_KEY=•••"
	leaked.Fix = finding.Fix{Kind: finding.Manual, Reason: "rotate the key, then read it from a secret store", Edits: []finding.Edit{}}
	leaked.Proven = &finding.Identity{Credential: "crd_lci", Kind: models.LegacyCIKey, Name: "release-legacy", State: "current"}
	ref := Place(".github/workflows/ci.yml", 14)
	ref.Code, ref.Severity, ref.Subject = finding.LegacySecretRef, finding.Note, "RELEASE_LEGACY"
	ref.Message, ref.Fix = "LOCALSTACK_AUTH_TOKEN is fed from a secret with the legacy name", finding.Fix{Kind: finding.Manual, Reason: "create the secret under its new name", Edits: []finding.Edit{}}
	w.Checkout("/home/ada/src/shop", Place(".github/workflows/ci.yml", 12), ref, Place(".github/workflows/nightly.yml", 5), held, leaked)
	w.Checkout("/home/ada/src/billing", Place("Jenkinsfile", 21))
	w.Checkout("/home/ada/src/clean")
	w.StartIn("/home/ada/src/shop")
	w.ScannedBefore(kit.Scanned{Root: "/home/ada/src/billing", At: start.Add(-3 * day), Counts: kit.FindingCounts{Warnings: 1, Fixable: 1}})
}
