//go:build unix

package term

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/keyturn/models"
	"example.com/keyturn/proof/hunt"
)

// install puts a shell script where programs are looked for, and returns its folder.
func install(t *testing.T, name, script string) string {
	t.Helper()
	h := hunt.For(t)
	h.Learn(token)
	dir := t.TempDir()
	h.Except(filepath.Join(dir, "input"), "a tool that copies gets the value on its input")
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/usr/bin:/bin")
	return dir
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A real program gets the value on its input, and nowhere that other processes can look.
func TestARealToolGetsTheValueOnItsInputOnly(t *testing.T) {
	dir := install(t, "wl-copy", `printf '%s\n' "$@" >"$OUT/args"; env >"$OUT/env"; cat >"$OUT/input"`)
	t.Setenv("OUT", dir)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	t.Setenv("LOCALSTACK_AUTH_TOKEN", token)
	t.Setenv("LOCALSTACK_API_KEY", token)
	clip := NewClipboard(Facts{}, os.Getenv, io.Discard)
	clip.system = "linux"
	got, err := clip.Copy(t.Context(), models.NewSecret(token))
	if err != nil {
		t.Fatal(err)
	}
	if got.Sentence != "placed on the clipboard by wl-copy" {
		t.Errorf("says %q", got.Sentence)
	}
	if input := read(t, dir+"/input"); input != token {
		t.Errorf("the tool read %q", input)
	}
	if args := read(t, dir+"/args"); strings.Contains(args, token) {
		t.Errorf("the value is in the arguments: %q", args)
	}
	env := read(t, dir+"/env")
	if strings.Contains(env, token) {
		t.Error("the value is in the environment")
	}
	if !strings.Contains(env, "WAYLAND_DISPLAY=wayland-0") {
		t.Error("the tool was not told its display")
	}
}

// onceRuns is an input that ends when a program tells, in a file, that it has begun.
type onceRuns struct {
	t      *testing.T
	file   string
	cancel func()
}

func (o onceRuns) Read([]byte) (int, error) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if b, err := os.ReadFile(o.file); err == nil && strings.HasSuffix(string(b), "\n") {
			break
		}
		if time.Now().After(deadline) {
			o.t.Error("the tool never began")
			break
		}
	}
	o.cancel()
	return 0, io.EOF
}

func TestAToolThatHangsIsEnded(t *testing.T) {
	dir := install(t, "xclip", `echo $$ >"$OUT/pid"; exec sleep 3600`)
	t.Setenv("OUT", dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := RunProgram(ctx, onceRuns{t, dir + "/pid", cancel}, "xclip"); err == nil {
		t.Fatal("a tool that never ends has succeeded")
	}
	pid := strings.TrimSpace(read(t, dir+"/pid"))
	if err := exec.CommandContext(t.Context(), "/bin/kill", "-0", pid).Run(); err == nil {
		t.Errorf("process %s still runs", pid)
	}
}

// With nobody to cancel it, a tool that waits for a display is ended after a while, and the next
// way is tried.
func TestACopyOutlivesAToolThatHangs(t *testing.T) {
	install(t, "xclip", `cat >/dev/null; exec sleep 3600`)
	t.Setenv("DISPLAY", ":0")
	var out strings.Builder
	clip := NewClipboard(Facts{}, os.Getenv, &out)
	clip.system = "linux"
	clip.find = func(name string) bool { return name == "xclip" }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err := clip.Copy(ctx, models.NewSecret(token))
	if err != nil {
		t.Fatal(err)
	}
	if got.Way != OSC52 || out.String() != osc(token) || ctx.Err() != nil {
		t.Errorf("went %q, the terminal got %d bytes", got.Way, out.Len())
	}
}

// The usual tools leave a child that serves the clipboard and keeps their output open.
func TestAToolThatLeavesAChildHasSucceeded(t *testing.T) {
	install(t, "wl-copy", `cat >/dev/null; sleep 5 & echo served`)
	out, err := RunProgram(t.Context(), strings.NewReader(token), "wl-copy")
	if err != nil || string(out) != "served\n" {
		t.Errorf("printed %q, error %v", out, err)
	}
}

func TestAProgramThatIsNotThere(t *testing.T) {
	install(t, "xclip", "exit 0")
	if !programFound("xclip") || programFound("keyturn-no-such-program") {
		t.Error("programs are not found where they are")
	}
	if _, err := RunProgram(t.Context(), nil, "keyturn-no-such-program"); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAFailingToolFails(t *testing.T) {
	install(t, "xclip", "exit 3")
	if _, err := RunProgram(t.Context(), nil, "xclip"); err == nil {
		t.Error("exit status 3 is a success")
	}
}
