package term

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"example.com/keyturn/models"
)

func TestOnlyOurOwnValueIsCleared(t *testing.T) {
	wayland := machine{env: map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, programs: "wl-copy"}
	x := machine{env: map[string]string{"DISPLAY": ":0"}, programs: "xclip"}
	broken := errors.New("exit status 1")
	for _, c := range []struct {
		name    string
		machine machine
		steps   []step // the first one copies
		cleared bool
		fails   string
	}{
		{name: "still ours", machine: wayland, cleared: true,
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste, gives: token}, {line: wlClear}}},
		{name: "ours with a line end", machine: x, cleared: true,
			steps: []step{{line: xclipIn, stdin: token}, {line: xclipOut, gives: token + "\r\n"}, {line: xclipIn}}},
		{name: "ours on Windows", machine: machine{system: "windows", programs: "clip.exe"}, cleared: true,
			steps: []step{{line: "clip.exe", stdin: token}, {line: getClipboard, gives: token + "\r\n"}, {line: "clip.exe"}}},
		{name: "somebody else's", machine: wayland,
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste, gives: "a shopping list"}}},
		{name: "ours within something longer", machine: wayland,
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste, gives: "export LOCALSTACK_AUTH_TOKEN=" + token}}},
		{name: "empty", machine: wayland,
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste}}},
		{name: "cannot be read", machine: wayland, fails: "read the clipboard: wl-paste failed",
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste, gives: token, err: broken}}},
		{name: "cannot be cleared", machine: wayland, fails: "clear the clipboard: wl-copy failed",
			steps: []step{{line: wlCopy, stdin: token}, {line: wlPaste, gives: token}, {line: wlClear, err: broken}}},
		{name: "went through tmux", machine: machine{env: map[string]string{"TMUX": "x"}},
			steps: []step{{line: tmuxLoad, stdin: token}, {line: tmuxDelete}}},
		{name: "went with OSC 52"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{t: t, steps: c.steps}
			clip := d.clipboard(c.machine, io.Discard)
			if _, err := clip.Copy(t.Context(), models.NewSecret(token)); err != nil {
				t.Fatal(err)
			}
			cleared, err := clip.ClearIfOurs(t.Context())
			if cleared != c.cleared || (err == nil) != (c.fails == "") {
				t.Errorf("cleared: %v, error: %v", cleared, err)
			}
			if err != nil && err.Error() != c.fails {
				t.Errorf("says %q, want %q", err, c.fails)
			}
			d.settled()
			if cleared, err := clip.ClearIfOurs(t.Context()); cleared || err != nil {
				t.Error("asked a second time, it touches the clipboard again") // the desk would have failed too
			}
		})
	}
}

// What was copied last is what is ours: an older value, or one that went elsewhere, is not cleared.
func TestTheLastCopyCounts(t *testing.T) {
	broken := errors.New("exit status 1")
	x := machine{env: map[string]string{"DISPLAY": ":0"}, programs: "xclip"}
	t.Run("the older value lies there", func(t *testing.T) {
		d := &desk{t: t, steps: []step{{line: xclipIn, stdin: "older"}, {line: xclipIn, stdin: "newer"}, {line: xclipOut, gives: "older"}}}
		clip := d.clipboard(x, io.Discard)
		copyAll(t, clip, "older", "newer")
		if cleared, err := clip.ClearIfOurs(t.Context()); cleared || err != nil {
			t.Errorf("cleared: %v, error: %v", cleared, err)
		}
		d.settled()
	})
	t.Run("the last one went to the terminal", func(t *testing.T) {
		d := &desk{t: t, steps: []step{{line: xclipIn, stdin: "older"}, {line: xclipIn, stdin: "newer", err: broken}}}
		clip := d.clipboard(x, io.Discard)
		copyAll(t, clip, "older", "newer")
		if cleared, err := clip.ClearIfOurs(t.Context()); cleared || err != nil {
			t.Errorf("cleared: %v, error: %v", cleared, err)
		}
		d.settled()
	})
	t.Run("nothing was ever copied", func(t *testing.T) {
		d := &desk{t: t}
		if cleared, err := d.clipboard(x, io.Discard).ClearIfOurs(t.Context()); cleared || err != nil {
			t.Errorf("cleared: %v, error: %v", cleared, err)
		}
	})
}

func copyAll(t *testing.T, clip *Clipboard, values ...string) {
	t.Helper()
	for _, v := range values {
		if _, err := clip.Copy(t.Context(), models.NewSecret(v)); err != nil {
			t.Fatal(err)
		}
	}
}

// tmux must not keep the value because somebody lost patience after handing it over.
func TestTheBufferIsDeletedThoughNobodyWaits(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	deleted := false
	env := func(name string) string { return map[string]string{"TMUX": "x"}[name] }
	clip := NewClipboard(ReadFacts(env), env, io.Discard)
	clip.system = "linux"
	clip.run = func(ctx context.Context, _ io.Reader, _ string, args ...string) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		giveUp()
		deleted = deleted || args[0] == "delete-buffer"
		return nil, nil
	}
	if _, err := clip.Copy(ctx, models.NewSecret(token)); err != nil {
		t.Fatal(err)
	}
	if !deleted {
		t.Error("the buffer is still there")
	}
}

// A digest is all that is kept: neither the clipboard nor what it says holds the value.
func TestTheClipboardForgetsTheValue(t *testing.T) {
	d := &desk{t: t, steps: []step{{line: wlCopy, stdin: token}}}
	clip := d.clipboard(machine{env: map[string]string{"WAYLAND_DISPLAY": "w"}, programs: "wl-copy"}, io.Discard)
	got, err := clip.Copy(t.Context(), models.NewSecret(token))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(clip.digest+got.Sentence, token) || len(clip.digest) != 64 {
		t.Errorf("kept %d characters, said %q", len(clip.digest), got.Sentence)
	}
}
