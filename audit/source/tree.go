package source

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"example.com/keyturn/audit/source/git"
)

// tree reads a folder: what git would list of it, tracked or not, but not what is ignored.
func (s *scan) tree(r Root) error {
	files, err := openFolder(r.Folder, s.slowly)
	if err != nil {
		s.fail(r, r.self(), err)
		return nil
	}
	defer files.release()
	if !git.Installed() {
		s.remark(r, r.self(), withoutGit)
		return s.walk(r, files)
	}
	if r.top == "" {
		return s.plain(r, files)
	}
	l := lister{scan: s, root: r, files: files}
	listed, err := l.checkout()
	if err != nil {
		s.fail(r, r.self(), err)
	}
	switch {
	case listed > 0 || s.ctx.Err() != nil:
		return nil
	case err == nil && !s.ignores(r):
		return nil
	case err == nil:
		s.remark(r, r.self(), "git ignores this folder: it was read all the same, because it was named")
	}
	return s.plain(r, files)
}

// ignores reports whether the checkout that a folder lies in ignores it.
func (s *scan) ignores(r Root) bool {
	if r.inside == "" {
		return false
	}
	_, err := r.repo().Output(s.ctx, "check-ignore", "-q", "--", ".")
	return err == nil
}

// plain reads a folder that is no checkout. git tells what its .gitignore files leave, as if it were one.
func (s *scan) plain(r Root, files *below) error {
	temp, err := s.ignorer()
	if err != nil {
		s.remark(r, r.self(), "git could not be asked which files are ignored: "+err.Error())
		return s.walk(r, files)
	}
	dir, err := filepath.Abs(r.Folder)
	if err != nil {
		return err
	}
	l := lister{scan: s, root: r, files: files}
	if _, err := l.list(git.Repo{Dir: dir, GitDir: temp, WorkTree: dir}, others...); err != nil {
		s.fail(r, r.self(), err)
	}
	return nil
}

// makeIgnorer makes the repository that git is asked with about folders that are none.
func (s *scan) makeIgnorer() (string, error) {
	temp, err := os.MkdirTemp("", "keyturn-audit-")
	if err != nil {
		return "", err
	}
	s.temp = temp
	return temp, git.Ignorer(temp)
}

// clean removes what a scan left in the folder for temporary files.
func (s *scan) clean() {
	if s.temp != "" {
		_ = os.RemoveAll(s.temp)
	}
}

var (
	cached = []string{"ls-files", "-z", "--cached"}
	others = []string{"ls-files", "-z", "--others", "--exclude-standard"}
)

// lister makes jobs of lists of files.
type lister struct {
	*scan
	root  Root
	files *below
}

// checkout lists what is tracked and what is not. git writes the one at once and has to walk through all
// folders for the other: two of it, and reading begins at once.
func (l *lister) checkout() (listed int, err error) {
	repo := l.root.repo()
	var untracked int
	var failed error
	var both sync.WaitGroup
	both.Go(func() { untracked, failed = l.list(repo, others...) })
	listed, err = l.list(repo, cached...)
	both.Wait()
	return listed + untracked, errors.Join(err, failed)
}

// perJob is how many files are one job: many enough for handing it over to cost nothing.
const perJob = 64

// list makes jobs of the output of git ls-files.
func (l *lister) list(repo git.Repo, args ...string) (listed int, err error) {
	out, err := repo.Start(l.ctx, args...)
	if err != nil {
		return 0, err
	}
	defer func() {
		err = errors.Join(err, out.Close())
		l.heed(out.Said())
	}()
	names := git.Names(out)
	job := filesJob{root: &l.root, files: l.files}
	last := ""
	for names.Scan() {
		listed++
		path := names.Text()
		if path == last { // in a merge that is under way it is listed once a side
			continue
		}
		last = path
		if l.foreign(path) {
			continue
		}
		if job.paths = append(job.paths, path); len(job.paths) < perJob {
			continue
		}
		if err := l.hand(&job); err != nil {
			return listed, err
		}
	}
	return listed, errors.Join(names.Err(), l.hand(&job))
}

// foreign reports, and counts, what is not one's own.
func (l *lister) foreign(path string) bool { return l.scan.foreign(l.root, path) }

func (s *scan) foreign(r Root, path string) bool {
	if s.IncludeVendored {
		return false
	}
	what, reason := foreignPath(path)
	if what != "" {
		s.skip(r, r.within+what, reason, false)
	}
	return what != ""
}

func (l *lister) hand(j *filesJob) error {
	if len(j.paths) == 0 {
		return nil
	}
	l.files.hold()
	err := l.give(*j)
	if err != nil {
		l.files.release()
	}
	j.paths = make([]string, 0, perJob)
	return err
}

// closed is what git says of a folder that it cannot list, while it goes on with the others.
var closed = regexp.MustCompile(`^warning: could not open directory '(.*?)/?': (.*)$`)

func (l *lister) heed(said []string) {
	for _, line := range said {
		if at := closed.FindStringSubmatch(line); at != nil {
			l.skip(l.root, l.root.within+at[1]+"/", strings.ToLower(at[2]), true)
		}
	}
}

// filesJob is a few files of a folder.
type filesJob struct {
	root  *Root
	files *below
	paths []string
}

func (j filesJob) do(w *worker) error {
	defer j.files.release()
	for _, path := range j.paths {
		if w.ctx.Err() != nil {
			return nil
		}
		if err := w.open(j.root, j.files, path); err != nil {
			return err
		}
	}
	return nil
}

// open reads one file of a folder.
func (w *worker) open(r *Root, files *below, path string) error {
	at := place{root: r, path: path}
	f, size, err := files.open(strings.TrimSuffix(path, "/"), &w.file)
	switch {
	case err == nil:
	case errors.Is(err, errFolder):
		return w.checkoutWithin(at, files)
	case errors.Is(err, errLink), errors.Is(err, errOdd):
		w.skip(*r, at.shown(), err.Error(), false)
		return nil
	case gone(err):
		return nil
	default:
		w.failed(at, err)
		return nil
	}
	err = w.look(f, size, at)
	_ = f.Close()
	return err
}

// checkoutWithin begins a checkout that lies in another one, as a submodule does, or somebody's clone in a
// folder full of them.
func (w *worker) checkoutWithin(at place, files *below) error {
	path := strings.TrimSuffix(at.path, "/")
	_, err := files.root.Lstat(path + "/.git")
	switch {
	case err == nil:
		folder, err := filepath.Abs(filepath.Join(at.root.Folder, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		w.begin(Root{Name: at.root.Name, Folder: folder, top: folder, within: at.root.within + path + "/", shown: at.root.shown})
		return nil
	case !gone(err):
		w.failed(at, err)
		return nil
	}
	dir, err := files.root.Open(path)
	if err != nil {
		w.failed(at, err)
		return nil
	}
	defer dir.Close()
	if _, err := dir.ReadDir(1); errors.Is(err, io.EOF) {
		w.skip(*at.root, at.root.within+path+"/", "a submodule that is not checked out", false)
	}
	return nil
}
