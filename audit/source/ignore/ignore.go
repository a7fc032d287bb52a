// Package ignore reads .gitignore files where there is no git to ask.
package ignore

import (
	"bytes"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// List is the patterns that hold for a folder: of its own file and of those above it. The last that matches
// decides.
type List []pattern

type pattern struct {
	folder  string // that the file is in, with a slash behind; empty for the top
	glob    string
	base    bool // it is about the last part of a path alone
	folders bool // it is about folders alone
	keep    bool // what it matches is not ignored
}

// With adds the file of a folder to what holds for those above. folder is from the top, with slashes.
func (l List) With(folder string, text []byte) List {
	if folder != "" {
		folder += "/"
	}
	l = l[:len(l):len(l)]
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\ufeff"))) {
		if p, ok := parse(folder, string(line)); ok {
			l = append(l, p)
		}
	}
	return l
}

func parse(folder, line string) (p pattern, ok bool) {
	line = trimRight(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"))
	if line == "" || line[0] == '#' {
		return p, false
	}
	p.folder = folder
	line, p.keep = strings.CutPrefix(line, "!")
	line, p.folders = strings.CutSuffix(line, "/")
	p.base = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if inside, all := strings.CutSuffix(line, "/**"); all { // what is in the folder, but not the folder
		line = inside + "/**/*"
	}
	p.glob = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line)
	return p, line != ""
}

// trimRight takes spaces off that no backslash stands before.
func trimRight(line string) string {
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	return line
}

// Ignores reports whether a path from the top is ignored, if no folder above it is.
func (l List) Ignores(path string, folder bool) bool {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].matches(path, folder) {
			return !l[i].keep
		}
	}
	return false
}

func (p pattern) matches(path string, folder bool) bool {
	path, below := strings.CutPrefix(path, p.folder)
	if !below || p.folders && !folder {
		return false
	}
	if p.base {
		path = path[strings.LastIndexByte(path, '/')+1:]
	}
	ok, err := doublestar.Match(p.glob, path)
	return ok && err == nil
}
