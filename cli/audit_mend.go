package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"example.com/keyturn/audit/finding"
	"example.com/keyturn/audit/mend"
	"example.com/keyturn/audit/report"
	"example.com/keyturn/styles"
)

// mend shows the fixes, writes them down as a patch, or makes them: then the report is that of a second
// look, which counts what is left.
func (a *auditing) mend(ctx context.Context, r finding.Report) (finding.Report, error) {
	o := mend.Options{RenameSecrets: a.renameSecrets, Force: a.force, Folder: a.folder}
	changes, refused, err := mend.Plan(r.Findings, mend.Read(o), o)
	if err != nil {
		return undone(r, "interrupted: nothing was changed"), nil
	}
	a.mended = &report.Mended{Written: a.write, Files: []report.Changed{}, Refused: []report.Refused{}, Needs: []report.Need{}}
	for _, n := range mend.Needs(changes) {
		a.mended.Needs = append(a.mended.Needs, report.Need{Root: n.Root, Name: n.Name, Was: n.Was, Variable: n.Variable, Paths: n.Paths})
	}
	if a.write {
		written, more, err := mend.Write(ctx, changes, o)
		a.left(append(refused, more...))
		for _, w := range written {
			a.mended.Files = append(a.mended.Files, report.Changed{Root: w.Root, Path: w.Path, Findings: len(w.Findings), Remark: w.Unsure})
		}
		if err != nil {
			return undone(r, "not every fix was written: "+err.Error()), nil
		}
		return a.look(ctx)
	}
	if a.patch != "" {
		changes, refused, err = a.writePatch(changes, refused)
	} else if a.format == string(report.Text) {
		a.showDiff(changes)
	}
	a.left(refused)
	for _, c := range changes {
		a.mended.Files = append(a.mended.Files, report.Changed{Root: c.Root, Path: c.Path, Findings: len(c.Findings)})
	}
	return r, err
}

// left notes what is left as it is.
func (a *auditing) left(refused []mend.Refusal) {
	for _, f := range refused {
		a.mended.Refused = append(a.mended.Refused, report.Refused{Root: f.Root, Path: f.Path, Findings: len(f.Findings), Reason: f.Reason})
	}
}

// folder is where a root lies that findings name, or leave unnamed because there is one only.
func (a *auditing) folder(name string) string {
	for _, root := range a.roots {
		if root.Name == name || name == "" && len(a.roots) == 1 {
			return root.Folder
		}
	}
	return name
}

// writePatch writes the patch of one root, and returns which changes are in it.
func (a *auditing) writePatch(changes []mend.Change, refused []mend.Refusal) (within []mend.Change, all []mend.Refusal, err error) {
	patches, more := mend.Patches(changes)
	out := map[[2]string]bool{}
	for _, f := range more {
		out[[2]string{f.Root, f.Path}] = true
	}
	for _, c := range changes {
		if !out[[2]string{c.Root, c.Path}] {
			within = append(within, c)
		}
	}
	refused = append(refused, more...)
	if len(patches) > 1 {
		return nil, refused, usagef("the changes lie in %d roots, and a patch is for one: run keyturn audit --fix --patch in each", len(patches))
	}
	var text []byte
	if len(patches) == 1 {
		text = patches[0].Text
	}
	if a.patch == "-" {
		_, err = a.Stdout.Write(text)
	} else {
		err = publish(a.patch, text)
	}
	if err != nil {
		err = incompleteError{err}
	}
	return within, refused, err
}

// showDiff shows the changes to people.
func (a *auditing) showDiff(changes []mend.Change) {
	var st *styles.Styles
	if a.OutTTY {
		st = a.paint()
	}
	for _, c := range changes {
		for _, line := range mend.Lines(c) {
			fmt.Fprintln(a.Stdout, painted(st, line))
		}
	}
	if len(changes) > 0 {
		fmt.Fprintln(a.Stdout)
	}
}

var diffTones = map[mend.Part]styles.Tone{
	mend.Name: styles.Title, mend.Place: styles.Accent, mend.Same: styles.Text, mend.Gone: styles.Danger, mend.Made: styles.OK, mend.Hint: styles.Muted,
}

func painted(st *styles.Styles, line mend.Line) string {
	if st == nil {
		return line.Text
	}
	return st.Render(diffTones[line.Part], line.Text)
}

// writeJSONError answers a program that asked for JSON, and hands the error on for the exit code.
func writeJSONError(w io.Writer, command string, err error) error {
	return errors.Join(writeJSON(w, command, nil, err), err)
}
