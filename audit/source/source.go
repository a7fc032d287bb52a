// Package source says where an audit gets its texts from: folders, checkouts, single files, the index, the
// history, bare repositories, standard input, any number of them at once. It reads what git would, decodes
// it, and counts what it did not read, with the reason.
//
// What is read may be hostile: no path leads out of its root, no symbolic link is followed, no program but
// git is run, and memory does not grow with the size of a file.
package source

import (
	"io"
	"sync/atomic"

	"example.com/keyturn/audit/finding"
)

// Options say what is read, and how.
type Options struct {
	Paths []string // folders, files, repositories; "-" is Stdin; none of these and of Repos: the current folder
	Repos []string // more of them, as ReadList returns them

	Staged  bool // read the index instead of the files: what a commit would change
	History bool // read every content that a commit ever had

	IncludeVendored bool // also what others wrote, what was generated, and lock files

	Stdin     io.Reader
	StdinName string // the path of what comes from Stdin

	Workers int // 0: as many as there are processors
	Live    *Live

	// Worth tells cheaply whether a text can be of any interest: only what is worth it is looked up in a
	// history and given to visit. It must say yes to a text if it does to any part of it. Nil: all is.
	Worth func(text []byte) bool

	slowly bool // for tests: see openFolder
}

// Live counts while an audit runs, for whoever shows that it does.
type Live struct {
	Files, Bytes atomic.Int64
	Root         atomic.Pointer[string] // the last one that was begun
}

// File is a text, or a part of one. Raw is valid during the call only.
type File struct {
	Root   string // as it was named; empty where there is one only
	Path   string // from the root, with slashes
	InRepo string // the path from the top of its checkout: what a file is for hangs on it
	Raw    []byte // as it is on disk, if NoFix is empty
	Commit *finding.Commit

	// NoFix says why the file cannot be changed by the bytes of Raw.
	NoFix string

	// A part begins behind so many lines of its file, and so many characters into its first line.
	Part         bool
	Line, Column int
}

// Outcome is what became of everything that was to be read.
type Outcome struct {
	Roots   int
	Files   int   // read
	Bytes   int64 // read
	Skipped []finding.Skipped
	Remarks []finding.Remark

	// Incomplete is set if anything that should have been read could not be.
	Incomplete bool
}

const (
	// wholeLimit is the largest file that is looked at, and changed, as a whole.
	wholeLimit = 8 << 20

	// part is how much of a larger one is looked at in one go, and overlap how much of that once more with
	// the next: nothing that matters is longer.
	part    = 256 << 10
	overlap = 4 << 10
)

// limits are the sizes above, smaller in tests.
type limits struct{ whole, part, overlap int }

var usual = limits{wholeLimit, part, overlap}
