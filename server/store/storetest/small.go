//go:build linux

package storetest

import (
	"bufio"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/models"
)

// Small is a PostgreSQL server of one test, on a file system that can be filled.
type Small struct {
	testing.TB
	cluster
	disk   string    // where that file system is, as seen from outside of its namespace
	holder io.Closer // whose end is that of the file system
}

// What lies on the small file system.
const (
	Tables = "tables" // all but the write-ahead log
	Log    = "log"    // the write-ahead log alone
)

// SmallServer starts a server some of whose files lie on a file system of 48 MiB: a real one, for which it takes root.
// The test is skipped where that cannot be made.
func SmallServer(t testing.TB, what string) *Small {
	t.Helper()
	bin, as, err := programs()
	if errors.Is(err, errNoServer) && os.Getenv(serverVar) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "keyturn-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(dir, "small")
	s := &Small{TB: t, cluster: cluster{dir: dir, bin: bin}}
	s.must(os.Mkdir(inside, 0o700))
	pid := s.hold(inside)
	s.disk = filepath.Join("/proc", pid, "root", inside)
	s.must(give(s.disk, len(as) > 0))
	s.as = append([]string{"nsenter", "--mount=/proc/" + pid + "/ns/mnt"}, as...)
	// With little room for its log a server often writes down where it stands, and with none among its tables that ends it:
	// where it shall run on, it must not.
	log, most := filepath.Join(dir, "log-of-writes"), "1GB"
	if s.data = filepath.Join(inside, "data"); what == Log {
		s.data, log, most = filepath.Join(dir, "data"), inside+"/log", "4MB"
	}
	s.must(s.make("--wal-segsize=1", "--waldir="+log))
	s.must(s.start("min_wal_size=2MB", "max_wal_size="+most, "checkpoint_timeout=1h", "autovacuum=off"))
	if what == Log {
		s.keepLog()
	}
	t.Cleanup(func() { s.must(errors.Join(s.stop(), s.holder.Close())) })
	return s
}

func (s *Small) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// hold makes the file system in a namespace of its own, and returns the process that holds it.
func (s *Small) hold(inside string) (pid string) {
	s.Helper()
	holder := exec.Command("unshare", "--mount", "sh", "-c", `mount -t tmpfs -o mode=0700,size=48m none "$1" && echo $$ && cat`, "sh", inside)
	in, err := holder.StdinPipe()
	s.must(err)
	out, err := holder.StdoutPipe()
	s.must(err)
	var why strings.Builder
	holder.Stderr = &why
	if err := holder.Start(); err != nil {
		s.Skipf("no small file system can be made here: %v", err)
	}
	pid, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		err = holder.Wait()
		s.Skipf("no small file system can be made here: %v %s", err, &why)
	}
	s.holder = in
	s.Cleanup(func() { _ = holder.Wait() })
	return strings.TrimSpace(pid)
}

// Database is the address of an empty schema.
func (s *Small) Database() models.Secret {
	s.Helper()
	schema := "t" + strings.ToLower(rand.Text())
	run(s, s.address, "CREATE SCHEMA "+schema)
	place, err := url.Parse(s.address)
	s.must(err)
	options := place.Query()
	options.Set("search_path", schema)
	place.RawQuery = options.Encode()
	return models.NewSecret(place.String())
}

// Fill leaves that much room on the file system, in KiB.
func (s *Small) Fill(room int64) {
	s.Helper()
	f, err := os.Create(s.filler())
	s.must(err)
	zeros := make([]byte, 64<<10)
	for {
		if _, err = f.Write(zeros); err != nil {
			break
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		s.Fatalf("filling a disk: %v", err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	s.must(errors.Join(err, f.Truncate(size-room<<10), f.Close()))
}

// Ended waits until the server has ended itself, because it cannot recover without room for its log.
func (s *Small) Ended() {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); !s.ended(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatal("the server runs without room for its log")
		}
	}
}

func (s *Small) ended() bool {
	s.Helper()
	log, err := os.ReadFile(filepath.Join(s.dir, "log"))
	s.must(err)
	return strings.HasSuffix(string(log), "database system is shut down\n")
}

// keepLog has the server keep its log from now on, for a replica that does not come: so it cannot use the room of old
// parts for new ones.
func (s *Small) keepLog() {
	s.Helper()
	run(s, s.address, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
	run(s, s.address, "CHECKPOINT")
	run(s, s.address, "SELECT pg_create_physical_replication_slot('away', true)")
}

// Free makes room again, as an operator does: a server that has ended because it had none is started, which is
// reported.
func (s *Small) Free() (started bool) {
	s.Helper()
	s.must(os.Remove(s.filler()))
	if s.await(time.Second) == nil {
		return false
	}
	for deadline := time.Now().Add(time.Minute); s.await(time.Second) != nil; {
		if !started && s.ended() {
			_, err := s.leash.Write([]byte("again\n"))
			s.must(err)
			started = true
		}
		if time.Now().After(deadline) {
			s.Fatal("the server does not come back")
		}
	}
	if started {
		s.keepLog()
	}
	return started
}

func (s *Small) filler() string { return filepath.Join(s.disk, "filler") }
