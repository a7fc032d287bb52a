// Package mend turns findings into changed files: it plans, shows what would change, writes it down as a
// patch, and writes it to disk.
//
// Only the bytes under the edits change. A file is mended as a whole or not at all, and is left alone
// whenever there is a doubt: it is not the file that was looked at, two findings want different things, the
// result would not parse or would say something else, or it could not be given back.
package mend

import (
	"context"
	"errors"
	"slices"
	"strings"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/mend/shape"
)

// Options say how far to go.
type Options struct {
	// RenameSecrets also points to secrets and variables by their new names. They have to be made first: see
	// Change.Needs.
	RenameSecrets bool

	// Force writes what cannot be given back, too: see Write.
	Force bool

	// Folder is where a root lies. Without it a root is a path, and the root without a name is the folder in
	// which the program runs.
	Folder func(root string) string
}

func (o Options) folder(root string) string {
	if o.Folder != nil {
		return o.Folder(root)
	}
	if root == "" {
		return "."
	}
	return root
}

// Change is one file as it is and as it would be.
type Change struct {
	Root, Path    string // as in its findings
	Before, After []byte
	Findings      []finding.Finding // what is mended by it
	Needs         []Need            // what has to be there before the change is used

	edits []finding.Edit // from Before to After
}

// Need is a secret or a variable of a CI system that a changed file points to by a new name.
type Need struct {
	Root     string
	Name     string
	Was      string   // the name of the one that holds the value now
	Variable bool     // it is a plain variable and no secret
	Paths    []string // of the files that point to it
}

// Refusal is a file that is left as it is, and why.
type Refusal struct {
	Root, Path string
	Reason     string
	Findings   []finding.Finding // what is not mended therefore
}

// Plan makes changes of findings, in the order of roots and paths. read returns a file as it is on disk.
// Findings that no edit would mend are passed over. Every other file is in one of the two lists, unless there
// is an error: that is only when nobody waits for the plan any more.
func Plan(findings []finding.Finding, read func(root, path string) ([]byte, error), o Options) ([]Change, []Refusal, error) {
	var changes []Change
	var refused []Refusal
	for _, file := range byFile(findings, o) {
		change, err := file.plan(read, o)
		switch {
		case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			return nil, nil, err
		case err != nil:
			refused = append(refused, Refusal{Root: file.root, Path: file.path, Reason: err.Error(), Findings: file.findings})
		case len(change.edits) > 0:
			changes = append(changes, change)
		}
	}
	return changes, refused, nil
}

// file is what is to be done to one file.
type file struct {
	root, path string
	findings   []finding.Finding
}

func byFile(findings []finding.Finding, o Options) []file {
	sorted := slices.DeleteFunc(slices.Clone(findings), func(f finding.Finding) bool { return len(editsOf(f, o)) == 0 })
	finding.Sort(sorted)
	var files []file
	for _, f := range sorted {
		if n := len(files); n == 0 || files[n-1].root != f.Root || files[n-1].path != f.Path {
			files = append(files, file{root: f.Root, path: f.Path})
		}
		last := &files[len(files)-1]
		last.findings = append(last.findings, f)
	}
	return files
}

// editsOf is what a finding wants to have changed.
func editsOf(f finding.Finding, o Options) []finding.Edit {
	var edits []finding.Edit
	if f.Fix.Kind.Fixable() {
		edits = append(edits, f.Fix.Edits...)
	}
	if o.RenameSecrets {
		edits = append(edits, f.Fix.Optional...)
	}
	return edits
}

// Why a file is not planned for.
var (
	errHistory = errors.New("it stands in the history, and a commit is not changed")
	errStale   = errors.New("it has changed since it was read: run the audit again")
)

func (f file) plan(read func(root, path string) ([]byte, error), o Options) (Change, error) {
	if slices.ContainsFunc(f.findings, func(f finding.Finding) bool { return f.Commit != nil }) {
		return Change{}, errHistory
	}
	before, err := read(f.root, f.path)
	if err != nil {
		return Change{}, err
	}
	var edits []finding.Edit
	sum := finding.SumOf(before)
	for _, one := range f.findings {
		if one.Fix.Of != sum {
			return Change{}, errStale
		}
		edits = append(edits, editsOf(one, o)...)
	}
	if edits, err = settle(before, edits); err != nil {
		return Change{}, err
	}
	after := apply(before, edits)
	if err := shape.Check(f.path, before, after, edits); err != nil {
		return Change{}, err
	}
	return Change{
		Root: f.root, Path: f.path, Before: before, After: after, Findings: f.findings, Needs: f.needs(before, o), edits: edits,
	}, nil
}

// needs lists what the optional edits point to.
func (f file) needs(before []byte, o Options) []Need {
	if !o.RenameSecrets {
		return nil
	}
	var list []Need
	for _, one := range f.findings {
		for _, e := range one.Fix.Optional {
			list = append(list, Need{
				Root: f.root, Name: e.Text, Was: string(before[e.Start:e.End]), Paths: []string{f.path},
				Variable: strings.HasSuffix(strings.ToLower(string(before[max(e.Start-5, 0):e.Start])), "vars."),
			})
		}
	}
	return merged(list)
}

// Needs lists what has to be made before the changes are used, each once for every root.
func Needs(changes []Change) []Need {
	var all []Need
	for _, c := range changes {
		all = append(all, c.Needs...)
	}
	return merged(all)
}

func merged(list []Need) []Need {
	var out []Need
	for _, n := range list {
		i := slices.IndexFunc(out, func(o Need) bool {
			return o.Root == n.Root && o.Name == n.Name && o.Was == n.Was && o.Variable == n.Variable
		})
		if i < 0 {
			n.Paths = slices.Clone(n.Paths)
			out = append(out, n)
			continue
		}
		for _, p := range n.Paths {
			if !slices.Contains(out[i].Paths, p) {
				out[i].Paths = append(out[i].Paths, p)
			}
		}
	}
	return out
}
