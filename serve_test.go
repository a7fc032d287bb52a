//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/keyturn/cli"
	"example.com/keyturn/server/store/storetest"
)

// program runs the built program without a terminal.
func program(t testing.TB, args ...string) (said string, code int) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "LANG=C.UTF-8", "TMPDIR=" + t.TempDir()}
	h := storetest.Hunt(t)
	h.Process(t, cmd)
	out, _ := cmd.CombinedOutput() // the exit code tells
	h.Keep("what keyturn "+args[0]+" says", out)
	return string(out), cmd.ProcessState.ExitCode()
}

// What cannot be served is not made either: nobody would be told where its admin's token lies.
func TestWhatCannotBeServedSaysWhyAndMakesNothing(t *testing.T) {
	w := newWorld(t)
	taken := strings.TrimPrefix(w.endpoint, "http://")
	file := filepath.Join(t.TempDir(), "file")
	w.must(os.WriteFile(file, nil, 0o600))
	dir := filepath.Join(t.TempDir(), "workspace")
	for _, tc := range []struct {
		args       string
		wrong, fix string
	}{
		{"--listen " + taken, "cannot listen on " + taken + " (address already in use)", "choose another address"},
		{"--listen nowhere", `"nowhere" is no address to listen on`, "write host:port"},
		{"--listen 0.0.0.0:0", "can be reached by others", "give a certificate and its key"},
		{"--listen 127.0.0.1:0 --operations 0.0.0.0:0", "nobody has to sign in", "listen on 127.0.0.1 there"},
		{"--listen 0.0.0.0:0 --tls-cert a", "TLS needs both files", "give both"},
		{"--listen 0.0.0.0:0 --tls-cert a --tls-key b", "the TLS files cannot be used", "in PEM"},
	} {
		said, code := program(t, append([]string{"serve", "--data", dir}, strings.Fields(tc.args)...)...)
		if code != cli.Failed || !strings.Contains(said, tc.wrong) || !strings.Contains(said, "to do: ") || !strings.Contains(said, tc.fix) {
			t.Errorf("serve %s: exit code %d, saying:\n%s", tc.args, code, said)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a workspace was made that nobody serves")
	}
	said, code := program(t, "serve", "--listen", "127.0.0.1:0", "--data", file)
	if code != cli.Failed || !strings.Contains(said, "cannot be made (not a directory)") || !strings.Contains(said, "to do: ") {
		t.Errorf("exit code %d, saying:\n%s", code, said)
	}
}

func TestADemoWithoutATerminalMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	said, code := program(t, "demo", "--data", dir)
	if code != cli.Failed || !strings.Contains(said, "the console needs a terminal") || !strings.Contains(said, "keyturn demo --accessible") {
		t.Errorf("exit code %d, saying:\n%s", code, said)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a workspace was made that nobody sees")
	}
}
