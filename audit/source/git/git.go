// Package git asks the git program about repositories that nobody vouches for. Whatever their configuration
// says, no program but git is run, nothing is written and nothing is fetched.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Repo is a repository as git is told of it. With Dir alone git finds the rest itself.
type Repo struct {
	Dir      string // where git runs
	GitDir   string // --git-dir; empty: found from Dir
	WorkTree string // --work-tree
	Index    string // the index file, if it is not the usual one: a hook of git commit has its own
}

// ErrNone says that there is no git program.
var ErrNone = errors.New("the git program is not installed")

var program = sync.OnceValues(func() (string, error) { return exec.LookPath("git") })

// Installed reports whether there is a git program.
func Installed() bool {
	_, err := program()
	return err == nil
}

// always comes before every command. A repository's own configuration can name programs: to watch its files,
// for its hooks, to check signatures, to fetch what is missing. Each is turned off. That done, git may also
// read what belongs to somebody else, as in a container that mounts a checkout: it would refuse otherwise.
var always = []string{
	"--no-pager", "--no-replace-objects", "--no-optional-locks",
	"-c", "core.fsmonitor=false",
	"-c", "core.hooksPath=" + os.DevNull,
	"-c", "log.showSignature=false",
	"-c", "diff.relative=false",
	"-c", "safe.directory=*",
}

// kept are the only variables of our own environment that git sees: where its configuration and its helpers
// are, nothing that points it to another repository, and no token.
var kept = []string{
	"PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "TEMP", "TMP", "GIT_EXEC_PATH", "LD_LIBRARY_PATH",
	"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
	"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
}

func environment() []string {
	env := []string{"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none"}
	for _, name := range kept {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func (r Repo) command(ctx context.Context, args []string) (*exec.Cmd, error) {
	name, err := program()
	if err != nil {
		return nil, ErrNone
	}
	argv := append([]string{"-C", r.Dir}, always...)
	if r.GitDir != "" {
		argv = append(argv, "--git-dir="+r.GitDir)
	}
	if r.WorkTree != "" {
		argv = append(argv, "--work-tree="+r.WorkTree)
	}
	cmd := exec.CommandContext(ctx, name, append(argv, args...)...)
	cmd.WaitDelay = time.Second
	cmd.Env = environment()
	if r.Index != "" {
		cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+r.Index)
	}
	return cmd, nil
}

// Stream is a git command whose output is read while it runs.
type Stream struct {
	io.Reader
	In io.WriteCloser // only of one that was started with Converse

	cmd    *exec.Cmd
	ctx    context.Context
	stderr tail
}

// Start runs a command that reads nothing.
func (r Repo) Start(ctx context.Context, args ...string) (*Stream, error) {
	return r.start(ctx, args, false)
}

// Converse runs a command that is asked through In. Whoever asks closes In.
func (r Repo) Converse(ctx context.Context, args ...string) (*Stream, error) {
	return r.start(ctx, args, true)
}

func (r Repo) start(ctx context.Context, args []string, converse bool) (*Stream, error) {
	cmd, err := r.command(ctx, args)
	if err != nil {
		return nil, err
	}
	s := &Stream{cmd: cmd, ctx: ctx}
	if converse {
		if s.In, err = cmd.StdinPipe(); err != nil {
			return nil, fmt.Errorf("run git: %w", err)
		}
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	widen(out)
	s.Reader = out
	cmd.Stderr = &s.stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	return s, nil
}

// Close reads what is left, waits for the command to end and says why it failed, in git's own words.
func (s *Stream) Close() error {
	_, _ = io.Copy(io.Discard, s.Reader)
	err := s.cmd.Wait()
	if err == nil {
		return nil
	}
	if said := s.Said(); len(said) > 0 {
		return fmt.Errorf("git: %s", said[len(said)-1])
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	return fmt.Errorf("git: %w", err)
}

// Said is what the command complained of, line by line, also if it went on. It is complete after Close.
func (s *Stream) Said() []string {
	var lines []string
	for line := range strings.Lines(s.stderr.String()) {
		line = strings.TrimSpace(line)
		line = strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: ")
		if line != "" {
			lines = append(lines, strings.ToValidUTF8(line, "?"))
		}
	}
	return lines
}

// Output runs a command and returns what it writes.
func (r Repo) Output(ctx context.Context, args ...string) (string, error) {
	s, err := r.Start(ctx, args...)
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(s)
	if err = errors.Join(err, s.Close()); err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// mostSaid bounds what is kept of a command's complaints.
const mostSaid = 1 << 20

// tail is the beginning of what was written to it; the rest is counted as read and forgotten.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := mostSaid - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// Ignorer makes a repository without anything in it, for asking git which files of a folder that is not a
// checkout are ignored. The folder stays as it is: what git needs lies in temp.
func Ignorer(temp string) error {
	for _, sub := range []string{"objects", "refs"} {
		if err := os.MkdirAll(filepath.Join(temp, sub), 0o700); err != nil {
			return fmt.Errorf("make a repository for asking git: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(temp, "HEAD"), []byte("ref: refs/heads/none\n"), 0o600); err != nil {
		return fmt.Errorf("make a repository for asking git: %w", err)
	}
	return nil
}
