package term

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// toolTimeout bounds a clipboard program: one that waits for a display never comes back.
const toolTimeout = 2 * time.Second

// RunProgram runs a program of this machine.
func RunProgram(ctx context.Context, stdin io.Reader, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, toolTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = stdin
	cmd.Env = withoutTokens(os.Environ())
	cmd.WaitDelay = 100 * time.Millisecond
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrWaitDelay) { // the tool left a child behind that serves the clipboard
		err = nil
	}
	return out, err
}

// withoutTokens takes the admin's own token out of an environment: what serves the clipboard may
// live long, and needs none.
func withoutTokens(environ []string) []string {
	return slices.DeleteFunc(environ, func(entry string) bool { return strings.HasPrefix(entry, "LOCALSTACK_") })
}

func programFound(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// tool is a clipboard program of a desktop: how it copies, reads back and clears.
type tool struct{ copy, paste, clear []string }

// tools lists the programs of this machine's desktop, the best first. One that needs a display is
// left out where there is none: it would wait for it.
func (c *Clipboard) tools() []tool {
	switch c.system {
	case "darwin":
		return []tool{{copy: []string{"pbcopy"}, paste: []string{"pbpaste"}, clear: []string{"pbcopy"}}}
	case "windows":
		return []tool{windowsTool()}
	}
	var tools []tool
	if c.env("WAYLAND_DISPLAY") != "" {
		tools = append(tools, tool{copy: []string{"wl-copy"}, paste: []string{"wl-paste", "--no-newline"}, clear: []string{"wl-copy", "--clear"}})
	}
	if c.env("DISPLAY") != "" {
		tools = append(tools,
			tool{copy: []string{"xclip", "-in", "-selection", "clipboard"}, paste: []string{"xclip", "-out", "-selection", "clipboard"}, clear: []string{"xclip", "-in", "-selection", "clipboard"}},
			tool{copy: []string{"xsel", "--input", "--clipboard"}, paste: []string{"xsel", "--output", "--clipboard"}, clear: []string{"xsel", "--clear", "--clipboard"}})
	}
	if c.facts.WSL {
		tools = append(tools, windowsTool())
	}
	return tools
}

// windowsTool is that of Windows, also as a Linux inside Windows reaches it.
func windowsTool() tool {
	return tool{copy: []string{"clip.exe"}, paste: []string{"powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"}, clear: []string{"clip.exe"}}
}
