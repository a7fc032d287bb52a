//go:build linux

package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/storetest"
	"example.com/keyturn/server/vault"
)

// The test binary, started with these, does one thing to a folder and dies at a point of it. What it is comes on its
// input, a line each with its arguments: they may hold a value, or the database's address.
const (
	envDo    = "KEYTURN_TEST_DO"
	envDieAt = "KEYTURN_TEST_DIE" // the point, and at which time of passing it
)

func TestMain(m *testing.M) {
	if os.Getenv(envDo) != "" {
		do, err := io.ReadAll(os.Stdin)
		if err != nil {
			panic(err)
		}
		os.Exit(child(strings.Split(string(do), "\n")))
	}
	os.Exit(storetest.Ended(m.Run()))
}

func child(do []string) int {
	point, nth, _ := strings.Cut(os.Getenv(envDieAt), "#")
	seen := map[string]int{}
	reached = func(at string) {
		seen[at]++
		fmt.Println("reached " + at)
		if at == point && fmt.Sprint(seen[at]) == nth {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	at := Place{Dir: do[1], Now: time.Now}
	var err error
	switch do[0] {
	case "rekey":
		if len(do) > 2 {
			at.Database = models.NewSecret(do[2])
		}
		_, err = Rekey(context.Background(), at, func(int) {})
	case "restore":
		_, err = Restore(context.Background(), at, do[2], do[3])
	case "back up":
		_, err = BackUp(context.Background(), at, do[2], false)
	case "ready on a full disk":
		err = readyOnAFullDisk(do[1], os.Stdout)
	case "be on duty":
		err = beOnDuty(do[1], models.NewSecret(do[2]))
	case "fail everywhere":
		err = failEverywhere(do[1], models.NewSecret(do[2]), os.Stdout)
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// apart does something in a process of its own, and returns the points that it came by.
func apart(t testing.TB, dieAt string, do ...string) (points []string, died bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Stdin = strings.NewReader(strings.Join(do, "\n"))
	cmd.Env = append(os.Environ(), envDo+"=1", envDieAt+"="+dieAt)
	h := storetest.Hunt(t)
	h.Process(t, cmd)
	out, err := cmd.CombinedOutput()
	h.Keep("what a process of its own has said", out)
	s := bufio.NewScanner(strings.NewReader(string(out)))
	for s.Scan() {
		if at, ok := strings.CutPrefix(s.Text(), "reached "); ok {
			points = append(points, at)
		}
	}
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if died = status.Signaled() && status.Signal() == syscall.SIGKILL; err != nil && !died {
		t.Fatalf("%v: %v\n%s", do, err, out)
	}
	return points, died
}

// everyPoint does something in the way that make prepares, dies at each point of it, and checks what is
// left. It returns how often it died.
func everyPoint(t *testing.T, make func() (do []string, after func(died bool))) int {
	t.Helper()
	do, after := make()
	points, _ := apart(t, "", do...)
	after(false)
	seen := map[string]int{}
	for _, at := range points {
		seen[at]++
		do, after := make()
		if _, died := apart(t, fmt.Sprintf("%s#%d", at, seen[at]), do...); !died {
			t.Fatalf("it did not die at %s", at)
		}
		after(true)
	}
	return len(points)
}

// house is a workspace in a folder.
type house struct {
	testing.TB
	dir string
}

func newHouse(t testing.TB) house {
	t.Helper()
	storetest.Hunt(t)
	h := house{t, filepath.Join(t.TempDir(), "data")}
	h.must(errors.Join(os.Mkdir(h.dir, 0o700), storetest.Prepare(h.place().database())))
	h.served(func(*Server) {})
	return h
}

func (h house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h house) place() Place { return Place{Dir: h.dir, Now: time.Now} }

// log is where all services of the house write what they do. It is hunted in when the test ends, as the folder is.
func (h house) log() *slog.Logger {
	return storetest.Hunt(h.TB).Log("the log of the service")
}

// served opens the workspace for as long as fn runs.
func (h house) served(fn func(*Server)) {
	h.Helper()
	s, err := Open(context.Background(), Config{Dir: h.dir, Version: "test", TokenPrefix: "lstest", Log: h.log()})
	h.must(err)
	defer func() {
		storetest.Hunt(h.TB).KeepFiles(h, h.place().database()+"-wal")
		h.must(s.Close())
	}()
	fn(s)
}

// change makes one change as an admin.
func (h house) change(s *Server, fn func(*policy.Tx) error) {
	h.Helper()
	h.must(change(s, fn))
}

func change(s *Server, fn func(*policy.Tx) error) error {
	caller := policy.Caller{Principal: models.Principal{Name: "ada", Permissions: []models.Permission{models.MayManageCredentials, models.MayImport, models.MaySeeAllEvents}}}
	_, _, err := s.service.Change(context.Background(), caller, policy.Once{}, func(tx *policy.Tx) (policy.Reply, error) {
		return policy.Reply{Status: 200, Body: []byte("{}")}, fn(tx)
	})
	return err
}

// create makes CI tokens, and returns their values.
func (h house) create(names ...string) (values []models.Secret) {
	h.Helper()
	h.served(func(s *Server) {
		for _, name := range names {
			var c models.Credential
			h.change(s, func(tx *policy.Tx) (err error) {
				c, err = tx.CreateCIToken(name)
				return err
			})
			values = append(values, h.value(s, c))
		}
	})
	return values
}

func (h house) value(s *Server, c models.Credential) (value models.Secret) {
	h.Helper()
	keys, err := vault.Load(h.place().key())
	h.must(err)
	h.must(s.store.Read(context.Background(), func(q policy.Queries) error {
		sealed, err := q.Sealed(c.ID, 1)
		if err == nil {
			value, err = keys.Open(sealed, c.ID, 1)
		}
		return err
	}))
	return value
}

// works reports which values activate.
func (h house) works(values ...models.Secret) (works []bool) {
	h.Helper()
	h.served(func(s *Server) {
		for _, value := range values {
			out, err := s.service.Activate(context.Background(), policy.Activation{Secret: value, CI: true})
			h.must(err)
			works = append(works, out.Verdict.Accepted())
		}
	})
	return works
}

func (h house) revoke(name string) {
	h.Helper()
	h.served(func(s *Server) {
		h.change(s, func(tx *policy.Tx) error {
			all, err := tx.Credentials(models.CredentialFilter{}, "", 100)
			for _, c := range all {
				if c.Name == name {
					_, err = tx.Revoke(models.ChangeRequest{Credential: c.ID, Seen: c.Revision, Reason: "test"})
				}
			}
			return err
		})
	})
}

func (h house) head() (head models.Event) {
	h.Helper()
	h.served(func(s *Server) {
		h.must(s.store.Read(context.Background(), func(q policy.Queries) (err error) {
			head, err = headOf(q)
			return err
		}))
	})
	return head
}

// backup makes a backup and returns its file.
func (h house) backup() string {
	h.Helper()
	file := filepath.Join(h.TempDir(), "workspace.backup")
	_, err := BackUp(context.Background(), h.place(), file, false)
	h.must(err)
	return file
}

// copyOf is another folder with nothing but the key of this one.
func (h house) keyAlone() house {
	h.Helper()
	other := house{h.TB, filepath.Join(h.TempDir(), "data")}
	h.must(os.Mkdir(other.dir, 0o700))
	text, err := os.ReadFile(h.place().key())
	h.must(err)
	h.must(os.WriteFile(other.place().key(), text, 0o600))
	return other
}

// files are the names in the folder.
func (h house) files() (names []string) {
	h.Helper()
	entries, err := os.ReadDir(h.dir)
	h.must(err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// refusedAs fails unless err has that code and says what to do.
func (h house) refusedAs(err error, code string) {
	h.Helper()
	var e *models.Error
	if !errors.As(err, &e) || e.Code != code || e.Fix == "" || e.Title == "" {
		h.Fatalf("got %v, want %s with what to do", err, code)
	}
}

func allTrue(list []bool) bool { return !slices.Contains(list, false) }
