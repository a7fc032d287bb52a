package git

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// wide is what a system lets everybody ask for. With the usual 64 KiB reader and writer wait for each other
// sixteen times as often.
const wide = 1 << 20

// widen makes a pipe larger, if the system allows it.
func widen(r io.Reader) {
	f, ok := r.(*os.File)
	if !ok {
		return
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, wide) })
}
