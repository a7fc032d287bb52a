//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server/store/storetest"
)

// said is what a process has printed so far.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to pass that %s", what)
		}
	}
}

func fetch(t testing.TB, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// machineRoom is where the program runs as systemd would run it.
type machineRoom struct {
	testing.TB
	hunt                *hunt.Hunt
	dir, config, backup string
	systemd             *net.UnixConn
}

func newMachineRoom(t testing.TB) *machineRoom {
	home := t.TempDir()
	m := &machineRoom{TB: t, hunt: storetest.Hunt(t), dir: filepath.Join(home, "data"), config: filepath.Join(home, "keyturn.toml"), backup: filepath.Join(home, "backup.db")}
	m.must(os.WriteFile(m.config, []byte("data = '"+m.dir+"'\nlisten = '127.0.0.1:0'\noperations = '127.0.0.1:0'\nlog_format = 'json'\nlog_level = 'debug'\n"), 0o600))
	var err error
	m.systemd, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(home, "notify"), Net: "unixgram"})
	m.must(err)
	t.Cleanup(func() { _ = m.systemd.Close() })
	return m
}

func (m *machineRoom) must(err error) {
	m.Helper()
	if err != nil {
		m.Fatal(err)
	}
}

// hears fails unless the service tells systemd that.
func (m *machineRoom) hears(state string) {
	m.Helper()
	m.must(m.systemd.SetReadDeadline(time.Now().Add(20 * time.Second)))
	text := make([]byte, 100)
	n, err := m.systemd.Read(text)
	m.must(err)
	if got := string(text[:n]); got != state {
		m.Fatalf("systemd is told %s instead of %s", got, state)
	}
}

func (m *machineRoom) start() (cmd *exec.Cmd, log *said, at map[string]string) {
	m.Helper()
	path, err := binary()
	m.must(err)
	out, log := &said{}, &said{}
	cmd = exec.CommandContext(m.Context(), path, "serve", "--config", m.config, "--json")
	cmd.Env = []string{"HOME=" + filepath.Dir(m.dir), "NOTIFY_SOCKET=" + m.systemd.LocalAddr().String()}
	cmd.Stdout, cmd.Stderr = out, log
	m.must(cmd.Start())
	m.hunt.Process(m.TB, cmd)
	m.hunt.Watch("what the service says", func() []byte { return []byte(out.String() + log.String()) })
	m.hears("READY=1")
	var doc struct{ Data map[string]string }
	until(m.TB, "where it serves is said", func() bool { return json.Unmarshal([]byte(out.String()), &doc) == nil }) // a pipe takes its time
	return cmd, log, doc.Data
}

func (m *machineRoom) stop(cmd *exec.Cmd) {
	m.Helper()
	m.must(cmd.Process.Signal(syscall.SIGTERM))
	m.hears("STOPPING=1")
	m.hunt.KeepFiles(m.TB, filepath.Join(m.dir, "workspace.db-wal"))
	m.must(cmd.Wait())
}

// keep runs a command that says that; it is done unless it is refused.
func (m *machineRoom) keep(refused bool, says string, args ...string) {
	m.Helper()
	text, code := program(m.TB, append(args, "--config", m.config)...)
	if code != 0 != refused || !strings.Contains(text, says) {
		m.Fatalf("keyturn %v: exit code %d, saying:\n%s", args, code, text)
	}
}

