package mend

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"example.com/keyturn/audit/finding"
)

// Written is a file that holds the new text now.
type Written struct {
	Root, Path string
	Findings   []finding.Finding // what is mended
	Unsure     string            // why the old text might be back after a crash; mostly empty
}

var (
	errUnsaved = errors.New("it has changes that are not committed: commit them, or force it")
	errUnknown = errors.New("git does not know it, so it could not be given back: add and commit it, or force it")
	errNoGit   = errors.New("it lies in no git work tree, so it could not be given back: force it")
)

// Write puts changes on the disk, in the order of roots and paths. A failure leaves one file as it is, and the
// others go on. The error is that of the context: what is in neither list then was not touched.
//
// Without Options.Force only that is written which git can give back: files that are committed as they are.
// An untracked or ignored file, or one outside of any work tree, may be the only copy there is, and a change
// that nobody committed would be mixed with ours.
//
// A file is replaced by renaming a complete one onto it, with the same mode, and the same owner where the
// system allows it; extended attributes are not kept. Links, files with more than one name, read-only files and
// what lies outside of the root are refused, forced or not.
func Write(ctx context.Context, changes []Change, o Options) ([]Written, []Refusal, error) {
	return writer{open: openFolder, keeper: git{}}.write(ctx, changes, o)
}

// keeper tells which files could be given back.
type keeper interface {
	// keeps returns for each path below a folder why it could not be given back; nil if it could.
	keeps(ctx context.Context, folder string, paths []string) map[string]error
}

type writer struct {
	open   func(folder string) (disk, error)
	keeper keeper
}

func (w writer) write(ctx context.Context, changes []Change, o Options) (written []Written, refused []Refusal, err error) {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Root, b.Root), cmp.Compare(a.Path, b.Path))
	})
	for len(sorted) > 0 {
		n := slices.IndexFunc(sorted, func(c Change) bool { return c.Root != sorted[0].Root })
		if n < 0 {
			n = len(sorted)
		}
		done, not, err := w.root(ctx, sorted[:n], o)
		written, refused = append(written, done...), append(refused, not...)
		if err != nil {
			return written, refused, err
		}
		sorted = sorted[n:]
	}
	return written, refused, nil
}

// root writes what lies below one root.
func (w writer) root(ctx context.Context, changes []Change, o Options) (written []Written, refused []Refusal, err error) {
	name := o.folder(changes[0].Root)
	d, err := w.open(name)
	if err != nil {
		for _, c := range changes {
			refused = append(refused, c.refused(plainly(err)))
		}
		return nil, refused, ctx.Err()
	}
	defer func() { _ = d.Close() }() // every file is closed by itself
	var lost map[string]error
	if !o.Force {
		lost = w.keeper.keeps(ctx, name, pathsOf(changes))
	}
	swept := map[string]bool{}
	for _, c := range changes {
		if err := ctx.Err(); err != nil {
			return written, refused, err
		}
		if why := lost[c.Path]; why != nil {
			refused = append(refused, c.refused(why))
			continue
		}
		if dir := path.Dir(c.Path); !swept[dir] {
			swept[dir] = true
			sweep(d, dir)
		}
		unsure, err := replace(d, c)
		if err != nil {
			refused = append(refused, c.refused(err))
			continue
		}
		done := Written{Root: c.Root, Path: c.Path, Findings: c.Findings}
		if unsure != nil {
			done.Unsure = fmt.Sprintf("the disk does not confirm the new name: %s", unsure)
		}
		written = append(written, done)
	}
	return written, refused, nil
}

func pathsOf(changes []Change) []string {
	var paths []string
	for _, c := range changes {
		paths = append(paths, c.Path)
	}
	return paths
}
