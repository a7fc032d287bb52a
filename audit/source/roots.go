package source

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/keyturn/audit/source/git"
)

// Root is one of the things that are read.
type Root struct {
	Name   string // as it was named. Files that were named one by one are one root: "."
	Folder string // that the paths of its findings begin in; empty if they are in no folder

	kind   kind
	files  []string // of a root of single files
	top    string   // of the checkout that the folder is in; empty if it is in none
	inside string   // where in that checkout the folder lies, with a slash behind
	within string   // where in the folder that was named this one lies, with a slash behind
	shown  string   // in findings
	lack   error    // why there is none
}

// self is the path of the root itself in findings.
func (r Root) self() string { return cmp.Or(r.within, ".") }

type kind int

const (
	folder kind = iota
	bare
	singles
	stdin
	absent
)

// Roots says what Each will read. It fails if anything was named that is not there, or that cannot be read
// in the way that was asked for: the mistake is in the command, and nothing has been read yet. Of a list of
// repositories one may be gone: it is counted as not read.
func Roots(o Options) ([]Root, error) {
	named := slices.Concat(o.Paths, o.Repos)
	if len(named) == 0 {
		named = []string{"."}
	}
	var roots []Root
	var files []string
	for i, name := range named {
		if name != "-" {
			info, err := os.Stat(name)
			switch {
			case err != nil && i < len(o.Paths):
				return nil, missing(name, err)
			case err != nil:
				roots = append(roots, Root{Name: name, kind: absent, lack: errors.New(strings.TrimPrefix(missing(name, err).Error(), name+": "))})
				continue
			}
			if !info.IsDir() {
				files = append(files, name)
				continue
			}
		}
		if slices.ContainsFunc(roots, func(r Root) bool { return filepath.Clean(r.Name) == filepath.Clean(name) }) {
			continue
		}
		roots = append(roots, newRoot(name))
	}
	if len(files) > 0 {
		slices.Sort(files)
		roots = append(roots, Root{Name: ".", Folder: ".", kind: singles, files: slices.Compact(files)})
	}
	if len(roots) > 1 {
		for i := range roots {
			roots[i].shown = roots[i].Name
		}
	}
	return roots, o.check(roots)
}

func missing(name string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file or folder", name)
	}
	return fmt.Errorf("%s cannot be read: %w", name, cause(err))
}

// cause is what went wrong, without the path.
func cause(err error) error {
	if of, ok := errors.AsType[*os.PathError](err); ok {
		return of.Err
	}
	return err
}

func newRoot(name string) Root {
	switch {
	case name == "-":
		return Root{Name: name, kind: stdin}
	case isBare(name):
		return Root{Name: name, kind: bare}
	}
	top, inside := checkout(name)
	return Root{Name: name, Folder: name, kind: folder, top: top, inside: inside}
}

// check refuses what cannot be done with the roots.
func (o Options) check(roots []Root) error {
	if !o.Staged && !o.History {
		return o.checkBare(roots)
	}
	what := "the history"
	if o.Staged {
		what = "the index"
	}
	switch {
	case o.Staged && o.History:
		return errors.New("the index and the history cannot be read at once: do one after the other")
	case !git.Installed():
		return fmt.Errorf("%s cannot be read: %w", what, git.ErrNone)
	}
	for _, r := range roots {
		switch {
		case r.kind == stdin:
			return fmt.Errorf("%s cannot be read from standard input: name a repository", what)
		case r.kind == bare && o.Staged:
			return fmt.Errorf("%s is a bare repository: it has no index", r.Name)
		case r.kind == singles:
			return fmt.Errorf("%s is read of a whole folder: name the one that %s is in", what, r.files[0])
		case r.kind == folder && r.top == "":
			return fmt.Errorf("%s cannot be read: %s is not in a git repository", what, r.Name)
		}
	}
	return nil
}

func (o Options) checkBare(roots []Root) error {
	for _, r := range roots {
		if r.kind == bare && !git.Installed() {
			return fmt.Errorf("%s is a bare repository, and cannot be read: %w", r.Name, git.ErrNone)
		}
	}
	return nil
}

// checkout is the top of the checkout that a folder is in, and where in it the folder lies; both empty if it
// is in none.
func checkout(dir string) (top, inside string) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", ""
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for {
		if isTop(abs) {
			return abs, inside
		}
		up := filepath.Dir(abs)
		if up == abs {
			return "", ""
		}
		inside = filepath.Base(abs) + "/" + inside
		abs = up
	}
}

// isTop reports whether a folder is the top of a checkout: a linked one and a submodule have a file there.
func isTop(dir string) bool {
	dot := filepath.Join(dir, ".git")
	info, err := os.Lstat(dot)
	if err != nil || !info.IsDir() {
		return err == nil
	}
	_, err = os.Lstat(filepath.Join(dot, "HEAD"))
	return err == nil
}

// repo is how git is told of a root. It is told everything: what a repository's own configuration says of
// where its files are might lead it elsewhere.
func (r Root) repo() git.Repo {
	if r.kind == bare {
		return git.Repo{Dir: r.Name, GitDir: "."}
	}
	return git.Repo{Dir: r.Folder, GitDir: filepath.Join(r.top, ".git"), WorkTree: r.top}
}

func isBare(dir string) bool {
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	_, err := os.Lstat(filepath.Join(dir, "HEAD"))
	return err == nil
}

// ReadList reads the names of repositories: one a line, "#" begins a comment, "~/" is the home folder. name
// is what the list is called in errors. A list of nothing is one.
func ReadList(name string, r io.Reader) ([]string, error) {
	var list []string
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if number == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		path, err := folderIn(line)
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, number, err)
		}
		list = append(list, path)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(list) == 0 { // nothing is named, which is not the folder that this runs in
		return nil, fmt.Errorf("%s lists no repository", name)
	}
	return list, nil
}

// folderIn is the folder that a line of a list names.
func folderIn(path string) (string, error) {
	if strings.HasPrefix(path, "~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		path = home + path[1:]
	}
	if path == "-" {
		return "", errors.New("standard input is no repository")
	}
	if strings.Contains(path, "://") || strings.HasPrefix(path, "git@") {
		return "", errors.New("an address is no folder: clone it, and name where it lies") // it may hold a password
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return path, nil // it is counted as not read, and the others are read
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file: name the folder of a repository", path)
	}
	return path, nil
}
