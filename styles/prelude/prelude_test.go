//go:build unix

package prelude

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

const (
	plain  = "package main\n\nimport _ \"github.com/charmbracelet/bubbletea\"\n\nfunc main() { print(\"done\") }\n"
	guided = "package main\n\nimport (\n\t_ \"example.com/keyturn/styles/prelude\"\n\t_ \"github.com/charmbracelet/bubbletea\"\n)\n\nfunc main() { print(\"done\") }\n"
)

// build makes a program of a source text, with the modules of keyturn.
func build(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	file, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, file).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// question asks a terminal for its background colour.
const question = "\x1b]11;?"

// said runs a program on a terminal that answers nothing, and returns what it wrote up to a
// question: then it would wait for long.
func said(t *testing.T, binary string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = []string{"TERM=xterm-256color", "COLORTERM=truecolor"}
	near, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = near.Close()
		cancel()
		_ = cmd.Wait()
	}()
	var out []byte
	for buf := make([]byte, 4096); ; {
		n, err := near.Read(buf)
		out = append(out, buf[:n]...)
		switch {
		case bytes.Contains(out, []byte(question)), errors.Is(err, io.EOF), errors.Is(err, syscall.EIO): // EIO: the other end is closed
			return out
		case err != nil:
			t.Fatal(err)
		}
	}
}

func TestTheTerminalIsNotAskedAtTheStart(t *testing.T) {
	if got := said(t, build(t, guided)); string(got) != "done" {
		t.Errorf("a program with the prelude wrote %q at its start", got)
	}
}

// Without the prelude Bubble Tea asks. If one day it does not, the prelude is not needed any more.
func TestWithoutThePreludeItIsAsked(t *testing.T) {
	if got := said(t, build(t, plain)); !bytes.Contains(got, []byte(question)) {
		t.Errorf("a program without the prelude wrote %q: nothing asks for the background", got)
	}
}
