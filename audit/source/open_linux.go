package source

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const nonblock = unix.O_NONBLOCK

// fast opens a file by one question to the system, however deep it lies, where os.Root has to ask for every
// folder on the way. The system itself sees to it that nothing outside of the folder is opened and no link
// is followed. Kernels before 5.6 and some sandboxes do not know the question.
type fast struct{ dir int }

func openFast(root *os.Root) fast {
	f, err := root.Open(".")
	if err != nil {
		return fast{-1}
	}
	defer f.Close()
	dir, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return fast{-1}
	}
	probe, err := openat2(dir, ".", unix.O_PATH)
	if err != nil {
		_ = unix.Close(dir)
		return fast{-1}
	}
	_ = unix.Close(probe)
	return fast{dir}
}

func (f fast) usable() bool { return f.dir >= 0 }

func (f fast) close() {
	if f.usable() {
		_ = unix.Close(f.dir)
	}
}

func (f fast) open(path string, reuse *quick) (io.ReadCloser, int64, error) {
	fd, err := openat2(f.dir, path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	switch err {
	case nil:
	case unix.ELOOP:
		return nil, 0, errLink
	case unix.ENXIO:
		return nil, 0, errOdd
	default:
		return nil, 0, err
	}
	var info unix.Stat_t
	if err = again(func() error { return unix.Fstat(fd, &info) }); err == nil {
		switch info.Mode & unix.S_IFMT {
		case unix.S_IFREG:
			reuse.fd = fd
			return reuse, info.Size, nil
		case unix.S_IFDIR:
			err = errFolder
		default:
			err = errOdd
		}
	}
	_ = unix.Close(fd)
	return nil, 0, err
}

// openat2 tries again when something is renamed on the way: only then does it ask for that.
func openat2(dir int, path string, flags uint64) (fd int, err error) {
	how := unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS}
	for range 100 {
		if err = again(func() error { fd, err = unix.Openat2(dir, path, &how); return err }); err != unix.EAGAIN {
			break
		}
	}
	return fd, err
}

func again(try func() error) error {
	for {
		if err := try(); err != unix.EINTR {
			return err
		}
	}
}

// quick is an open file that the runtime does not watch: it is read at once and closed.
type quick struct{ fd int }

// Read reads.
func (q *quick) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	err = again(func() error { n, err = unix.Read(q.fd, p); return err })
	if err == nil && n == 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

// Close closes.
func (q *quick) Close() error { return unix.Close(q.fd) }
