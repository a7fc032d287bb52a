package proof_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
	"example.com/keyturn/server"
	"example.com/keyturn/server/api"
	"example.com/keyturn/server/policy"
	"example.com/keyturn/server/store/postgres"
	"example.com/keyturn/server/store/sqlite"
	"example.com/keyturn/server/vault"
)

// childVar makes this binary a service that dies where it is told to, on its standard input: what is
// there, such as the database's address, must be in neither arguments nor environment.
const childVar = "KEYTURN_PROOF_CHILD"

// life is what a child is told.
type life struct {
	Place place
	Death string
	Delay time.Duration
}

// child serves until it dies or its standard input ends. It writes its address, then each point that it
// passes, a line each.
func child() error {
	in := json.NewDecoder(os.Stdin)
	var l life
	if err := in.Decode(&l); err != nil {
		return err
	}
	ctx := context.Background()
	p := &points{death: l.Death, delay: l.Delay, times: map[string]int{}}
	if l.Death == "" {
		p.hit = func(point string) { fmt.Println(point) }
	}
	keys, err := vault.LoadOrCreate(filepath.Join(l.Place.Dir, "workspace.key"))
	if err != nil {
		return err
	}
	store, err := l.Place.open(ctx)
	if err != nil {
		return err
	}
	service, err := policy.New(policy.Config{Store: &dyingStore{Store: store, points: p}, Keys: policy.OneKey(keys), Now: time.Now})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	handler := api.New(api.Config{Service: service, Contract: server.Contract, Version: "proof", Log: slog.New(slog.NewJSONHandler(os.Stderr, nil))})
	web := &http.Server{Handler: dyingHandler(p, handler), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = web.Serve(listener) }()
	fmt.Println("http://" + listener.Addr().String())
	_, _ = io.Copy(io.Discard, io.MultiReader(in.Buffered(), os.Stdin))
	return store.Close()
}

func (p place) open(ctx context.Context) (policy.Store, error) {
	if p.Database != "" {
		return postgres.Open(ctx, models.NewSecret(p.Database), time.Now)
	}
	return sqlite.Open(ctx, p.file(), time.Now)
}

// mortal is a running child.
type mortal struct {
	url    string
	cmd    *exec.Cmd
	in     io.Closer
	out    *bufio.Reader
	stdout strings.Builder
	stderr strings.Builder
}

// bear starts a child and waits until it serves.
func bear(t testing.TB, l life) *mortal {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	m := &mortal{cmd: exec.Command(self)}
	m.cmd.Env = append(os.Environ(), childVar+"=1")
	m.cmd.Stderr = &m.stderr
	in, err := m.cmd.StdinPipe()
	must(t, err)
	m.in = in
	out, err := m.cmd.StdoutPipe()
	must(t, err)
	m.out = bufio.NewReader(io.TeeReader(out, &m.stdout))
	must(t, m.cmd.Start())
	hunt.For(t).Process(t, m.cmd)
	must(t, json.NewEncoder(in).Encode(l))
	line, err := m.out.ReadString('\n')
	if err != nil {
		_ = m.cmd.Process.Kill()
		_ = m.cmd.Wait()
		t.Fatalf("the child does not serve: %v\n%s", err, m.stderr.String())
	}
	m.url = strings.TrimSpace(line)
	return m
}

// perish waits for a child that must die, and reports whether it was killed.
func (m *mortal) perish() bool {
	late := time.AfterFunc(20*time.Second, func() { _ = m.in.Close() })
	defer late.Stop()
	_, _ = io.Copy(io.Discard, m.out)
	killed, _ := m.leave()
	return killed
}

// leave ends a child, and reports whether it was killed, and what it passed.
func (m *mortal) leave() (killed bool, passed []string) {
	_ = m.in.Close()
	text, _ := io.ReadAll(m.out)
	err := m.cmd.Wait()
	status, ok := m.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return err != nil && ok && status.Signal() == syscall.SIGKILL, strings.Split(strings.TrimSpace(string(text)), "\n")
}
