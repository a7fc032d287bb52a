//go:build unix

package term

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether a file has something to read within that time.
func readable(f *os.File, within time.Duration) bool {
	fds := []unix.PollFd{{Fd: int32(f.Fd()), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, int(within.Milliseconds()))
	return err == nil && n > 0 && fds[0].Revents&unix.POLLIN != 0
}
