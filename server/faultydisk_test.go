//go:build linux

package server

import (
	"errors"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A faulty disk stands between SQLite and the real one, in this process: every write, cut and sync of a file goes
// through it, is counted, and may be refused.

// step is something that SQLite does to a file.
type step struct {
	what string // write, truncate or sync
	log  bool   // to the write-ahead log; else to the database
}

// Ways in which a step fails.
type fault int

const (
	diskFull fault = iota // nothing of it is done, nor of any write after it
	halfDone              // the first half is written, and nothing of any write after it
	onceOnly              // nothing of it is done; everything after it is
)

// faultyDisk is the one of this process.
type faultyDisk struct {
	mu      sync.Mutex
	steps   []step
	failAt  int // counted from 1; 0: never
	how     fault
	methods map[uintptr]uintptr // ours, by the ones that they stand before
	behind  map[uintptr]*open   // by the file's address
}

// open is an open file.
type open struct {
	real *sqlite3.Tsqlite3_io_methods
	log  bool
}

var disk = &faultyDisk{methods: map[uintptr]uintptr{}, behind: map[uintptr]*open{}}

// arm counts anew, and makes the n-th step fail.
func (d *faultyDisk) arm(n int, how fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps, d.failAt, d.how = nil, n, how
}

// disarm lets everything through, and returns what was done since.
func (d *faultyDisk) disarm() []step {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failAt = 0
	return d.steps
}

// next counts a step, and says whether it fails, and whether half of it is done.
func (d *faultyDisk) next(file uintptr, what string) (real *sqlite3.Tsqlite3_io_methods, fails, half bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.behind[file]
	d.steps = append(d.steps, step{what, f.log})
	n := len(d.steps)
	switch {
	case d.failAt == 0 || n < d.failAt:
		return f.real, false, false
	case n == d.failAt:
		return f.real, true, d.how == halfDone
	}
	return f.real, d.how != onceOnly && what == "write", false
}

type (
	openFunc     = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	closeFunc    = func(tls *libc.TLS, file uintptr) int32
	writeFunc    = func(tls *libc.TLS, file, from uintptr, n int32, offset sqlite3.Tsqlite3_int64) int32
	truncateFunc = func(tls *libc.TLS, file uintptr, size sqlite3.Tsqlite3_int64) int32
	syncFunc     = func(tls *libc.TLS, file uintptr, flags int32) int32
)

// pointer makes a C function pointer of a Go function, as the translated SQLite has them, and function the reverse.
func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// at is what lies at an address of memory that is not Go's.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&struct{ uintptr }{p})) }

// insert puts the faulty disk before the real one, for every file that is opened from now on.
func (d *faultyDisk) insert() error {
	tls := libc.NewTLS()
	defer tls.Close()
	p := sqlite3.Xsqlite3_vfs_find(tls, 0)
	if p == 0 {
		return errors.New("SQLite has no file system")
	}
	vfs := at[sqlite3.Tsqlite3_vfs](p)
	openReal = function[openFunc](vfs.FxOpen)
	vfs.FxOpen = pointer[openFunc](opened)
	return nil
}

var openReal openFunc

func opened(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	rc := openReal(tls, vfs, name, file, flags, out)
	f := at[sqlite3.Tsqlite3_file](file)
	if rc != sqlite3.SQLITE_OK || f.FpMethods == 0 {
		return rc
	}
	disk.mu.Lock()
	defer disk.mu.Unlock()
	real := at[sqlite3.Tsqlite3_io_methods](f.FpMethods)
	if disk.methods[f.FpMethods] == 0 {
		p := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(*real))) // not Go's memory: SQLite does arithmetic with it
		if p == 0 {
			return sqlite3.SQLITE_NOMEM
		}
		ours := at[sqlite3.Tsqlite3_io_methods](p)
		*ours = *real
		ours.FxWrite, ours.FxTruncate, ours.FxSync = pointer[writeFunc](written), pointer[truncateFunc](truncated), pointer[syncFunc](synced)
		ours.FxClose = pointer[closeFunc](closed)
		disk.methods[f.FpMethods] = p
	}
	disk.behind[file] = &open{real, flags&sqlite3.SQLITE_OPEN_WAL != 0}
	f.FpMethods = disk.methods[f.FpMethods]
	return rc
}

func closed(tls *libc.TLS, file uintptr) int32 {
	disk.mu.Lock()
	real := disk.behind[file].real
	delete(disk.behind, file)
	disk.mu.Unlock()
	return function[closeFunc](real.FxClose)(tls, file)
}

func written(tls *libc.TLS, file, from uintptr, n int32, offset sqlite3.Tsqlite3_int64) int32 {
	real, fails, half := disk.next(file, "write")
	if fails && !half {
		return sqlite3.SQLITE_FULL
	}
	if fails {
		n /= 2
	}
	if rc := function[writeFunc](real.FxWrite)(tls, file, from, n, offset); rc != sqlite3.SQLITE_OK || !fails {
		return rc
	}
	return sqlite3.SQLITE_FULL
}

func truncated(tls *libc.TLS, file uintptr, size sqlite3.Tsqlite3_int64) int32 {
	real, fails, _ := disk.next(file, "truncate")
	if fails {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	return function[truncateFunc](real.FxTruncate)(tls, file, size)
}

func synced(tls *libc.TLS, file uintptr, flags int32) int32 {
	real, fails, _ := disk.next(file, "sync")
	if fails {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	return function[syncFunc](real.FxSync)(tls, file, flags)
}
