package mend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// git asks the git program.
type git struct{}

const (
	gitWaits = time.Minute // for an answer
	gitAsks  = 500         // paths at once: arguments have a limit
)

// keeps asks what git tracks, what of it is not committed, and where the folder lies in its work tree.
func (g git) keeps(ctx context.Context, folder string, paths []string) map[string]error {
	lost := map[string]error{}
	all := func(why error, paths []string) map[string]error {
		for _, p := range paths {
			lost[p] = why
		}
		return lost
	}
	prefix, err := g.prefix(ctx, folder)
	if err != nil {
		return all(err, paths)
	}
	for some := range slices.Chunk(paths, gitAsks) {
		tracked, err := g.tracked(ctx, folder, some)
		if err != nil {
			all(fmt.Errorf("git does not say what it tracks: %w", err), some)
			continue
		}
		unsaved, err := g.unsaved(ctx, folder, some)
		if err != nil {
			all(fmt.Errorf("git does not say what is committed: %w", err), some)
			continue
		}
		for _, p := range some {
			switch {
			case !tracked[p]:
				lost[p] = errUnknown
			case unsaved[prefix+p]:
				lost[p] = errUnsaved
			}
		}
	}
	return lost
}

// prefix is the way from the top of the work tree to a folder.
func (g git) prefix(ctx context.Context, folder string) (string, error) {
	out, err := g.ask(ctx, folder, "rev-parse", "--is-inside-work-tree", "--show-prefix")
	var failed *exec.ExitError
	if errors.As(err, &failed) && bytes.Contains(failed.Stderr, []byte("not a git repository")) {
		return "", errNoGit
	}
	if err != nil {
		return "", fmt.Errorf("git does not say whether it could be given back: %w", err)
	}
	inside, prefix, _ := strings.Cut(string(out), "\n")
	if inside != "true" {
		return "", errNoGit
	}
	return strings.TrimSuffix(prefix, "\n"), nil
}

// tracked returns which paths git keeps an eye on. A file that it was told to look away from is not among
// them: it would call any content of it unchanged.
func (g git) tracked(ctx context.Context, folder string, paths []string) (map[string]bool, error) {
	out, err := g.ask(ctx, folder, append([]string{"ls-files", "-v", "-z", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if name, ok := strings.CutPrefix(entry, "H "); ok {
			found[name] = true
		}
	}
	return found, nil
}

// unsaved returns which files differ from the last commit. Their paths are from the top of the work tree.
func (g git) unsaved(ctx context.Context, folder string, paths []string) (map[string]bool, error) {
	out, err := g.ask(ctx, folder, append([]string{"status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > 3 { // two letters and a blank
			found[entry[3:]] = true
		}
	}
	return found, nil
}

// ask runs git in a folder. It writes nothing there, starts nothing for watching files, and sees neither the
// user's tokens nor where the git that called us was at work.
func (git) ask(ctx context.Context, folder string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, gitWaits)
	defer cancel()
	args = append([]string{"--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...)
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // paths stand behind --
	cmd.Dir = folder
	cmd.WaitDelay = time.Second
	cmd.Env = append(slices.DeleteFunc(os.Environ(), foreign), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		said, _, _ := bytes.Cut(failed.Stderr, []byte{'\n'})
		return nil, fmt.Errorf("%s (%w)", shown(said), err)
	}
	return out, err
}

// foreign reports whether a variable of the environment is none of git's business here.
func foreign(entry string) bool {
	name, _, _ := strings.Cut(entry, "=")
	switch name {
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY":
		return true
	}
	return strings.HasPrefix(name, "LOCALSTACK_")
}
