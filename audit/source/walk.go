package source

import (
	"io/fs"
	"path"

	"example.com/keyturn/audit/source/ignore"
)

// withoutGit is said of every folder that is read where there is no git.
const withoutGit = "there is no git program: the .gitignore files are obeyed, but files that are tracked all the same are not read, and git's other ignore files are not known"

// walk lists a folder where git cannot.
func (s *scan) walk(r Root, files *below) error {
	l := &walker{lister: lister{scan: s, root: r, files: files}}
	l.job = filesJob{root: &l.root, files: files}
	if err := l.folder(".", nil); err != nil {
		return err
	}
	return l.hand(&l.job)
}

type walker struct {
	lister
	job filesJob
}

func (l *walker) folder(dir string, rules ignore.List) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	entries, err := fs.ReadDir(l.files.root.FS(), dir)
	if err != nil {
		l.fail(l.root, l.root.within+dir+"/", err)
	}
	prefix := dir + "/"
	if dir == "." {
		prefix, dir = "", ""
	}
	for _, e := range entries {
		if e.Name() == ".git" {
			rules = nil // what is above is another checkout's
		}
	}
	if text, err := fs.ReadFile(l.files.root.FS(), prefix+".gitignore"); err == nil {
		rules = rules.With(dir, text)
	}
	for _, e := range entries {
		if err := l.entry(path.Join(dir, e.Name()), e, rules); err != nil {
			return err
		}
	}
	return nil
}

func (l *walker) entry(name string, e fs.DirEntry, rules ignore.List) error {
	if e.Name() == ".git" || rules.Ignores(name, e.IsDir()) {
		return nil
	}
	if e.IsDir() {
		if l.foreign(name + "/") {
			return nil
		}
		return l.folder(name, rules)
	}
	if l.foreign(name) {
		return nil
	}
	if l.job.paths = append(l.job.paths, name); len(l.job.paths) < perJob {
		return nil
	}
	return l.hand(&l.job)
}
