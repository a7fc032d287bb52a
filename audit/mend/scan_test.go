package mend

import (
	"bytes"
	"errors"
	"io/fs"

	"example.com/keyturn/audit/finding"
)

const (
	legacy = finding.LegacyVariable
	modern = finding.NewVariable
)

// look is an audit that knows one thing: a name of its own that is the legacy variable.
type look func(path string, text []byte) []finding.Finding

// scan finds the legacy variable wherever it stands alone.
func scan(path string, text []byte) []finding.Finding {
	var found []finding.Finding
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(legacy))
		if i < 0 {
			return found
		}
		start, end := at+i, at+i+len(legacy)
		at = end
		if start > 0 && inName(text[start-1]) || end < len(text) && inName(text[end]) {
			continue
		}
		f := renaming(path, text, finding.Edit{Start: start, End: end, Text: modern})
		f.Line, f.Column = lineOf(text, start), start+1
		found = append(found, f)
	}
}

func inName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func renaming(path string, text []byte, edits ...finding.Edit) finding.Finding {
	return finding.Finding{
		Path: path, Line: 1, Column: 1, Code: finding.LegacyEnvVar, Severity: finding.Warning,
		Fix: finding.Fix{Kind: finding.Rename, Edits: edits, Of: finding.SumOf(text)},
	}
}

// files are read from memory.
type files map[string]string

func (f files) read(_, path string) ([]byte, error) {
	text, ok := f[path]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

func (f files) scan() []finding.Finding {
	var found []finding.Finding
	for path, text := range f {
		found = append(found, scan(path, []byte(text))...)
	}
	return found
}

// planned is the one change of one file.
func planned(path, text string, findings []finding.Finding, o Options) (Change, error) {
	changes, refused, err := Plan(findings, files{path: text}.read, o)
	switch {
	case err != nil:
		return Change{}, err
	case len(refused) == 1 && len(changes) == 0:
		return Change{}, errors.New(refused[0].Reason)
	case len(changes) == 1 && len(refused) == 0:
		return changes[0], nil
	case len(changes) == 0 && len(refused) == 0:
		return Change{}, errNothing
	}
	return Change{}, errors.New("one file has become several")
}

var errNothing = errors.New("nothing to change")