// A day in the machine room, with the program as it is shipped: it is started from its configuration as
// systemd would, watched, backed up while it runs, stopped, given a new key, broken, and restored.
func TestADayInTheMachineRoom(t *testing.T) {
	m := newMachineRoom(t)
	cmd, log, at := m.start()
	token, err := adminToken(m.dir)
	m.must(err)
	if code, text := fetch(t, "http://"+at["operations"]+"/readyz"); code != http.StatusOK {
		t.Errorf("ready: %d %s", code, text)
	}
	if code, _ := fetch(t, "http://"+at["address"]+"/metrics"); code != http.StatusNotFound {
		t.Errorf("everybody may read the counts: %d", code)
	}
	until(t, "the request is counted", func() bool {
		_, text := fetch(t, "http://"+at["operations"]+"/metrics")
		return strings.Contains(text, `keyturn_http_requests_total{method="GET",route="none",status="404"} 1`)
	})
	m.keep(false, "keep a copy of "+filepath.Join(m.dir, "workspace.key"), "backup", m.backup)
	m.keep(true, "a service has the data folder", "restore", m.backup)
	m.stop(cmd)
	if !strings.Contains(log.String(), `"route":"/readyz"`) || strings.Contains(log.String(), token.Reveal()) {
		t.Errorf("the log:\n%s", log)
	}
	key, err := os.ReadFile(filepath.Join(m.dir, "workspace.key"))
	m.must(err)
	m.keep(false, "is a new one", "rekey")
	m.keep(true, "sealed with another key", "restore", m.backup)
	m.must(os.WriteFile(filepath.Join(m.dir, "workspace.db"), []byte("broken"), 0o600))
	m.must(os.WriteFile(filepath.Join(m.dir, "workspace.key"), key, 0o600))
	m.keep(true, "--accept-rollback", "restore", m.backup)
	m.keep(false, "is kept as", "restore", m.backup, "--accept-rollback", "the disk broke")
	cmd, _, at = m.start()
	if code, text := m.events(at["address"], token.Reveal()); code != http.StatusOK || !strings.Contains(text, "the disk broke") {
		t.Errorf("the log after the restore: %d %s", code, text)
	}
	m.stop(cmd)
}

// The key of a workspace in PostgreSQL is changed with the program as it is shipped, while another machine serves it.
func TestANewKeyWhileOthersServe(t *testing.T) {
	m := newMachineRoom(t)
	m.hunt.Except(m.config, "the database's address is set there")
	settings, err := os.OpenFile(m.config, os.O_APPEND|os.O_WRONLY, 0)
	m.must(err)
	_, err = settings.WriteString("database = '" + storetest.Postgres(t).Reveal() + "'\n")
	m.must(errors.Join(err, settings.Close()))
	cmd, log, at := m.start()
	token, err := adminToken(m.dir)
	m.must(err)
	elsewhere := filepath.Join(t.TempDir(), "data")
	m.must(os.Mkdir(elsewhere, 0o700))
	old, err := os.ReadFile(filepath.Join(m.dir, "workspace.key"))
	m.must(err)
	m.must(os.WriteFile(filepath.Join(elsewhere, "workspace.key"), old, 0o600))
	m.keep(true, "run keyturn rekey --prepare", "rekey", "--data", elsewhere)
	m.keep(false, "nothing has changed yet", "rekey", "--prepare", "--data", elsewhere)
	m.keep(true, "is missing, or cannot be read, on", "rekey", "--data", elsewhere)
	m.keep(false, "is a new one", "rekey", "--data", elsewhere, "--leave-behind") // and the file was not copied
	if code, _ := m.events(at["address"], token.Reveal()); code != http.StatusServiceUnavailable {
		t.Errorf("without the new key: %d", code)
	}
	if code, _ := fetch(t, "http://"+at["operations"]+"/healthz"); code != http.StatusOK {
		t.Errorf("the process runs all the same: %d", code)
	}
	text, err := os.ReadFile(filepath.Join(elsewhere, "workspace.key"))
	m.must(err)
	m.must(os.WriteFile(filepath.Join(m.dir, "workspace.key.new"), text, 0o600))
	if code, text := m.events(at["address"], token.Reveal()); code != http.StatusOK || !strings.Contains(text, "workspace.key_changed") {
		t.Errorf("with it: %d %s", code, text)
	}
	if now, err := os.ReadFile(filepath.Join(m.dir, "workspace.key")); err != nil || !bytes.Equal(now, text) {
		t.Errorf("it is not in its place: %v", err)
	}
	if strings.Contains(log.String(), token.Reveal()) || strings.Contains(log.String(), strings.TrimSpace(string(text))) {
		t.Error("the log holds a secret")
	}
	m.stop(cmd)
	cmd, _, _ = m.start()
	m.stop(cmd)
}

func (m *machineRoom) events(address, token string) (int, string) {
	m.Helper()
	req, err := http.NewRequestWithContext(m.Context(), http.MethodGet, "http://"+address+"/v1/events", nil)
	m.must(err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	m.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	m.must(err)
	return resp.StatusCode, string(text)
}
