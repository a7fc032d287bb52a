package kit

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/keyturn/audit/finding"
)

// Repo is a checkout on the list, with what is known of it.
type Repo struct {
	Root    string
	Here    bool            // the console was started in it
	Last    Scanned         // of the latest scan, perhaps of an earlier session
	Report  *finding.Report // of the latest scan of this session; nil: there was none
	Trouble error           // why the latest scan of this session failed; nil: it did not
}

// Name is the name of the folder.
func (r *Repo) Name() string { return filepath.Base(r.Root) }

// Findings is what this session's scan found.
func (r *Repo) Findings() []finding.Finding {
	if r.Report == nil {
		return nil
	}
	return r.Report.Findings
}

// Repos is every checkout on the list. The root writes it inside Update; screens read it. It is not safe for
// use outside the update loop.
type Repos struct {
	Known   bool  // what was scanned before has been read
	Trouble error // why that could not be read
	home    string
	list    []*Repo
	names   twins
	trace   traceIndex
}

func newRepos() Repos { return Repos{names: newTwins(), trace: traceIndex{stale: true}} }

// PutKnown puts on the list what was scanned before, behind where the console was started. What is there
// already stays as it is.
func (r *Repos) PutKnown(k KnownRepos) {
	r.Known, r.home = true, k.Home
	if k.Here != "" {
		r.Add(k.Here).Here = true
	}
	for _, s := range k.Scanned {
		if one := r.Add(s.Root); one.Report == nil {
			one.Last = s
		}
	}
}

// All is every checkout, in the order in which they came.
func (r *Repos) All() []*Repo { return slices.Clone(r.list) }

// Find returns a checkout by its root, or nil.
func (r *Repos) Find(root string) *Repo {
	if at := slices.IndexFunc(r.list, func(one *Repo) bool { return one.Root == root }); at >= 0 {
		return r.list[at]
	}
	return nil
}

// Add puts a checkout on the list, unless it is there.
func (r *Repos) Add(root string) *Repo {
	if one := r.Find(root); one != nil {
		return one
	}
	one := &Repo{Root: root, Last: Scanned{Root: root}}
	r.list = append(r.list, one)
	r.names.add(one.Name())
	return one
}

// Remove takes a checkout off the list.
func (r *Repos) Remove(root string) {
	one := r.Find(root)
	if one == nil {
		return
	}
	r.names.remove(one.Name())
	r.list = slices.DeleteFunc(r.list, func(o *Repo) bool { return o == one })
	r.trace.stale = true
}

// Put takes in how a scan ended. A failed one leaves what was known; what it found all the same counts.
func (r *Repos) Put(root string, report finding.Report, at time.Time, partial bool, err error) {
	one := r.Add(root)
	one.Trouble = err
	if err != nil && len(report.Findings) == 0 {
		return
	}
	one.Report = &report
	one.Last = Scanned{Root: root, At: at, Counts: CountFindings(report.Findings), Partial: partial || err != nil}
	r.trace.stale = true
}

// Scanned is how many checkouts this session has scanned.
func (r *Repos) Scanned() int {
	n := 0
	for _, one := range r.list {
		if one.Report != nil {
			n++
		}
	}
	return n
}

// LooksLikeAnother reports whether the name of a checkout may be taken for that of another one.
func (r *Repos) LooksLikeAnother(one *Repo) bool { return r.names.alike(one.Name()) }

// Short is a path with the user's home folder as "~".
func (r *Repos) Short(path string) string {
	if r.home == "" {
		return path
	}
	if path == r.home {
		return "~"
	}
	if rest, ok := strings.CutPrefix(path, r.home+string(filepath.Separator)); ok {
		return "~" + string(filepath.Separator) + rest
	}
	return path
}
