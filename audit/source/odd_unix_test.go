//go:build unix

package source

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestPipesSocketsAndDevicesAreNotRead(t *testing.T) {
	r := newRepository(t, map[string]string{"a": needle, "pipe": needle, "socket": needle})
	r.commit(nil)
	for _, name := range []string{"pipe", "socket"} {
		if err := os.Remove(filepath.Join(r.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	pipe := filepath.Join(r.dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(r.dir) // the name of a socket must be short
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, slowly := range []bool{false, true} {
		m := readAll(t, Options{Paths: []string{r.dir}, slowly: slowly})
		m.expect(t, "a")
		m.expectSkipped(t, "pipe: "+errOdd.Error(), "socket: "+errOdd.Error())
	}
	m := readAll(t, Options{Paths: []string{pipe, os.DevNull}})
	if len(m.Skipped) != 2 || len(m.files) > 0 || !m.Skipped[0].Failed || !m.Skipped[1].Failed {
		t.Errorf("%v: somebody asked for them, and they were not read", m.Skipped)
	}
}

// What a file says of its size need not be true, and reading can fail in the midst.
func TestFilesThatTheSystemMakesUp(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	m, err := tryAll(t.Context(), Options{Paths: []string{"/proc/self/status", "/proc/self/mem"}, Worth: func([]byte) bool { return true }})
	if err != nil {
		t.Fatal(err)
	}
	if f := m.files["/proc/self/status"]; len(f.Raw) == 0 {
		t.Error("a file whose size is said to be 0 is not read")
	}
	m.expectSkipped(t, "!/proc/self/mem: input/output error")
}
